"""What is coming and what has been, on the reader's own day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from community.coming import Wanted, calendar
from community.events import Happening, next_day
from community.members import Reader
from storage.database import Database
from storage.partial_dates import PartialDate, Precision, Standing
from storage.tables import Event, Source
from storage.vocabulary import EventKind, Region

TODAY = date(2026, 11, 21)
days = st.dates(min_value=date(1971, 1, 1), max_value=date(9000, 12, 31))
YEARLY = {
    "world-day-against-child-labour": (6, 12), "world-day-against-trafficking": (7, 30),
    "day-abolition-of-slavery": (12, 2), "human-rights-day": (12, 10), "migrants-day": (12, 18),
}  # fmt: skip


async def shown(database: Database, today: date = TODAY, **wanted: object) -> tuple[Happening, ...]:
    async with database.reading() as session:
        return await calendar(session, Wanted(**wanted), today)  # type: ignore[arg-type]


@given(days, st.sampled_from(sorted(YEARLY.values())))
def test_a_yearly_day_is_its_next_one_from_any_today(today: date, day: tuple[int, int]) -> None:
    found = next_day(f"FREQ=YEARLY;BYMONTH={day[0]};BYMONTHDAY={day[1]}", today)
    this_year = date(today.year, *day)
    expected = this_year if this_year >= today else date(today.year + 1, *day)
    assert (found.precision, found.start, found.end) == (Precision.DAY, expected, expected)


def test_a_yearly_day_is_today_on_the_day_itself() -> None:
    assert next_day("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=2", date(2026, 12, 2)).start == date(2026, 12, 2)
    assert next_day("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=2", date(2026, 12, 3)).start == date(2027, 12, 2)


def test_a_rule_that_has_ended_has_no_day() -> None:
    found = next_day("FREQ=YEARLY;UNTIL=20200101T000000;BYMONTH=6;BYMONTHDAY=12", TODAY)
    assert found.precision is Precision.UNKNOWN


async def test_the_five_days_of_the_field_are_always_coming(loaded: Database) -> None:
    for today in (TODAY, date(2027, 6, 12), date(2026, 12, 31), date(2040, 2, 29)):
        coming = {event.key: event for event in await shown(loaded, today)}
        for key, (month, day) in YEARLY.items():
            when = coming[key].when.start
            assert when is not None
            assert today <= when <= today + timedelta(days=366)
            assert (when.month, when.day) == (month, day)
            assert coming[key].yearly
            assert coming[key].standing is not Standing.PASSED


async def test_coming_events_are_soonest_first_and_none_is_over(loaded: Database) -> None:
    for today in (TODAY, date(2019, 4, 1)):
        ends = [event.when.end for event in await shown(loaded, today)]
        dated = [end for end in ends if end]
        assert dated == sorted(dated)
        assert all(end >= today for end in dated)
        assert ends[: len(dated)] == dated  # undated ones last


async def test_past_events_are_latest_first_and_all_are_over(loaded: Database) -> None:
    past = await shown(loaded, past=True)
    dated = [event.when.end for event in past if event.when.end]
    assert dated == sorted(dated, reverse=True)
    assert all(end < TODAY for end in dated)
    assert not any(event.yearly for event in past)
    assert all(event.when.end is None for event in past[len(dated) :])


async def test_every_event_is_coming_or_past_and_never_both(loaded: Database) -> None:
    for today in (TODAY, date(2019, 4, 5), date(2021, 1, 1)):
        coming = {event.key for event in await shown(loaded, today)}
        past = {event.key for event in await shown(loaded, today, past=True)}
        assert not coming & past
        async with loaded.reading() as session:
            assert coming | past == set((await session.scalars(select(Event.key))).all())


async def test_on_5_april_2019_the_next_workshops_are_albania_uganda_and_nigeria(loaded: Database) -> None:
    coming = await shown(loaded, date(2019, 4, 5))
    workshops = [event.key for event in coming if event.kind is EventKind.PATHFINDER_WORKSHOP]
    assert workshops[:4] == ["workshop-AL", "workshop-UG", "workshop-NG", "workshop-VN"]


async def test_what_an_old_report_announced_without_a_date_is_past(loaded: Database, kind: str) -> None:
    async with loaded.writing() as session:
        source = Source(key="fresh", title={"en": "Fresh"})
        source.when = PartialDate.parse("2026-10")
        session.add(source)
        await session.flush()
        for key, source_id in (("undated-new", source.id), ("undated-own", None)):
            session.add(
                Event(
                    key=key, kind=EventKind.MEETING, name={"en": key}, when=PartialDate(),
                    source_id=source_id, themes=[],
                )
            )  # fmt: skip
    coming = [event.key for event in await shown(loaded)]
    assert {"undated-new", "undated-own"} <= set(coming)
    assert set(coming[-2:]) == {"undated-new", "undated-own"}
    past = [event.key for event in await shown(loaded, past=True)]
    assert not {"undated-new", "undated-own"} & set(past)
    assert "gcg-3" in past  # announced by nobody lately


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ({"place": "NP"}, {"workshop-NP"}),
        ({"place": "MR"}, {"workshop-MR"}),
        ({"year": 2018, "region": Region.AFRICA}, {"workshop-MG"}),
        ({"place": "XX"}, set()),
        ({"month": 2, "year": 2019}, {"workshop-NP"}),
        ({"month": 2, "year": 1999}, set()),
    ],
)
async def test_past_events_are_filtered_by_place_region_month_and_year(
    loaded: Database, wanted: dict[str, object], keys: set[str]
) -> None:
    found = {event.key for event in await shown(loaded, past=True, **wanted)}
    workshops = {key for key in found if key.startswith("workshop-") and not key.endswith("-2")}
    assert workshops == keys


async def test_every_filter_holds_for_all_that_it_shows(loaded: Database) -> None:
    for region in Region:
        for event in await shown(loaded, past=True, region=region):
            assert event.region is region
    for event in await shown(loaded, past=True, group="migration"):
        assert event.group == "migration"
    for month in range(1, 13):
        for event in await shown(loaded, date(2019, 1, 1), month=month):
            start, end = event.when.start or event.when.end, event.when.end
            assert start is not None
            assert end is not None
            touched = {(start + timedelta(days=n)).month for n in range((end - start).days + 1)}
            assert month in touched


async def test_all_conditions_hold_together(loaded: Database) -> None:
    found = await shown(loaded, past=True, region=Region.ASIA_PACIFIC, year=2019, month=2)
    assert [event.key for event in found] == ["workshop-NP"]
    assert await shown(loaded, past=True, region=Region.AMERICAS, year=2019, month=2) == ()


async def test_december_shows_the_yearly_days_of_december(loaded: Database) -> None:
    december = [event.key for event in await shown(loaded, month=12)]
    assert december == ["day-abolition-of-slavery", "human-rights-day", "migrants-day"]


async def test_a_year_to_come_shows_the_yearly_days_of_that_year(loaded: Database) -> None:
    found = {event.key: event.when.start for event in await shown(loaded, year=2028)}
    assert found == {key: date(2028, *day) for key, day in YEARLY.items()}
    assert [event.key for event in await shown(loaded, year=2028, month=7)] == [
        "world-day-against-trafficking"
    ]


def test_today_is_the_reader_s_own_day() -> None:
    now = datetime(2026, 6, 12, 10, 30, tzinfo=UTC)
    kiritimati = Reader("en", "en", "Pacific/Kiritimati")  # UTC+14
    honolulu = Reader("en", "en", "Pacific/Honolulu")  # UTC-10
    assert kiritimati.today(now) == date(2026, 6, 13)
    assert honolulu.today(now) == date(2026, 6, 12)
    assert honolulu.today(now - timedelta(hours=1)) == date(2026, 6, 11)
    assert kiritimati.today(datetime(2026, 6, 12, 9, 59, tzinfo=UTC)) == date(2026, 6, 12)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_kiritimati_is_one_day_ahead_of_honolulu_whatever_the_clock(now: datetime) -> None:
    ahead = Reader("en", "en", "Pacific/Kiritimati").today(now)
    behind = Reader("en", "en", "Pacific/Honolulu").today(now)
    assert ahead - behind == timedelta(days=1)


async def test_the_day_against_child_labour_is_over_in_kiritimati_while_it_lasts_in_honolulu(
    loaded: Database,
) -> None:
    now = datetime(2026, 6, 12, 11, 0, tzinfo=UTC)
    found = {}
    for zone in ("Pacific/Kiritimati", "Pacific/Honolulu"):
        events = await shown(loaded, Reader("en", "en", zone).today(now))
        found[zone] = next(e.when.start for e in events if e.key == "world-day-against-child-labour")
    assert found == {"Pacific/Kiritimati": date(2027, 6, 12), "Pacific/Honolulu": date(2026, 6, 12)}


def test_a_day_in_paris_begins_at_its_own_midnight_across_the_clock_changes() -> None:
    reader = Reader("fr", "fr", "Europe/Paris")
    assert reader.today(datetime(2026, 3, 28, 22, 59, tzinfo=UTC)) == date(2026, 3, 28)
    assert reader.today(datetime(2026, 3, 28, 23, 0, tzinfo=UTC)) == date(2026, 3, 29)
    assert reader.today(datetime(2026, 3, 29, 21, 59, tzinfo=UTC)) == date(2026, 3, 29)
    assert reader.today(datetime(2026, 3, 29, 22, 0, tzinfo=UTC)) == date(2026, 3, 30)
