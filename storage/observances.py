"""What members send in for a day that is observed: highlights of countries, and champions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Term, Words
from storage.events import Event
from storage.members import Member
from storage.organisations import Organisation
from storage.pathfinders import Place
from storage.vocabulary import ContributionKind, ContributionState


class Contribution(Base):
    """A country's highlight, or the nomination of a champion, for an observed day of one year.

    A champion is a member, who is asked for their consent (`consented_at`), or an organisation. `decided_by`
    is who decided on it: an editor, whose country it is, or the champion, who refused or took consent back.
    """

    __tablename__ = "contributions"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    year: Mapped[int]
    kind: Mapped[ContributionKind] = mapped_column(Term(ContributionKind))
    state: Mapped[ContributionState] = mapped_column(Term(ContributionState), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    text: Mapped[Words]
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    at: Mapped[datetime]
    consented_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    reason: Mapped[str | None] = mapped_column(String(500))
    revision: Mapped[int] = mapped_column(default=1)
    event: Mapped[Event] = relationship(lazy="joined")
    place: Mapped[Place | None] = relationship(lazy="joined")
    member: Mapped[Member | None] = relationship(lazy="selectin", foreign_keys=[member_id])
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    by: Mapped[Member] = relationship(lazy="joined", foreign_keys=[by_id])
    decided_by: Mapped[Member | None] = relationship(lazy="selectin", foreign_keys=[decided_by_id])


async def contribution_by_id(session: AsyncSession, number: int) -> Contribution | None:
    """One of them as it stands now."""
    query = select(Contribution).where(Contribution.id == number)
    return (await session.scalars(query.execution_options(populate_existing=True))).unique().one_or_none()


async def change_contribution(
    session: AsyncSession,
    number: int,
    before: Collection[ContributionState],
    values: Mapping[str, Any],
    *,
    seen: int | None = None,
) -> bool:
    """Change one only if it is still in a state of `before` and, if given, in the revision `seen`.

    Its revision goes up. False means that somebody was faster.
    """
    guarded = update(Contribution).where(Contribution.id == number, Contribution.state.in_(before))
    if seen is not None:
        guarded = guarded.where(Contribution.revision == seen)
    done = guarded.values({**values, "revision": Contribution.revision + 1}).returning(Contribution.id)
    return (await session.execute(done.execution_options(synchronize_session=False))).first() is not None


async def contributions_to(
    session: AsyncSession, event_id: int, year: int, states: Collection[ContributionState] = ()
) -> list[Contribution]:
    """What was sent in for the day of one year, oldest first."""
    query = select(Contribution).where(Contribution.event_id == event_id, Contribution.year == year)
    if states:
        query = query.where(Contribution.state.in_(states))
    query = query.order_by(Contribution.at, Contribution.id).execution_options(populate_existing=True)
    return list((await session.scalars(query)).unique().all())


async def contributions_in(
    session: AsyncSession, state: ContributionState, event_id: int | None = None
) -> list[Contribution]:
    """Everything in a state, for one event or for all, longest waiting first."""
    query = select(Contribution).where(Contribution.state == state)
    if event_id is not None:
        query = query.where(Contribution.event_id == event_id)
    return list((await session.scalars(query.order_by(Contribution.at, Contribution.id))).unique().all())


async def count_contributions(session: AsyncSession, state: ContributionState, event_id: int) -> int:
    """How many there are in a state for one event, of whatever year."""
    query = select(func.count(Contribution.id)).where(
        Contribution.state == state, Contribution.event_id == event_id
    )
    return await session.scalar(query) or 0


async def years_shown(session: AsyncSession, event_id: int, before: int) -> list[int]:
    """The years before that one for which something was approved, latest first."""
    query = (
        select(Contribution.year)
        .where(
            Contribution.event_id == event_id,
            Contribution.state == ContributionState.APPROVED,
            Contribution.year < before,
        )
        .distinct()
    )
    return sorted(await session.scalars(query), reverse=True)
