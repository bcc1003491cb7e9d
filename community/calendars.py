"""Calendars to subscribe to: what stands in each, and who may read it.

Everybody's hold what is public: everything, the events of a group, those of a country. A member's own holds
the events of their groups, of the countries that they follow or are the focal point of, and those at which
they have a place. Its address proves whose it is, until they ask for a new one. Nothing in here tells where
one joins online.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from dateutil.rrule import rrulestr
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import NotFound
from community.events import Happening, happening, row_of
from community.folding import fold
from community.members import Reader, reader_from
from community.names import Names, OwnName, PlaceName
from community.registrations import sees
from community.rights import Action, Actor, actor_of, require
from community.sight import sight_of
from storage.calendars import dated_events, everything, of_groups, of_places, of_registered
from storage.events import Event
from storage.following import of_member
from storage.groups import Group
from storage.members import Member
from storage.partial_dates import PartialDate, Precision
from storage.pathfinders import Place
from storage.roles import groups_of
from storage.sight import EVERYBODY, Sight

KEPT = timedelta(days=366)
"""How long what is over, or was cancelled, stays in a calendar."""
BEGAN = date(2016, 9, 20)
"""When the Alliance began: days observed every year begin there, if nobody says since when."""
GREGORIAN = range(1583, 9_000)
"""Years that calendar programs can hold: RFC 5545 knows no other calendar, and few go to the very end."""


@dataclass(frozen=True)
class Entry:
    """An event in a calendar, and its date; of a yearly one its first day, and by which `rule` it goes on."""

    event: Happening
    when: PartialDate
    rule: str | None


@dataclass(frozen=True)
class Named:
    """What a calendar for everybody is about: a group, a country or body, or (neither) everything."""

    group: OwnName | None = None
    place: PlaceName | None = None

    @property
    def topic(self) -> str:
        """`group:KEY` or `place:KEY`; empty for everything."""
        return f"group:{self.group.key}" if self.group else f"place:{self.place.key}" if self.place else ""


@dataclass(frozen=True)
class Own:
    """Whose calendar it is: what its address is signed about."""

    member_id: int
    version: int


async def named(session: AsyncSession, names: Names, kind: str, key: str) -> Named:
    """The group or the place of a key, or the one into which it went: who subscribed to it goes on reading.

    `kind` is `group` or `place`. A country of which nothing is on record yet has a calendar, too: somebody
    may add an event there any day. Raises `NotFound`.
    """
    if kind == "group" and (number := await _standing(session, Group, key)):
        group = await session.get_one(Group, number)
        return Named(group=OwnName(group.key, group.name))
    if kind == "place" and (number := await _standing(session, Place, key)):
        place = await session.get_one(Place, number)
        return Named(place=PlaceName(place.key, place.names))
    if kind == "place" and key in names.exact.get(fold(key), ()):
        return Named(place=PlaceName(key, None))
    raise NotFound("group" if kind == "group" else "place", key)


async def public(session: AsyncSession, about: Named, today: date) -> tuple[Entry, ...]:
    """What is public of a group or a place, or of everything."""
    wanted = everything()
    if about.group is not None:
        wanted = of_groups(select(Group.id).where(Group.key == about.group.key))
    elif about.place is not None:
        wanted = of_places(select(Place.id).where(Place.key == about.place.key))
    return await _entries(session, wanted, EVERYBODY, today)


async def one(session: AsyncSession, number: int, today: date) -> Entry:
    """A public event by its id. Raises `NotFound`, for one without a date, too."""
    row = await row_of(session, number)
    return _only(row, today, seen=EVERYBODY.sees(row))


async def personal(
    session: AsyncSession, own: Own, default: Reader, now: datetime
) -> tuple[Reader, tuple[Entry, ...]]:
    """A member's own calendar, and how they read. Raises `NotFound` where its address holds no more."""
    actor, reader = await _holder(session, own, default, now)
    day = now.astimezone(UTC).date()
    groups = await groups_of(session, own.member_id, day)
    followed = {row.place_id for row in await of_member(session, own.member_id) if row.place_id}
    places = followed | {one.place_id for one in actor.held if one.place_id}
    wanted = or_(of_groups(groups), of_places(places), of_registered(own.member_id))
    sight = await sight_of(session, actor, day)
    return reader, await _entries(session, wanted, sight, reader.today(now))


