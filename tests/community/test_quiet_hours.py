"""Quiet hours: when a message may be sent, by the wall clock of whoever reads it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.members import Reader, awake_at

NIGHT = (time(22), time(7))


def reader(zone: str, quiet: tuple[time, time] | None) -> Reader:
    begin, end = quiet or (None, None)
    return Reader("en", "en", zone, quiet_from=begin, quiet_until=end)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("zone", "quiet", "now", "then"),
    [
        ("Europe/Paris", None, "2026-11-21T02:00+01:00", "2026-11-21T02:00+01:00"),
        ("Europe/Paris", NIGHT, "2026-11-21T21:59+01:00", "2026-11-21T21:59+01:00"),
        ("Europe/Paris", NIGHT, "2026-11-21T22:00+01:00", "2026-11-22T07:00+01:00"),
        ("Europe/Paris", NIGHT, "2026-11-21T06:59+01:00", "2026-11-21T07:00+01:00"),
        ("Europe/Paris", NIGHT, "2026-11-21T07:00+01:00", "2026-11-21T07:00+01:00"),
        ("Asia/Kathmandu", (time(12), time(13)), "2026-11-21T06:30+00:00", "2026-11-21T07:15+00:00"),
        # The night in which the clocks go forward is an hour shorter, the one in which they go back longer.
        ("Europe/Paris", NIGHT, "2026-03-28T23:00+01:00", "2026-03-29T07:00+02:00"),
        ("Europe/Paris", NIGHT, "2026-10-24T23:00+02:00", "2026-10-25T07:00+01:00"),
        # An end that the clocks skip comes as much later: 02:30 is 03:30 that day.
        ("Europe/Paris", (time(23), time(2, 30)), "2026-03-29T00:30+01:00", "2026-03-29T03:30+02:00"),
        # An end that they show twice counts the first time; asked between the two, the second.
        ("Europe/Paris", (time(23), time(2, 30)), "2026-10-25T01:00+02:00", "2026-10-25T02:30+02:00"),
        ("Europe/Paris", (time(23), time(2, 30)), "2026-10-25T02:45+02:00", "2026-10-25T02:45+02:00"),
        ("Europe/Paris", (time(23), time(2, 30)), "2026-10-25T02:10+01:00", "2026-10-25T02:30+01:00"),
        # South of the equator, and where the clocks change by half an hour.
        ("America/Santiago", NIGHT, "2026-09-05T23:30-04:00", "2026-09-06T07:00-03:00"),
        ("Australia/Lord_Howe", NIGHT, "2026-04-04T23:00+11:00", "2026-04-05T07:00+10:30"),
    ],
)
def test_a_message_waits_for_the_end_of_the_quiet_hours(
    zone: str, quiet: tuple[time, time] | None, now: str, then: str
) -> None:
    assert awake_at(reader(zone, quiet), at(now)) == at(then)


@given(
    zone=st.sampled_from(["Europe/Paris", "America/Santiago", "Asia/Kathmandu", "Australia/Lord_Howe"]),
    begin=st.times(),
    end=st.times(),
    minutes=st.integers(0, 365 * 24 * 60),
)
def test_it_is_never_before_now_nor_more_than_a_day_and_an_hour_after(
    zone: str, begin: time, end: time, minutes: int
) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    if begin == end:
        return
    then = awake_at(reader(zone, (begin, end)), moment)
    assert 0 <= (then - moment).total_seconds() <= 25 * 3600
    assert awake_at(reader(zone, (begin, end)), then) == then, "it lies outside the quiet hours"
