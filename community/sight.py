"""Who may see what of that which is not for everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from community.rights import Actor
from storage.members import Member
from storage.roles import groups_of, insiders
from storage.sight import EVERYBODY, Sight
from storage.vocabulary import Visibility


async def sight_of(session: AsyncSession, actor: Actor, day: date, *, to_guests: bool = False) -> Sight:
    """What somebody may see on `day`; `to_guests` where others read too, or they are a guest themselves."""
    if to_guests or actor.is_guest or actor.member_id is None:
        return EVERYBODY
    return Sight(members=True, groups=frozenset(await groups_of(session, actor.member_id, day)))


async def audience(session: AsyncSession, thing: Any, day: date) -> Callable[[Member], bool]:
    """Whether somebody may hear of a thing still, which they registered for while it was open to more.

    `thing` has a `visibility` (None: public) and a `group_id`; who left its group by `day` hears no more.
    """
    if thing.visibility is Visibility.MEMBERS:
        return lambda member: not member.is_guest
    if thing.visibility is Visibility.GROUP and thing.group_id is not None:
        inside = await insiders(session, thing.group_id, day)
        return lambda member: member.id in inside
    return lambda _member: True
