"""What members ask of those who decide: an interest, a wish to join, an offer to chair, a report of a post.

| what     | who may ask | who decides                              | what accepting does                  |
|----------|-------------|------------------------------------------|--------------------------------------|
| interest | members     | the secretariat                          | the place is a pathfinder, interested |
| join     | members     | the group's chairs, leads, or secretariat | they are a member of the group       |
| chair    | members     | the secretariat                          | they chair the group                 |
| report   | anybody     | the editors                              | nothing by itself: the editors act   |

A translation is asked for too; nobody decides on that: it is closed when there is one
(`community.translations`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community import audit
from community.errors import Ambiguous, Invalid, NotAllowed, NotFound
from community.interest import become_pathfinder, is_pathfinder
from community.membership import admit
from community.names import Names, PlaceName
from community.pathfinders import find_place
from community.rights import Action, Actor, Subject, may, require
from community.roles import grant
from storage.base import Words
from storage.groups import group_by_key, membership_of
from storage.pathfinders import Place
from storage.requests import Request, close_request, open_requests, request_by_id, same_request
from storage.roles import roles_of
from storage.updates import Update, was_published
from storage.vocabulary import RequestKind, RequestState, RoleName, RoleState

ASKING = {RequestKind.REPORT: Action.REPORT}
"""What one must be allowed for asking it; taking part, where nothing stands here."""
DECIDING = {
    RequestKind.INTEREST: Action.DECIDE_REQUEST,
    RequestKind.JOIN: Action.DECIDE_JOIN,
    RequestKind.CHAIR: Action.DECIDE_REQUEST,
    RequestKind.REPORT: Action.REVIEW_UPDATE,
}


@dataclass(frozen=True)
class Asked:
    """A request by its id; `new` is False where the same person asks the same still."""

    id: int
    new: bool


@dataclass(frozen=True)
class Waiting:
    """A request as it is shown, decided or not. `headline` is that of the post which a report is about."""

    id: int
    kind: RequestKind
    state: RequestState
    by: str
    group_id: int | None
    group_key: str
    group: Words | None
    place: PlaceName | None
    update_id: int | None
    headline: str
    note: str
    at: datetime
    decided_by: str | None
    decided_at: datetime | None

    @property
    def about(self) -> str:
        """What its messages are filed under."""
        return f"request:{self.id}"


async def ask(
    session: AsyncSession,
    actor: Actor,
    kind: RequestKind,
    *,
    group_key: str = "",
    update_id: int | None = None,
    about: str = "",
    note: str = "",
    now: datetime,
) -> Asked:
    """Ask something. The same person asking the same while it waits makes one; the first note stays.

    `about` is a place's key. Raises `NotAllowed`, and `Invalid` in field `note`: the group or the post is
    `gone`, or what is asked is so already (`member_already`, `chaired_already`).
    """
    action = ASKING.get(kind, Action.TAKE_PART)
    require(actor, action)
    if actor.member_id is None:
        raise NotAllowed(action.value, RoleName.SECRETARIAT.value)
    if kind is RequestKind.REPORT and not await was_published(session, update_id or 0):
        raise Invalid("note", "gone")
    group_id = await _group_id(session, actor.member_id, kind, group_key, now.astimezone(UTC).date())
    same = await same_request(
        session, actor.member_id, kind, group_id=group_id, update_id=update_id, about=about or None
    )
    if same is not None:
        return Asked(same.id, new=False)
    row = Request(
        kind=kind, member_id=actor.member_id, group_id=group_id, update_id=update_id,
        about=about or None, note=note or None, at=now,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    audit.note(session, actor, f"{kind.value}_asked", f"request:{row.id}", now)
    return Asked(row.id, new=True)


async def ask_interest(
    session: AsyncSession, actor: Actor, names: Names, country: str, locale: str, words: str, now: datetime
) -> Asked:
    """Say that a country or body is interested in becoming a pathfinder; `country` is as it was typed.

    Raises `NotAllowed`, or `Invalid` in field `country`: `country_unclear`, `pathfinder_already`.
    """
    require(actor, Action.TAKE_PART)
    try:
        key = await find_place(session, names, country, locale)
    except (NotFound, Ambiguous) as unclear:
        raise Invalid("country", "country_unclear", country) from unclear
    if await is_pathfinder(session, key):
        raise Invalid("country", "pathfinder_already", country)
    return await ask(session, actor, RequestKind.INTEREST, about=key, note=words, now=now)


async def waiting(session: AsyncSession, actor: Actor) -> tuple[Waiting, ...]:
    """What waits and is the actor's to decide, longest first."""
    rows = [
        row
        for row in await open_requests(session)
        if row.kind in DECIDING and may(actor, DECIDING[row.kind], _subject(row))
    ]
    return await _shown(session, rows)


