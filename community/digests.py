"""What followers get together, once a day, a week or a month: each update once, none left out.

An edition is due from nine in the reader's own morning: of each day, or of the first day of each ISO week or
month on which the clock finds it. What one missed, because nobody ran or it was stored late, is in the next.
What waits for whoever changes how often is in their next edition; one at once is made for what waits then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from community import news
from community.following import seen_by
from community.members import Reader, reader_from
from community.news import Advance
from community.posted import Posted, posted
from storage.editions import Edition, claim_edition, edition_by_id, editions_made
from storage.following import Subscription, collected_by, collecting, told_of
from storage.mail import not_mailed as editions_not_mailed
from storage.members import Member
from storage.news import (
    Topics,
    advances_among,
    editions_with,
    editions_with_change,
    fresh_changes,
    fresh_updates,
    hold,
    still_published,
    updates_among,
)
from storage.updates import Update
from storage.vocabulary import Cadence, EditionState, UpdateState

SEND_FROM = time(9)
"""In the reader's zone: at the beginning of a working day."""
LOOKED_BACK = timedelta(days=10)
"""A letter is given up after five days; what could not be mailed comes in Slack instead."""
DIGEST = "digest"
"""The kind of delivery that is a part of a digest, in Slack or by e-mail."""


@dataclass(frozen=True)
class Due:
    """An edition that is to be made now: of whom, how often, and of which period."""

    member_id: int
    cadence: Cadence
    period: str


@dataclass(frozen=True)
class Digest:
    """An edition for one reader, by their Slack id. `gone` are the ids of items that they may see no more."""

    id: int
    to: str
    cadence: Cadence
    items: tuple[Posted, ...]
    advances: tuple[Advance, ...] = ()
    gone: frozenset[int] = frozenset()
    period: str = ""

    @property
    def occurrence(self) -> str:
        """What makes it one, for whoever and however often it is made: the same after a restore."""
        return f"digest:{self.to}:{self.cadence.value}:{self.period}"

    @property
    def about(self) -> str:
        """What its deliveries are about."""
        return f"edition:{self.id}"


async def due(session: AsyncSession, now: datetime, default: Reader) -> tuple[Due, ...]:
    """The editions that are due at an aware moment and were not made yet."""
    rows = await collecting(session)
    wanted = {
        (_reader(one.member_id), one.cadence, one.period): one
        for row in rows
        for one in _due(row, now, default)
    }
    made = await editions_made(session, wanted)
    return tuple(one for key, one in wanted.items() if key not in made)


async def compose(session: AsyncSession, one: Due, now: datetime) -> Digest | None:
    """Make an edition. None if there is no news, or somebody else made it: two clocks give one edition."""
    reader = _reader(one.member_id)
    number = await claim_edition(
        session, reader=reader, member_id=one.member_id, cadence=one.cadence, period=one.period,
        state=EditionState.APPROVED, texts={}, hidden=[], at=now, sends_at=now,
    )  # fmt: skip
    chosen = await collected_by(session, one.member_id, one.cadence)
    if number is None or not chosen:
        return None
    to = chosen[0].member.slack_id if chosen[0].member else ""
    today = now.astimezone(UTC).date()
    begun = min(each.since for each in chosen)
    last = await news.since(session, reader, one.cadence, begun, before=number)
    since = {each.id: each.waits_from or max(each.since, last) for each in chosen}
    begun = min(since.values())
    topics = Topics(
        frozenset(each.group_id for each in chosen if each.group_id),
        frozenset(each.place_id for each in chosen if each.place_id),
        frozenset(each.theme for each in chosen if each.theme),
    )
    fresh = [
        row.id
        for row in await updates_among(session, fresh_updates(reader, begun, topics))
        if row.author_id != one.member_id and any(_is_of(row, each, since[each.id]) for each in chosen)
    ]
    published = await still_published(session, fresh) if fresh else []
    seen = await seen_by(session, fresh, to, today) - await told_of(session, fresh, to)
    rows = [row for row in published if row.id in seen]
    places = {each.place_id: since[each.id] for each in chosen if each.place_id}
    reached = await _reached(session, one.member_id, reader, begun, places)
    for each in chosen:
        each.waits_from = None
    await hold(session, number, reader, [row.id for row in rows], [each.change_id for each in reached])
    items = tuple(posted(row) for row in rows)
    found = Digest(number, to, one.cadence, items, reached, period=one.period)
    return found if rows or reached else None


