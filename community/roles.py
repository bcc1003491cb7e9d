"""Giving, ending and handing over roles. Who may is decided in `community.rights`."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import Invalid
from community.members import ensure_member
from community.names import PlaceName
from community.rights import OF_A_GROUP, OF_A_PLACE, Action, Actor, require
from storage.base import Words
from storage.groups import Group
from storage.members import Member
from storage.organisations import Organisation
from storage.pathfinders import Place
from storage.roles import Representative, Role, in_force, roles_of_people
from storage.vocabulary import RoleName

OF_THE_ALLIANCE = (RoleName.SECRETARIAT, RoleName.EDITOR, RoleName.ALLIANCE_CHAIR)
GIVEN = (RoleName.CHAIR, RoleName.LEAD, RoleName.FOCAL_POINT, *OF_THE_ALLIANCE)
"""The roles that members are given; leading a group's first workshop gives no right."""


@dataclass(frozen=True)
class Holding:
    """A member's role as it is shown. `gone` says that the holder has left Slack: the seat needs somebody."""

    id: int
    role: RoleName
    slack_id: str
    is_deputy: bool
    since: date | None
    gone: bool
    group: Words | None
    place: PlaceName | None


async def holdings(session: AsyncSession, actor: Actor, today: date) -> tuple[Holding, ...]:
    """Every role that a member holds today, seats of people who left first. Raises `NotAllowed`."""
    require(actor, Action.MANAGE_ROLES)
    found = [
        Holding(
            row.id,
            row.name,
            row.member.slack_id,
            row.is_deputy,
            row.since,
            not row.member.is_active,
            row.group.name if row.group else None,
            PlaceName(row.place.key, row.place.names) if row.place else None,
        )
        for row in await roles_of_people(session, today)
        if row.member
    ]
    return tuple(sorted(found, key=lambda holding: (not holding.gone, holding.id)))


async def grant(
    session: AsyncSession,
    actor: Actor,
    slack_id: str,
    role: RoleName,
    scope: str,
    *,
    is_deputy: bool,
    today: date,
    now: datetime,
) -> int:
    """Give a member a role from `today` on. `scope` is `group:KEY`, `place:KEY`, or empty for the Alliance.

    The same role given twice is held once. Returns the role's id. Raises `NotAllowed`, or `Invalid` for a
    role that does not go with the scope.
    """
    require(actor, Action.MANAGE_ROLES)
    group_id, place_id = await _scope(session, role, scope)
    member = await ensure_member(session, slack_id)
    same = select(Role).where(
        Role.member_id == member.id, Role.name == role, Role.group_id == group_id,
        Role.place_id == place_id, in_force(today),
    )  # fmt: skip
    row = (await session.scalars(same)).first()
    if row is None:
        row = Role(
            key=f"member/{secrets.token_hex(8)}", name=role, group_id=group_id, place_id=place_id,
            member_id=member.id, is_deputy=is_deputy, since=today, granted_by_id=actor.member_id,
        )  # fmt: skip
        session.add(row)
    row.is_deputy = is_deputy
    await session.flush()
    note(session, actor, "role_granted", f"role:{row.id}", now)
    return row.id


async def scope_of(session: AsyncSession, role_id: int) -> str:
    """What a role is for: `group:KEY`, `place:KEY`; empty for the Alliance, and for one that is not there."""
    query = (
        select(Group.key, Place.key)
        .select_from(Role)
        .outerjoin(Group, Role.group_id == Group.id)
        .outerjoin(Place, Role.place_id == Place.id)
        .where(Role.id == role_id)
    )
    group, place = (await session.execute(query)).one_or_none() or (None, None)
    return f"group:{group}" if group else f"place:{place}" if place else ""


async def end(session: AsyncSession, actor: Actor, role_id: int, today: date, now: datetime) -> bool:
    """End a member's role today; its row stays as history. Returns whether it was still held."""
    require(actor, Action.MANAGE_ROLES)
    row = await _held(session, role_id, today)
    if row is None:
        return False
    row.until = today
    note(session, actor, "role_ended", f"role:{row.id}", now)
    return True


