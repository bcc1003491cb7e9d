"""Messages on their way to Slack: one row a message and destination, from the promise to its timestamp.

A row says what is to stand where. `wanted` counts its payloads, `shown` is the one that stands there (0: none
yet): a message that changes gets a new payload, and is pending again until Slack shows that one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, false, func, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Json, Term
from storage.vocabulary import DeliveryState

UNDER_WAY = text("state IN ('pending', 'unknown', 'claimed')")
UNREPORTED = text("state = 'failed' AND reported_at IS NULL")
"""What is asked for each second, or minute, among all that was ever sent: each has an index of its own, which
a database uses only where the query says the same words."""
_TO_EMPTY = text("state IN ('sent', 'failed', 'cancelled') AND NOT is_emptied")
OVER = text("state IN ('sent', 'failed', 'cancelled')")
_STANDS = text("ts IS NOT NULL")
_IN_ORDER = text("+deliveries.id")
"""By their ids, but found by another index: by that of the ids it would go through all there are."""


class Delivery(Base):
    """One message to one destination.

    `channel` is a channel's id or a member's, `room` where it stands in the end. `about` names what it tells
    of, such as `update:17`, and `kind` in which way. `command` is set for a card, which is drawn anew when
    its subject changes. `reason` is Slack's word, or the mail server's, for why it failed; `reported_at` is
    when somebody was told of it. `promised_at` is the hour at which it was to arrive, where one was promised:
    later, it says so. From `useless_at` on it is not sent any more. What goes by e-mail has a `letter`, and
    `mail:17` for its channel: that mail reader. Long after it is over it is emptied: its payload goes, and
    its key stays, so that nothing is sent twice.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_under_way", "due_at", postgresql_where=UNDER_WAY, sqlite_where=UNDER_WAY),
        Index("ix_deliveries_unreported", "id", postgresql_where=UNREPORTED, sqlite_where=UNREPORTED),
        Index("ix_deliveries_over", "due_at", postgresql_where=_TO_EMPTY, sqlite_where=_TO_EMPTY),
        Index("ix_deliveries_over_of_kind", "kind", "due_at", postgresql_where=OVER, sqlite_where=OVER),
        Index("ix_deliveries_ts", "ts", postgresql_where=_STANDS, sqlite_where=_STANDS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    about: Mapped[str] = mapped_column(String(150), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8))
    command: Mapped[str | None] = mapped_column(String(400))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    wanted: Mapped[int] = mapped_column(default=1)
    shown: Mapped[int] = mapped_column(default=0)
    state: Mapped[DeliveryState] = mapped_column(Term(DeliveryState), default=DeliveryState.PENDING)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(String(32))
    leased_until: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    room: Mapped[str | None] = mapped_column(String(20))
    ts: Mapped[str | None] = mapped_column(String(32))
    sent_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(60))
    reported_at: Mapped[datetime | None]
    promised_at: Mapped[datetime | None]
    useless_at: Mapped[datetime | None]
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), index=True)
    is_emptied: Mapped[bool] = mapped_column(default=False, server_default=false())


ROWS_AT_ONCE = 500
"""Rows of one INSERT: each has about ten values, and SQLite takes 32,766 in a statement."""
WAITING = (DeliveryState.PENDING, DeliveryState.UNKNOWN)


