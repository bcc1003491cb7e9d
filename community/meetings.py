"""Meetings: the numbered series of a group, and what was recorded at each, put together as its report.

A report is read off the rows of the meeting: its agenda, the points and decisions that were recorded under
its items, the questions asked and the commitments made there. Of a meeting that is only known from a document
everybody reads what the record has, without a report having been written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from community import events
from community.errors import NotFound
from community.events import Happening, happening
from community.rights import Action, Actor, may
from community.sight import sight_of
from community.timing import has_begun
from storage.base import Words
from storage.events import Event
from storage.groups import group_by_key
from storage.meetings import last_number, meetings_of, on_record, report_of, report_states
from storage.partial_dates import Status
from storage.vocabulary import EventKind, ReportState

COORDINATING = "gcg"
"""The key of the Global Coordinating Group, whose meetings are meant where no group is named."""


class Readable(StrEnum):
    """What somebody may read of a meeting: its report as far as it has come, or what the record has."""

    PUBLISHED = "published"
    IN_REVIEW = "in_review"
    DRAFT = "draft"
    FROM_RECORD = "from_record"


@dataclass(frozen=True)
class Line:
    """A meeting in a list, and what its reader may read of it."""

    event: Happening
    readable: Readable | None


@dataclass(frozen=True)
class Series:
    """The meetings of one group, latest first."""

    group: str
    name: Words
    lines: tuple[Line, ...]


async def series(
    session: AsyncSession, actor: Actor, key: str, now: datetime, today: date, day: date, *, to_guests: bool
) -> Series:
    """The meetings of the group of a key that may be seen. Raises `NotFound`."""
    group = await group_by_key(session, key)
    if group is None:
        raise NotFound("group", key)
    rows = await meetings_of(session, group.id, await sight_of(session, actor, day, to_guests=to_guests))
    numbers = [row.id for row in rows]
    states, kept = await report_states(session, numbers), await on_record(session, numbers)
    lines = [
        Line(
            happening(row, today),
            to_read(
                row,
                states.get(row.id),
                now,
                manages=not to_guests and may(actor, Action.MANAGE_EVENT, events.about(row)),
                is_on_record=row.id in kept,
            ),
        )
        for row in rows
    ]
    return Series(group.key, group.name, tuple(lines))


async def free_number(session: AsyncSession, event: Happening) -> int | None:
    """The number of a meeting in its group's series, or the next free one; None for other events."""
    if event.kind is not EventKind.MEETING or event.group_id is None:
        return None
    return event.number or await last_number(session, event.group_id) + 1


async def readable(session: AsyncSession, row: Event, now: datetime, *, manages: bool) -> bool:
    """Whether there is anything of a meeting for its reader to read, so that its card offers it."""
    if row.kind is not EventKind.MEETING:
        return False
    report, kept = await report_of(session, row.id), await on_record(session, [row.id])
    state = report.state if report else None
    return to_read(row, state, now, manages=manages, is_on_record=bool(kept)) is not None


def to_read(
    row: Event, state: ReportState | None, now: datetime, *, manages: bool, is_on_record: bool
) -> Readable | None:
    """What somebody may read of a meeting, who `manages` it or not; None where there is nothing yet."""
    if state is ReportState.PUBLISHED:
        return Readable.PUBLISHED
    if state is not None and manages:
        return Readable.IN_REVIEW if state is ReportState.IN_REVIEW else Readable.DRAFT
    if row.added_at is None and is_on_record and row.when.status is Status.HELD:
        return Readable.FROM_RECORD
    begun = has_begun(row.when, now) and row.when.status is not Status.CANCELLED
    return Readable.DRAFT if manages and begun else None
