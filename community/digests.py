"""What followers get together, once a day or once a week: each update once, none left out.

An edition is due from nine in the reader's own morning: of each day, or of the first day of each ISO week on
which the clock finds it. What one missed, because nobody ran or it was stored late, is in the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy.ext.asyncio import AsyncSession

from community.following import may_see
from community.members import Reader, reader_from
from community.posted import Posted, posted
from storage.editions import (
    EditionItem,
    claim_edition,
    editions_since,
    editions_with,
    items_of,
    not_yet_in,
)
from storage.following import Subscription, collected_by, collecting
from storage.members import Member
from storage.updates import Update
from storage.vocabulary import Cadence, EditionState, UpdateState

SEND_FROM = time(9)
"""In the reader's zone: at the beginning of a working day."""


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
    gone: frozenset[int] = frozenset()

    @property
    def about(self) -> str:
        """What its deliveries are about."""
        return f"edition:{self.id}"


async def due(session: AsyncSession, now: datetime, default: Reader) -> tuple[Due, ...]:
    """The editions that are due at an aware moment and were not made yet; two queries, however many read."""
    rows = await collecting(session)
    wanted = dict.fromkeys(one for row in rows for one in _due(row, now, default))
    made = {
        (edition.member_id, edition.cadence, edition.period) for edition in await editions_since(session, now)
    }
    return tuple(one for one in wanted if (one.member_id, one.cadence, one.period) not in made)


async def compose(session: AsyncSession, one: Due, now: datetime) -> Digest | None:
    """Make an edition. None if there is no news, or somebody else made it: two clocks give one edition."""
    reader = f"member:{one.member_id}"
    number = await claim_edition(
        session, reader=reader, member_id=one.member_id, cadence=one.cadence, period=one.period,
        state=EditionState.APPROVED, at=now, sends_at=now,
    )  # fmt: skip
    chosen = await collected_by(session, one.member_id, one.cadence)
    if number is None or not chosen:
        return None
    to = chosen[0].member.slack_id if chosen[0].member else ""
    today = now.astimezone(UTC).date()
    rows = [
        row
        for row in await not_yet_in(session, reader, min(each.since for each in chosen), but_by=one.member_id)
        if any(_is_of(row, each) for each in chosen) and await may_see(session, row.id, to, today)
    ]
    session.add_all(EditionItem(edition_id=number, reader=reader, update_id=row.id) for row in rows)
    await session.flush()
    return Digest(number, to, one.cadence, tuple(posted(row) for row in rows)) if rows else None


async def with_update(session: AsyncSession, update_id: int, now: datetime) -> tuple[Digest, ...]:
    """The editions that hold an update, as they read now."""
    found, today = [], now.astimezone(UTC).date()
    for edition in await editions_with(session, update_id):
        if edition.member_id is None:
            continue
        member = await session.get_one(Member, edition.member_id)
        items = tuple(posted(row) for row in await items_of(session, edition.id))
        gone = {
            item.id
            for item in items
            if item.state is UpdateState.WITHDRAWN
            or not await may_see(session, item.id, member.slack_id, today)
        }
        found.append(Digest(edition.id, member.slack_id, edition.cadence, items, frozenset(gone)))
    return tuple(found)


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


def _is_of(row: Update, one: Subscription) -> bool:
    """Whether an update is of what is followed, and was published since."""
    if row.published_at is None or row.published_at < one.since:
        return False
    pairs = ((one.group_id, row.group_id), (one.place_id, row.place_id), (one.theme, row.theme))
    return any(followed is not None and followed == its for followed, its in pairs)
