"""What nobody has confirmed for long may be out of date; whoever is responsible hears of it once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
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


async def to_nudge(session: AsyncSession, now: datetime, stale_after: timedelta) -> tuple[Nudge, ...]:
    """Claim what members said longer than `stale_after` ago, and give it to those who may confirm it.

    A fact is claimed once for each time it was said; one for which nobody is responsible today is not, and
    waits for somebody. What only a document says never comes here.
    """
    query = select(Fact).where(Fact.said_at < now - stale_after, Fact.ended_at.is_(None)).order_by(Fact.id)
    stale: dict[Subject, list[Fact]] = defaultdict(list)
    for row in (await session.scalars(query)).all():
        if is_changeable(row):
            stale[Subject(row.group_id, row.place_id)].append(row)
    found = []
    day = now.astimezone(UTC).date()
    for subject, rows in stale.items():
        people = await leads(session, day, group_id=subject.group_id, place_id=subject.place_id)
        due = [row for row in rows if people and await claim(session, _once(row), now)]
        if due:
            scope, place, group = await scope_of(session, subject)
            entries = tuple(entry_of(row, day) for row in due)
            found += [Nudge(f"{_once(due[0])}:{who}", who, scope, place, group, entries) for who in people]
    return tuple(found)


def _once(row: Fact) -> str:
    said = row.said_at.astimezone(UTC).isoformat(timespec="seconds") if row.said_at else ""
    return f"nudge:fact:{row.id}:{said}"
