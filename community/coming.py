"""The calendar: the events that are coming or have been, by month, region, place and group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy.ext.asyncio import AsyncSession

from community.events import Happening, concerned, happening, its_day
from storage.events import events_before, events_between, events_not_over
from storage.partial_dates import Standing
from storage.sight import EVERYBODY, Sight
from storage.vocabulary import Region

STILL_NEWS = timedelta(days=366)
"""How long an announcement without a date is believed to be about something to come."""


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to see: all conditions that are given hold together."""

    past: bool = False
    month: int | None = None
    year: int | None = None
    region: Region | None = None
    place: str | None = None
    group: str | None = None


async def calendar(
    session: AsyncSession,
    wanted: Wanted,
    today: date,
    sight: Sight = EVERYBODY,
    *,
    now: datetime | None = None,
) -> tuple[Happening, ...]:
    """The events that fit, coming ones soonest first, past ones latest first, undated ones last.

    `today` is the reader's own day; `now` is as in `happening`. An event without a date is coming as long as
    its source is recent; one that an old report announced is shown among the past ones.
    """
    around = timedelta(days=1) if now else timedelta()  # as far apart as two clocks' days can be
    if wanted.past:
        rows = await events_before(session, today + around, sight)
    else:
        rows = await events_not_over(session, today - around, sight)
    found = []
    for row in rows:
        event, own = happening(row, today, wanted.year, now=now), its_day(row, today, now)
        is_past = event.when.end < own if event.when.end else not is_coming(event, today)
        if is_past is wanted.past and _fits(event, wanted):
            found.append(event)
    dated = [event for event in found if event.when.end]
    undated = [event for event in found if not event.when.end]
    dated.sort(key=lambda event: (event.when.end or today, event.key), reverse=wanted.past)
    return (*dated, *undated)


async def month(
    session: AsyncSession,
    first: date,
    wanted: Wanted,
    today: date,
    sight: Sight = EVERYBODY,
    *,
    now: datetime | None = None,
) -> tuple[Happening, ...]:
    """The events that may lie in the month that begins on `first`, past ones too, in the order of their days.

    A date that is known less exactly is among them: a year's events may lie in any of its months. Of `wanted`
    only the region, the place and the group count; `today` and `now` are as in `calendar`.
    """
    last = first + relativedelta(months=1, days=-1)
    found = []
    for row in await events_between(session, first, last, sight):
        event = happening(row, first) if row.recurrence else happening(row, today, now=now)
        begins, ends = event.when.start or event.when.end, event.when.end
        if begins and ends and begins <= last and ends >= first:
            found.append(event)
    found = [event for event in found if _fits(event, replace(wanted, month=None, year=None))]
    return tuple(sorted(found, key=lambda event: (event.when.start or first, event.when.starts_at or time())))


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
        (wanted.region is None or wanted.region in _regions(event))
        and (wanted.place is None or f"place:{wanted.place}" in concerned(event))
        and (wanted.group is None or f"group:{wanted.group}" in concerned(event))
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


def _regions(event: Happening) -> set[Region | None]:
    return {event.region, *(one.region for one in event.audiences)}
