"""Events: what is coming, what has been, and what nobody recorded a result of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from dateutil.rrule import rrulestr
from sqlalchemy.ext.asyncio import AsyncSession

from community.facts import Citation, Said, citation, said
from community.names import PlaceName
from storage.base import Words
from storage.events import Event, events_before, events_not_over
from storage.partial_dates import PartialDate, Precision, Standing
from storage.vocabulary import EventKind, Mode, Region

STILL_NEWS = timedelta(days=366)
"""How long an announcement without a date is believed to be about something to come."""


@dataclass(frozen=True)
class Happening:
    """One event, or the next day of a yearly one. `when` is that day, `yearly` tells that it comes again."""

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


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to see: all conditions that are given hold together."""

    past: bool = False
    month: int | None = None
    year: int | None = None
    region: Region | None = None
    place: str | None = None
    group: str | None = None


def happening(row: Event, today: date, year: int | None = None) -> Happening:
    """An event's row as it is shown on the reader's `today`; a yearly one, in the coming `year` asked for."""
    when = row.when
    if row.recurrence:
        since = max(today, date(year, 1, 1)) if year else today
        when = replace(next_day(row.recurrence, since), status=when.status)
    return Happening(
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
    )


def next_day(rule: str, today: date) -> PartialDate:
    """The first day of an RFC 5545 rule that is `today` or later, as a day."""
    start = datetime(today.year - 1, 1, 1)  # noqa: DTZ001 - days, not moments
    midnight = datetime.combine(today, datetime.min.time())
    found = rrulestr(rule, dtstart=start).after(midnight - timedelta(days=1), inc=False)
    if found is None:
        return PartialDate()
    return PartialDate(Precision.DAY, found.date(), found.date())


async def calendar(session: AsyncSession, wanted: Wanted, today: date) -> tuple[Happening, ...]:
    """The events that fit, coming ones soonest first, past ones latest first, undated ones last.

    `today` is the reader's own day. An event without a date is coming as long as its source is recent; one
    that an old report announced is shown among the past ones.
    """
    rows = await (events_before if wanted.past else events_not_over)(session, today)
    events = [happening(row, today, wanted.year) for row in rows]
    found = [
        event
        for event in events
        if _fits(event, wanted) and (event.when.end or wanted.past is not is_coming(event, today))
    ]
    dated = [event for event in found if event.when.end]
    undated = [event for event in found if not event.when.end]
    dated.sort(key=lambda event: (event.when.end or today, event.key), reverse=wanted.past)
    return (*dated, *undated)


def is_coming(event: Happening, today: date) -> bool:
    """Whether it may still take place: it is not over, and nobody says that it was held or cancelled.

    What has no date is believed to be coming only as long as its announcement is recent.
    """
    if event.standing in (Standing.HELD, Standing.CANCELLED, Standing.PASSED):
        return False
    if event.when.end:
        return event.when.end >= today
    announced = event.citation.as_of.end if event.citation else today
    if event.said:
        announced = event.said.at.date()
    return announced is not None and announced > today - STILL_NEWS


def _fits(event: Happening, wanted: Wanted) -> bool:
    return (
        (wanted.region is None or event.region is wanted.region)
        and (wanted.place is None or (event.place is not None and event.place.key == wanted.place))
        and (wanted.group is None or event.group == wanted.group)
        and _in_period(event, wanted)
    )


def _in_period(event: Happening, wanted: Wanted) -> bool:
    """Whether any day of the event lies in the month or year asked for."""
    if wanted.month is None and wanted.year is None:
        return True
    first, last = event.when.start or event.when.end, event.when.end
    if first is None or last is None:
        return False
    years = range(first.year, last.year + 1)
    months = {(12 * first.year + first.month - 1 + i) % 12 + 1 for i in range(_months(first, last))}
    return (wanted.year is None or wanted.year in years) and (wanted.month is None or wanted.month in months)


def _months(first: date, last: date) -> int:
    return min(12 * (last.year - first.year) + last.month - first.month + 1, 12)


def of_kind(events: Sequence[Happening], *kinds: EventKind) -> tuple[Happening, ...]:
    """Those of the given kinds, in the same order."""
    return tuple(event for event in events if event.kind in kinds)
