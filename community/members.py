"""Members: in which language and zone each reads, and what Slack tells of their profile."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rapidfuzz import process
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from community.errors import Invalid, NotFound
from community.names import HOUSE_LANGUAGES
from storage.marks import Glance
from storage.members import FORMER, ChannelSetting, Claim, Member, member_by_slack_id, members_by_slack_ids
from storage.partial_dates import zones


@dataclass(frozen=True)
class Reader:
    """Who reads: `language` is one the bot speaks, `locale` what Slack says (names are found in it too).

    Whoever is not known, and a whole channel, reads what guests may read. Between `quiet_from` and
    `quiet_until`, in their zone, nothing is sent to them.
    """

    language: str
    locale: str
    zone: str
    known: bool = True
    language_chosen: bool = False
    zone_chosen: bool = False
    is_guest: bool = True
    quiet_from: time | None = None
    quiet_until: time | None = None
    member_id: int | None = field(default=None, compare=False)

    def today(self, now: datetime) -> date:
        """The reader's own day at an aware moment."""
        return self.local(now).date()

    def local(self, now: datetime) -> datetime:
        """An aware moment on the reader's own clock."""
        return now.astimezone(ZoneInfo(self.zone))


@dataclass(frozen=True)
class Profile:
    """What Slack tells of a person; any field may be missing there."""

    slack_id: str
    locale: str | None = None
    zone: str | None = None
    is_guest: bool = False
    is_bot: bool = False
    is_active: bool = True


async def reader_of(session: AsyncSession, slack_id: str, default: Reader) -> Reader:
    """The reader behind a Slack user id; whoever is not met yet reads as `default`, `known` being False."""
    member = await member_by_slack_id(session, slack_id)
    if member is None:
        return Reader(default.language, default.locale, default.zone, known=False)
    return reader_from(member, default)


async def readers_of(session: AsyncSession, slack_ids: Collection[str], default: Reader) -> dict[str, Reader]:
    """The readers behind many Slack user ids, by one query; whoever is not met yet is left out."""
    rows = await members_by_slack_ids(session, slack_ids)
    return {row.slack_id: reader_from(row, default) for row in rows}


def reader_from(member: Member | Glance, default: Reader) -> Reader:
    """The reader that a member's row tells of.

    `known` is False for a glance at somebody not met yet, and for a row of whom Slack has not told yet.
    """
    if member.id is None:
        return Reader(default.language, default.locale, default.zone, known=False)
    locale = member.slack_locale or default.locale
    zone = member.zone or member.slack_zone
    return Reader(
        language=member.language or spoken(member.slack_locale) or default.language,
        locale=locale,
        zone=zone if zone in zones() else default.zone,
        language_chosen=member.language is not None,
        zone_chosen=member.zone is not None,
        known=not member.is_guest or bool(member.slack_locale or member.slack_zone),
        is_guest=member.is_guest,
        quiet_from=member.quiet_from,
        quiet_until=member.quiet_until,
        member_id=member.id,
    )


def as_told(reader: Reader, profile: Profile) -> Reader:
    """The reader in the language and zone that Slack tells of; what they chose themselves goes before."""
    zone = profile.zone if profile.zone in zones() and not reader.zone_chosen else None
    language = None if reader.language_chosen else spoken(profile.locale)
    return replace(
        reader,
        language=language or reader.language,
        locale=profile.locale or reader.locale,
        zone=zone or reader.zone,
    )


def awake_at(reader: Reader, now: datetime) -> datetime:
    """The first moment from `now` on that lies outside the reader's quiet hours, aware and in UTC.

    Quiet hours are wall-clock times in the reader's zone and may go over midnight. An end that the clocks
    skip that day comes as much later as they jump; one that they show twice counts the first time, and for
    whoever asks between the two, the second.
    """
    local = now.astimezone(ZoneInfo(reader.zone))
    wall, begin, end = local.time(), reader.quiet_from, reader.quiet_until
    if begin is None or end is None:
        return now.astimezone(UTC)
    is_quiet = begin <= wall < end if begin <= end else wall >= begin or wall < end
    if not is_quiet:
        return now.astimezone(UTC)
    day = local.date() if wall < end else local.date() + timedelta(days=1)
    first, second = (
        datetime.combine(day, end, local.tzinfo).replace(fold=fold).astimezone(UTC) for fold in (0, 1)
    )
    return first if first > now else second


async def channel_reader(session: AsyncSession, channel: str, default: Reader) -> Reader:
    """In which language the bot speaks in a channel."""
    setting = await session.get(ChannelSetting, channel)
    return Reader(setting.language, setting.language, default.zone) if setting else default


