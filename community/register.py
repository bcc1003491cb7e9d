"""The register as the secretariat keeps it: at a glance, its action groups, and who is stopped from posting.

Countries and bodies are in `community.places`, organisations in `community.organisations`; two entries become
one in `community.merging`. A name that an entry had before goes on answering.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.entries import add, change, free_key, spellings, standing, wrong_names
from community.errors import Invalid, refuse
from community.groups import group_names
from community.members import ensure_member
from community.rights import Action, Actor, require
from storage.base import Words
from storage.groups import Group, all_groups
from storage.members import Member
from storage.organisations import all_organisations
from storage.pathfinders import all_pathfinders
from storage.roles import representatives_on
from storage.vocabulary import GroupKind, GroupStatus, MembershipPolicy


@dataclass(frozen=True)
class GroupEntry:
    """An action group as a form has it. `about` is in `language`; `names` has no empty ones."""

    names: Words
    aliases: tuple[str, ...]
    about: str
    language: str
    status: GroupStatus | None
    policy: MembershipPolicy | None
    channel: str


@dataclass(frozen=True)
class Stopped:
    """A member who was stopped from posting."""

    id: int
    slack_id: str


@dataclass(frozen=True)
class Represents:
    """A member who was confirmed to act for an organisation."""

    id: int
    slack_id: str
    organisation: Words
    since: date


@dataclass(frozen=True)
class Overview:
    """What the register holds."""

    pathfinders: int
    groups: int
    organisations: int
    stopped: tuple[Stopped, ...]
    representatives: tuple[Represents, ...]


async def overview(session: AsyncSession, actor: Actor, today: date) -> Overview:
    """What the register holds on `today`. Raises `NotAllowed` for all but the secretariat."""
    require(actor, Action.MANAGE_REGISTER)
    stopped = select(Member.id, Member.slack_id).where(Member.is_stopped).order_by(Member.id)
    return Overview(
        len(await all_pathfinders(session)),
        len(await all_groups(session)),
        len(await all_organisations(session)),
        tuple(Stopped(number, slack_id) for number, slack_id in await session.execute(stopped)),
        tuple(
            Represents(row.id, member.slack_id, organisation.name, row.since)
            for row, member, organisation in await representatives_on(session, today)
        ),
    )


async def group_entry(session: AsyncSession, actor: Actor, key: str, language: str) -> GroupEntry:
    """A group as it stands. Raises `NotAllowed`, or `Invalid` if it is gone."""
    require(actor, Action.MANAGE_REGISTER)
    row = await standing(session, Group, key, "group")
    about = (row.about or {}).get(language, "")
    return GroupEntry(
        row.name, tuple(row.aliases), about, language, row.status, row.policy, row.channel or ""
    )


async def save_group(
    session: AsyncSession, actor: Actor, key: str, entry: GroupEntry, now: datetime
) -> Words:
    """Add a group (`key` is empty) or change one; of two changes the later wins. Gives its names.

    Raises `NotAllowed`, or `Invalid` for names that are missing or another group's.
    """
    require(actor, Action.MANAGE_REGISTER)
    others = [one for one in await group_names(session) if one.key != key]
    refuse(wrong_names(entry.names, entry.aliases, others))
    row = await standing(session, Group, key, "name_en") if key else None
    about = {**((row.about or {}) if row else {}), entry.language: entry.about}
    values: dict[str, Any] = {
        "name": entry.names,
        "aliases": spellings(entry.names, entry.aliases, row.name.values() if row else ()),
        "about": {language: text for language, text in about.items() if text} or None,
        "policy": entry.policy,
        "channel": entry.channel or None,
    }
    if row is not None:
        await change(session, actor, row, {"status": entry.status}, now)  # by itself: it can be taken back
        await change(session, actor, row, values, now, says=False)
        return entry.names
    last = await session.scalar(select(func.max(Group.position)))
    new = Group(
        key=await free_key(session, Group, entry.names["en"]),
        kind=GroupKind.THEMATIC,
        status=entry.status,
        position=(last or 0) + 1,
        **values,
    )
    await add(session, actor, new, now)
    return entry.names


async def stop(session: AsyncSession, actor: Actor, slack_id: str, now: datetime) -> bool:
    """Stop a member from posting; what they posted stays. False if they were stopped already.

    Raises `NotAllowed`, or `Invalid` for oneself.
    """
    require(actor, Action.STOP_MEMBER)
    member = await ensure_member(session, slack_id)
    if member.id == actor.member_id:
        raise Invalid("person", "not_yourself")
    return await _switch(session, actor, member.id, now, is_stopped=True) is not None


async def lift(session: AsyncSession, actor: Actor, member_id: int, now: datetime) -> str | None:
    """Let a member post again; gives their Slack id, or None if they were not stopped.

    Raises `NotAllowed`.
    """
    require(actor, Action.STOP_MEMBER)
    return await _switch(session, actor, member_id, now, is_stopped=False)


async def _switch(
    session: AsyncSession, actor: Actor, member_id: int, now: datetime, *, is_stopped: bool
) -> str | None:
    """Stop or lift, unless it is so already: two at once have one effect."""
    guarded = (
        update(Member)
        .where(Member.id == member_id, Member.is_stopped.is_not(is_stopped))
        .values(is_stopped=is_stopped)
        .returning(Member.slack_id)
        .execution_options(synchronize_session=False)
    )
    slack_id = (await session.scalars(guarded)).one_or_none()
    if slack_id is not None:
        note(session, actor, "member_stopped" if is_stopped else "member_lifted", f"member:{member_id}", now)
    return slack_id
