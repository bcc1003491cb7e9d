"""Days that are observed every year: what members sent in for one, as it is shown before, on and after it.

Everything goes by the day of the installation's own zone: what is sent in is for the next such day, and from
that day on what was approved is shown. How it comes about is told in `community.contributions`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from community.contributed import ALIVE, Contributed, contributed, day_in, day_of
from community.errors import NotFound
from community.events import Happening, happening
from community.names import PlaceName
from community.rights import OF_A_PLACE, Action, Actor, may, require
from storage.events import Event, event_by_id, yearly_events
from storage.following import channels_following
from storage.observances import (
    contributions_in,
    contributions_to,
    count_contributions,
    years_shown,
)
from storage.pathfinders import pathfinder_places, places_by_ids
from storage.vocabulary import ContributionKind, ContributionState, EventKind, Theme, Visibility

NINE = time(9)
SHOWN_FOR = timedelta(days=14)
"""How long after its day a day's own page stands in place of the next one's."""


@dataclass(frozen=True)
class Observed:
    """The page of a day of one year. Before it has come (`has_come`), what is approved is counted only.

    `is_next` tells that what is sent in now is for this very day. `mine` is what its reader sent in and is
    open, `asked` what they are, or were, asked for as a champion. `waiting` counts what an editor may review
    for any year; None for everybody else.
    """

    event: Happening
    year: int
    day: date
    has_come: bool
    is_next: bool
    highlights: tuple[Contributed, ...]
    champions: tuple[Contributed, ...]
    mine: tuple[Contributed, ...] = ()
    asked: Contributed | None = None
    earlier: tuple[int, ...] = ()
    may_contribute: bool = False
    waiting: int | None = None


@dataclass(frozen=True)
class Post:
    """What a day's post holds. `gone` was approved once and taken back since.

    `since` is nine of that day, `until` its midnight, in the installation's zone: between them it is posted.
    """

    event: Happening
    year: int
    highlights: tuple[Contributed, ...]
    champions: tuple[Contributed, ...]
    gone: tuple[Contributed, ...]
    since: datetime
    until: datetime

    @property
    def about(self) -> str:
        """What its deliveries are about."""
        return post_about(self.event.id, self.year)


def post_about(event_id: int, year: int) -> str:
    """What the deliveries of a day's post are about."""
    return f"observance:{event_id}:{year}"


async def coming(session: AsyncSession, day: date) -> tuple[Happening, ...]:
    """The observed days, soonest first, each once."""
    rows = [row for row in await yearly_events(session) if row.kind is EventKind.OBSERVANCE]
    found = [one for row in rows if (one := happening(row, day)).when.start]
    return tuple(sorted(found, key=lambda one: (one.when.start or day, one.id)))


async def row_of(session: AsyncSession, number: int, *, lock: bool = False) -> Event:
    """The row of an observed day. Raises `NotFound`."""
    row = await event_by_id(session, number, lock=lock)
    if row is None or row.state is not None or not row.recurrence or row.kind is not EventKind.OBSERVANCE:
        raise NotFound("event", str(number))
    if row.visibility not in (None, Visibility.PUBLIC):
        raise NotFound("event", str(number))
    return row


def is_observed(event: Happening) -> bool:
    """Whether something is gathered for it: it comes every year, and is for everybody."""
    return event.kind is EventKind.OBSERVANCE and event.yearly and event.visibility is Visibility.PUBLIC


