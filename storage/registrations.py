"""Who registered for an event, and how many came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Term
from storage.events import Event
from storage.members import Member
from storage.partial_dates import Precision, Status
from storage.vocabulary import Constituency, Region, RegistrationState


class Registration(Base):
    """Somebody registered for an event, for a constituency; `at` is their place in the queue."""

    __tablename__ = "registrations"
    __table_args__ = (UniqueConstraint("event_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    state: Mapped[RegistrationState] = mapped_column(Term(RegistrationState))
    constituency: Mapped[Constituency | None] = mapped_column(Term(Constituency))
    at: Mapped[datetime]
    changed_at: Mapped[datetime]
    member: Mapped[Member] = relationship(lazy="joined")


class Attendance(Base):
    """How many came to an event: of a constituency, or from a region; never who."""

    __tablename__ = "attendances"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    constituency: Mapped[Constituency | None] = mapped_column(Term(Constituency))
    region: Mapped[Region | None] = mapped_column(Term(Region))
    count: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]


async def registrations_of(
    session: AsyncSession, event_id: int, *states: RegistrationState
) -> list[Registration]:
    """Who stands so for an event, in the order in which they registered. People who left Slack are not."""
    query = (
        select(Registration)
        .join(Member, Registration.member_id == Member.id)
        .where(Registration.event_id == event_id, Registration.state.in_(states), Member.is_active)
        .order_by(Registration.at, Registration.id)
        .execution_options(populate_existing=True)
    )
    return list((await session.scalars(query)).all())


async def count_registered(session: AsyncSession, event_id: int) -> int:
    """How many have a seat at an event. People who left Slack have not."""
    query = select(func.count(Registration.id)).join(Member, Registration.member_id == Member.id)
    seated = Registration.state == RegistrationState.REGISTERED
    return await session.scalar(query.where(Registration.event_id == event_id, seated, Member.is_active)) or 0


async def registration_of(session: AsyncSession, event_id: int, member_id: int) -> Registration | None:
    """Somebody's own registration for an event, whatever became of it, as it stands now."""
    query = select(Registration).where(Registration.event_id == event_id, Registration.member_id == member_id)
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()


async def attendances_of(session: AsyncSession, event_id: int) -> list[Attendance]:
    """How many came to an event, a row for each constituency and region of which it was recorded."""
    query = select(Attendance).where(Attendance.event_id == event_id).order_by(Attendance.id)
    return list((await session.scalars(query)).all())


async def sharing_people(session: AsyncSession, event_id: int, others: Collection[int]) -> set[int]:
    """Those of the `others` for which somebody is registered who is registered for an event, too."""
    one = select(Registration.member_id).where(
        Registration.event_id == event_id, Registration.state == RegistrationState.REGISTERED
    )
    query = select(Registration.event_id).where(
        Registration.event_id.in_(others),
        Registration.state == RegistrationState.REGISTERED,
        Registration.member_id.in_(one),
    )
    return set(await session.scalars(query.distinct()))


async def registered_between(
    session: AsyncSession, first: date, last: date
) -> list[tuple[Registration, Event]]:
    """Who is registered for what begins from `first` to `last`, of events whose days are confirmed."""
    confirmed = select(Event).where(
        Event.state.is_(None),
        Event.when_status == Status.PLANNED,  # type: ignore[attr-defined]
        Event.when_precision.in_((Precision.DAY, Precision.RANGE, Precision.PART_OF_DAY)),  # type: ignore[attr-defined]
        Event.when_start.between(first, last),  # type: ignore[attr-defined]
    )
    found = await session.scalars(confirmed.execution_options(populate_existing=True))
    events = {row.id: row for row in found.unique()}
    query = (
        select(Registration)
        .join(Member, Member.id == Registration.member_id)
        .where(
            Registration.event_id.in_(confirmed.with_only_columns(Event.id)),
            Registration.state == RegistrationState.REGISTERED,
            Member.is_active,
            Member.is_bot.is_(False),
        )
        .order_by(Registration.event_id, Registration.id)
        .execution_options(populate_existing=True)
    )
    # An event that was confirmed between the two is read at the next tick.
    return [(one, events[one.event_id]) for one in await session.scalars(query) if one.event_id in events]
