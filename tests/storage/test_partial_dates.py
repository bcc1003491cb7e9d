"""A date is as exact as the record has it, and no more."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.partial_dates import Part, PartialDate, Precision, Standing, Status, zones

days = st.dates(min_value=date(2, 1, 1))


@pytest.mark.parametrize(
    ("text", "precision", "start", "end"),
    [
        ("2019-02-07", Precision.DAY, date(2019, 2, 7), date(2019, 2, 7)),
        (" 2020-02-29 ", Precision.DAY, date(2020, 2, 29), date(2020, 2, 29)),
        ("2019-03-20..2019-03-21", Precision.RANGE, date(2019, 3, 20), date(2019, 3, 21)),
        ("2019-03-20 .. 2019-03-21", Precision.RANGE, date(2019, 3, 20), date(2019, 3, 21)),
        ("2019-07", Precision.MONTH, date(2019, 7, 1), date(2019, 7, 31)),
        ("2020-02", Precision.MONTH, date(2020, 2, 1), date(2020, 2, 29)),
        ("2019-11..2020-02", Precision.MONTH, date(2019, 11, 1), date(2020, 2, 29)),
        ("2019", Precision.YEAR, date(2019, 1, 1), date(2019, 12, 31)),
        ("2021..2022", Precision.YEAR, date(2021, 1, 1), date(2022, 12, 31)),
        ("before 2019-07", Precision.DEADLINE, None, date(2019, 6, 30)),
        ("Before 2019", Precision.DEADLINE, None, date(2018, 12, 31)),
        ("before 2019-03-01", Precision.DEADLINE, None, date(2019, 2, 28)),
        ("by 2025", Precision.DEADLINE, None, date(2025, 12, 31)),
        ("by 2025-06", Precision.DEADLINE, None, date(2025, 6, 30)),
        ("BY 2025-06-12", Precision.DEADLINE, None, date(2025, 6, 12)),
        ("unknown", Precision.UNKNOWN, None, None),
        ("", Precision.UNKNOWN, None, None),
    ],
)
def test_every_compact_form_is_read(
    text: str, precision: Precision, start: date | None, end: date | None
) -> None:
    read = PartialDate.parse(text)
    assert (read.precision, read.start, read.end) == (precision, start, end)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("soon", "'soon' is not a date: write 2019, 2019-07 or 2019-07-17"),
        ("07/02/2019", "is not a date"),
        ("2019-7-17", "is not a date"),
        ("19", "is not a date"),
        ("by", "is not a date"),
        ("before soon", "'soon' is not a date"),
        ("2019-02-30", "'2019-02-30' is not in the calendar: day"),
        ("2019-13", "'2019-13' is not in the calendar: month"),
        ("2019-00", "'2019-00' is not in the calendar: month"),
        ("2019-07-00", "'2019-07-00' is not in the calendar: day"),
        ("2019-00-05", "not in the calendar"),
        ("0000", "not in the calendar"),
        ("before 0001", "has no day before it"),
        ("2019-03..2019-04-02", "joins dates of two precisions"),
        ("2019..2020-02", "joins dates of two precisions"),
        ("2019-03-21..2019-03-20", "the end 2019-03-20 lies before the start 2019-03-21"),
        ("2019..", "is not a date"),
        ("2019..2020..2021", "is not a date"),
    ],
)
def test_what_is_no_date_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"date|calendar|before") as caught:
        PartialDate.parse(text)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ({"hours": "11:00"}, "an hour needs its time zone"),
        ({"hours": "11:00", "zone": "Asia/Katmandou"}, "there is no time zone called 'Asia/Katmandou'"),
        ({"zone": "UTC+5"}, "there is no time zone called 'UTC+5'"),
        ({"hours": "9h", "zone": "UTC"}, "'9h' is not an hour: write 11:00 or 11:00-14:00"),
        ({"hours": "660", "zone": "UTC"}, "is not an hour"),
        ({"hours": "-14:00", "zone": "UTC"}, "is not an hour"),
        ({"hours": "25:00", "zone": "UTC"}, "'25:00' is no hour of the day"),
        ({"hours": "14:00-11:00", "zone": "UTC"}, "the end 11:00 lies before the start 14:00"),
        ({"text": "2019-07", "hours": "11:00", "zone": "UTC"}, "an hour needs its day"),
        ({"text": "unknown", "hours": "11:00", "zone": "UTC"}, "an hour needs its day"),
        ({"text": "2019-07", "part": Part.MORNING}, "a part of the day needs its day"),
        ({"text": "unknown", "part": Part.MORNING}, "a part of the day needs its day"),
    ],
)
def test_what_contradicts_itself_is_refused_with_a_sentence(others: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=r"hour|zone|day|start") as caught:
        PartialDate.parse(others.pop("text", "2019-07-17"), **others)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"precision": Precision.UNKNOWN, "end": date(2019, 1, 1)}, "an unknown date has no day"),
        ({"precision": Precision.DEADLINE}, "a deadline has a last day and no first one"),
        (
            {"precision": Precision.DEADLINE, "start": date(2019, 1, 1), "end": date(2019, 1, 1)},
            "a deadline has a last day and no first one",
        ),
        ({"precision": Precision.DAY}, "a date of precision day has a first and a last day"),
        (
            {"precision": Precision.MONTH, "start": date(2019, 1, 1)},
            "a date of precision month has a first and a last day",
        ),
    ],
)
def test_a_date_cannot_be_built_wrong_either(parts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        PartialDate(**parts)


@given(days)
def test_a_day_is_that_day(day: date) -> None:
    read = PartialDate.parse(day.isoformat())
    assert (read.precision, read.start, read.end) == (Precision.DAY, day, day)


@given(days)
def test_a_month_runs_from_its_first_to_its_last_day(day: date) -> None:
    read = PartialDate.parse(f"{day:%Y-%m}" if day.year > 999 else f"{day.year:04}-{day.month:02}")
    assert read.start == day.replace(day=1)
    assert read.end == day.replace(day=calendar.monthrange(day.year, day.month)[1])


@given(days)
def test_a_year_runs_from_january_to_december(day: date) -> None:
    read = PartialDate.parse(f"{day.year:04}")
    assert (read.start, read.end) == (date(day.year, 1, 1), date(day.year, 12, 31))


@given(days, days)
def test_a_range_keeps_both_days_and_never_ends_before_it_starts(one: date, other: date) -> None:
    text = f"{one.isoformat()}..{other.isoformat()}"
    if other < one:
        with pytest.raises(ValueError, match="lies before the start"):
            PartialDate.parse(text)
    else:
        read = PartialDate.parse(text)
        assert (read.precision, read.start, read.end) == (Precision.RANGE, one, other)


@given(days)
def test_a_deadline_before_a_day_ends_the_day_before_and_one_by_it_ends_on_it(day: date) -> None:
    assert PartialDate.parse(f"before {day}").end == day - timedelta(days=1)
    assert PartialDate.parse(f"by {day}").end == day


@given(st.text(alphabet="0123456789-. beforynuk", max_size=24))
def test_any_text_is_a_date_or_a_sentence(text: str) -> None:
    try:
        read = PartialDate.parse(text)
    except ValueError as refusal:
        sentence = str(refusal)
    else:
        sentence = "it is a date, then"
        assert read.start is None or read.end is None or read.start <= read.end
    assert len(sentence) > 15


compact = st.one_of(
    days.map(str), days.map(lambda day: f"{day.year:04}-{day.month:02}"), days.map(lambda day: f"by {day}"),
    st.just("unknown"),
)  # fmt: skip


@given(compact, days, st.sampled_from([None, *Status]))
def test_standing_says_held_of_nothing_but_what_was_held(
    text: str, today: date, status: Status | None
) -> None:
    when = PartialDate.parse(text, status=status)
    standing = when.standing(today)
    assert (standing is Standing.HELD) == (status is Status.HELD)
    assert (standing is Standing.CANCELLED) == (status is Status.CANCELLED)
    assert (standing is None) == (status is None)
    open_still = status in (Status.PLANNED, Status.TENTATIVE, Status.TO_BE_CONFIRMED)
    assert (standing is Standing.PASSED) == (open_still and when.end is not None and when.end < today)


def test_a_planned_day_has_passed_the_day_after_and_not_on_the_day() -> None:
    workshop = PartialDate.parse("2019-03-28", status=Status.PLANNED)
    assert workshop.standing(date(2019, 3, 28)) is Standing.PLANNED
    assert workshop.standing(date(2019, 3, 29)) is Standing.PASSED


def test_a_month_to_be_confirmed_has_passed_only_after_its_last_day() -> None:
    fiji = PartialDate.parse("2019-07", status=Status.TO_BE_CONFIRMED)
    assert fiji.standing(date(2019, 7, 31)) is Standing.TO_BE_CONFIRMED
    assert fiji.standing(date(2019, 8, 1)) is Standing.PASSED


def test_what_comes_every_year_never_passes() -> None:
    day = PartialDate(Precision.YEARLY, date(2002, 6, 12), date(2002, 6, 12), status=Status.PLANNED)
    assert day.standing(date(2026, 1, 1)) is Standing.PLANNED


def test_a_part_of_a_day_has_its_own_precision() -> None:
    morning = PartialDate.parse("2019-07-17", part=Part.MORNING)
    assert (morning.precision, morning.part) == (Precision.PART_OF_DAY, Part.MORNING)
    assert morning.instant() is None


def test_hours_are_local_to_their_zone() -> None:
    call = PartialDate.parse("2020-10-28", hours="11:00-14:00", zone="Asia/Bangkok")
    assert call.instant() == datetime(2020, 10, 28, 4, tzinfo=UTC)
    assert call.instant_of_end() == datetime(2020, 10, 28, 7, tzinfo=UTC)


@pytest.mark.parametrize("hours", ["9:00", "09:00", " 9:00 "])
def test_an_hour_may_be_written_as_a_spreadsheet_does(hours: str) -> None:
    assert PartialDate.parse("2026-01-05", hours=hours, zone="UTC").instant() == datetime(
        2026, 1, 5, 9, tzinfo=UTC
    )


@pytest.mark.parametrize("hours", ["9:00-12:30", "9:00 - 12:30", "09:00–12:30"])
def test_both_hours_may_stand_around_any_dash(hours: str) -> None:
    end = PartialDate.parse("2026-01-05", hours=hours, zone="UTC").instant_of_end()
    assert end == datetime(2026, 1, 5, 12, 30, tzinfo=UTC)


def test_midnight_is_an_hour() -> None:
    event = PartialDate.parse("2026-01-05", hours="00:00", zone="UTC")
    assert event.instant() == datetime(2026, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hour", "instant"),
    [
        ("2026-03-28", "09:00", datetime(2026, 3, 28, 8, tzinfo=UTC)),  # winter time
        ("2026-03-29", "09:00", datetime(2026, 3, 29, 7, tzinfo=UTC)),  # summer time begins
        ("2026-03-29", "02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # an hour that does not exist
        ("2026-10-25", "02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # one that comes twice: the first
        ("2026-10-25", "09:00", datetime(2026, 10, 25, 8, tzinfo=UTC)),
    ],
)
def test_an_hour_in_paris_is_one_instant_across_both_clock_changes(
    day: str, hour: str, instant: datetime
) -> None:
    found = PartialDate.parse(day, hours=hour, zone="Europe/Paris").instant()
    assert found is not None
    assert found.astimezone(UTC) == instant


def test_a_range_starts_on_its_first_day_and_ends_on_its_last() -> None:
    trip = PartialDate.parse("2026-01-05..2026-01-06", hours="22:00-02:00", zone="UTC")
    assert trip.instant() == datetime(2026, 1, 5, 22, tzinfo=UTC)
    assert trip.instant_of_end() == datetime(2026, 1, 6, 2, tzinfo=UTC)


def test_the_zones_are_those_of_this_machine() -> None:
    assert {"UTC", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Honolulu"} <= zones()
