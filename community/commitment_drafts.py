"""What somebody fills in to record a commitment, and what it means: whose, about what, by when."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.errors import Invalid, NotFound, refuse
from community.events import row_of as event_row
from community.members import ensure_member
from community.organisations import find_organisation
from community.record import YEARS
from community.registrations import check_seen
from community.rights import OF_A_GROUP, OF_A_PLACE, Action, Actor, Held, Subject, may
from storage.base import Words
from storage.commitments import Commitment, represents
from storage.groups import Group
from storage.organisations import Organisation
from storage.partial_dates import PartialDate, Precision, Status
from storage.pathfinders import Place
from storage.vocabulary import RoleName, Visibility

OF_ALL = (RoleName.SECRETARIAT, RoleName.ALLIANCE_CHAIR)
"""The roles of the whole Alliance that can promise something."""


class Due(StrEnum):
    """How exactly it is said when something is due; the day that is chosen with it is read so."""

    KEEP = "keep"
    ON_DAY = "on_day"
    BY_DAY = "by_day"
    MONTH = "month"
    BEFORE_MONTH = "before_month"
    YEAR = "year"
    SOON = "soon"
    ONGOING = "ongoing"
    NONE = "none"


WITH_A_DAY = (Due.ON_DAY, Due.BY_DAY, Due.MONTH, Due.BEFORE_MONTH, Due.YEAR)


@dataclass(frozen=True)
class Draft:
    """What somebody filled in. Exactly one of `person`, `role` and `organisation` is to be given.

    `person` is a Slack id; `role` is such as `chair:group:migration`, `focal_point:place:NP`,
    `secretariat:`; `organisation` is as it was typed. `concerns` is `group:KEY` or `place:KEY`. `due_words`
    say in every language what `due` means where it names no day.
    """

    text: str
    language: str
    person: str = ""
    role: str = ""
    organisation: str = ""
    due: Due = Due.NONE
    day: date | None = None
    due_words: Words | None = None
    concerns: str = ""
    event_id: int | None = None
    visibility: Visibility = Visibility.PUBLIC
    link: str = ""


def due_date(due: Due, day: date | None) -> PartialDate:
    """The date that is meant by a day and how exact it is. Raises `Invalid` in field `day`."""
    if due not in WITH_A_DAY:
        if day is not None:
            raise Invalid("day", "day_not_wanted")
        return PartialDate()
    if day is None:
        raise Invalid("day", "day_needed")
    if day.year not in YEARS:
        raise Invalid("day", "year_unlikely")
    first = day.replace(day=1)
    match due:
        case Due.BY_DAY:
            return PartialDate(Precision.DEADLINE, None, day, Status.PLANNED)
        case Due.BEFORE_MONTH:
            return PartialDate(Precision.DEADLINE, None, first - timedelta(days=1), Status.PLANNED)
        case Due.MONTH:
            last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
            return PartialDate(Precision.MONTH, first, last, Status.PLANNED)
        case Due.YEAR:
            return PartialDate(Precision.YEAR, date(day.year, 1, 1), date(day.year, 12, 31), Status.PLANNED)
    return PartialDate(Precision.DAY, day, day, Status.PLANNED)


async def read(
    session: AsyncSession, actor: Actor, draft: Draft, old: Commitment | None, today: date, now: datetime
) -> dict[str, Any]:
    """The columns that a draft means, beside those of an `old` row that stay. Raises `Invalid`."""
    wrong: list[Invalid] = []
    values: dict[str, Any] = {"visibility": draft.visibility, "link": draft.link or None}
    if not draft.text.strip():
        wrong.append(Invalid("text", "empty"))
    if old is None or draft.text.strip() not in old.text.values():
        values["text"] = {draft.language: draft.text.strip()}
    if draft.due is not Due.KEEP:
        try:
            values["when"] = due_date(draft.due, draft.day)
            values["due_words"] = draft.due_words
            if values["when"].end and values["when"].end < today:
                wrong.append(Invalid("day", "due_past"))
        except Invalid as unclear:
            wrong.append(unclear)
    elif draft.day is not None:
        wrong.append(Invalid("day", "day_not_wanted"))
    concerned = await _subject(session, draft.concerns, "concerns", wrong)
    try:
        owner, concerned = await _owner(session, draft, old, concerned)
        values |= owner
        values |= {"group_id": concerned.group_id, "place_id": concerned.place_id}
        await _may_promise(session, actor, draft, old, values, now)
    except Invalid as unclear:
        wrong += unclear.every
    if draft.visibility is Visibility.GROUP and concerned.group_id is None:
        wrong.append(Invalid("visibility", "no_group"))
    values["event_id"] = await _event(session, actor, draft, old, now, wrong)
    refuse(wrong)
    return values


async def _owner(
    session: AsyncSession, draft: Draft, old: Commitment | None, concerned: Subject
) -> tuple[dict[str, Any], Subject]:
    """Who promises, and what it concerns, for that goes with a role. Raises `Invalid`."""
    given = [name for name in ("person", "role", "organisation") if getattr(draft, name)]
    if not given and old is not None and old.owner is not None:
        return {}, concerned
    if not given:
        raise Invalid("person", "owner_missing")
    if len(given) > 1:
        refuse([Invalid(name, "owner_twice") for name in given[1:]])
    values: dict[str, Any] = {"member_id": None, "role": None, "organisation_id": None}
    if draft.person:
        member = await ensure_member(session, draft.person)
        if member.is_bot or member.is_guest or not member.is_active:
            raise Invalid("person", "owner_unable")
        values["member_id"] = member.id
    elif draft.organisation:
        key = await find_organisation(session, draft.organisation, "organisation")
        query = select(Organisation.id).where(Organisation.key == key)
        values["organisation_id"] = (await session.scalars(query)).one()
    else:
        values["role"], own = await _role(session, draft.role)
        if own != Subject() and concerned not in (Subject(), own):
            raise Invalid("concerns", "role_concerns_other")
        concerned = concerned if own == Subject() else own
    if old is None or any(getattr(old, name) != value for name, value in values.items()):
        values["owner"] = None
    return values, concerned


async def _role(session: AsyncSession, chosen: str) -> tuple[RoleName, Subject]:
    """A role and what it is for. Raises `Invalid` for one that is not there."""
    word, _, scope = chosen.partition(":")
    known: dict[str, RoleName] = {RoleName.CHAIR: RoleName.CHAIR, RoleName.FOCAL_POINT: RoleName.FOCAL_POINT}
    known |= {role: role for role in OF_ALL}
    role = known.get(word)
    fits = {RoleName.CHAIR: "group:", RoleName.FOCAL_POINT: "place:"}
    if role is None or not (scope.startswith(fits[role]) if role in fits else not scope):
        raise Invalid("role", "gone", chosen)
    wrong: list[Invalid] = []
    subject = await _subject(session, scope, "role", wrong)
    refuse(wrong)
    return role, subject


async def _may_promise(
    session: AsyncSession,
    actor: Actor,
    draft: Draft,
    old: Commitment | None,
    values: dict[str, Any],
    now: datetime,
) -> None:
    """Raise `Invalid` where the actor may not promise that in somebody else's name: nothing typed is lost."""
    if "member_id" not in values:
        return
    moved = [
        name for name in ("member_id", "role", "organisation_id", "group_id", "place_id") if name in values
    ]
    if old is not None and all(getattr(old, name) == values[name] for name in moved):
        return
    group_id, place_id, role = values["group_id"], values["place_id"], values["role"]
    is_own = values["member_id"] == actor.member_id
    if role is not None:
        held = Held(role, group_id if role in OF_A_GROUP else None, place_id if role in OF_A_PLACE else None)
        is_own = held in actor.held
    elif values["organisation_id"] is not None and actor.member_id is not None:
        day = now.astimezone(UTC).date()
        is_own = await represents(session, actor.member_id, values["organisation_id"], day)
    subject = Subject(group_id, place_id, actor.member_id if is_own else None)
    if not may(actor, Action.ADD_COMMITMENT, subject):
        field = "person" if draft.person else "role" if draft.role else "organisation"
        raise Invalid(field, "not_yours_to_promise")