async def one(session: AsyncSession, number: int) -> Waiting:
    """One request, for whoever tells of it. Raises `NotFound`."""
    row = await request_by_id(session, number)
    if row is None:
        raise NotFound("command", str(number))
    return (await _shown(session, [row]))[0]


async def to_decide(session: AsyncSession, actor: Actor, number: int) -> Waiting:
    """One request for somebody who may decide it, decided already or not. Raises `NotAllowed`, `NotFound`."""
    row = await request_by_id(session, number)
    if row is None or row.kind not in DECIDING:
        raise NotFound("command", str(number))
    require(actor, DECIDING[row.kind], _subject(row))
    return (await _shown(session, [row]))[0]


async def decide(
    session: AsyncSession, actor: Actor, number: int, *, accept: bool, now: datetime
) -> Waiting | None:
    """Accept a request or decline it, and do what was asked. None if somebody was faster.

    Raises `NotAllowed`, `NotFound`.
    """
    asked = await to_decide(session, actor, number)
    state = RequestState.ACCEPTED if accept else RequestState.DECLINED
    if not await close_request(session, number, state, actor.member_id, now):
        return None
    audit.note(session, actor, f"{asked.kind.value}_{state.value}", f"request:{number}", now)
    if accept:
        await _carry_out(session, actor, asked, now)
    return await one(session, number)


async def _carry_out(session: AsyncSession, actor: Actor, asked: Waiting, now: datetime) -> None:
    today = now.astimezone(UTC).date()
    row = await request_by_id(session, asked.id)
    assert row is not None  # noqa: S101 - it was decided just now
    if asked.kind is RequestKind.INTEREST and asked.place:
        await become_pathfinder(session, actor, asked.place.key, asked.at.astimezone(UTC).date(), now)
    elif asked.kind is RequestKind.JOIN and asked.group_id is not None:
        await admit(session, actor, asked.group_id, row.member_id, today, now)
    elif asked.kind is RequestKind.CHAIR:
        scope = f"group:{asked.group_key}"
        await grant(session, actor, asked.by, RoleName.CHAIR, scope, is_deputy=False, today=today, now=now)


async def _group_id(
    session: AsyncSession, member_id: int, kind: RequestKind, key: str, today: date
) -> int | None:
    """The group that is asked about, once it is clear that there is something to ask."""
    if kind not in (RequestKind.JOIN, RequestKind.CHAIR):
        return None
    group = await group_by_key(session, key)
    if group is None:
        raise Invalid("note", "gone", key)
    if kind is RequestKind.JOIN and await membership_of(session, group.id, member_id, today):
        raise Invalid("note", "member_already")
    if kind is RequestKind.CHAIR:
        roles = await roles_of(session, today, group_id=group.id)
        if any(role.name is RoleName.CHAIR and role.state is RoleState.APPOINTED for role in roles):
            raise Invalid("note", "chaired_already")
    return group.id


def _subject(row: Request) -> Subject:
    return Subject(group_id=row.group_id)


async def _shown(session: AsyncSession, rows: Sequence[Request]) -> tuple[Waiting, ...]:
    keys = {row.about for row in rows if row.about}
    places = await session.scalars(select(Place).where(Place.key.in_(keys))) if keys else ()
    named = {place.key: place.names for place in places}
    posts = {row.update_id for row in rows if row.update_id}
    updates = await session.scalars(select(Update).where(Update.id.in_(posts))) if posts else None
    headlines = {post.id: post.headline for post in updates.unique()} if updates else {}
    return tuple(
        Waiting(
            id=row.id,
            kind=row.kind,
            state=row.state,
            by=row.member.slack_id,
            group_id=row.group_id,
            group_key=row.group.key if row.group else "",
            group=row.group.name if row.group else None,
            place=PlaceName(row.about, named.get(row.about)) if row.about else None,
            update_id=row.update_id,
            headline=headlines.get(row.update_id or 0, ""),
            note=row.note or "",
            at=row.at,
            decided_by=row.decided_by.slack_id if row.decided_by else None,
            decided_at=row.decided_at,
        )
        for row in rows
    )
