"""What members ask of those who decide it: to join, to chair, to become a pathfinder, to look at a post."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Term
from storage.groups import Group
from storage.members import Member
from storage.vocabulary import RequestKind, RequestState


class Request(Base):
    """One request. `about` is the key of a country or body, for an interest; `note` what was said with it."""

    __tablename__ = "requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RequestKind] = mapped_column(Term(RequestKind))
    state: Mapped[RequestState] = mapped_column(Term(RequestState), default=RequestState.OPEN, index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"), index=True)
    update_id: Mapped[int | None] = mapped_column(ForeignKey("updates.id"), index=True)
    about: Mapped[str | None] = mapped_column(String(150))
    note: Mapped[str | None] = mapped_column(String(1000))
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    member: Mapped[Member] = relationship(lazy="joined", foreign_keys=[member_id])
    decided_by: Mapped[Member | None] = relationship(lazy="selectin", foreign_keys=[decided_by_id])
    group: Mapped[Group | None] = relationship(lazy="joined")


async def open_requests(session: AsyncSession) -> list[Request]:
    """Every request that waits, longest first."""
    query = select(Request).where(Request.state == RequestState.OPEN).order_by(Request.id)
    return list((await session.scalars(query.execution_options(populate_existing=True))).unique().all())


async def request_by_id(session: AsyncSession, number: int) -> Request | None:
    """One request as it stands now."""
    query = select(Request).where(Request.id == number).execution_options(populate_existing=True)
    return (await session.scalars(query)).unique().one_or_none()


async def same_request(
    session: AsyncSession,
    member_id: int,
    kind: RequestKind,
    *,
    group_id: int | None,
    update_id: int | None,
    about: str | None,
) -> Request | None:
    """What the same member asked already, if it waits still.

    Their row is locked until the end of the transaction, so that asking twice at once makes one.
    """
    await session.execute(select(Member.id).where(Member.id == member_id).with_for_update())
    query = select(Request).where(
        Request.state == RequestState.OPEN,
        Request.member_id == member_id,
        Request.kind == kind,
        Request.group_id == group_id,
        Request.update_id == update_id,
        Request.about == about,
    )
    return (await session.scalars(query)).unique().first()


async def close_request(
    session: AsyncSession, number: int, state: RequestState, by_id: int | None, now: datetime
) -> bool:
    """Decide a request that waits. False means that somebody was faster."""
    guarded = (
        update(Request)
        .where(Request.id == number, Request.state == RequestState.OPEN)
        .values(state=state, decided_by_id=by_id, decided_at=now)
        .returning(Request.id)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(guarded)).first() is not None
