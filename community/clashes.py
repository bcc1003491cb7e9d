"""What stands in the way of an event: others at the same time for the same people, and working hours."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.events import Happening, concerned, happening
from community.hearing import leads
from storage.events import events_on
from storage.members import Member, members_by_slack_ids
from storage.partial_dates import Standing
from storage.registrations import sharing_people
from storage.roles import insiders
from storage.sight import Sight

MORNING, EVENING = time(8), time(18)
"""Working hours, on one's own clock (systems.md A66: somebody was absent for the time difference)."""
MANY = 3
"""One in so many of those invited is too many outside their working hours."""
AT_LEAST = timedelta(hours=1)
"""How long an event is taken to last whose end is not known."""
SHOWN = 3


@dataclass(frozen=True)
class Awkward:
    """How many `of` those invited it catches outside working hours, and when by some of their clocks."""

    outside: int
    of: int
    clocks: tuple[tuple[str, datetime], ...]


async def clashes(
    session: AsyncSession, event: Happening, today: date, sight: Sight
) -> tuple[Happening, ...]:
    """What takes place at the same time for the same people: the same groups, countries, or registered.

    Of that, what may be seen with `sight`.
    """
    first, last = event.when.start, event.when.end
    if first is None or last is None or event.standing in (Standing.CANCELLED, Standing.HELD):
        return ()
    others = [happening(row, today) for row in await events_on(session, first, last) if sight.sees(row)]
    over = (Standing.CANCELLED, Standing.HELD)
    at_once = [
        one for one in others if one.id != event.id and one.standing not in over and not _apart(event, one)
    ]
    shared = await sharing_people(session, event.id, [one.id for one in at_once])
    return tuple(one for one in at_once if one.id in shared or concerned(event) & concerned(one))


async def awkward(session: AsyncSession, event: Happening, default_zone: str, day: date) -> Awkward | None:
    """Whether its hours lie outside those in which many of the invited work; None if not, or not known."""
    start = event.when.instant()
    if start is None:
        return None
    end = event.when.instant_of_end() or start + AT_LEAST
    zones = Counter(
        member.zone or member.slack_zone or default_zone for member in await _invited(session, event, day)
    )
    late = {zone: number for zone, number in zones.items() if _is_outside(zone, start, end)}
    if sum(late.values()) * MANY <= sum(zones.values()):
        return None
    worst = sorted(late, key=lambda zone: (-late[zone], zone))[:SHOWN]
    clocks = tuple((zone, start.astimezone(ZoneInfo(zone))) for zone in worst)
    return Awkward(sum(late.values()), sum(zones.values()), clocks)


async def _invited(session: AsyncSession, event: Happening, day: date) -> list[Member]:
    """The members of its groups and the focal points of its countries; where it has neither, everybody."""
    groups = {event.group_id, *(one.group_id for one in event.audiences)} - {None}
    places = {event.place_id, *(one.place_id for one in event.audiences)} - {None}
    ids: set[int] = set()
    for group_id in groups:
        ids |= await insiders(session, group_id, day) if group_id else set()
    slack_ids = [one for place_id in places for one in await leads(session, day, place_id=place_id)]
    ids |= {row.id for row in await members_by_slack_ids(session, slack_ids)}
    people = select(Member).where(Member.is_active, Member.is_bot.is_(False))
    if groups or ids:
        people = people.where(Member.id.in_(ids))
    return list(await session.scalars(people))


def _is_outside(zone: str, start: datetime, end: datetime) -> bool:
    begins, ends = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    return begins.time() < MORNING or ends.time() > EVENING or ends.date() > begins.date()


def _apart(one: Happening, other: Happening) -> bool:
    """Whether both have hours, and do not overlap."""
    begins, others = one.when.instant(), other.when.instant()
    if begins is None or others is None:
        return False
    ends = one.when.instant_of_end() or begins + AT_LEAST
    others_end = other.when.instant_of_end() or others + AT_LEAST
    return ends <= others or others_end <= begins
