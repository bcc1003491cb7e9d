"""What nobody has confirmed for long may be out of date; whoever is responsible hears of it once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from community.hearing import leads
from community.members import claim
from community.names import PlaceName
from community.record import is_changeable
from community.rights import Subject
from community.standing import Entry, entry_of, scope_of
from storage.base import Words
from storage.facts import Fact


@dataclass(frozen=True)
class Nudge:
    """What one member is to look at, of one place or group. `key` is of the facts as they were said last."""

    key: str
    slack_id: str
    scope: str
    place: PlaceName | None
    group: Words | None
    entries: tuple[Entry, ...]


async def stale(session: AsyncSession, now: datetime, stale_after: timedelta) -> tuple[Subject, ...]:
    """The groups and places of which members said something longer than `stale_after` ago.

    What only a document says never comes here.
    """
    rows = await _rows(session, Fact.said_at < now - stale_after)
    return tuple(dict.fromkeys(Subject(row.group_id, row.place_id) for row in rows))


async def to_nudge(
    session: AsyncSession, subject: Subject, now: datetime, stale_after: timedelta
) -> tuple[Nudge, ...]:
    """Claim what is that old of one group or place, and give it to those who may confirm it.

    A fact is claimed once for each time it was said; one for which nobody is responsible today is not, and
    waits for somebody.
    """
    day = now.astimezone(UTC).date()
    people = await leads(session, day, group_id=subject.group_id, place_id=subject.place_id)
    if not people:
        return ()
    theirs = Fact.group_id == subject.group_id, Fact.place_id == subject.place_id
    rows = await _rows(session, Fact.said_at < now - stale_after, *theirs)
    due = [row for row in rows if await claim(session, _once(row), now)]
    if not due:
        return ()
    scope, place, group = await scope_of(session, subject)
    entries = tuple(entry_of(row, day) for row in due)
    return tuple(Nudge(f"{_once(due[0])}:{who}", who, scope, place, group, entries) for who in people)


async def _rows(session: AsyncSession, *conditions: ColumnElement[bool]) -> list[Fact]:
    query = select(Fact).where(*conditions, Fact.ended_at.is_(None)).order_by(Fact.id)
    return [row for row in await session.scalars(query) if is_changeable(row)]


def _once(row: Fact) -> str:
    said = row.said_at.astimezone(UTC).isoformat(timespec="seconds") if row.said_at else ""
    return f"nudge:fact:{row.id}:{said}"
