"""Events: what is coming, what has been, and what nobody recorded a result of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from sqlalchemy.ext.asyncio import AsyncSession

from community.errors import NotFound
from community.facts import Citation, Said, citation, said
from community.names import PlaceName
from community.rights import Subject
from storage.base import Words
from storage.events import Event, EventAudience, event_by_id
from storage.partial_dates import PartialDate, Precision, Standing
from storage.sight import Sight
from storage.vocabulary import EventKind, EventState, Mode, Region, Visibility


@dataclass(frozen=True)
class Audience:
    """A group or a country whom an event concerns, `subject` being `group:KEY` or `place:KEY`."""

    subject: str
    group: Words | None
    place: PlaceName | None
    region: Region | None
    group_id: int | None = None
    place_id: int | None = None


@dataclass(frozen=True)
class Happening:
    """One event, or the next day of a yearly one. `when` is that day, `yearly` tells that it comes again.

    `owner` is the Slack id of who added it; `was` is the date from which it was moved; `revision` counts the
    changes that concern its guests. Where one joins online is not in here: that is for who is registered.
    """

    id: int
    key: str
    kind: EventKind
    name: Words
    when: PartialDate
    yearly: bool
    standing: Standing | None
    about: Words | None
    venue: Words | None
    organiser: Words | None
    mode: Mode | None
    place: PlaceName | None
    region: Region | None
    group: str | None
    group_name: Words | None
    themes: tuple[str, ...]
    note: Words | None
    citation: Citation | None
    said: Said | None
    audiences: tuple[Audience, ...] = ()
    place_id: int | None = None
    group_id: int | None = None
    owner: str | None = None
    owner_id: int | None = None
    visibility: Visibility = Visibility.PUBLIC
    zones: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    number: int | None = None
    takes_registrations: bool = False
    capacity: int | None = None
    outcome: Words | None = None
    was: PartialDate | None = None
    revision: int = 0
    added_at: datetime | None = None
    changed_at: datetime | None = None
    is_proposed: bool = False

    @property
    def subject(self) -> Subject:
        """What rights are asked about."""
        return Subject(self.group_id, self.place_id, self.owner_id)

    @property
    def ref(self) -> str:
        """What deliveries and audits that tell of it are about."""
        return f"event:{self.id}"


def happening(row: Event, today: date, year: int | None = None, *, now: datetime | None = None) -> Happening:
    """An event's row as it is shown on the reader's `today`; a yearly one, in the coming `year` asked for.

    With `now`, one with hours has passed when its day is over on its own clock, not on the reader's.
    """
    today = local_day(row.when, today, now)
    when = next_of(row.recurrence, row.when, today, year)
    return Happening(
        id=row.id,
        key=row.key,
        kind=row.kind,
        name=row.name,
        when=when,
        yearly=row.recurrence is not None,
        standing=when.standing(today),
        about=row.about,
        venue=row.venue,
        organiser=row.organiser,
        mode=row.mode,
        place=PlaceName(row.place.key, row.place.names) if row.place else None,
        region=row.place.region if row.place else None,
        group=row.group.key if row.group else None,
        group_name=row.group.name if row.group else None,
        themes=tuple(row.themes),
        note=row.note,
        citation=citation(row),
        said=said(row),
        audiences=_audiences(row) if "audiences" in row.__dict__ else (),
        place_id=row.place_id,
        group_id=row.group_id,
        owner=row.owner.slack_id if row.owner else None,
        owner_id=row.owner_id,
        visibility=row.visibility or Visibility.PUBLIC,
        zones=tuple(row.zones),
        languages=tuple(row.languages),
        number=row.number,
        takes_registrations=row.takes_registrations,
        capacity=row.capacity,
        outcome=row.outcome,
        was=PartialDate.parse(row.was) if row.was else None,
        revision=row.revision,
        added_at=row.added_at,
        changed_at=row.changed_at,
        is_proposed=row.state is EventState.PROPOSED,
    )


def _audiences(row: Event) -> tuple[Audience, ...]:
    """Each once: two groups may have become one since."""
    found = [_audience(one) for one in row.audiences]
    return tuple({one.subject: one for one in found}.values())


def _audience(row: EventAudience) -> Audience:
    if row.group is not None:
        return Audience(f"group:{row.group.key}", row.group.name, None, None, group_id=row.group_id)
    assert row.place is not None  # noqa: S101 - it has one of the two
    name = PlaceName(row.place.key, row.place.names)
    return Audience(f"place:{row.place.key}", None, name, row.place.region, place_id=row.place_id)


async def one(
    session: AsyncSession,
    number: int,
    today: date,
    sight: Sight | None = None,
    *,
    now: datetime | None = None,
) -> Happening:
    """An event that stands in the calendar, by its id, as it is shown `today`; `now` as in `happening`.

    With a `sight`, one that may be seen so. Raises `NotFound`.
    """
    row = await row_of(session, number)
    if row.state is not None or (sight is not None and not sight.sees(row)):
        raise NotFound("event", str(number))
    return happening(row, today, now=now)


async def row_of(session: AsyncSession, number: int, *, lock: bool = False) -> Event:
    """An event's row as it stands now, proposed ones too; `lock` holds it until the transaction ends.

    Raises `NotFound`.
    """
    row = await event_by_id(session, number, lock=lock)
    if row is None:
        raise NotFound("event", str(number))
    return row


def touch(row: Event, now: datetime) -> None:
    """Count a change that concerns an event's guests: calendars that subscribed take it over."""
    row.revision += 1
    row.changed_at = now


def local_day(when: PartialDate, today: date, now: datetime | None) -> date:
    """The day by which an event has passed or not: with hours, that of its own clock."""
    return now.astimezone(ZoneInfo(when.zone)).date() if now and when.zone else today


def about(row: Event) -> Subject:
    """What rights are asked about."""
    return Subject(row.group_id, row.place_id, row.owner_id)


def next_of(rule: str | None, when: PartialDate, today: date, year: int | None = None) -> PartialDate:
    """The day of an event; of one with a rule the next, in the coming `year` asked for."""
    if not rule:
        return when
    return replace(next_day(rule, max(today, date(year, 1, 1)) if year else today), status=when.status)


def next_day(rule: str, today: date) -> PartialDate:
    """The first day of an RFC 5545 rule that is `today` or later, as a day."""
    start = datetime(today.year - 1, 1, 1)  # noqa: DTZ001 - days, not moments
    midnight = datetime.combine(today, datetime.min.time())
    found = rrulestr(rule, dtstart=start).after(midnight - timedelta(days=1), inc=False)
    if found is None:
        return PartialDate()
    return PartialDate(Precision.DAY, found.date(), found.date())


def concerned(event: Happening) -> set[str]:
    """The groups and countries whom it concerns: who holds it, where, and for whom."""
    own = [f"place:{event.place.key}"] if event.place else []
    own += [f"group:{event.group}"] if event.group else []
    return {*own, *(one.subject for one in event.audiences)}


def of_kind(events: Sequence[Happening], *kinds: EventKind) -> tuple[Happening, ...]:
    """Those of the given kinds, in the same order."""
    return tuple(event for event in events if event.kind in kinds)
