"""The one partial-date type: a date as exact as the record has it, and no more.

The record says "7 February 2019", "July 2019 (TBC)", "before July 2019", "September", or nothing. All of
these are a `PartialDate`; nothing is rounded up to a day that nobody stated.

(No postponed annotations here: SQLAlchemy reads the fields' types from this class.)
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Self
from zoneinfo import ZoneInfo, available_timezones


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    RANGE = "range"
    MONTH = "month"
    YEAR = "year"
    DEADLINE = "deadline"
    PART_OF_DAY = "part_of_day"
    YEARLY = "yearly"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """What the record says of whether it takes place. Past or future is not a status: see `Standing`."""

    HELD = "held"
    PLANNED = "planned"
    TENTATIVE = "tentative"
    TO_BE_CONFIRMED = "to_be_confirmed"
    CANCELLED = "cancelled"


class Standing(StrEnum):
    """What a reader is told today: a status, or that its date passed without a recorded result."""

    HELD = "held"
    PLANNED = "planned"
    TENTATIVE = "tentative"
    TO_BE_CONFIRMED = "to_be_confirmed"
    CANCELLED = "cancelled"
    PASSED = "passed"


class Part(StrEnum):
    """A part of a day, where the record gives no hour."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@cache
def zones() -> frozenset[str]:
    """The names of all IANA time zones. Asking the machine for them takes 20 ms, so it is asked once."""
    return frozenset(available_timezones())


_SPAN = re.compile(r"^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$")
_HOURS = re.compile(r"^(\d{1,2}):(\d{2})(?:\s*[-–]\s*(\d{1,2}):(\d{2}))?$")


@dataclass(frozen=True)
class PartialDate:
    """A date with its precision and status.

    `start` and `end` are the first and the last possible local days (inclusive); a deadline has only an
    `end`, an unknown date neither. `starts_at` and `ends_at` are local times in the IANA zone `zone`.
    `inferred` marks what the record only implies, such as the year of "September".

    Raises `ValueError` with a sentence when the parts contradict each other.
    """

    precision: Precision = Precision.UNKNOWN
    start: date | None = None
    end: date | None = None
    status: Status | None = None
    part: Part | None = None
    starts_at: time | None = None
    ends_at: time | None = None
    zone: str | None = None
    inferred: bool = False

    def __post_init__(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"the end {self.end} lies before the start {self.start}")
        if self.precision is Precision.UNKNOWN and (self.start or self.end):
            raise ValueError("an unknown date has no day")
        if self.precision is Precision.DEADLINE and (self.start or not self.end):
            raise ValueError("a deadline has a last day and no first one")
        if self.precision not in (Precision.UNKNOWN, Precision.DEADLINE) and not (self.start and self.end):
            raise ValueError(f"a date of precision {self.precision.value} has a first and a last day")
        if self.part and not (self.start and self.start == self.end):
            raise ValueError("a part of the day needs its day")
        self._check_hours()
        if self.zone and self.zone not in zones():
            raise ValueError(f"there is no time zone called {self.zone!r}")

    def _check_hours(self) -> None:
        if self.ends_at and not self.starts_at:
            raise ValueError("an hour of the end needs the hour of the start")
        if self.starts_at and not self.zone:
            raise ValueError("an hour needs its time zone")
        if self.starts_at and self.precision in (Precision.MONTH, Precision.YEAR, Precision.UNKNOWN):
            raise ValueError("an hour needs its day")
        if self.ends_at and self.starts_at and self.start == self.end and self.ends_at <= self.starts_at:
            raise ValueError(f"the end {self.ends_at:%H:%M} lies before the start {self.starts_at:%H:%M}")

    @classmethod
    def parse(
        cls,
        text: str,
        *,
        status: Status | None = None,
        part: Part | None = None,
        hours: str | None = None,
        zone: str | None = None,
        inferred: bool = False,
    ) -> Self:
        """Read the compact form of files and sheets; the precision follows from what is written.

        `2019-02-07` · `2019-03-20..2019-03-21` · `2019-07` · `2019` · `2021..2022` · `before 2019-07` ·
        `by 2025` · `unknown`. `hours` is `11:00` or `11:00-14:00`. Raises `ValueError` otherwise.
        """
        precision, start, end = _read(text.strip().lower())
        starts_at, ends_at = read_hours(hours or "")
        return cls(
            precision=Precision.PART_OF_DAY if part and precision is Precision.DAY else precision,
            start=start,
            end=end,
            status=status,
            part=part,
            starts_at=starts_at,
            ends_at=ends_at,
            zone=zone,
            inferred=inferred,
        )

    def compact(self) -> str:
        """The compact form that `parse` reads; empty where no date is known. Hours and parts of days go."""
        if self.end is None:
            return ""
        if self.start is None:
            whole_month = self.end.day == calendar.monthrange(self.end.year, self.end.month)[1]
            return f"by {self.end.isoformat()[: 7 if whole_month else 10]}"
        width = {Precision.YEAR: 4, Precision.MONTH: 7}.get(self.precision, 10)
        first, last = self.start.isoformat()[:width], self.end.isoformat()[:width]
        return first if first == last else f"{first}..{last}"

    def standing(self, today: date) -> Standing | None:
        """What may be said of it `today` (the reader's own day): a planned date that passed is not "held"."""
        if self.status is None or self.status in (Status.HELD, Status.CANCELLED):
            return None if self.status is None else Standing(self.status.value)
        if self.precision is not Precision.YEARLY and self.end and self.end < today:
            return Standing.PASSED
        return Standing(self.status.value)

    def instant(self) -> datetime | None:
        """The aware moment it starts, where an hour is known; None otherwise."""
        if not (self.start and self.starts_at and self.zone):
            return None
        return datetime.combine(self.start, self.starts_at, ZoneInfo(self.zone))

    def instant_of_end(self) -> datetime | None:
        """The aware moment it ends, where that hour is known; None otherwise."""
        if not (self.end and self.ends_at and self.zone):
            return None
        return datetime.combine(self.end, self.ends_at, ZoneInfo(self.zone))


