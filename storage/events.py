"""Events: workshops, meetings, conferences, and the days observed every year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Select,
    String,
    UniqueConstraint,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from storage.base import Base, Dated, Keyed, Source, Sourced, Term, Words
from storage.groups import Group
from storage.members import Member
from storage.partial_dates import PartialDate, Precision
from storage.pathfinders import Place
from storage.sight import EVERYBODY, Sight
from storage.vocabulary import EventKind, EventState, Mode, Visibility

_AT_ONCE = 500
"""Rows that are asked for in one statement: databases take only so many values in one."""


class Event(Keyed, Dated, Sourced, Base):
    """An event. `recurrence` is an RFC 5545 rule for what comes every year; `when` is then its first day.

    `place` is the country, `venue` the town or building as the record names it; a worldwide day has neither.
    `group` holds it; `audiences` are further groups and countries whom it concerns. `zones` are further zones
    in which its hours are said. `link` is where one joins online: for who is registered. `number` counts the
    meetings of a group. `outcome` is what came of it. `was` is the date, in its compact form, from which it
    was moved. Every change that concerns its guests raises `revision`. `owner` added it; one that is only
    proposed has a `state`, and stands in no calendar. Without `visibility` it is public.
    """

    __tablename__ = "events"

    kind: Mapped[EventKind] = mapped_column(Term(EventKind))
    name: Mapped[Words]
    about: Mapped[Words | None]
    venue: Mapped[Words | None]
    organiser: Mapped[Words | None]
    mode: Mapped[Mode | None] = mapped_column(Term(Mode))
    themes: Mapped[list[str]] = mapped_column(default=list)
    recurrence: Mapped[str | None] = mapped_column(String(200))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"), index=True)
    state: Mapped[EventState | None] = mapped_column(Term(EventState))
    visibility: Mapped[Visibility | None] = mapped_column(Term(Visibility))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    number: Mapped[int | None]
    zones: Mapped[list[str]] = mapped_column(default=list)
    languages: Mapped[list[str]] = mapped_column(default=list)
    link: Mapped[str | None] = mapped_column(String(500))
    takes_registrations: Mapped[bool] = mapped_column(default=False)
    capacity: Mapped[int | None]
    outcome: Mapped[Words | None]
    was: Mapped[str | None] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    place: Mapped[Place | None] = relationship(lazy="joined")
    group: Mapped[Group | None] = relationship(lazy="joined")
    owner: Mapped[Member | None] = relationship(lazy="selectin", foreign_keys=[owner_id])
    audiences: Mapped[list[EventAudience]] = relationship(lazy="raise", cascade="all, delete-orphan")


class EventAudience(Base):
    """A group or a country whom an event concerns, beside the one that holds it and where it takes place."""

    __tablename__ = "event_audiences"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    group: Mapped[Group | None] = relationship(lazy="joined")
    place: Mapped[Place | None] = relationship(lazy="joined")


class FeedsInto(Base):
    """What comes of one event goes into another, later one."""

    __tablename__ = "event_feeds_into"
    __table_args__ = (UniqueConstraint("event_id", "into_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)


def _listed(sight: Sight = EVERYBODY) -> Select[Any]:
    """Those that stand in the calendar and may be seen."""
    return select(Event).where(Event.state.is_(None), sight.condition(Event))


def _in_order(query: Select[Any]) -> Select[Any]:
    return query.order_by(Event.when_end.is_(None), Event.when_end, Event.id)  # type: ignore[attr-defined]


async def event_by_id(session: AsyncSession, number: int, *, lock: bool = False) -> Event | None:
    """One event as it stands now, with whom it concerns; `lock` holds it until the transaction ends."""
    if lock:
        await session.execute(select(Event.id).where(Event.id == number).with_for_update())
    query = select(Event).where(Event.id == number).options(selectinload(Event.audiences))
    return (await session.scalars(query.execution_options(populate_existing=True))).unique().one_or_none()


async def proposed_events(session: AsyncSession) -> list[Event]:
    """What members proposed and nobody decided on, longest waiting first."""
    query = select(Event).where(Event.state == EventState.PROPOSED).options(selectinload(Event.audiences))
    return list((await session.scalars(query.order_by(Event.id))).unique().all())


async def yearly_events(session: AsyncSession) -> list[Event]:
    """What comes every year and is public."""
    query = _listed().where(Event.recurrence.is_not(None))
    return list((await session.scalars(query.order_by(Event.id))).unique().all())


async def events_on(session: AsyncSession, first: date, last: date) -> list[Event]:
    """What stands in the calendar on any of these days, of all that has its days, whoever may see it."""
    query = select(Event).where(
        Event.state.is_(None),
        Event.when_start <= last,  # type: ignore[attr-defined]
        Event.when_end >= first,  # type: ignore[attr-defined]
        Event.when_precision.in_((Precision.DAY, Precision.RANGE, Precision.PART_OF_DAY)),  # type: ignore[attr-defined]
    )
    return list((await session.scalars(query.options(selectinload(Event.audiences)))).unique().all())


async def events_of_place(session: AsyncSession, place_id: int, sight: Sight = EVERYBODY) -> list[Event]:
    """The events of one place or for it, oldest first, undated ones last."""
    further = select(EventAudience.event_id).where(EventAudience.place_id == place_id)
    query = _listed(sight).where(or_(Event.place_id == place_id, Event.id.in_(further)))
    return list((await session.scalars(_in_order(query))).all())


async def events_of_kind(session: AsyncSession, kind: EventKind) -> list[Event]:
    """Every event of one kind, oldest first, undated ones last."""
    return list((await session.scalars(_in_order(_listed().where(Event.kind == kind)))).all())


async def events_of_group(session: AsyncSession, group_id: int, sight: Sight = EVERYBODY) -> list[Event]:
    """The events of one action group or for it, oldest first, undated ones last."""
    further = select(EventAudience.event_id).where(EventAudience.group_id == group_id)
    query = _listed(sight).where(or_(Event.group_id == group_id, Event.id.in_(further)))
    return list((await session.scalars(_in_order(query))).all())


@dataclass(frozen=True)
class Line:
    """What decides whether and where an event stands in a list, and no more: there may be very many.

    `announced` is the last day of which its document tells, None if none is stated or there is no document
    (`is_cited`); `said_at` when a member said it. `is_own` is what was asked of each.
    """

    id: int
    key: str
    when: PartialDate
    recurrence: str | None
    is_cited: bool
    announced: date | None
    said_at: datetime | None
    is_own: bool


def not_over(day: date) -> ColumnElement[bool]:
    """The condition of what ends on `day` or later, what has no date yet, and what comes every year."""
    return or_(Event.when_end >= day, Event.when_end.is_(None), Event.recurrence.is_not(None))  # type: ignore[attr-defined]


def over_before(day: date) -> ColumnElement[bool]:
    """The condition of what ended before `day`, and what has no date; yearly days excepted."""
    over = or_(Event.when_end < day, Event.when_end.is_(None))  # type: ignore[attr-defined]
    return and_(over, Event.recurrence.is_(None))


async def lines_of(
    session: AsyncSession, sight: Sight, *conditions: ColumnElement[bool], own: ColumnElement[bool]
) -> list[Line]:
    """Of the events that fit and may be seen only what a list is made by, as they were added.

    Whether each fulfils the condition `own` stands beside it.
    """
    said_at = case((Event.said_by_id.is_not(None), Event.said_at))
    source: Any = (Source.id, Source.when_end)  # type: ignore[attr-defined]
    columns: Any = (
        Event.id,
        Event.key,
        Event.when,
        Event.recurrence,
        *source,
        said_at,
        case((own, 1), else_=0),
    )
    query = _listed(sight).where(*conditions).join(Source, Source.id == Event.source_id, isouter=True)
    rows = await session.execute(query.with_only_columns(*columns).order_by(Event.id))
    return [
        Line(number, key, when, rule, source is not None, announced, at, bool(is_own))
        for number, key, when, rule, source, announced, at, is_own in rows
    ]


async def events_by_ids(session: AsyncSession, ids: Sequence[int]) -> list[Event]:
    """These events with whom they concern, in this order."""
    found: dict[int, Event] = {}
    for first in range(0, len(ids), _AT_ONCE):
        query = select(Event).where(Event.id.in_(ids[first : first + _AT_ONCE]))
        rows = await session.scalars(query.options(selectinload(Event.audiences)))
        found |= {row.id: row for row in rows.unique()}
    return [found[number] for number in ids if number in found]


async def events_between(
    session: AsyncSession, first: date, last: date, sight: Sight, *conditions: ColumnElement[bool]
) -> list[Event]:
    """What fits and may lie between two days, as far as is known, or comes every year; oldest first."""
    begins = func.coalesce(Event.when_start, Event.when_end)  # type: ignore[attr-defined]
    dated = and_(begins <= last, Event.when_end >= first)  # type: ignore[attr-defined]
    query = _listed(sight).where(or_(dated, Event.recurrence.is_not(None)), *conditions)
    return list((await session.scalars(_in_order(query.options(selectinload(Event.audiences))))).all())


async def links_between(session: AsyncSession, event_id: int) -> list[FeedsInto]:
    """Where the results of an event go, and whose results it takes up, oldest link first."""
    touching = or_(FeedsInto.event_id == event_id, FeedsInto.into_id == event_id)
    return list((await session.scalars(select(FeedsInto).where(touching).order_by(FeedsInto.id))).all())
