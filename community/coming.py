"""The calendar: the events that are coming or have been, by month, region, place and group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, false, select
from sqlalchemy.ext.asyncio import AsyncSession

from community.events import Happening, happening, local_day, next_of
from storage.calendars import of_groups, of_places
from storage.events import Line as Stored
from storage.events import events_between, events_by_ids, lines_of, not_over, over_before
from storage.groups import Group
from storage.partial_dates import PartialDate, Standing
from storage.pathfinders import Place
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

    def is_over(self, today: date) -> bool:
        """Whether the year, or the month of a year, that is asked for lies wholly before `today`."""
        if self.year is None:
            return False
        return (self.year, self.month or 12) < (today.year, today.month if self.month else 1)


@dataclass(frozen=True)
class Line:
    """An event's place in a list: its id and its day as it is shown.

    `is_coming` as the function says; `is_own` tells whether it is what was asked for as one's own.
    """

    id: int
    when: PartialDate
    is_coming: bool
    is_own: bool


async def lines(
    session: AsyncSession,
    wanted: Wanted,
    today: date,
    sight: Sight = EVERYBODY,
    *,
    now: datetime | None = None,
    own: ColumnElement[bool] | None = None,
) -> tuple[Line, ...]:
    """Which events fit, coming ones soonest first, past ones latest first, undated ones last.

    `today` is the reader's own day; `now` is as in `happening`. An event without a date is coming as long as
    its source is recent; one that an old report announced is shown among the past ones. `own` is what makes
    an event one's own. What is shown of them, `shown` reads: of thousands somebody sees ten.
    """
    around = timedelta(days=1) if now else timedelta()  # as far apart as two clocks' days can be
    period = over_before(today + around) if wanted.past else not_over(today - around)
    own = false() if own is None else own
    dated: list[tuple[str, Line]] = []
    undated: list[tuple[str, Line]] = []
    for row in await lines_of(session, sight, period, *_conditions(wanted), own=own):
        day = local_day(row.when, today, now)
        when = next_of(row.recurrence, row.when, day, wanted.year)
        comes = _may_come(when, when.standing(day), _announced(row, today), today)
        is_past = when.end < day if when.end else not comes
        if is_past is wanted.past and _in_period(when, wanted):
            (dated if when.end else undated).append((row.key, Line(row.id, when, comes, row.is_own)))
    dated.sort(key=lambda one: (one[1].when.end or today, one[0]), reverse=wanted.past)
    return tuple(line for _, line in (*dated, *undated))


async def shown(
    session: AsyncSession,
    chosen: Sequence[Line],
    wanted: Wanted,
    today: date,
    *,
    now: datetime | None = None,
) -> tuple[Happening, ...]:
    """These events of `lines`, in the same order, as they are shown."""
    rows = await events_by_ids(session, [line.id for line in chosen])
    return tuple(happening(row, today, wanted.year, now=now) for row in rows)


async def calendar(
    session: AsyncSession,
    wanted: Wanted,
    today: date,
    sight: Sight = EVERYBODY,
    *,
    now: datetime | None = None,
) -> tuple[Happening, ...]:
    """All events of `lines`, as they are shown."""
    found = await lines(session, wanted, today, sight, now=now)
    return await shown(session, found, wanted, today, now=now)


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
    for row in await events_between(session, first, last, sight, *_conditions(wanted)):
        event = happening(row, first) if row.recurrence else happening(row, today, now=now)
        begins, ends = event.when.start or event.when.end, event.when.end
        if begins and ends and begins <= last and ends >= first:
            found.append(event)
    return tuple(sorted(found, key=lambda event: (event.when.start or first, event.when.starts_at or time())))


def is_coming(event: Happening, today: date) -> bool:
    """Whether it may still take place: it is not over, and nobody says that it was held or cancelled.

    What has no date is believed to be coming only as long as its announcement is recent.
    """
    announced = event.citation.as_of.end if event.citation else today
    if event.said:
        announced = event.said.at.date()
    return _may_come(event.when, event.standing, announced, today)


def _announced(row: Stored, today: date) -> date | None:
    if row.said_at:
        return row.said_at.date()
    return row.announced if row.is_cited else today


def _may_come(when: PartialDate, standing: Standing | None, announced: date | None, today: date) -> bool:
    if standing in (Standing.HELD, Standing.CANCELLED, Standing.PASSED):
        return False
    if when.end:
        return when.end >= today
    return announced is not None and announced > today - STILL_NEWS


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Of what is wanted the region, the place and the group: for whom, where, and who holds it."""
    found = []
    if wanted.region:
        found.append(of_places(select(Place.id).where(Place.region == wanted.region)))
    if wanted.place:
        found.append(of_places(select(Place.id).where(Place.key == wanted.place)))
    if wanted.group:
        found.append(of_groups(select(Group.id).where(Group.key == wanted.group)))
    return found


def _in_period(when: PartialDate, wanted: Wanted) -> bool:
    """Whether any day of the event lies in the month or year asked for."""
    if wanted.month is None and wanted.year is None:
        return True
    first, last = when.start or when.end, when.end
    if first is None or last is None:
        return False
    years = range(first.year, last.year + 1)
    months = {(12 * first.year + first.month - 1 + i) % 12 + 1 for i in range(_months(first, last))}
    return (wanted.year is None or wanted.year in years) and (wanted.month is None or wanted.month in months)


def _months(first: date, last: date) -> int:
    return min(12 * (last.year - first.year) + last.month - first.month + 1, 12)