async def _reached(
    session: AsyncSession, member_id: int, reader: str, begun: datetime, since: Mapping[int, datetime]
) -> tuple[Advance, ...]:
    """The stages that places reached, each since its moment; none that the reader set themselves."""
    if not since:
        return ()
    fresh = fresh_changes(reader, begun, Topics(places=frozenset(since)))
    rows = await advances_among(session, fresh)
    mine = [row for row in rows if row[0].by_id != member_id and row[0].at >= since[row[2].id]]
    return tuple(news.advance(*row) for row in mine)


async def with_update(session: AsyncSession, update_id: int, now: datetime) -> tuple[Digest, ...]:
    """The editions that hold an update, as they read now."""
    return tuple(
        [
            await _now(session, edition, edition.member_id, now)
            for edition in await editions_with(session, update_id)
            if edition.member_id is not None
        ]
    )


async def with_change(session: AsyncSession, change_id: int, now: datetime) -> tuple[Digest, ...]:
    """The editions that hold a change of the record, as they read now."""
    return tuple(
        [
            await _now(session, edition, edition.member_id, now)
            for edition in await editions_with_change(session, change_id)
            if edition.member_id is not None
        ]
    )


async def as_it_is(session: AsyncSession, about: str, now: datetime) -> Digest | None:
    """The edition that a delivery is about, as it reads now; None if it is no member's."""
    edition = await edition_by_id(session, int(about.partition(":")[2]))
    if edition is None or edition.member_id is None:
        return None
    return await _now(session, edition, edition.member_id, now)


async def not_mailed(session: AsyncSession, now: datetime) -> tuple[Digest, ...]:
    """The editions that could not go by e-mail, or were wanted there no more, as they read now."""
    waiting = await editions_not_mailed(session, DIGEST, now - LOOKED_BACK)
    found = [await as_it_is(session, about, now) for about in waiting]
    return tuple(filter(None, found))


async def _now(session: AsyncSession, edition: Edition, member_id: int, now: datetime) -> Digest:
    """An edition as its reader may see it now."""
    member, today = await session.get_one(Member, member_id), now.astimezone(UTC).date()
    held = await news.held(session, edition.id)
    seen = await seen_by(session, [item.id for item in held.items], member.slack_id, today)
    gone = {item.id for item in held.items if item.state is not UpdateState.PUBLISHED or item.id not in seen}
    to, advances = member.slack_id, held.advances
    return Digest(
        edition.id, to, edition.cadence, held.items, advances, frozenset(gone), period=edition.period
    )


def _reader(member_id: int) -> str:
    return f"member:{member_id}"


def _due(row: Subscription, now: datetime, default: Reader) -> Iterator[Due]:
    """The edition that what is followed calls for at this moment, if any."""
    if row.member is None:
        return
    local = reader_from(row.member, default).local(now)
    begun = local.time() >= SEND_FROM
    if row.cadence is Cadence.DAILY and begun:
        yield Due(row.member.id, row.cadence, local.date().isoformat())
    elif row.cadence is Cadence.WEEKLY:
        year, week, weekday = local.isocalendar()
        if begun or weekday > 1:
            yield Due(row.member.id, row.cadence, f"{year}-W{week:02}")
    elif row.cadence is Cadence.MONTHLY and (begun or local.day > 1):
        yield Due(row.member.id, row.cadence, f"{local:%Y-%m}")
    elif row.cadence is Cadence.AT_ONCE and row.waits_from is not None:
        yield Due(row.member.id, row.cadence, f"{row.since.astimezone(UTC):%y%m%d%H%M%S}")


def _is_of(row: Update, one: Subscription, since: datetime) -> bool:
    """Whether an update is of what is followed, and was published since."""
    if row.released_at is None or row.released_at < since:
        return False
    pairs = ((one.group_id, row.group_id), (one.place_id, row.place_id), (one.theme, row.theme))
    return any(followed is not None and followed == its for followed, its in pairs)
