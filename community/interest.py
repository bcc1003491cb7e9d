"""The first step of a pathfinder: a country or body whose interest the secretariat took up."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.entries import add
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
    journey = Pathfinder(key=key, place_id=place.id, said_by_id=actor.member_id, said_at=now)
    session.add(journey)
    await session.flush()
    stage = StageChange(
        key=f"member/{secrets.token_hex(8)}",
        pathfinder_id=journey.id,
        stage=Stage.INTEREST,
        when=PartialDate(Precision.DAY, asked_on, asked_on, Status.HELD),
    )
    await add(session, actor, stage, now, place_id=place.id)