async def add_deliveries(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """Add deliveries, many at once; the keys of those whose key was not taken yet."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # With its rows as parameters a statement is compiled once, not for each number of rows.
    made = insert(Delivery.__table__).on_conflict_do_nothing(index_elements=["key"])  # type: ignore[arg-type]
    statement = made.returning(Delivery.__table__.c.key)
    added: set[str] = set()
    for first in range(0, len(rows), ROWS_AT_ONCE):
        batch = [dict(row) for row in rows[first : first + ROWS_AT_ONCE]]
        added.update((await session.execute(statement, batch)).scalars())
    return added


async def deliveries_by_key(session: AsyncSession, keys: Sequence[str]) -> dict[str, Delivery]:
    """The deliveries of these keys, locked until the end of the transaction where the database can."""
    found: dict[str, Delivery] = {}
    for first in range(0, len(keys), ROWS_AT_ONCE):
        query = select(Delivery).where(Delivery.key.in_(keys[first : first + ROWS_AT_ONCE]))
        rows = await session.scalars(query.order_by(Delivery.id).with_for_update())
        found |= {row.key: row for row in rows}
    return found


async def lock_waiting(session: AsyncSession, about: str, kind: str) -> None:
    """Let no worker take what waits of a kind that tells of one thing, until the transaction ends."""
    query = select(Delivery.id).where(
        Delivery.about == about, Delivery.kind == kind, Delivery.state == DeliveryState.PENDING
    )
    await session.execute(query.order_by(Delivery.id).with_for_update())


async def has_begun(session: AsyncSession, about: str, kind: str) -> bool:
    """Whether anything of a kind that tells of one thing is under way, arrived, or failed to arrive."""
    waits = (DeliveryState.PENDING, DeliveryState.CANCELLED)
    query = select(Delivery.id).where(
        Delivery.about == about,
        Delivery.kind == kind,
        or_(Delivery.state.not_in(waits), Delivery.ts.is_not(None)),
    )
    return (await session.execute(query.limit(1))).first() is not None


async def channels_told(session: AsyncSession, about: str, kind: str) -> set[str]:
    """Where something stands or was promised that tells of one thing, or failed to; nothing is locked."""
    query = select(Delivery.channel).where(
        Delivery.about == about, Delivery.kind == kind, Delivery.state != DeliveryState.CANCELLED
    )
    return set((await session.scalars(query)).all())


async def deliveries_about(session: AsyncSession, about: str, kinds: Collection[str] = ()) -> list[Delivery]:
    """Everything that tells of one thing, failed and cancelled ones left out, locked where possible."""
    dead = (DeliveryState.FAILED, DeliveryState.CANCELLED)
    query = select(Delivery).where(Delivery.about == about, Delivery.state.not_in(dead))
    if kinds:
        query = query.where(Delivery.kind.in_(kinds))
    return list((await session.scalars(query.order_by(Delivery.id).with_for_update())).all())


async def failed_about(session: AsyncSession, about: str) -> list[Delivery]:
    """What failed for good of what tells of one thing, locked where possible."""
    query = select(Delivery).where(Delivery.about == about, Delivery.state == DeliveryState.FAILED)
    return list((await session.scalars(query.order_by(Delivery.id).with_for_update())).all())


async def unreported(session: AsyncSession) -> list[Delivery]:
    """What failed for good and nobody was told of yet, locked where possible."""
    query = select(Delivery).where(UNREPORTED)
    return list((await session.scalars(query.order_by(Delivery.id).limit(500).with_for_update())).all())


async def lock_over(session: AsyncSession, before: datetime, most: int) -> list[Delivery]:
    """What was due before then, is over, and was not emptied yet; none that somebody else has locked."""
    query = select(Delivery).where(_TO_EMPTY, Delivery.due_at < before).order_by(Delivery.due_at).limit(most)
    return list((await session.scalars(query.with_for_update(skip_locked=True))).all())


async def waiting_of_kind(session: AsyncSession, kind: str) -> list[Delivery]:
    """What waits of a kind and was never tried, locked where possible."""
    query = select(Delivery).where(
        UNDER_WAY, Delivery.kind == kind, Delivery.state == DeliveryState.PENDING, Delivery.ts.is_(None)
    )
    return list((await session.scalars(query.order_by(_IN_ORDER).with_for_update())).all())


async def count_waiting(session: AsyncSession) -> int:
    """How many messages are promised and not sent, those of later hours too."""
    return await session.scalar(select(func.count(Delivery.id)).where(Delivery.state.in_(WAITING))) or 0
