"""What a worker takes of the messages on their way: what is due, each claimed by one worker for a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, and_, bindparam, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.deliveries import UNDER_WAY, WAITING, Delivery
from storage.members import Member
from storage.switches import sending_runs
from storage.vocabulary import DeliveryState

AFTERMATH = timedelta(seconds=40)
"""How long what a dead worker had begun may still arrive: as long as its call may take, and Slack be late."""
AHEAD = timedelta(days=1)
"""Further ahead nothing is put off that was tried once, whatever the server says; nor does a claim last."""

_BY_MAIL = {True: text("+letter_id IS NOT NULL"), False: text("+letter_id IS NULL")}
"""With the sign SQLite does not look for it in the index of letters (sqlite.org/optoverview.html): "no
letter" holds for nearly all that was ever sent, and each second it went through all of that."""


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
    return and_(UNDER_WAY, due, _BY_MAIL[by_mail], sending_runs, Delivery.channel.not_in(bindparam("busy")))


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


async def is_any_due(
    session: AsyncSession, now: datetime, busy: Collection[str] = (), *, by_mail: bool = False
) -> bool:
    """Whether anything waits for a worker, the channels in `busy` left out."""
    return (await session.execute(_ANY[by_mail], _at(now, busy))).first() is not None


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
