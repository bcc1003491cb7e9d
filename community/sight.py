"""Who may see what of that which is not for everybody."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from community.rights import Actor
from storage.roles import groups_of
from storage.sight import EVERYBODY, Sight


async def sight_of(session: AsyncSession, actor: Actor, day: date, *, to_guests: bool = False) -> Sight:
    """What somebody may see on `day`; `to_guests` where others read too, or they are a guest themselves."""
    if to_guests or actor.is_guest or actor.member_id is None:
        return EVERYBODY
    return Sight(members=True, groups=frozenset(await groups_of(session, actor.member_id, day)))
