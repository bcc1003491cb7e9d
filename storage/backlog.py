"""How much waits to be sent, and what became of what was due while nothing was sent. Whole counts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.deliveries import UNDER_WAY, UNREPORTED, WAITING, Delivery
from storage.vocabulary import DeliveryState

TOO_LATE = "too_late"
"""The reason of what was not sent since it came too late to be of use (`bot.worker`)."""


@dataclass(frozen=True)
class UnderWay:
    """How many deliveries of one state and road are under way, and since when the oldest of them is due."""

    state: DeliveryState
    by_mail: bool
    count: int
    oldest: datetime


@dataclass(frozen=True)
class Backlog:
    """Of what was due in some time: sent afterwards, skipped as it was of no use any more, waiting still."""

    late: int
    skipped: int
    waiting: int


async def under_way(session: AsyncSession) -> list[UnderWay]:
    """What waits or is being sent, what is due later too; by an index, whatever was ever sent."""
    by_mail = Delivery.letter_id.is_not(None)
    query = select(Delivery.state, by_mail, func.count(), func.min(Delivery.due_at)).where(UNDER_WAY)
    rows = await session.execute(query.group_by(Delivery.state, by_mail))
    return [UnderWay(state, bool(mail), count, oldest) for state, mail, count, oldest in rows]


async def count_unreported(session: AsyncSession) -> int:
    """What failed for good and nobody was told of yet."""
    return await session.scalar(select(func.count()).select_from(Delivery).where(UNREPORTED)) or 0


async def backlog(session: AsyncSession, since: datetime, until: datetime) -> Backlog:
    """What became by now of what was promised for the time from `since` until `until`."""
    sent = and_(Delivery.state == DeliveryState.SENT, Delivery.sent_at >= until)
    useless = and_(Delivery.state == DeliveryState.FAILED, Delivery.reason == TOO_LATE)
    waits = Delivery.state.in_((*WAITING, DeliveryState.CLAIMED))
    counts = [func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in (sent, useless, waits)]
    query = select(*counts).where(Delivery.promised_at >= since, Delivery.promised_at < until)
    late, skipped, waiting = (await session.execute(query)).one()
    return Backlog(int(late), int(skipped), int(waiting))
