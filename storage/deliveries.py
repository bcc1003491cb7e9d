"""Messages on their way to Slack: one row a message and destination, from the promise to its timestamp.

A row says what is to stand where. `wanted` counts its payloads, `shown` is the one that stands there (0: none
yet): a message that changes gets a new payload, and is pending again until Slack shows that one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Json, Term
from storage.members import Member
from storage.switches import sending_runs
from storage.vocabulary import DeliveryState

_UNDER_WAY = text("state IN ('pending', 'unknown', 'claimed')")
_UNREPORTED = text("state = 'failed' AND reported_at IS NULL")
"""What is asked for each second, or minute, among all that was ever sent: each has an index of its own, which
a database uses only where the query says the same words."""
_TO_EMPTY = text("state IN ('sent', 'failed', 'cancelled') AND NOT is_emptied")
OVER = text("state IN ('sent', 'failed', 'cancelled')")
_STANDS = text("ts IS NOT NULL")
_BY_MAIL = {True: text("+letter_id IS NOT NULL"), False: text("+letter_id IS NULL")}
"""With the sign SQLite does not look for it in the index of letters (sqlite.org/optoverview.html): "no
letter" holds for nearly all that was ever sent, and each second it went through all of that."""
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
        Index("ix_deliveries_under_way", "due_at", postgresql_where=_UNDER_WAY, sqlite_where=_UNDER_WAY),
        Index("ix_deliveries_unreported", "id", postgresql_where=_UNREPORTED, sqlite_where=_UNREPORTED),
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
AFTERMATH = timedelta(seconds=40)
"""How long what a dead worker had begun may still arrive: as long as its call may take, and Slack be late."""
AHEAD = timedelta(days=1)
"""Further ahead nothing is put off that was tried once, whatever the server says; nor does a claim last."""


def _ready(*, by_mail: bool) -> ColumnElement[bool]:
    """What is due, and what somebody claimed who died; nothing while all sending is stopped.

    And what can only be so far ahead because the clock was set back since: nobody waits a year for that.
    """
    now: BindParameter[datetime] = bindparam("now")
    ahead: BindParameter[datetime] = bindparam("ahead")
    due = or_(
        and_(Delivery.state.in_(WAITING), Delivery.due_at <= now),
        and_(Delivery.state == DeliveryState.CLAIMED, Delivery.leased_until < now),
        and_(Delivery.state == DeliveryState.CLAIMED, Delivery.leased_until > ahead),
        and_(Delivery.state.in_(WAITING), Delivery.tried_at.is_not(None), Delivery.due_at > ahead),
    )
    return and_(_UNDER_WAY, due, _BY_MAIL[by_mail], sending_runs, Delivery.channel.not_in(bindparam("busy")))


# Asked each second and after each commit, and so made once.
_ANY = {by_mail: select(Delivery.id).where(_ready(by_mail=by_mail)).limit(1) for by_mail in (False, True)}
_TAKEN = {
    by_mail: select(Delivery)
    .where(_ready(by_mail=by_mail))
    .order_by(Delivery.due_at, Delivery.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
    for by_mail in (False, True)
}


def _at(now: datetime, busy: Collection[str]) -> dict[str, Any]:
    """What these are asked with."""
    return {"now": now, "ahead": now + AHEAD, "busy": list(busy)}


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
    query = select(Delivery).where(_UNREPORTED)
    return list((await session.scalars(query.order_by(Delivery.id).limit(500).with_for_update())).all())


async def lock_over(session: AsyncSession, before: datetime, most: int) -> list[Delivery]:
    """What was due before then, is over, and was not emptied yet; none that somebody else has locked."""
    query = select(Delivery).where(_TO_EMPTY, Delivery.due_at < before).order_by(Delivery.due_at).limit(most)
    return list((await session.scalars(query.with_for_update(skip_locked=True))).all())


async def claim_due(
    session: AsyncSession,
    now: datetime,
    token: str,
    lease: timedelta,
    most: int,
    busy: Collection[str] = (),
    *,
    by_mail: bool = False,
) -> list[tuple[Delivery, bool]]:
    """Take what is due for oneself until the lease ends, at most one a channel, none of those in `busy`.

    With `by_mail` what goes by e-mail, else what goes to Slack.

    With each comes whether it may stand there already: Slack never answered, or whoever had it died. Two
    workers never get the same row. What somebody had who is gone is not taken at once: it becomes unknown,
    and due once nothing of theirs can arrive any more.
    """
    taken: dict[str, tuple[Delivery, bool]] = {}
    for row in await session.scalars(_TAKEN[by_mail], {**_at(now, busy), "most": most}):
        if row.state is DeliveryState.CLAIMED or row.due_at > now:
            _left_behind(row, now)
            continue
        if row.channel in taken:
            continue
        uncertain = row.ts is None and row.state is not DeliveryState.PENDING
        taken[row.channel] = (row, uncertain)
        row.state, row.token, row.leased_until = DeliveryState.CLAIMED, token, now + lease
        row.tried_at, row.attempts = row.tried_at or now, row.attempts + 1
    return list(taken.values())


async def waiting_of_kind(session: AsyncSession, kind: str) -> list[Delivery]:
    """What waits of a kind and was never tried, locked where possible."""
    query = select(Delivery).where(
        _UNDER_WAY, Delivery.kind == kind, Delivery.state == DeliveryState.PENDING, Delivery.ts.is_(None)
    )
    return list((await session.scalars(query.order_by(_IN_ORDER).with_for_update())).all())


async def settle(session: AsyncSession, number: int, token: str, **values: Any) -> bool:
    """Write down what came of a claimed delivery. False if the claim was lost meanwhile."""
    mine = (
        update(Delivery)
        .where(Delivery.id == number, Delivery.token == token)
        .values(token=None, leased_until=None, **values)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(mine)).first() is not None


async def is_any_due(
    session: AsyncSession, now: datetime, busy: Collection[str] = (), *, by_mail: bool = False
) -> bool:
    """Whether anything waits for a worker, the channels in `busy` left out."""
    return (await session.execute(_ANY[by_mail], _at(now, busy))).first() is not None


async def count_waiting(session: AsyncSession) -> int:
    """How many messages are promised and not sent, those of later hours too."""
    return await session.scalar(select(func.count(Delivery.id)).where(Delivery.state.in_(WAITING))) or 0


async def count_due_mail(session: AsyncSession, now: datetime) -> int:
    """How many letters could be sent now, were the sending not stopped; those in somebody's hands too."""
    here = (*WAITING, DeliveryState.CLAIMED)
    query = select(func.count(Delivery.id)).where(
        Delivery.letter_id.is_not(None), Delivery.state.in_(here), Delivery.due_at <= now
    )
    return await session.scalar(query) or 0


async def who_left(session: AsyncSession, channels: Collection[str]) -> set[str]:
    """Those of the destinations that are members who are no longer in the workspace."""
    query = select(Member.slack_id).where(Member.slack_id.in_(channels), Member.is_active.is_(False))
    return set((await session.scalars(query)).all())


def _left_behind(row: Delivery, now: datetime) -> None:
    """One whose worker is gone, or whose hour the clock has taken away: soon it is looked for."""
    row.due_at = now + AFTERMATH
    if row.tried_at is not None and row.tried_at > now:
        row.tried_at = now
    if row.state is DeliveryState.CLAIMED:
        row.state, row.token, row.leased_until = DeliveryState.UNKNOWN, None, None
