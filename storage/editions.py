"""Schedules, editions, and what each edition holds: what goes out together, once a period.

The reader of an edition is a member who follows something, or a schedule: a channel with its day and hour.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Term
from storage.members import Member
from storage.updates import Update
from storage.vocabulary import Cadence, EditionState, Quiet, UpdateState

LONGEST_PERIOD = timedelta(days=33)
"""A month, with a day on each side for the zones."""


class Schedule(Base):
    """When a channel gets its newsletter: at `at` in `zone`, on `weekday` (0 is Monday) if it is weekly.

    With `is_reviewed` editors see each edition a day ahead and approve it; else it goes out by itself.
    `quiet` is what a period without any news comes to.
    """

    __tablename__ = "schedules"

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), unique=True)
    cadence: Mapped[Cadence] = mapped_column(Term(Cadence))
    weekday: Mapped[int]
    at: Mapped[time]
    zone: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    is_reviewed: Mapped[bool] = mapped_column(default=True)
    quiet: Mapped[Quiet] = mapped_column(Term(Quiet))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Edition(Base):
    """What a reader gets in one period: `period` is a local day (2026-11-21) or week (2026-W47).

    One row a reader, cadence and period: whoever inserts it makes the edition, on whatever replica, however
    often the clock strikes. Every change of its text raises `revision`; it is sent at `sends_at`.
    """

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("reader", "cadence", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reader: Mapped[str] = mapped_column(String(40))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedules.id"), index=True)
    cadence: Mapped[Cadence] = mapped_column(Term(Cadence))
    period: Mapped[str] = mapped_column(String(12))
    state: Mapped[EditionState] = mapped_column(Term(EditionState))
    revision: Mapped[int] = mapped_column(default=1)
    introduction: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
    sends_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[Member | None] = relationship(lazy="joined", foreign_keys=[decided_by_id])
    schedule: Mapped[Schedule | None] = relationship(lazy="joined")


class EditionItem(Base):
    """An update in an edition. A reader gets each update in one edition only, however late it was stored."""

    __tablename__ = "edition_items"
    __table_args__ = (UniqueConstraint("reader", "update_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    reader: Mapped[str] = mapped_column(String(40))
    update_id: Mapped[int] = mapped_column(ForeignKey("updates.id"), index=True)


async def claim_edition(session: AsyncSession, **columns: Any) -> int | None:
    """Make the edition of a period; its id, or None if it was made before."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    made = insert(Edition).values(revision=1, **columns).on_conflict_do_nothing().returning(Edition.id)
    return (await session.execute(made)).scalar_one_or_none()


async def editions_since(session: AsyncSession, now: datetime) -> list[Edition]:
    """Those made in the last weeks: an edition is made in its own period, and a month is the longest."""
    query = select(Edition).where(Edition.at > now - LONGEST_PERIOD)
    return list((await session.scalars(query)).unique())


async def change_edition(
    session: AsyncSession, number: int, seen: int, before: tuple[EditionState, ...], **values: Any
) -> bool:
    """Change an edition only if it is still in the revision `seen`, and in a state of `before`."""
    guarded = (
        update(Edition)
        .where(Edition.id == number, Edition.revision == seen, Edition.state.in_(before))
        .values(**values)
        .returning(Edition.id)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(guarded)).first() is not None


async def edition_by_id(session: AsyncSession, number: int) -> Edition | None:
    """An edition as it stands now."""
    query = select(Edition).where(Edition.id == number).execution_options(populate_existing=True)
    return (await session.scalars(query)).unique().one_or_none()


async def editions_of_schedules(session: AsyncSession, states: tuple[EditionState, ...]) -> list[Edition]:
    """The latest editions of channels in some state, newest first."""
    query = select(Edition).where(Edition.schedule_id.is_not(None), Edition.state.in_(states))
    return list((await session.scalars(query.order_by(Edition.sends_at.desc()).limit(20))).unique())


async def schedules_running(session: AsyncSession) -> list[Schedule]:
    """Every schedule that runs."""
    query = select(Schedule).where(Schedule.ended_at.is_(None)).order_by(Schedule.id)
    return list(await session.scalars(query))


async def not_yet_in(
    session: AsyncSession, reader: str, since: datetime, *, but_by: int | None = None
) -> list[Update]:
    """What was published since then, and is in no edition of this reader yet, oldest first.

    `but_by` is an author whose own updates are left out.
    """
    had = select(EditionItem.update_id).where(EditionItem.reader == reader)
    query = select(Update).where(
        Update.state == UpdateState.PUBLISHED, Update.published_at >= since, Update.id.not_in(had)
    )
    if but_by is not None:
        query = query.where(Update.author_id != but_by)
    return list((await session.scalars(query.order_by(Update.published_at, Update.id))).unique())


async def items_of(session: AsyncSession, edition_id: int) -> list[Update]:
    """The updates of an edition as they stand now, in its order."""
    query = (
        select(Update)
        .join(EditionItem, EditionItem.update_id == Update.id)
        .where(EditionItem.edition_id == edition_id)
        .order_by(EditionItem.id)
        .execution_options(populate_existing=True)
    )
    return list((await session.scalars(query)).unique())


async def editions_with(session: AsyncSession, update_id: int) -> list[Edition]:
    """The editions that hold an update."""
    query = (
        select(Edition)
        .join(EditionItem, EditionItem.edition_id == Edition.id)
        .where(EditionItem.update_id == update_id)
        .order_by(Edition.id)
    )
    return list((await session.scalars(query)).unique())