async def page(
    session: AsyncSession,
    actor: Actor,
    number: int,
    day: date,
    *,
    year: int | None = None,
    is_personal: bool,
) -> Observed:
    """The page of an observed day, of the `year` asked for, or of the one that is nearest.

    `is_personal` adds what concerns its reader alone. Raises `NotFound`.
    """
    row = await row_of(session, number)
    upcoming = day_of(row, day)
    year = year or _nearest(row, day, upcoming)
    shown = day_in(row, year)
    if shown is None:
        raise NotFound("event", f"{number} {year}")
    rows = await contributions_to(session, number, year, ALIVE)
    found = [contributed(one) for one in rows]
    approved = [one for one in found if one.is_shown]
    is_next = shown == upcoming
    made = Observed(
        event=happening(row, day),
        year=year,
        day=shown,
        has_come=shown <= day,
        is_next=is_next,
        highlights=tuple(one for one in approved if one.kind is ContributionKind.HIGHLIGHT),
        champions=tuple(one for one in approved if one.kind is ContributionKind.CHAMPION),
        earlier=tuple(await years_shown(session, number, year)),
    )
    if not is_personal or actor.member_id is None:
        return made
    waiting = await count_contributions(session, ContributionState.IN_REVIEW, number)
    mine = [one for one, row in zip(found, rows, strict=True) if row.by_id == actor.member_id]
    mine = [one for one in mine if not one.is_own and (one.champion is None or one.is_here)]
    asked = [one for one, row in zip(found, rows, strict=True) if row.member_id == actor.member_id]
    return replace(
        made,
        mine=tuple(mine),
        asked=asked[-1] if asked else None,
        may_contribute=is_next and may(actor, Action.CONTRIBUTE),
        waiting=waiting if may(actor, Action.REVIEW_CONTRIBUTION) else None,
    )


async def waiting(session: AsyncSession, actor: Actor, number: int) -> tuple[Contributed, ...]:
    """What waits for review for one observed day, longest first. Raises `NotAllowed` for all but editors."""
    require(actor, Action.REVIEW_CONTRIBUTION)
    rows = await contributions_in(session, ContributionState.IN_REVIEW, number)
    return tuple(contributed(row) for row in rows)


async def countries(
    session: AsyncSession, actor: Actor
) -> tuple[tuple[PlaceName, ...], tuple[PlaceName, ...]]:
    """Whose highlights may be sent in: the countries that are the actor's own, and all other pathfinders."""
    ids = [one.place_id for one in actor.held if one.role in OF_A_PLACE and one.place_id is not None]
    own = await places_by_ids(session, ids)
    others = [row for row in await pathfinder_places(session) if row.id not in ids]
    return (
        tuple(PlaceName(row.key, row.names) for row in own),
        tuple(PlaceName(row.key, row.names) for row in others),
    )


async def todays(session: AsyncSession, now: datetime, zone: str) -> tuple[tuple[int, int], ...]:
    """The days that are observed now, from nine in the morning of `zone` on: id and year of each."""
    local = now.astimezone(ZoneInfo(zone))
    if local.time() < NINE:
        return ()
    rows = [row for row in await yearly_events(session) if row.kind is EventKind.OBSERVANCE]
    return tuple((row.id, local.year) for row in rows if day_of(row, local.date()) == local.date())


async def post(session: AsyncSession, number: int, year: int, zone: str) -> Post | None:
    """What is posted of a day; None where it is not for everybody, or its rule has no day in that year."""
    try:
        row = await row_of(session, number)
    except NotFound:
        return None
    day = day_in(row, year)
    if day is None:
        return None
    states = (ContributionState.APPROVED, ContributionState.WITHDRAWN)
    rows = await contributions_to(session, number, year, states)
    found = [contributed(one) for one in rows]
    shown = [one for one in found if one.is_shown]
    return Post(
        event=happening(row, day),
        year=year,
        highlights=tuple(one for one in shown if one.kind is ContributionKind.HIGHLIGHT),
        champions=tuple(one for one in shown if one.kind is ContributionKind.CHAMPION),
        gone=tuple(one for one in found if one.ended_at and one.approved_at),
        since=datetime.combine(day, NINE, ZoneInfo(zone)).astimezone(UTC),
        until=datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(zone)).astimezone(UTC),
    )


async def channels(session: AsyncSession, event: Happening) -> list[str]:
    """The channels that follow one of its themes."""
    return await channels_following(session, [Theme(one) for one in event.themes])


def _nearest(row: Event, day: date, upcoming: date | None) -> int:
    """The year of the next day; for a fortnight after one, that one's."""
    year = upcoming.year if upcoming else day.year
    last = day_in(row, year - 1) if upcoming != day else None
    return year - 1 if last and timedelta(0) <= day - last <= SHOWN_FOR else year
