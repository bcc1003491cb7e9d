"""How far a pathfinder or a group has come, as those whose it is say it: stage, workshop, status.

All these raise `NotAllowed` for others, and can be taken back (`community.history`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from community.errors import Invalid
from community.events import touch
from community.history import Act, write
from community.record import kept, new_key, say, seen_as, standing_row, subject_of
from community.rights import Action, Actor, require
from community.safeguards import looks_personal
from storage.changes import columns_of
from storage.partial_dates import PartialDate, Status
from storage.pathfinders import Pathfinder, StageChange
from storage.vocabulary import GroupStatus, Stage

FARTHEST_EAST = timedelta(hours=14)
"""So far ahead of UTC some people's day begins."""


@dataclass(frozen=True)
class Result:
    """What became of a workshop: its date with its status, and a note, which may be empty."""

    when: PartialDate
    note: str
    language: str


async def set_stage(
    session: AsyncSession,
    actor: Actor,
    scope: str,
    stage: Stage,
    when: PartialDate,
    now: datetime,
    *,
    seen: str,
) -> bool:
    """Let a pathfinder reach a stage; the ones before it stay on record.

    `seen` is the stage that was looked at (`last_stage`, `seen_as`). False if there is another meanwhile.
    """
    subject = await subject_of(session, scope)
    require(actor, Action.CHANGE_RECORD, subject)
    _not_to_come(when, now)
    journey = select(Pathfinder).where(Pathfinder.place_id == subject.place_id).with_for_update(of=Pathfinder)
    pathfinder = (await session.scalars(journey)).one()
    last = await last_stage(session, pathfinder.id)
    if seen_as(last) != seen:
        return False
    every = select(func.max(StageChange.position)).where(StageChange.pathfinder_id == pathfinder.id)
    row = StageChange(
        key=new_key(), pathfinder_id=pathfinder.id, stage=stage, when=when,
        position=(await session.scalar(every) or 0) + 1, said_by_id=actor.member_id, said_at=now,
    )  # fmt: skip
    session.add(row)
    await write(session, actor, Act.ADDED, row, None, subject, now)
    return True


async def set_status(
    session: AsyncSession, actor: Actor, scope: str, status: GroupStatus, now: datetime, *, seen: str
) -> bool:
    """Say whether a group is at work. False if its entry was changed meanwhile."""
    subject = await subject_of(session, scope)
    row, subject = await standing_row(session, actor, f"group:{subject.group_id}", seen)
    if row is None:
        return False
    before = columns_of(row)
    row.status = status
    await say(session, actor, row, before, subject, now)
    return True


async def change_workshop(
    session: AsyncSession, actor: Actor, event_id: int, result: Result, now: datetime, *, seen: str
) -> bool:
    """Say what became of a pathfinder workshop. Hours go with the day they belonged to.

    False if it was changed meanwhile. Raises `Invalid` for one that was held on a day to come.
    """
    row, subject = await standing_row(session, actor, f"event:{event_id}", seen)
    if row is None:
        return False
    if result.when.status is Status.HELD:
        _not_to_come(result.when, now)
    if looks_personal(result.note):
        raise Invalid("note", "personal")
    before = columns_of(row)
    if row.when.compact() == result.when.compact():
        row.when = replace(row.when, status=result.when.status)
    else:
        row.when = result.when
    row.note = kept(row.note, result.note, result.language)
    await say(session, actor, row, before, subject, now)
    touch(row, now)  # not a part of what can be taken back: a revision never goes down
    return True


async def last_stage(session: AsyncSession, pathfinder_id: int) -> StageChange | None:
    """The stage that holds; None where none is stated."""
    query = select(StageChange).where(
        StageChange.pathfinder_id == pathfinder_id, StageChange.ended_at.is_(None)
    )
    return (await session.scalars(query.order_by(StageChange.position.desc(), StageChange.id.desc()))).first()


def _not_to_come(when: PartialDate, now: datetime) -> None:
    if when.start and when.start > (now.astimezone(UTC) + FARTHEST_EAST).date():
        raise Invalid("when", "not_yet", when.compact())
