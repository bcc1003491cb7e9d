"""What should have gone out and did not, and what went out last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.deliveries import WAITING, Delivery
from storage.editions import Edition
from storage.vocabulary import DeliveryState, EditionState

EDITIONS_AT_ONCE = 50
"""Editions of one query, the latest first: one of them arrived, where all is well."""


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
    """The key, the channel and the timestamp of the message that was posted last; None without any.

    None of those that a channel's history does not give with its key: what was posted otherwise than by the
    worker (which notes when it tries) and was not changed since, and what stands in a thread, of which
    nothing is known once it is emptied.
    """
    query = select(Delivery.key, Delivery.room, Delivery.ts).where(
        Delivery.state == DeliveryState.SENT,
        Delivery.ts.is_not(None),
        Delivery.room.is_not(None),
        Delivery.tried_at.is_not(None),
        Delivery.is_emptied.is_(False),
        Delivery.payload["thread_ts"].as_string().is_(None),
    )
    found = (await session.execute(query.order_by(Delivery.id.desc()).limit(1))).first()
    return (found[0], str(found[1]), str(found[2])) if found else None


@dataclass(frozen=True)
class Out:
    """What arrived of a newsletter: when something did last, None for never.

    `missing` is the hour of its last edition if that has passed and nothing of it arrived, of `promised`
    messages; None if all is well.
    """

    last: datetime | None
    missing: datetime | None = None
    promised: int = 0


async def last_out(session: AsyncSession, reader: str, kind: str, before: datetime) -> Out:
    """What arrived of the editions for a reader, as deliveries of that kind.

    Nothing is missed of an edition whose hour, and whose approval, came no earlier than `before`.
    """
    query = select(Edition.id, Edition.sends_at, Edition.decided_at).where(
        Edition.reader == reader, Edition.state == EditionState.APPROVED
    )
    rows = (await session.execute(query.order_by(Edition.sends_at.desc(), Edition.id.desc()))).all()
    out = {row.id: max(row.sends_at, row.decided_at or row.sends_at) for row in rows}
    due, latest = next(((number, at) for number, at in out.items() if at < before), (None, None))
    missing, promised = None, 0
    if due is not None:
        there = Delivery.about == f"edition:{due}", Delivery.kind == kind
        sent, promised = (
            await session.execute(select(func.count(Delivery.sent_at), func.count()).where(*there))
        ).one()
        missing = None if sent else latest
    for first in range(0, len(rows), EDITIONS_AT_ONCE):
        about = [f"edition:{row.id}" for row in rows[first : first + EDITIONS_AT_ONCE]]
        last = await session.scalar(
            select(func.max(Delivery.sent_at)).where(Delivery.about.in_(about), Delivery.kind == kind)
        )
        if last is not None:
            return Out(last, missing, promised)
    return Out(None, missing, promised)


async def overdue_reviews(session: AsyncSession, now: datetime) -> int:
    """How many newsletters wait for editors although their hour has passed."""
    waits = Edition.state.in_((EditionState.IN_REVIEW, EditionState.HELD))
    query = select(func.count()).select_from(Edition).where(waits, Edition.sends_at < now)
    return await session.scalar(query) or 0
