"""Schedules, editions, and what each edition holds: what goes out together, once a period.

The reader of an edition is a member who follows something, or a schedule: a channel with its day and hour.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, and_, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Json, Term
from storage.members import Member
from storage.vocabulary import Cadence, EditionState, Quiet

READERS_AT_ONCE = 500
"""Readers of one query: within what SQLite takes as values."""


_LEAVES = text("leaves_slack AND ended_at IS NULL")
"""People outside get one newsletter: of two schedules saved in one moment the second is refused."""


class Schedule(Base):
    """When a newsletter goes out: at `at` in `zone`, on `weekday` (0 is Monday) or the `monthday` (1 to 28).

    `topics` are what it is about, such as `group:migration`; none is everything. With `is_reviewed` editors
    see each edition a day ahead and approve it; else it goes out by itself. With `leaves_slack` it goes by
    e-mail and on the web too. `quiet` is what a period without any news comes to.
    """

    __tablename__ = "schedules"
    __table_args__ = (
        Index(
            "uq_schedules_leaving",
            "leaves_slack",
            unique=True,
            postgresql_where=_LEAVES,
            sqlite_where=_LEAVES,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cadence: Mapped[Cadence] = mapped_column(Term(Cadence))
    weekday: Mapped[int]
    monthday: Mapped[int] = mapped_column(default=1)
    at: Mapped[time]
    zone: Mapped[str] = mapped_column(String(64))
    topics: Mapped[list[str]] = mapped_column(Json, default=list)
    is_reviewed: Mapped[bool] = mapped_column(default=True)
    leaves_slack: Mapped[bool] = mapped_column(default=False)
    quiet: Mapped[Quiet] = mapped_column(Term(Quiet))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    channels: Mapped[list[ScheduleChannel]] = relationship(
        lazy="selectin", order_by="ScheduleChannel.id", cascade="all, delete-orphan"
    )


class ScheduleChannel(Base):
    """A channel that gets a newsletter, in a language; in several languages it has several rows."""

    __tablename__ = "schedule_channels"
    __table_args__ = (UniqueConstraint("schedule_id", "channel", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedules.id"))
    channel: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8))


class Edition(Base):
    """What a reader gets in one period: a local day (2026-11-21), week (2026-W47) or month (2026-11).

    At once, what had waited: the second of the choice, in UTC (261121093015).

    One row a reader, cadence and period: whoever inserts it makes the edition, on whatever replica, however
    often the clock strikes. Every change of its text raises `revision`; it is sent at `sends_at`, by e-mail
    and to the web too if it `leaves_slack`, whatever its schedule does later. `texts` are
    what editors wrote, by language and by section; `hidden` is what they left out, such as `update:17`.
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
    leaves_slack: Mapped[bool] = mapped_column(default=False)
    texts: Mapped[dict[str, dict[str, str]]] = mapped_column(Json, default=dict)
    hidden: Mapped[list[str]] = mapped_column(Json, default=list)
    at: Mapped[datetime]
    sends_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[Member | None] = relationship(lazy="selectin", foreign_keys=[decided_by_id])
    schedule: Mapped[Schedule | None] = relationship(lazy="joined")


class EditionItem(Base):
    """A piece of news in an edition: an update, or a change of the record.

    A reader gets each in one edition only, however late it was stored. Without an edition it was left out of
    one, and is for the next.
    """

    __tablename__ = "edition_items"
    __table_args__ = (
        UniqueConstraint("reader", "update_id"),
        UniqueConstraint("reader", "change_id", name="uq_edition_items_reader_change_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id"), index=True)
    reader: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(default=0)
    update_id: Mapped[int | None] = mapped_column(ForeignKey("updates.id"), index=True)
    change_id: Mapped[int | None] = mapped_column(ForeignKey("changes.id"), index=True)


