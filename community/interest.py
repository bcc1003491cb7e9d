"""How a country or body becomes a pathfinder: its interest was taken up, or the secretariat adds it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.entries import add
from community.record import new_key
from community.rights import Action, Actor, require
from storage.partial_dates import PartialDate, Precision, Status
from storage.pathfinders import Pathfinder, Place, StageChange
from storage.vocabulary import PlaceKind, Stage


async def is_pathfinder(session: AsyncSession, key: str) -> bool:
    """Whether the place of this key is a pathfinder, at whatever stage."""
    query = select(Pathfinder.id).join(Place, Pathfinder.place_id == Place.id).where(Place.key == key)
    return (await session.scalars(query)).first() is not None


async def become_pathfinder(
    session: AsyncSession, actor: Actor, key: str, asked_on: date, now: datetime
) -> None:
    """Make a place a pathfinder whose first stage is its interest, said by `actor`; one already stays so.

    `key` is a stored place's, or the ISO code of a country that the record did not know. Raises `NotAllowed`.
    """
    require(actor, Action.DECIDE_REQUEST)
    if await is_pathfinder(session, key):
        return
    place = (await session.scalars(select(Place).where(Place.key == key))).one_or_none()
    if place is None:
        place = Place(key=key, kind=PlaceKind.COUNTRY, code=key, aliases=[])
        await add(session, actor, place, now)
    when = PartialDate(Precision.DAY, asked_on, asked_on, Status.HELD)
    await begin_journey(session, actor, place, Stage.INTEREST, when, now)


async def begin_journey(
    session: AsyncSession, actor: Actor, place: Place, stage: Stage, when: PartialDate, now: datetime
) -> None:
    """Make a stored place a pathfinder at a stage, said by `actor`. The caller saw to the rights."""
    said: dict[str, Any] = {"said_by_id": actor.member_id, "said_at": now}
    journey = Pathfinder(key=place.key, place_id=place.id, **said)
    session.add(journey)
    await session.flush()
    reached = StageChange(key=new_key(), pathfinder_id=journey.id, stage=stage, when=when)
    await add(session, actor, reached, now, place_id=place.id)
