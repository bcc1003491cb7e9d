"""When newsletters go out: once a period, in every zone of the world, whatever clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.schedules import Plan, coming, period_of, sending
from storage.vocabulary import Cadence, Quiet

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
TWO_YEARS = timedelta(days=731)
TICK = timedelta(hours=11)
"""The clock strikes each minute; whoever looks this seldom must not miss a period either."""


def plan(
    zone: str, cadence: Cadence = Cadence.WEEKLY, at: time = time(9), weekday: int = 0, monthday: int = 1
) -> Plan:
    return Plan((), cadence, weekday, at, zone, is_reviewed=False, quiet=Quiet.SKIP, monthday=monthday)


def editions(one: Plan) -> dict[str, datetime]:
    """The periods that a clock finds in two years, each with the instant at which it is sent."""
    found: dict[str, datetime] = {}
    now = BEGIN
    while now < BEGIN + TWO_YEARS:
        period, at = sending(one, now)
        assert at <= now
        assert found.setdefault(period, at) == at, "one period, one instant"
        now += TICK
    return found


def zones_once() -> set[str]:
    """Every zone, but of those that are one under several names only one."""
    folder = files("tzdata").joinpath("zoneinfo")
    rules: dict[bytes, str] = {}
    for zone in sorted(available_timezones()):
        file = folder.joinpath(*zone.split("/"))
        rules.setdefault(file.read_bytes() if file.is_file() else zone.encode(), zone)
    return set(rules.values())


@pytest.mark.parametrize(("at", "weekday"), [(time(2, 30), 6), (time(0), 0)])
def test_every_zone_of_the_world_has_one_edition_a_local_week_for_two_years(at: time, weekday: int) -> None:
    """Clocks change on Sundays nearly everywhere, and at midnight or in the hour after two."""
    for zone in sorted(zones_once()):
        found = editions(plan(zone, at=at, weekday=weekday))
        local = [moment.astimezone(ZoneInfo(zone)) for moment in found.values()]
        assert [period_of(Cadence.WEEKLY, one.date()) for one in local] == list(found), zone
        assert {one.weekday() for one in local} <= {weekday, (weekday + 1) % 7}, zone
        days = [one.date().toordinal() - one.date().weekday() for one in local]
        assert days == list(range(days[0], days[0] + 7 * len(days), 7)), zone
        assert len(found) in (105, 106), zone


@pytest.mark.parametrize("monthday", [1, 28])
def test_a_monthly_one_comes_each_month_on_its_day(monthday: int) -> None:
    found = editions(plan("Asia/Kathmandu", Cadence.MONTHLY, monthday=monthday))
    days = [moment.astimezone(ZoneInfo("Asia/Kathmandu")).date() for moment in found.values()]
    assert {day.day for day in days} == {monthday}
    assert [f"{day:%Y-%m}" for day in days] == list(found)
    assert len(found) in (24, 25, 26)


@given(
    st.sampled_from(sorted(available_timezones())),
    st.sampled_from([Cadence.DAILY, Cadence.WEEKLY, Cadence.MONTHLY]),
    st.times(),
    st.integers(0, 6),
    st.integers(1, 28),
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001 - made aware below
)
def test_the_one_that_comes_next_is_the_next_to_be_worked_on(
    zone: str, cadence: Cadence, at: time, weekday: int, monthday: int, moment: datetime
) -> None:
    one, now = plan(zone, cadence, at.replace(microsecond=0), weekday, monthday), moment.replace(tzinfo=UTC)
    last, before = sending(one, now)
    period, after = coming(one, now)
    assert before <= now < after
    assert (period, after) == sending(one, after)
    assert period != last


def test_an_hour_that_is_skipped_comes_later_and_one_shown_twice_counts_once() -> None:
    spring = plan("Europe/London", at=time(1, 30), weekday=6)
    period, at = sending(spring, datetime(2027, 3, 28, 12, tzinfo=UTC))
    assert (period, at) == ("2027-W12", datetime(2027, 3, 28, 1, 30, tzinfo=UTC))
    autumn, at = sending(spring, datetime(2026, 10, 25, 12, tzinfo=UTC))
    assert (autumn, at) == ("2026-W43", datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert date(2026, 10, 25).weekday() == 6
