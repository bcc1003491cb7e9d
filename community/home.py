"""App Home: what waits for one person, where they belong, and what comes next for them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from community import issues, offers, planning, posted, requests
from community.coming import Wanted, lines, shown
from community.events import Happening
from community.issues import Issue
from community.names import PlaceName
from community.offers import Offer
from community.posted import Posted
from community.record import is_changeable
from community.requests import Waiting
from community.rights import OF_A_GROUP, OF_A_PLACE, Action, Actor, Subject, may
from community.standing import scope_of
from community.welcome import Progress
from storage.base import Words
from storage.calendars import of_groups, of_places
from storage.events import Event
from storage.facts import Fact
from storage.groups import Group, Membership
from storage.pathfinders import Place
from storage.registrations import Registration
from storage.sight import Sight
from storage.vocabulary import RegistrationState, RoleName, UpdateState

NEXT = 3
"""Events that are shown where none is of one's own groups or countries."""


@dataclass(frozen=True)
class Aging:
    """A record that somebody keeps, of a place or a group, and how many of its entries may be out of date."""

    scope: str
    place: PlaceName | None
    group: Words | None
    entries: int


Need = Posted | Offer | Issue | Waiting | Happening | Aging | Progress
"""What waits for somebody: what they review, requests, what is aging, what was sent back, the welcome."""


@dataclass(frozen=True)
class Belonging:
    """A group or a place where somebody has roles, or is a member. `scope` is `group:KEY` or `place:KEY`."""

    scope: str
    place: PlaceName | None
    group: Words | None
    roles: tuple[RoleName, ...]
    group_id: int | None = None


async def needs(
    session: AsyncSession, actor: Actor, reached: Progress, now: datetime, stale_after: timedelta
) -> tuple[Need, ...]:
    """What waits for somebody: what others wait for first, then their own. `reached` is of their welcome."""
    found: list[Need] = []
    if may(actor, Action.REVIEW_UPDATE):
        found += await posted.waiting(session, actor)
        found += await issues.waiting(session, actor)
    found += await offers.waiting(session, actor)
    found += await requests.waiting(session, actor)
    if actor.held:
        proposed = await planning.proposed(session, actor, now)
        found += [one for one in proposed if may(actor, Action.LIST_EVENT, one.subject)]
    own = await posted.own(session, actor)
    found += [post for post in own if post.state is UpdateState.CHANGE_ASKED]
    found += await offers.sent_back(session, actor)
    found += await _aging(session, actor, now - stale_after)
    return (*found, reached) if reached.next else tuple(found)


async def belongings(session: AsyncSession, actor: Actor, today: date) -> tuple[Belonging, ...]:
    """The groups and then the places where somebody has roles, or is a member, on `today`."""
    of_groups: dict[int, set[RoleName]] = defaultdict(set)
    of_places: dict[int, set[RoleName]] = defaultdict(set)
    for one in actor.held:
        if one.group_id is not None:
            of_groups[one.group_id].add(one.role)
        elif one.place_id is not None:
            of_places[one.place_id].add(one.role)
    member_of = select(Membership.group_id).where(
        Membership.member_id == actor.member_id,
        or_(Membership.until.is_(None), Membership.until > today),
    )
    groups = select(Group).where(
        or_(Group.id.in_(of_groups), Group.id.in_(member_of)), Group.merged_into_id.is_(None)
    )
    found = [
        Belonging(f"group:{row.key}", None, row.name, _in_order(of_groups[row.id]), row.id)
        for row in await session.scalars(groups.order_by(Group.position, Group.id))
    ]
    if of_places:
        places = select(Place).where(Place.id.in_(of_places)).order_by(Place.key)
        found += [
            Belonging(f"place:{row.key}", PlaceName(row.key, row.names), None, _in_order(of_places[row.id]))
            for row in await session.scalars(places)
        ]
    return tuple(found)


async def coming(
    session: AsyncSession, actor: Actor, where: Collection[Belonging], today: date, now: datetime
) -> tuple[tuple[Happening, ...], bool]:
    """The coming events of what somebody belongs to or registered for, and True; or a few, and False.

    `today` is the reader's own day.
    """
    groups = frozenset(one.group_id for one in where if one.group_id is not None)
    sight = Sight(not actor.is_guest, groups)
    places = [one.place.key for one in where if one.place]
    registered = select(Registration.event_id).where(
        Registration.member_id == actor.member_id, Registration.state != RegistrationState.WITHDRAWN
    )
    there = of_places(select(Place.id).where(Place.key.in_(places)))
    mine = or_(of_groups(groups), there, Event.id.in_(registered))
    found = await lines(session, Wanted(), today, sight, now=now, own=mine)
    own = [line for line in found if line.is_own]
    return await shown(session, own or found[:NEXT], Wanted(), today, now=now), bool(own)


async def _aging(session: AsyncSession, actor: Actor, before: datetime) -> list[Aging]:
    """The records that somebody keeps of which entries were said before that moment."""
    groups = [one.group_id for one in actor.held if one.role in OF_A_GROUP and one.group_id is not None]
    places = [one.place_id for one in actor.held if one.role in OF_A_PLACE and one.place_id is not None]
    if not groups and not places:
        return []
    query = select(Fact).where(
        Fact.said_at < before,
        Fact.ended_at.is_(None),
        or_(Fact.group_id.in_(groups), Fact.place_id.in_(places)),
    )
    counts = Counter(
        Subject(row.group_id, row.place_id)
        for row in (await session.scalars(query.order_by(Fact.id))).all()
        if is_changeable(row)
    )
    return [Aging(*await scope_of(session, subject), n) for subject, n in counts.items()]


def _in_order(roles: set[RoleName]) -> tuple[RoleName, ...]:
    return tuple(role for role in RoleName if role in roles)
