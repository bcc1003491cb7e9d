"""Editions: what goes out together, once a period, and which items it holds."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Term
from storage.members import Member
from storage.updates import Update
from storage.vocabulary import Cadence, UpdateState

LONGEST_PERIOD = timedelta(days=9)
"""A week, with a day on each side for the zones."""


class Edition(Base):
    """What a reader gets in one period: `period` is a local day (2026-11-21) or an ISO week (2026-W47).

    One row a reader, cadence and period: whoever inserts it makes the edition, on whatever replica, however
    often the clock strikes.
    """

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("member_id", "cadence", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    cadence: Mapped[Cadence] = mapped_column(Term(Cadence))
    period: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]


class EditionItem(Base):
    """An update in an edition. A reader gets each update in one edition only, however late it was stored."""

    __tablename__ = "edition_items"
    __table_args__ = (UniqueConstraint("member_id", "update_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    update_id: Mapped[int] = mapped_column(ForeignKey("updates.id"), index=True)


async def claim_edition(
    session: AsyncSession, member_id: int, cadence: Cadence, period: str, now: datetime
) -> int | None:
    """Make the edition of a period; its id, or None if it was made before."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    made = (
        insert(Edition)
        .values(member_id=member_id, cadence=cadence, period=period, at=now)
        .on_conflict_do_nothing()
        .returning(Edition.id)
    )
    return (await session.execute(made)).scalar_one_or_none()


async def editions_since(session: AsyncSession, now: datetime) -> list[Edition]:
    """Those made in the last days: an edition is made in its own period, and a week is the longest."""
    return list(await session.scalars(select(Edition).where(Edition.at > now - LONGEST_PERIOD)))


async def not_yet_in(session: AsyncSession, member_id: int, since: datetime) -> list[Update]:
    """What others published since then, and is in no edition of this reader yet, oldest first."""
    had = select(EditionItem.update_id).where(EditionItem.member_id == member_id)
    query = select(Update).where(
        Update.state == UpdateState.PUBLISHED,
        Update.published_at >= since,
        Update.author_id != member_id,
        Update.id.not_in(had),
    )
    return list((await session.scalars(query.order_by(Update.published_at, Update.id))).unique().all())


async def items_of(session: AsyncSession, edition_id: int) -> list[Update]:
    """The updates of an edition as they stand now, in its order."""
    query = (
        select(Update)
        .join(EditionItem, EditionItem.update_id == Update.id)
        .where(EditionItem.edition_id == edition_id)
        .order_by(EditionItem.id)
        .execution_options(populate_existing=True)
    )
    return list((await session.scalars(query)).unique().all())


async def editions_with(session: AsyncSession, update_id: int) -> list[tuple[Edition, Member]]:
    """The editions that hold an update, each with its reader."""
    query = (
        select(Edition, Member)
        .join(EditionItem, EditionItem.edition_id == Edition.id)
        .join(Member, Member.id == Edition.member_id)
        .where(EditionItem.update_id == update_id)
        .order_by(Edition.id)
    )
    return [(edition, member) for edition, member in await session.execute(query)]
