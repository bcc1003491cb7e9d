"""What somebody chose in a form is the date that they meant, whatever day, zone and clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from community.errors import Invalid
from community.events import next_day
from community.members import Reader
from community.reminding import HOURS, _before, _nine
from community.timing import Exact, Timing, chosen, over, read, repeated, skipped
from storage.partial_dates import PartialDate, Precision, Status

days = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31))
hours = st.times().map(lambda at: at.replace(microsecond=0, second=0))
CHANGING = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu")
zones = st.sampled_from(CHANGING)


@st.composite
def timings(draw: st.DrawFn) -> Timing:
    exact = draw(st.sampled_from([one for one in Exact if one is not Exact.UNKNOWN]))
    first = draw(days)
    several = exact in (Exact.DAY, Exact.MONTH, Exact.YEAR)
    last = first + timedelta(days=draw(st.integers(0, 800))) if several and draw(st.booleans()) else None
    zone = draw(zones)
    at = draw(st.none() | hours) if exact is Exact.DAY else None
    assume(at is None or not skipped(first, at, zone))
    return Timing(exact, first, last, at, None, zone)


@given(timings())
def test_what_a_form_shows_of_a_date_is_that_date_again(timing: Timing) -> None:
    when = read(timing, Status.PLANNED)
    again = read(chosen(when, yearly=timing.exact is Exact.YEARLY), Status.PLANNED)
    assert again == when


@given(timings())
def test_the_day_that_was_chosen_lies_in_the_date_that_comes_of_it(timing: Timing) -> None:
    when = read(timing, Status.PLANNED)
    assert timing.first is not None
    if timing.exact is Exact.BEFORE:
        assert when.end == timing.first - timedelta(days=1)
    else:
        assert when.start is not None
        assert when.end is not None
        assert when.start <= timing.first <= (timing.last or timing.first) <= when.end


@given(days, days, hours, hours)
def test_no_end_before_its_start_is_ever_taken(first: date, last: date, starts: time, ends: time) -> None:
    timing = Timing(Exact.DAY, first, last, starts, ends, "Asia/Kathmandu")
    wrong = last < first or (last == first and ends <= starts)
    if wrong:
        with pytest.raises(Invalid) as refused:
            read(timing, Status.PLANNED)
        assert {one.field for one in refused.value.every} <= {"last", "ends_at"}
    else:
        assert read(timing, Status.PLANNED).start == first


@given(days, hours, zones)
def test_an_hour_that_never_comes_is_told_from_one_that_comes_twice(day: date, at: time, zone: str) -> None:
    local = datetime.combine(day, at, ZoneInfo(zone))
    back = local.astimezone(UTC).astimezone(ZoneInfo(zone))
    assert skipped(day, at, zone) is (back.replace(tzinfo=None) != local.replace(tzinfo=None))
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    assert repeated(day, at, zone) is (first != second and not skipped(day, at, zone))


def test_the_changes_of_paris_are_known() -> None:
    assert skipped(date(2027, 3, 28), time(2, 30), "Europe/Paris")
    assert not skipped(date(2027, 3, 28), time(3, 30), "Europe/Paris")
    assert repeated(date(2027, 10, 31), time(2, 30), "Europe/Paris")


@given(days, st.sampled_from([(6, 12), (2, 29), (12, 31), (1, 1), (3, 28)]))
def test_the_next_day_of_a_yearly_one_is_the_first_that_is_not_over(
    today: date, month_day: tuple[int, int]
) -> None:
    month, day = month_day
    found = next_day(f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={day}", today).start
    assert found is not None
    assert (found.month, found.day) == (month, day)
    assert found >= today
    between = [today + timedelta(days=one) for one in range((found - today).days)]
    assert not any((one.month, one.day) == (month, day) for one in between)


@given(days, hours, zones, st.sampled_from(HOURS))
def test_a_reminder_lies_before_and_at_the_same_hour_of_the_clock(
    day: date, at: time, zone: str, before: int
) -> None:
    assume(not skipped(day, at, zone))
    start = datetime.combine(day, at, ZoneInfo(zone))
    reader = Reader("en", "en", "Pacific/Auckland")
    found = _before(start, before, reader, zone)
    assert found is not None
    assert found < start.astimezone(UTC)
    if before % 24 == 0 and not skipped(day - timedelta(days=before // 24), at, zone):
        local = found.astimezone(ZoneInfo(zone))
        assert (local.date(), local.time()) == (day - timedelta(days=before // 24), at)
    elif before % 24:
        assert start.astimezone(UTC) - found == timedelta(hours=before)


@given(days, zones)
def test_nine_in_the_morning_comes_once_a_day(day: date, zone: str) -> None:
    reader = Reader("en", "en", zone)
    assert _nine(day, reader) < _nine(day + timedelta(days=1), reader)
    assert _nine(day, reader).astimezone(ZoneInfo(zone)).date() == day


@given(days, st.integers(-3, 3))
def test_nothing_is_over_while_it_is_still_that_day_somewhere(day: date, ahead: int) -> None:
    when = PartialDate(Precision.DAY, day, day, Status.PLANNED)
    noon = datetime.combine(day + timedelta(days=ahead), time(12), UTC)
    assert over(when, noon) is (
        ahead >= 1 and noon - timedelta(hours=12) >= datetime.combine(day + timedelta(days=1), time(0), UTC)
    )
    assert not over(PartialDate(status=Status.PLANNED), noon)