async def claim_edition(session: AsyncSession, **columns: Any) -> int | None:
    """Make the edition of a period; its id, or None if it was made before."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    made = insert(Edition).values(revision=1, **columns).on_conflict_do_nothing().returning(Edition.id)
    return (await session.execute(made)).scalar_one_or_none()


async def editions_made(
    session: AsyncSession, wanted: Collection[tuple[str, Cadence, str]]
) -> set[tuple[str, Cadence, str]]:
    """Which of the editions of a reader, a cadence and a period were made already."""
    readers = sorted({reader for reader, _, _ in wanted})
    cadences = {cadence for _, cadence, _ in wanted}
    periods = {period for _, _, period in wanted}
    found: set[tuple[str, Cadence, str]] = set()
    for first in range(0, len(readers), READERS_AT_ONCE):
        query = select(Edition.reader, Edition.cadence, Edition.period).where(
            Edition.reader.in_(readers[first : first + READERS_AT_ONCE]),
            Edition.cadence.in_(cadences),
            Edition.period.in_(periods),
        )
        found |= {(row.reader, row.cadence, row.period) for row in await session.execute(query)}
    return found


async def edition_of(session: AsyncSession, reader: str, period: str) -> Edition | None:
    """What was made for a reader in a period; the last of them, if the cadence was changed meanwhile."""
    query = select(Edition).where(Edition.reader == reader, Edition.period == period)
    return (await session.scalars(query.order_by(Edition.id.desc()).limit(1))).unique().one_or_none()


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


async def edition_by_id(session: AsyncSession, number: int, *, lock: bool = False) -> Edition | None:
    """An edition as it stands now; with `lock` nobody else changes it, where the database can do that."""
    query = select(Edition).where(Edition.id == number).execution_options(populate_existing=True)
    if lock:
        query = query.with_for_update(of=Edition)
    return (await session.scalars(query)).unique().one_or_none()


async def schedule_to_draft(session: AsyncSession, number: int) -> Schedule | None:
    """A schedule that runs, which nobody changes or ends until the transaction ends, where possible."""
    query = select(Schedule).where(Schedule.id == number, Schedule.ended_at.is_(None)).with_for_update()
    return (await session.scalars(query)).one_or_none()


async def editions_ahead(session: AsyncSession, schedule: int, now: datetime) -> list[int]:
    """The ids of a schedule's editions that wait, or whose hour is yet to come."""
    waits = Edition.state.in_((EditionState.IN_REVIEW, EditionState.HELD))
    comes = and_(Edition.sends_at > now, Edition.state != EditionState.DROPPED)
    query = select(Edition.id).where(Edition.schedule_id == schedule, or_(waits, comes))
    return list(await session.scalars(query.order_by(Edition.id)))


async def approved_since(session: AsyncSession, since: datetime) -> list[int]:
    """The ids of the newsletters that went out since then, or are to."""
    query = select(Edition.id).where(
        Edition.schedule_id.is_not(None), Edition.state == EditionState.APPROVED, Edition.sends_at > since
    )
    return list(await session.scalars(query.order_by(Edition.id)))


async def editions_of_schedules(session: AsyncSession, states: tuple[EditionState, ...]) -> list[Edition]:
    """The latest editions of channels in some state, newest first."""
    query = select(Edition).where(Edition.schedule_id.is_not(None), Edition.state.in_(states))
    return list((await session.scalars(query.order_by(Edition.sends_at.desc()).limit(20))).unique())


async def schedules_running(session: AsyncSession) -> list[Schedule]:
    """Every schedule that runs."""
    query = select(Schedule).where(Schedule.ended_at.is_(None)).order_by(Schedule.id)
    return list(await session.scalars(query))


async def last_made(
    session: AsyncSession, reader: str, cadence: Cadence | None, *, before: int = 0
) -> datetime | None:
    """When a reader's last edition of a cadence (None: of any) was made, or the one before that id's."""
    query = select(func.max(Edition.at)).where(Edition.reader == reader)
    if cadence is not None:
        query = query.where(Edition.cadence == cadence)
    if before:
        query = query.where(Edition.id < before)
    return await session.scalar(query)


async def editions_sent(session: AsyncSession, now: datetime, most: int, first: int = 0) -> list[Edition]:
    """The newsletters that went out and left Slack, newest first, from the `first` on."""
    query = select(Edition).join(Schedule, Schedule.id == Edition.schedule_id)
    query = query.where(Edition.leaves_slack, Edition.state == EditionState.APPROVED, Edition.sends_at <= now)
    query = query.order_by(Edition.sends_at.desc(), Edition.id.desc()).offset(first).limit(most)
    return list((await session.scalars(query)).unique())
