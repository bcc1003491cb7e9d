"""Becoming a member of an action group, and leaving it. Some are open to all; for others one asks."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import NotFound
from community.groups import GroupLine, find_group, group_names, listing
from community.rights import Action, Actor, require
from storage.groups import Group, Membership, group_by_key, membership_of
from storage.requests import same_request
from storage.vocabulary import MembershipPolicy, RequestKind


class Came(StrEnum):
    """What came of somebody's wish to join or to leave. `ask` says that others decide on it."""

    JOINED = "joined"
    MEMBER_ALREADY = "member_already"
    ASK = "ask"
    WAITS = "waits"
    LEFT = "left"
    NO_MEMBER = "no_member"


async def line(session: AsyncSession, query: str, today: date) -> GroupLine:
    """The group meant by `query` with those who hold its roles. Raises `Ambiguous` or `NotFound`."""
    key = find_group(await group_names(session), query)
    return next(one for one in await listing(session, today) if one.key == key)


async def join(session: AsyncSession, actor: Actor, key: str, today: date, now: datetime) -> Came:
    """Become a member of an open group, or learn that one has to ask. Raises `NotAllowed`, `NotFound`."""
    require(actor, Action.TAKE_PART)
    group, member_id = await _both(session, actor, key)
    if await membership_of(session, group.id, member_id, today):
        return Came.MEMBER_ALREADY
    if group.policy is MembershipPolicy.OPEN:
        await admit(session, actor, group.id, member_id, today, now)
        return Came.JOINED
    asked = await same_request(
        session, member_id, RequestKind.JOIN, group_id=group.id, update_id=None, about=None
    )
    return Came.WAITS if asked else Came.ASK


async def admit(
    session: AsyncSession, actor: Actor, group_id: int, member_id: int, today: date, now: datetime
) -> None:
    """Make somebody a member from `today` on, unless they are one. The caller saw to the rights."""
    if await membership_of(session, group_id, member_id, today):
        return
    row = Membership(group_id=group_id, member_id=member_id, since=today)
    session.add(row)
    await session.flush()
    note(session, actor, "group_joined", f"membership:{row.id}", now)


async def leave(session: AsyncSession, actor: Actor, key: str, today: date, now: datetime) -> Came:
    """Be a member no longer; the row stays as history. Raises `NotAllowed`, `NotFound`."""
    require(actor, Action.READ)
    if actor.member_id is None:
        return Came.NO_MEMBER
    group, member_id = await _both(session, actor, key)
    row = await membership_of(session, group.id, member_id, today)
    if row is None:
        return Came.NO_MEMBER
    row.until = today
    note(session, actor, "group_left", f"membership:{row.id}", now)
    return Came.LEFT


async def _both(session: AsyncSession, actor: Actor, key: str) -> tuple[Group, int]:
    group = await group_by_key(session, key)
    if group is None or actor.member_id is None:
        raise NotFound("group", key)
    return group, actor.member_id
