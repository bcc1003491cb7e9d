"""What should have gone out and did not, and what went out last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.deliveries import WAITING, Delivery
from storage.editions import Edition
from storage.vocabulary import DeliveryState, EditionState


@dataclass(frozen=True)
class Arrears:
    """How many messages of one reason ("" for none) and road, and since when the oldest of them waits."""

    reason: str
    by_mail: bool
    count: int
    since: datetime


async def stuck(session: AsyncSession, before: datetime) -> list[Arrears]:
    """What was due before an aware moment and was not sent, or was tried then for the first time in vain.

    What nobody holds any more counts, and not what is changed where it stands already.
    """
    here = Delivery.state.in_((*WAITING, DeliveryState.CLAIMED))
    tried = and_(Delivery.ts.is_(None), Delivery.tried_at < before)
    held = and_(Delivery.state == DeliveryState.CLAIMED, Delivery.leased_until >= before)
    return await _counted(session, and_(here, or_(Delivery.due_at < before, tried), ~held))


async def failed(session: AsyncSession, since: datetime) -> list[Arrears]:
    """What failed for good of what was due since an aware moment."""
    return await _counted(session, and_(Delivery.state == DeliveryState.FAILED, Delivery.due_at >= since))


async def _counted(session: AsyncSession, which: ColumnElement[bool]) -> list[Arrears]:
    reason, by_mail = func.coalesce(Delivery.reason, ""), Delivery.letter_id.is_not(None)
    first = func.min(func.coalesce(Delivery.tried_at, Delivery.due_at))
    road = case((by_mail, 1), else_=0)
    query = select(reason, road, func.count(), first).where(which).group_by(reason, road)
    rows = (await session.execute(query.order_by(func.count().desc(), reason, road))).all()
    return [Arrears(why, bool(mail), count, since) for why, mail, count, since in rows]


async def last_sent(session: AsyncSession) -> tuple[str, str, str] | None:
    """The key, the channel and the timestamp of the message that was posted last; None without any."""
    query = select(Delivery.key, Delivery.room, Delivery.ts).where(
        Delivery.state == DeliveryState.SENT, Delivery.ts.is_not(None), Delivery.room.is_not(None)
    )
    found = (await session.execute(query.order_by(Delivery.id.desc()).limit(1))).first()
    return (found[0], str(found[1]), str(found[2])) if found else None


async def last_out(session: AsyncSession, reader: str, now: datetime) -> datetime | None:
    """When the last edition for a reader went out; None if none did."""
    query = select(func.max(Edition.sends_at)).where(
        Edition.reader == reader, Edition.state == EditionState.APPROVED, Edition.sends_at <= now
    )
    return await session.scalar(query)


async def overdue_reviews(session: AsyncSession, now: datetime) -> int:
    """How many newsletters wait for editors although their hour has passed."""
    waits = Edition.state.in_((EditionState.IN_REVIEW, EditionState.HELD))
    query = select(func.count()).select_from(Edition).where(waits, Edition.sends_at < now)
    return await session.scalar(query) or 0
