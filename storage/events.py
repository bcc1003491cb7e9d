"""Events: workshops, meetings, conferences, and the days observed every year."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Select, String, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Dated, Keyed, Sourced, Term, Words
from storage.groups import Group
from storage.pathfinders import Place
from storage.vocabulary import EventKind, Mode


class Event(Keyed, Dated, Sourced, Base):
    """An event. `recurrence` is an RFC 5545 rule for what comes every year; `when` is then its first day.

    `place` is the country, `venue` the town or building as the record names it; a worldwide day has neither.
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
    place: Mapped[Place | None] = relationship(lazy="joined")
    group: Mapped[Group | None] = relationship(lazy="joined")


def _in_order(query: Select[Any]) -> Select[Any]:
    return query.order_by(Event.when_end.is_(None), Event.when_end, Event.id)  # type: ignore[attr-defined]


async def events_of_place(session: AsyncSession, place_id: int) -> list[Event]:
    """The events of one place, oldest first, undated ones last."""
    query = select(Event).where(Event.place_id == place_id)
    return list((await session.scalars(_in_order(query))).all())


async def events_of_kind(session: AsyncSession, kind: EventKind) -> list[Event]:
    """Every event of one kind, oldest first, undated ones last."""
    return list((await session.scalars(_in_order(select(Event).where(Event.kind == kind)))).all())


async def events_of_group(session: AsyncSession, group_id: int) -> list[Event]:
    """The events of one action group, oldest first, undated ones last."""
    query = select(Event).where(Event.group_id == group_id)
    return list((await session.scalars(_in_order(query))).all())


async def events_not_over(session: AsyncSession, day: date) -> list[Event]:
    """What ends on `day` or later, what has no date yet, and what comes every year."""
    coming = or_(Event.when_end >= day, Event.when_end.is_(None), Event.recurrence.is_not(None))  # type: ignore[attr-defined]
    return list((await session.scalars(_in_order(select(Event).where(coming)))).all())


async def events_before(session: AsyncSession, day: date) -> list[Event]:
    """What ended before `day`, and what has no date; yearly days excepted."""
    over = or_(Event.when_end < day, Event.when_end.is_(None))  # type: ignore[attr-defined]
    query = select(Event).where(over, Event.recurrence.is_(None))
    return list((await session.scalars(_in_order(query))).all())
