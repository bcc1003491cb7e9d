"""What somebody fills in about an event, and what it comes to: columns, or every field that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.errors import Ambiguous, Invalid, NotFound, refuse
from community.members import zone_named
from community.names import Names
from community.pathfinders import find_place
from community.record import kept
from community.registrations import registered_count
from community.safeguards import looks_personal
from community.timing import Exact, Timing, has_begun, over, read
from storage.events import Event, EventAudience
from storage.groups import Group
from storage.meetings import is_number_taken
from storage.partial_dates import PartialDate, Status
from storage.pathfinders import Place, place_by_key
from storage.vocabulary import EventKind, Mode, PlaceKind, Theme, Visibility

MOST_SEATS = 100_000
"""A capacity beyond this is a slip of the finger."""
LAST_NUMBER = 999
"""So is a meeting's number."""


@dataclass(frozen=True)
class Draft:
    """What somebody filled in. `group` is a key; `place` the country as it was typed; `capacity` as typed."""

    name: str
    language: str
    kind: EventKind
    timing: Timing
    status: Status
    mode: Mode | None = None
    venue: str = ""
    place: str = ""
    group: str = ""
    visibility: Visibility = Visibility.PUBLIC
    takes_registrations: bool = False
    capacity: str = ""


@dataclass(frozen=True)
class Details:
    """The rest. `subjects` are further `group:KEY` and `place:KEY`; `zones` as typed, commas between.

    `number` is that of a meeting in its group's series, as typed; None where it was not asked for.
    """

    language: str
    about: str = ""
    organiser: str = ""
    link: str = ""
    themes: tuple[Theme, ...] = ()
    languages: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    zones: str = ""
    number: str | None = None


async def columns(
    session: AsyncSession, draft: Draft, names: Names, locale: str, now: datetime, old: Event | None = None
) -> dict[str, Any]:
    """The columns that a draft comes to. Raises `Invalid` with every field that is wrong."""
    wrong: list[Invalid] = []
    when = _caught(lambda: when_of(draft.timing, draft.status), wrong)
    if not draft.name.strip():
        wrong.append(Invalid("name", "empty"))
    if looks_personal(draft.name):
        wrong.append(Invalid("name", "personal"))
    yearly = draft.timing.exact is Exact.YEARLY
    if when is not None and not yearly:
        wrong += _ahead(when, draft.status, now, old)
    group_id = await _group(session, draft.group, wrong)
    place_id = await _place(session, draft.place, names, locale, wrong)
    if draft.visibility is Visibility.GROUP and group_id is None:
        wrong.append(Invalid("visibility", "no_group"))
    capacity = await _capacity(session, draft.capacity, old, wrong)
    refuse(wrong)
    assert when is not None  # noqa: S101 - else it was refused
    rule = f"FREQ=YEARLY;BYMONTH={when.start.month};BYMONTHDAY={when.start.day}" if when.start else None
    return {
        "name": kept(old.name if old else None, draft.name, draft.language),
        "kind": draft.kind,
        "when": replace(PartialDate(), status=when.status) if yearly else when,
        "recurrence": rule if yearly else None,
        "mode": draft.mode,
        "venue": kept(old.venue if old else None, draft.venue, draft.language),
        "group_id": group_id,
        "place_id": place_id,
        "visibility": None if draft.visibility is Visibility.PUBLIC else draft.visibility,
        "takes_registrations": draft.takes_registrations,
        "capacity": capacity,
    }


def when_of(timing: Timing, status: Status) -> PartialDate:
    """The partial date that was meant, its zone as typed. Raises `Invalid` with every field that is wrong."""
    zone = zone_of(timing.zone, "zone", []) if timing.zone else ""
    return read(replace(timing, zone=zone), status)


def zone_of(typed: str, field: str, wrong: list[Invalid]) -> str:
    """The zone that was typed; empty, and one more in `wrong`, for none that there is."""
    try:
        return zone_named(typed)
    except NotFound:
        wrong.append(Invalid(field, "zone_unclear", typed))
        return ""


async def audience(session: AsyncSession, subject: str, wrong: list[Invalid]) -> EventAudience:
    """Whom it concerns, by `group:KEY` or `place:KEY`; one more in `wrong` for what is not there."""
    kind, _, key = subject.partition(":")
    if kind == "group":
        return EventAudience(group_id=await _group(session, key, wrong))
    place = await place_by_key(session, key)
    if place is None:
        wrong.append(Invalid("places", "gone", subject))
    return EventAudience(place_id=place.id if place else None)


async def number_of(session: AsyncSession, typed: str, row: Event, wrong: list[Invalid]) -> int | None:
    """The number of a meeting in its group's series; one more in `wrong` for none, or one that is taken."""
    if not typed or row.group_id is None or row.kind is not EventKind.MEETING:
        return None
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:9]) <= LAST_NUMBER):
        wrong.append(Invalid("number", "no_meeting_number", typed))
        return None
    if await is_number_taken(session, row.group_id, int(typed), but=row.id):
        wrong.append(Invalid("number", "number_taken", typed))
    return int(typed)


def _caught(make: Callable[[], PartialDate], wrong: list[Invalid]) -> PartialDate | None:
    try:
        return make()
    except Invalid as found:
        wrong += [replace(one, others=()) for one in found.every]
        return None


def _ahead(when: PartialDate, status: Status, now: datetime, old: Event | None) -> Sequence[Invalid]:
    """What is said to be planned lies ahead, what was held does not; a date that stood already may stay."""
    if status is Status.HELD and not has_begun(when, now):
        return [Invalid("status", "held_ahead")]
    same = old is not None and old.when.compact() == when.compact()
    if status not in (Status.HELD, Status.CANCELLED) and over(when, now) and not same:
        return [Invalid("first", "event_past")]
    return []


async def _group(session: AsyncSession, key: str, wrong: list[Invalid]) -> int | None:
    if not key:
        return None
    query = select(Group.id).where(Group.key == key, Group.merged_into_id.is_(None))
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        wrong.append(Invalid("group", "gone", key))
    return found


async def _place(
    session: AsyncSession, typed: str, names: Names, locale: str, wrong: list[Invalid]
) -> int | None:
    """The country that was typed; one that the record did not know yet is noted, as no pathfinder."""
    if not typed:
        return None
    try:
        key = await find_place(session, names, typed, locale)
    except (NotFound, Ambiguous):
        wrong.append(Invalid("place", "country_unclear", typed))
        return None
    place = await place_by_key(session, key)
    if place is None:
        place = Place(key=key, kind=PlaceKind.COUNTRY, code=key, aliases=[])
        session.add(place)
        await session.flush()
    return place.id


async def _capacity(session: AsyncSession, typed: str, old: Event | None, wrong: list[Invalid]) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:9]) <= MOST_SEATS):
        wrong.append(Invalid("capacity", "no_capacity", typed))
        return None
    if old is not None and int(typed) < await registered_count(session, old.id):
        wrong.append(Invalid("capacity", "capacity_taken", typed))
    return int(typed)