async def hand_over(
    session: AsyncSession, actor: Actor, role_id: int, slack_id: str, today: date, now: datetime
) -> bool:
    """End a role and give it to somebody else, in one act. Returns False if it was held no more."""
    require(actor, Action.MANAGE_ROLES)
    row = await _held(session, role_id, today)
    if row is None:
        return False
    successor = await ensure_member(session, slack_id)
    row.until = today
    new = Role(
        key=f"member/{secrets.token_hex(8)}", name=row.name, group_id=row.group_id, place_id=row.place_id,
        member_id=successor.id, is_deputy=row.is_deputy, since=today, granted_by_id=actor.member_id,
    )  # fmt: skip
    session.add(new)
    await session.flush()
    note(session, actor, "role_handed_over", f"role:{row.id}>role:{new.id}", now)
    return True


async def confirm_representative(
    session: AsyncSession, actor: Actor, slack_id: str, organisation: str, today: date, now: datetime
) -> None:
    """Let a member act for an organisation (by its key), and so use the rights of the seats it holds.

    Confirmed twice is once. Raises `NotAllowed`, or `Invalid` for an organisation that is not there.
    """
    require(actor, Action.MANAGE_ROLES)
    query = select(func.coalesce(Organisation.merged_into_id, Organisation.id)).where(
        Organisation.key == organisation
    )
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise Invalid("organisation", "gone", organisation)
    member = await ensure_member(session, slack_id)
    await session.execute(select(Member.id).where(Member.id == member.id).with_for_update())
    same = select(Representative.id).where(
        Representative.member_id == member.id,
        Representative.organisation_id == found,
        or_(Representative.until.is_(None), Representative.until > today),
    )
    if (await session.scalars(same)).first() is not None:
        return
    row = Representative(
        member_id=member.id, organisation_id=found, since=today, confirmed_by_id=actor.member_id
    )
    session.add(row)
    await session.flush()
    note(session, actor, "representative_confirmed", f"representative:{row.id}", now)


async def end_representative(
    session: AsyncSession, actor: Actor, number: int, today: date, now: datetime
) -> bool:
    """End somebody's right to act for an organisation today; the row stays. False if it had ended already.

    Raises `NotAllowed`.
    """
    require(actor, Action.MANAGE_ROLES)
    standing = or_(Representative.until.is_(None), Representative.until > today)
    query = select(Representative).where(Representative.id == number, standing)
    row = (await session.scalars(query.with_for_update())).one_or_none()
    if row is None:
        return False
    row.until = today
    note(session, actor, "representative_ended", f"representative:{number}", now)
    return True


async def bootstrap(session: AsyncSession, slack_ids: Sequence[str], now: datetime) -> None:
    """Make the people of the setting SECRETARIAT its secretariat, once; whoever was ended stays ended."""
    for slack_id in slack_ids:
        member = await ensure_member(session, slack_id)
        key = f"setting/{slack_id}"
        if (await session.scalars(select(Role).where(Role.key == key))).first() is None:
            session.add(Role(key=key, name=RoleName.SECRETARIAT, member_id=member.id))
            note(session, None, "role_granted", key, now)


async def _held(session: AsyncSession, role_id: int, today: date) -> Role | None:
    query = select(Role).where(Role.id == role_id, Role.member_id.is_not(None), in_force(today))
    return (await session.scalars(query.with_for_update(of=Role))).one_or_none()


async def _scope(session: AsyncSession, role: RoleName, scope: str) -> tuple[int | None, int | None]:
    kind, _, key = scope.partition(":")
    fits = {"group": OF_A_GROUP, "place": OF_A_PLACE, "": OF_THE_ALLIANCE}.get(kind, ())
    if role not in fits:
        raise Invalid("scope", "role_does_not_fit", scope)
    if kind == "":
        return None, None
    table = Group if kind == "group" else Place
    standing = func.coalesce(table.merged_into_id, table.id)  # the form may be older than a merge
    found = (await session.scalars(select(standing).where(table.key == key))).one_or_none()
    if found is None:
        raise Invalid("scope", "gone", scope)
    return (found, None) if kind == "group" else (None, found)