def read_hours(text: str) -> tuple[time | None, time | None]:
    """The hours of `11:00` or `11:00-14:00`, as spreadsheets write them too. Raises `ValueError`."""
    if not text.strip():
        return None, None
    match = _HOURS.match(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not an hour: write 11:00 or 11:00-14:00")
    hours = [int(part) if part else None for part in match.groups()]
    try:
        starts_at = time(hours[0] or 0, hours[1] or 0)
        return starts_at, None if hours[2] is None else time(hours[2], hours[3] or 0)
    except ValueError as error:
        raise ValueError(f"{text!r} is no hour of the day: {error}") from error


def _read(text: str) -> tuple[Precision, date | None, date | None]:
    """Precision, first and last day of the compact form. Raises `ValueError`."""
    if text in ("", "unknown"):
        return Precision.UNKNOWN, None, None
    if text.startswith(("before ", "by ")):
        word, _, rest = text.partition(" ")
        _, first, last = _span(rest)
        if word == "before" and first == date.min:
            raise ValueError(f"{text!r} has no day before it")
        return Precision.DEADLINE, None, last if word == "by" else first - timedelta(days=1)
    if ".." in text:
        left, _, right = text.partition("..")
        (kind, first, _), (other, _, last) = _span(left), _span(right)
        if kind is not other:
            raise ValueError(f"{text!r} joins dates of two precisions")
        return Precision.RANGE if kind is Precision.DAY else kind, first, last
    return _span(text)


def _span(text: str) -> tuple[Precision, date, date]:
    """First and last day of `2019`, `2019-07` or `2019-07-17`. Raises `ValueError` for anything else."""
    match = _SPAN.match(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not a date: write 2019, 2019-07 or 2019-07-17")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None  # noqa: S101 - the expression has a year always
    try:
        exact = date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError as error:
        raise ValueError(f"{text!r} is not in the calendar: {error}") from error
    if day is not None:
        return Precision.DAY, exact, exact
    if month is not None:
        return (
            Precision.MONTH,
            date(year, month, 1),
            date(year, month, calendar.monthrange(year, month)[1]),
        )
    return Precision.YEAR, date(year, 1, 1), date(year, 12, 31)