async def one_of(
    session: AsyncSession, own: Own, number: int, default: Reader, now: datetime
) -> tuple[Reader, Entry]:
    """An event that a member may see, by its id, and how they read. Raises `NotFound`."""
    actor, reader = await _holder(session, own, default, now)
    row = await row_of(session, number)
    seen = await sees(session, actor, row, now.astimezone(UTC).date())
    return reader, _only(row, reader.today(now), seen=seen)


async def own_of(session: AsyncSession, actor: Actor) -> Own | None:
    """Whose calendar somebody's own is, at its present address; None for a person not met yet."""
    if actor.member_id is None:
        return None
    query = select(Member.calendar_version).where(Member.id == actor.member_id)
    return Own(actor.member_id, (await session.scalars(query)).one())


async def renew(session: AsyncSession, actor: Actor, now: datetime, version: int | None = None) -> bool:
    """Give one's own calendar a new address; the old one holds no more. Returns whether that was done.

    With a `version`, only if the address is still that one: the same click twice counts once. Raises
    `NotAllowed`.
    """
    require(actor, Action.FOLLOW)
    query = select(Member).where(Member.id == actor.member_id).with_for_update()
    row = (await session.scalars(query)).one_or_none()
    if row is None or version not in (None, row.calendar_version):
        return False
    row.calendar_version += 1
    note(session, actor, "calendar_renewed", f"member:{row.id}", now)
    return True


def is_dated(event: Happening) -> bool:
    """Whether an event can stand in a calendar."""
    return event.when.end is not None and event.when.end.year in GREGORIAN


async def _holder(session: AsyncSession, own: Own, default: Reader, now: datetime) -> tuple[Actor, Reader]:
    """Who reads their own calendar. Raises `NotFound` for one who left, and for an address of before."""
    row = await session.get(Member, own.member_id)
    if row is None or row.calendar_version != own.version:
        raise NotFound("link", "")
    actor = await actor_of(session, row.slack_id, now.astimezone(UTC).date())
    if actor.member_id is None:
        raise NotFound("link", "")
    return actor, reader_from(row, default)


async def _standing(session: AsyncSession, table: type[Group] | type[Place], key: str) -> int | None:
    """The id of the row of a key, or of the one into which it went."""
    query = select(func.coalesce(table.merged_into_id, table.id)).where(table.key == key)
    return (await session.scalars(query)).one_or_none()


def _only(row: Event, today: date, *, seen: bool) -> Entry:
    entry = _entry(row, today) if seen and row.state is None else None
    if entry is None:
        raise NotFound("event", str(row.id))
    return entry


async def _entries(
    session: AsyncSession, wanted: ColumnElement[bool], sight: Sight, today: date
) -> tuple[Entry, ...]:
    found: list[Entry] = []
    async for rows in dated_events(session, wanted, sight, today - KEPT):
        found += _held(rows, today)
    return tuple(found)


def _held(rows: Sequence[Event], today: date) -> list[Entry]:
    return [entry for row in rows if (entry := _entry(row, today)) is not None]


def _entry(row: Event, today: date) -> Entry | None:
    """An event's row in a calendar; None if no day of it is known."""
    event = happening(row, today)
    if not is_dated(event):
        return None
    if row.recurrence is None:
        return Entry(event, event.when, None)
    first = _first(row.recurrence, row.when)
    return Entry(event, first, row.recurrence) if first.end is not None else None


def _first(rule: str, when: PartialDate) -> PartialDate:
    """The first day of what comes every year: the same whenever it is asked, or programs would show two."""
    since = datetime.combine(when.start or BEGAN, datetime.min.time())
    found = rrulestr(rule, dtstart=since).after(since, inc=True)
    if found is None:
        return PartialDate()
    first, length = found.date(), (when.end - when.start) if when.end and when.start else timedelta()
    precision = Precision.RANGE if length else Precision.DAY
    return replace(when, precision=precision, start=first, end=first + length)