async def choose_language(session: AsyncSession, slack_id: str, language: str | None) -> None:
    """Read in `language` from now on; None follows Slack again. Raises `Invalid` for one the bot has not."""
    if language is not None and language not in HOUSE_LANGUAGES:
        raise Invalid("language", "not_spoken", language)
    (await ensure_member(session, slack_id)).language = language


async def choose_zone(session: AsyncSession, slack_id: str, zone: str | None) -> None:
    """Show times in an IANA zone from now on; None follows Slack again. Raises `NotFound`."""
    chosen = None if zone is None else zone_named(zone)
    (await ensure_member(session, slack_id)).zone = chosen


def zone_named(typed: str) -> str:
    """The IANA zone that was typed, or its city, whatever the case. Raises `NotFound` with the nearest."""
    by_name = {name.casefold(): name for name in zones()}
    name = typed.strip().replace(" ", "_").casefold()
    of_city = [zone for zone in zones() if zone.casefold().endswith(f"/{name}")]
    found = by_name.get(name) or (of_city[0] if len(of_city) == 1 else None)
    if found is None:
        nearest = process.extract(typed, sorted(zones()), score_cutoff=60, limit=3)
        raise NotFound("zone", typed, tuple(name for name, _, _ in nearest))
    return found


async def remember(session: AsyncSession, profiles: Iterable[Profile]) -> None:
    """Keep members in step with their Slack profiles; what they chose themselves stays.

    Who left before they were met is not noted: whoever was erased does not come back by Slack's list.
    """
    told = {profile.slack_id: profile for profile in profiles}
    if here := sorted(profile.slack_id for profile in told.values() if profile.is_active):
        await _ensure(session, here)
    for member in await members_by_slack_ids(session, told):
        profile = told[member.slack_id]
        member.slack_locale = profile.locale or member.slack_locale
        member.slack_zone = profile.zone or member.slack_zone
        member.is_guest, member.is_bot = profile.is_guest, profile.is_bot
        member.is_active = profile.is_active


async def claim(
    session: AsyncSession, key: str, now: datetime, *, again_after: timedelta | None = None
) -> bool:
    """Whether this is the first time anybody claims `key`; Slack sends events, and people click, twice.

    With `again_after`, a claim that is older counts no more: a second click a minute later is meant.
    """
    dialect = session.get_bind().dialect.name
    insert = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(Claim).values(key=key, at=now)
    if again_after is None:
        statement = insert.on_conflict_do_nothing()
    else:
        statement = insert.on_conflict_do_update(
            index_elements=[Claim.key], set_={"at": now}, where=Claim.at < now - again_after
        )
    return (await session.execute(statement.returning(Claim.key))).first() is not None


async def unclaim(session: AsyncSession, key: str) -> None:
    """Leave `key` to whoever comes next: what it was claimed for came to nothing."""
    await session.execute(delete(Claim).where(Claim.key == key))


async def forget_claims(session: AsyncSession, before: datetime) -> None:
    """Drop claims made before an aware moment: nobody will come with the same key any more.

    Nudges stay claimed: what is out of date stays so until somebody says it anew.
    """
    await session.execute(delete(Claim).where(Claim.at < before, Claim.key.not_like("nudge:%")))


async def everybody(session: AsyncSession) -> list[str]:
    """The Slack ids of all who were met and not erased."""
    query = select(Member.slack_id).where(Member.slack_id != FORMER)
    return list(await session.scalars(query.order_by(Member.id)))


def spoken(locale: str | None) -> str | None:
    """The house language of a Slack locale such as `fr-CA` or `es-LA`; None if the bot does not speak it."""
    language = (locale or "").replace("_", "-").partition("-")[0].lower()
    return language if language in HOUSE_LANGUAGES else None


async def ensure_member(session: AsyncSession, slack_id: str) -> Member:
    """The member's row, made if need be; two at once make one.

    Until Slack has told of them they are a guest: a row alone must not give a guest the rights of a member.
    """
    member = await member_by_slack_id(session, slack_id)
    if member is None:
        await _ensure(session, [slack_id], is_guest=True)
        member = await member_by_slack_id(session, slack_id)
    assert member is not None  # noqa: S101 - it was inserted just now
    return member


async def _ensure(session: AsyncSession, slack_ids: Sequence[str], *, is_guest: bool = False) -> None:
    """Make the rows of those not met yet."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    new = {"is_guest": is_guest, "is_bot": False, "is_active": True}
    rows = [{"slack_id": slack_id, **new} for slack_id in slack_ids]
    await session.execute(insert(Member).on_conflict_do_nothing(), rows)
