"""Agendas: what stands on the programme of an event, and who presents it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Keyed, Sourced, Term, Words
from storage.members import Member
from storage.organisations import Organisation
from storage.vocabulary import SessionFormat


class AgendaItem(Keyed, Sourced, Base):
    """An item of an event's agenda, in its order by `position`; hours are local, in the event's own zone.

    `is_other_business` marks what a member asked beforehand to be taken up; `proposed_by` is that member.
    """

    __tablename__ = "agenda_items"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[Words]
    format: Mapped[SessionFormat | None] = mapped_column(Term(SessionFormat))
    day: Mapped[date | None]
    starts_at: Mapped[time | None]
    ends_at: Mapped[time | None]
    is_other_business: Mapped[bool] = mapped_column(default=False)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    proposed_by: Mapped[Member | None] = relationship(lazy="selectin", foreign_keys=[proposed_by_id])
    speakers: Mapped[list[Speaker]] = relationship(lazy="selectin", order_by="Speaker.id")


class Speaker(Keyed, Base):
    """Who presents an item: a member, an organisation, or `name` as the record has it.

    One who was replaced stays, and points at who speaks instead.
    """

    __tablename__ = "speakers"

    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[Words | None]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("speakers.id"))
    replaced_at: Mapped[datetime | None]
    member: Mapped[Member | None] = relationship(lazy="selectin")
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")


async def items_of(session: AsyncSession, event_id: int) -> list[AgendaItem]:
    """The items of an event's agenda in their order, with who presents them, as they stand now."""
    query = (
        select(AgendaItem)
        .where(AgendaItem.event_id == event_id)
        .order_by(AgendaItem.position, AgendaItem.id)
        .execution_options(populate_existing=True)
    )
    return list((await session.scalars(query)).unique().all())


async def presented_by_members(session: AsyncSession, event_ids: Collection[int]) -> list[AgendaItem]:
    """The items of some events that members present, those who were replaced left aside."""
    speaking = select(Speaker.item_id).where(Speaker.member_id.is_not(None), Speaker.replaced_by_id.is_(None))
    query = select(AgendaItem).where(AgendaItem.event_id.in_(event_ids), AgendaItem.id.in_(speaking))
    return list((await session.scalars(query.order_by(AgendaItem.id))).unique().all())