async def _subject(session: AsyncSession, scope: str, field: str, wrong: list[Invalid]) -> Subject:
    """What `group:KEY` or `place:KEY` stands for; nothing for an empty one. What is gone goes to `wrong`."""
    kind, _, key = scope.partition(":")
    if not scope:
        return Subject()
    query = select(Group.id).where(Group.key == key, Group.merged_into_id.is_(None))
    if kind == "place":
        query = select(Place.id).where(Place.key == key, Place.merged_into_id.is_(None))
    found = (await session.scalars(query)).one_or_none() if kind in ("group", "place") else None
    if found is None:
        wrong.append(Invalid(field, "gone", scope))
        return Subject()
    return Subject(group_id=found) if kind == "group" else Subject(place_id=found)


async def _event(
    session: AsyncSession,
    actor: Actor,
    draft: Draft,
    old: Commitment | None,
    now: datetime,
    wrong: list[Invalid],
) -> int | None:
    """The meeting, which the actor must see; one that they do not see stays as it stood."""
    stood = old.event_id if old else None
    number = draft.event_id or stood
    if number is None or draft.event_id == stood:
        return stood
    try:
        await check_seen(session, actor, await event_row(session, number), now.astimezone(UTC).date())
    except NotFound:
        if draft.event_id is None:
            return stood
        wrong.append(Invalid("event", "gone", str(number)))
    return draft.event_id
