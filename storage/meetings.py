"""What was recorded at a meeting, and the report that is made from it. The meeting itself is an event."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, func, select, union, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.agendas import AgendaItem
from storage.base import Base, Keyed, Sourced, Term, Words
from storage.commitments import Commitment
from storage.events import Event
from storage.groups import Group
from storage.questions import Question
from storage.sight import Sight
from storage.vocabulary import EventKind, EventState, NoteKind, ReportState


class MeetingNote(Keyed, Sourced, Base):
    """A point or a decision of a meeting, under an item of its agenda or none."""

    __tablename__ = "meeting_notes"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id"), index=True)
    kind: Mapped[NoteKind] = mapped_column(Term(NoteKind))
    text: Mapped[Words]
    position: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime | None]


class Report(Base):
    """The report of a meeting; what stands in it is read off the rows of that meeting."""

    __tablename__ = "reports"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    introduction: Mapped[Words | None]
    state: Mapped[ReportState] = mapped_column(Term(ReportState))
    revision: Mapped[int] = mapped_column(default=1)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    published_at: Mapped[datetime | None]
    corrected_at: Mapped[datetime | None]


async def meetings_of(session: AsyncSession, group_id: int, sight: Sight) -> list[Event]:
    """The meetings in a group's series that may be seen: by number, latest first, then those without one."""
    query = select(Event).where(
        Event.kind == EventKind.MEETING,
        Event.group_id == group_id,
        Event.state.is_(None),
        sight.condition(Event),
    )
    end = Event.when_end  # type: ignore[attr-defined]
    order = Event.number.is_(None), Event.number.desc(), end.is_(None), end.desc(), Event.id.desc()
    return list((await session.scalars(query.order_by(*order))).unique().all())


async def last_number(session: AsyncSession, group_id: int) -> int:
    """The highest number in a group's series; 0 if no meeting has one."""
    query = select(func.max(Event.number)).where(Event.group_id == group_id, *_standing())
    return await session.scalar(query) or 0


async def is_number_taken(session: AsyncSession, group_id: int, number: int, *, but: int) -> bool:
    """Whether another meeting of the group has that number. The group stays locked until the end."""
    await session.execute(select(Group.id).where(Group.id == group_id).with_for_update())
    query = select(Event.id).where(
        Event.group_id == group_id, Event.number == number, Event.id != but, *_standing()
    )
    return (await session.scalars(query)).first() is not None


async def notes_of(session: AsyncSession, event_id: int) -> list[MeetingNote]:
    """What was recorded at a meeting, in the order in which it was; as it stands now."""
    query = select(MeetingNote).where(MeetingNote.event_id == event_id)
    query = query.order_by(MeetingNote.position, MeetingNote.id).execution_options(populate_existing=True)
    return list((await session.scalars(query)).unique().all())


async def report_of(session: AsyncSession, event_id: int) -> Report | None:
    """The report of a meeting as it stands now; None where nobody began one."""
    return await session.get(Report, event_id, populate_existing=True)


async def report_states(session: AsyncSession, event_ids: Collection[int]) -> dict[int, ReportState]:
    """How far the reports of these meetings have come; those that nobody began are left out."""
    query = select(Report.event_id, Report.state).where(Report.event_id.in_(event_ids))
    return {row.event_id: row.state for row in await session.execute(query)}


async def on_record(session: AsyncSession, event_ids: Collection[int]) -> set[int]:
    """Of these meetings, those of which the record has an agenda, questions or commitments."""
    kept = union(
        *(
            select(table.event_id).where(table.event_id.in_(event_ids))
            for table in (AgendaItem, Question, Commitment)
        )
    )
    found: Any = await session.execute(kept)
    return {number for (number,) in found}


async def change_report(
    session: AsyncSession, event_id: int, seen: int, before: Collection[ReportState], **values: Any
) -> bool:
    """Change a report only if it is still in the revision `seen`, and in a state of `before`.

    False means that somebody was faster.
    """
    guarded = (
        update(Report)
        .where(Report.event_id == event_id, Report.revision == seen, Report.state.in_(before))
        .values(**values)
        .returning(Report.event_id)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(guarded)).first() is not None


def _standing() -> tuple[ColumnElement[bool], ...]:
    """A meeting that was declined has no number any more."""
    return Event.kind == EventKind.MEETING, Event.state.is_distinct_from(EventState.DECLINED)
