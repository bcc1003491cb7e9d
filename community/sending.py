"""The one switch that stops all sending: everything waits, nothing is lost, and its opposite."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.deliveries import PROMISED
from community.rights import Action, Actor, require
from storage.deliveries import count_waiting
from storage.switches import SENDING, Stopped, sending_stopped


@dataclass(frozen=True)
class Sending:
    """Whether messages go out: who stopped it and when (None: it runs), and how many wait."""

    stopped_by: str | None
    stopped_at: datetime | None
    waiting: int


async def state(session: AsyncSession, actor: Actor) -> Sending:
    """How the sending stands. Raises `NotAllowed` for all but the secretariat."""
    require(actor, Action.STOP_SENDING)
    row = await sending_stopped(session)
    waiting = await count_waiting(session)
    return Sending(row.by.slack_id if row and row.by else None, row.at if row else None, waiting)


async def stop(session: AsyncSession, actor: Actor, now: datetime) -> Sending:
    """Send nothing more until `start`. Twice is once: the first stays on record. Raises `NotAllowed`."""
    require(actor, Action.STOP_SENDING)
    if await sending_stopped(session) is None:
        session.add(Stopped(what=SENDING, at=now, by_id=actor.member_id))
        note(session, actor, "sending_stopped", SENDING, now)
        await session.flush()
    return await state(session, actor)


async def start(session: AsyncSession, actor: Actor, now: datetime) -> Sending:
    """Send again, what waited first. Raises `NotAllowed`."""
    require(actor, Action.STOP_SENDING)
    row = await sending_stopped(session)
    if row is not None:
        await session.delete(row)
        note(session, actor, "sending_started", SENDING, now)
        session.info[PROMISED] = True
        await session.flush()
    return await state(session, actor)
