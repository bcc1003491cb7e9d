"""From what somebody chose in a form, a day and how exact it is, to a partial date; hours clocks skip."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from dateutil.tz import datetime_ambiguous, datetime_exists

from community.errors import Invalid, refuse
from community.record import YEARS
from storage.partial_dates import Part, PartialDate, Precision, Status, zones


class Exact(StrEnum):
    """How exactly a date is known, as one chooses it; the days that are chosen with it are read so."""

    DAY = "day"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    MONTH = "month"
    YEAR = "year"
    BEFORE = "before"
    YEARLY = "yearly"
    UNKNOWN = "unknown"


PARTS = {Exact.MORNING: Part.MORNING, Exact.AFTERNOON: Part.AFTERNOON, Exact.EVENING: Part.EVENING}
DAYS = (Exact.DAY, *PARTS)
"""What takes place on days that are known."""


@dataclass(frozen=True)
class Timing:
    """What somebody chose. `first` and `last` are days, hours are local in the IANA zone `zone`."""

    exact: Exact = Exact.UNKNOWN
    first: date | None = None
    last: date | None = None
    starts_at: time | None = None
    ends_at: time | None = None
    zone: str = ""


def read(timing: Timing, status: Status) -> PartialDate:
    """The partial date that was meant. Raises `Invalid` with every field that is wrong."""
    refuse(_wrong(timing))
    days = _days(timing)
    if days is None:
        return PartialDate(status=status)
    precision, first, last = days
    return PartialDate(
        precision, first, last, status, PARTS.get(timing.exact), timing.starts_at,
        timing.ends_at, timing.zone if timing.starts_at else None,
    )  # fmt: skip


def chosen(when: PartialDate, *, yearly: bool = False) -> Timing:
    """What one would choose for a date that stands already."""
    exact = {
        Precision.MONTH: Exact.MONTH,
        Precision.YEAR: Exact.YEAR,
        Precision.DEADLINE: Exact.BEFORE,
        Precision.UNKNOWN: Exact.UNKNOWN,
    }.get(when.precision, Exact.DAY)
    if when.part:
        exact = next(one for one, part in PARTS.items() if part is when.part)
    timing = Timing(exact, when.start, when.end, when.starts_at, when.ends_at, when.zone or "")
    if exact is Exact.BEFORE and when.end:
        return replace(timing, first=when.end + timedelta(days=1), last=None)
    if when.start == when.end or (exact in (Exact.MONTH, Exact.YEAR) and not _several(when)):
        timing = replace(timing, last=None)
    return replace(timing, exact=Exact.YEARLY) if yearly else timing


def skipped(day: date, at: time, zone: str) -> bool:
    """Whether the clocks of a zone skip that hour on that day, so that it never comes."""
    return not datetime_exists(datetime.combine(day, at, ZoneInfo(zone)))


def repeated(day: date, at: time, zone: str) -> bool:
    """Whether that hour comes twice on that day; the first one is meant then."""
    return datetime_ambiguous(datetime.combine(day, at, ZoneInfo(zone)))


def has_begun(when: PartialDate, now: datetime) -> bool:
    """Whether it may have begun by now, as far as its date is known."""
    if start := when.instant():
        return start <= now
    first = when.start or when.end
    return first is None or first <= now.astimezone(UTC).date()


def over(when: PartialDate, now: datetime) -> bool:
    """Whether it lies wholly in the past, everywhere on earth; an unknown date never does."""
    if end := when.instant_of_end():
        return end < now
    if when.precision is Precision.YEARLY or when.end is None:
        return False
    return when.end < (now.astimezone(UTC) - timedelta(hours=12)).date()


def _several(when: PartialDate) -> bool:
    """Whether a coarse date spans several months, or several years."""
    if when.start is None or when.end is None:
        return False
    if when.precision is Precision.MONTH:
        return (when.start.year, when.start.month) != (when.end.year, when.end.month)
    return when.start.year != when.end.year


def _wrong(timing: Timing) -> Sequence[Invalid]:
    wrong = []
    first, last = timing.first, timing.last
    if timing.exact is not Exact.UNKNOWN and first is None:
        wrong.append(Invalid("first", "day_needed"))
    for field, day in (("first", first), ("last", last)):
        if day and day.year not in YEARS:
            wrong.append(Invalid(field, "year_unlikely"))
    if first and last and last < first:
        wrong.append(Invalid("last", "end_before_start"))
    if last and timing.exact not in (Exact.DAY, Exact.MONTH, Exact.YEAR) and last != first:
        wrong.append(Invalid("last", "one_day_only"))
    return [*wrong, *_wrong_hours(timing)]


def _wrong_hours(timing: Timing) -> Sequence[Invalid]:
    wrong = []
    first, last = timing.first, timing.last
    if timing.starts_at and timing.zone not in zones():
        wrong.append(Invalid("zone", "zone_unclear", timing.zone))
    known = timing.zone in zones() and all(day is None or day.year in YEARS for day in (first, last))
    if timing.starts_at and timing.exact is not Exact.DAY:
        wrong.append(Invalid("starts_at", "hour_needs_day"))
    elif timing.starts_at and first and known and skipped(first, timing.starts_at, timing.zone):
        wrong.append(Invalid("starts_at", "hour_skipped"))
    if timing.ends_at and not timing.starts_at:
        wrong.append(Invalid("ends_at", "end_needs_start"))
    elif timing.ends_at and timing.starts_at and last in (None, first) and timing.ends_at <= timing.starts_at:
        wrong.append(Invalid("ends_at", "end_before_start"))
    elif timing.ends_at and first and known and skipped(last or first, timing.ends_at, timing.zone):
        wrong.append(Invalid("ends_at", "hour_skipped"))
    return wrong


def _days(timing: Timing) -> tuple[Precision, date | None, date] | None:
    first = timing.first
    if timing.exact is Exact.UNKNOWN or first is None:
        return None
    last = timing.last or first
    match timing.exact:
        case Exact.BEFORE:
            return Precision.DEADLINE, None, first - timedelta(days=1)
        case Exact.MONTH:
            end = last.replace(day=monthrange(last.year, last.month)[1])
            return Precision.MONTH, first.replace(day=1), end
        case Exact.YEAR:
            return Precision.YEAR, date(first.year, 1, 1), date(last.year, 12, 31)
        case Exact.DAY if last != first:
            return Precision.RANGE, first, last
        case Exact.DAY | Exact.YEARLY:
            return Precision.DAY, first, first
    return Precision.PART_OF_DAY, first, first
