"""The starter data says what the four documents say: expected values are typed here, with their place.

L is a line of the fourth coordinating group meeting's report (`gcg4`) unless another document is named.
"""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from community.loading import starter_files
from storage.base import SourcedApart, with_source
from storage.database import Database
from storage.loading.files import read_file
from storage.loading.upsert import TABLES
from storage.partial_dates import Part, PartialDate, Precision, Standing, Status
from storage.tables import (
    AgendaItem,
    Event,
    Fact,
    Group,
    Organisation,
    Pathfinder,
    Place,
    Role,
    Source,
    StageChange,
)
from storage.vocabulary import GroupStatus, PlaceKind, Region, RoleName, RoleState, SessionFormat, Stage
from tests.storage.helpers import counts, one

SOURCED = (
    "facts",
    "events",
    "roles",
    "stage_changes",
    "organisations",
    "pathfinders",
    "groups",
    "agenda_items",
    "commitments",
    "questions",
    "answers",
)
TEXTS = {
    "facts": ("text", "owner", "note"),
    "events": ("name", "about", "venue", "organiser", "note"),
    "roles": ("note",),
    "stage_changes": ("note",),
    "organisations": ("name", "short", "about", "note"),
    "pathfinders": ("note",),
    "groups": ("name", "about", "membership", "note"),
    "agenda_items": ("title", "note"),
    "speakers": ("name",),
    "sources": ("title", "note"),
    "places": ("names",),
    "questions": ("text", "asked_by", "note"),
    "answers": ("text", "answered_by", "note"),
    "commitments": ("text", "owner", "due_words", "note"),
}


async def rows(database: Database, table: str) -> list[Any]:
    async with database.reading() as session:
        query = select(TABLES[table])
        if issubclass(TABLES[table], SourcedApart):
            query = query.options(*with_source(TABLES[table]))
        return list((await session.scalars(query)).unique().all())


async def test_it_loads_on_both_with_all_its_files(loaded: Database) -> None:
    found = await counts(loaded)
    assert found["pathfinders"] == 11
    assert found["groups"] == 6
    assert found["sources"] == 5
    assert found["facts"] > 150
    assert found["events"] > 40
    assert found["loaded_rows"] == sum(found.values()) - found["loaded_rows"]


@pytest.mark.parametrize("table", SOURCED)
async def test_every_row_has_a_source_that_resolves_and_a_place_in_it(loaded: Database, table: str) -> None:
    found = await rows(loaded, table)
    assert found
    for row in found:
        assert row.source is not None, row.key
        assert row.source.title["en"], row.key
        assert row.locator or row.source.key == "un-days", row.key


@pytest.mark.parametrize(("table", "columns"), TEXTS.items())
async def test_every_text_is_there_in_english_french_and_spanish(
    loaded: Database, table: str, columns: tuple[str, ...]
) -> None:
    for row in await rows(loaded, table):
        for column in columns:
            texts = getattr(row, column)
            if texts is not None:
                assert set(texts) == {"en", "fr", "es"}, (row.key, column)
                assert all(text == text.strip() and text for text in texts.values()), (row.key, column)


async def test_every_event_and_fact_has_a_text_and_no_fact_is_long(loaded: Database) -> None:
    for fact in await rows(loaded, "facts"):
        assert all(len(text) <= 160 for text in fact.text.values()), fact.key


async def test_no_addresses_telephones_or_personal_titles(loaded: Database) -> None:
    forbidden = re.compile(r"@|https?://\S+\.\S+@|\+\d[\d ]{7,}|\b(Mr|Mrs|Ms|Mme|Sr|Sra|Dr)\.? [A-ZÉ]")
    for path in starter_files():
        found = forbidden.search(path.read_text(encoding="utf-8"))
        assert found is None, (path.name, found)
    assert await counts(loaded)


async def items(database: Database, event: str) -> list[AgendaItem]:
    async with database.reading() as session:
        query = select(AgendaItem).join(Event, AgendaItem.event_id == Event.id).where(Event.key == event)
        return list((await session.scalars(query.order_by(AgendaItem.position))).unique().all())


async def test_the_agenda_of_the_fourth_meeting_has_eight_items_in_their_order(loaded: Database) -> None:
    found = await items(loaded, "gcg-4")
    assert len(found) == 8  # L16-29
    assert found[4].speakers[0].organisation is not None
    assert found[4].speakers[0].organisation.key == "un-university"
    assert [one.derived for one in found] == [False, False, False, True, False, False, False, False]
    assert not found[7].speakers


async def test_the_programme_of_the_first_consultation_has_its_hours_in_bangkok(loaded: Database) -> None:
    found = await items(loaded, "gcm-1")
    hours = [(one.starts_at, one.ends_at) for one in found]
    assert hours[0] == (time(10, 45), None)
    assert hours[1] == (time(11), time(11, 10))
    assert hours[-1] == (time(14), time(14, 15))
    assert [one.format for one in found].count(SessionFormat.BREAKOUT) == 5
    announced = [one for one in found[1].speakers if one.replaced_by_id is not None]  # fn7
    assert len(announced) == 1
    came = next(one for one in found[1].speakers if one.id == announced[0].replaced_by_id)
    assert came.organisation is not None
    assert came.organisation.key == "piango"


def test_every_file_reads_alone() -> None:
    assert len(starter_files()) == 10
    for path in starter_files():
        assert read_file(path).name == path.name


@pytest.mark.parametrize(
    ("key", "start", "end", "precision", "status", "locator"),
    [
        ("workshop-MG", date(2018, 10, 25), date(2018, 10, 25), Precision.DAY, Status.HELD, "L84"),
        ("workshop-MR", date(2019, 3, 4), date(2019, 3, 4), Precision.DAY, Status.HELD, "L85"),
        ("workshop-TN", date(2019, 3, 28), date(2019, 3, 28), Precision.DAY, Status.HELD, "L87"),
        ("workshop-CL", date(2019, 3, 28), date(2019, 3, 28), Precision.DAY, Status.HELD, "L91"),
        ("workshop-NP", date(2019, 2, 7), date(2019, 2, 7), Precision.DAY, Status.HELD, "L93"),
        ("workshop-UG", date(2019, 4, 17), date(2019, 4, 17), Precision.DAY, Status.PLANNED, "L88"),
        ("workshop-NG", date(2019, 5, 9), date(2019, 5, 9), Precision.DAY, Status.PLANNED, "L89"),
        ("workshop-VN", date(2019, 5, 24), date(2019, 5, 24), Precision.DAY, Status.PLANNED, "L94"),
        ("workshop-AL", date(2019, 4, 12), date(2019, 4, 12), Precision.DAY, Status.PLANNED, "L97"),
        ("workshop-FJ", date(2019, 7, 1), date(2019, 7, 31), Precision.MONTH, Status.TO_BE_CONFIRMED, "L95"),
    ],
)
async def test_each_workshop_has_the_date_of_the_record(
    loaded: Database, key: str, start: date, end: date, precision: Precision, status: Status, locator: str
) -> None:
    event = await one(loaded, "events", key)
    assert (event.when.start, event.when.end) == (start, end)
    assert (event.when.precision, event.when.status) == (precision, status)
    assert event.source.key == "gcg4"
    assert event.locator.startswith(locator)


async def test_the_african_union_s_range_is_on_record_and_never_called_held(loaded: Database) -> None:
    event = await one(loaded, "events", "workshop-african-union")  # L86, outside the five "conducted"
    assert event.when.precision is Precision.RANGE
    assert (event.when.start, event.when.end) == (date(2019, 3, 20), date(2019, 3, 21))
    assert event.when.status is not Status.HELD
    assert event.when.standing(date(2026, 11, 21)) is not Standing.HELD


async def test_five_workshops_are_held_and_no_more(loaded: Database) -> None:  # L49-51, L80-82
    held = {
        event.key
        for event in await rows(loaded, "events")
        if event.key.startswith("workshop-") and event.when.status is Status.HELD
    }
    assert held == {"workshop-MG", "workshop-NP", "workshop-MR", "workshop-TN", "workshop-CL"}


async def test_what_was_planned_for_2019_is_told_as_passed_today(loaded: Database) -> None:
    for key in ("workshop-UG", "workshop-FJ", "gcg-5"):
        event = await one(loaded, "events", key)
        assert event.when.standing(date(2026, 11, 21)) is Standing.PASSED


async def test_the_fourth_meeting_is_never_said_to_have_lasted_a_week(loaded: Database) -> None:  # L150-151
    event = await one(loaded, "events", "gcg-4")  # some day of about 1 to 7 April; the record names none
    assert event.when == PartialDate.parse("2019-04", status=Status.HELD, inferred=True)
    assert "1 to 7 April" in event.note["en"]


async def test_the_fifth_meeting_is_a_tentative_morning(loaded: Database) -> None:  # L396-397
    when = (await one(loaded, "events", "gcg-5")).when
    assert (when.start, when.status, when.part) == (date(2019, 7, 17), Status.TENTATIVE, Part.MORNING)


async def test_the_migration_consultation_has_its_hours_in_bangkok(loaded: Database) -> None:  # 003 title
    when = (await one(loaded, "events", "gcm-1")).when
    assert when.start == date(2020, 10, 28)
    assert when.instant().isoformat() == "2020-10-28T11:00:00+07:00"


async def test_mauritania_s_deadline_is_before_july_2019(loaded: Database) -> None:
    facts = [row for row in await rows(loaded, "facts") if row.key.startswith("MR/")]
    events = [row for row in await rows(loaded, "events") if row.key.endswith("MR-2")]
    deadlines = [row for row in (*facts, *events) if row.when.precision is Precision.DEADLINE]
    assert {row.when.end for row in deadlines} == {date(2019, 6, 30)}
    assert all(row.when.start is None for row in deadlines)


@pytest.mark.parametrize(
    ("key", "value", "locator", "words"),
    [
        ("NP/law-hazardous-work", "16 → 18", "L125-126", "16 to 18"),
        ("MG/repatriation", "46", "L112-114", "46 women"),
        ("MR/migrant-workers", "ILO Convention n° 142", "L136-137", "migrant workers"),
        ("MR/law-criminalising-slavery", "2015-031", "L132-133", "slavery"),
        ("MR/law-judicial-assistance", "2015-30", "L132-133", "judicial assistance"),
        ("CL/roadmap", "2019-2021", "L153-154", "2019-2021"),
        ("african-union/ten-year-plan", "2020-2030", "L359-360", "Ten-year"),
        ("alliance/figure-child-labour", "168000000", "L16-17", "168 million children"),
        ("alliance/figure-forced-labour", "21000000", "L18-19", "21 million people"),
        ("alliance/figure-forced-labour-children", "5000000", "L18-19", "5 million children"),
        ("alliance/figure-asia-population", "> 3700000000", "L22-23", "3.7 billion"),
        ("alliance/figure-asia-forced-labour", "11000000", "L23-25", "11 million"),
        ("alliance/figure-asia-child-labour", "78000000", "L25-26", "78 million children aged 5 to 17"),
        ("alliance/figure-endorsements", "> 70", "L55-56", "Bangkok Statement"),
        ("alliance/figure-delta-profiles", "45", "L282-284", "45 country profiles"),
        ("alliance/figure-delta-visitors", "> 7500", "L282-284", "More than 7,500 visitors"),
        ("alliance/figure-interest", "10", "L50-51", "10 more countries"),
        ("alliance/figure-chair-term", "18", "L11", "18 months"),
        ("alliance/figure-gcm-countries-9", "~ 20", "¶9", "20 countries"),
        ("alliance/figure-gcm-countries-14", "16", "¶14", "16 countries"),
        ("alliance/figure-asean-declarations", "11", "L48-58", "11 ASEAN declarations"),
    ],
)
async def test_each_figure_is_that_of_the_record(
    loaded: Database, key: str, value: str, locator: str, words: str
) -> None:
    fact = await one(loaded, "facts", key)
    assert (fact.value, fact.locator) == (value, locator)
    assert words in fact.text["en"]


async def test_a_strange_number_is_kept_and_its_reader_warned(loaded: Database) -> None:
    convention = await one(loaded, "facts", "MR/migrant-workers")  # 142 is not the one on migrant workers
    assert convention.note is not None
    assert set(convention.note) == {"en", "fr", "es"}


async def test_contradictions_stand_side_by_side_each_with_its_place(loaded: Database) -> None:
    first = await one(loaded, "facts", "NP/participants-list-1")
    second = await one(loaded, "facts", "NP/participants-list-2")
    assert (first.locator, second.locator) == ("L120-123", "L190-192")
    assert first.text["en"] != second.text["en"]
    nine = await one(loaded, "facts", "alliance/figure-gcm-countries-9")
    fourteen = await one(loaded, "facts", "alliance/figure-gcm-countries-14")
    assert nine.value != fourteen.value


async def seats(database: Database, group: str | None) -> dict[str, tuple[str, str]]:
    """The holder of each role of a group, or of the Alliance, with role and state."""
    async with database.reading() as session:
        query = select(Role).outerjoin(Group, Role.group_id == Group.id)
        query = query.where(Group.key == group if group else Role.group_id.is_(None))
        found = (await session.scalars(query)).all()
    return {role.organisation.key if role.organisation else "": (role.name, role.state) for role in found}


async def test_migration_has_two_chairs(loaded: Database) -> None:  # L214
    chair = (RoleName.CHAIR, RoleState.APPOINTED)
    assert await seats(loaded, "migration") == {"iom": chair, "unicef": chair}


async def test_the_chair_of_conflict_and_humanitarian_settings_is_vacant(
    loaded: Database,
) -> None:  # L224-227
    assert await seats(loaded, "conflict-humanitarian") == {"": (RoleName.CHAIR, RoleState.VACANT)}
    assert (await one(loaded, "groups", "conflict-humanitarian")).status is GroupStatus.STALLED


async def test_the_ilo_leads_supply_chains_and_does_not_chair_it(loaded: Database) -> None:  # L197
    assert await seats(loaded, "supply-chains") == {"ilo": (RoleName.LEAD, RoleState.APPOINTED)}


async def test_ohchr_leads_only_the_first_workshop_of_rule_of_law(loaded: Database) -> None:  # L211-212
    assert await seats(loaded, "rule-of-law") == {"ohchr": (RoleName.WORKSHOP_LEAD, RoleState.APPOINTED)}


async def test_australia_chairs_and_france_is_a_candidate(loaded: Database) -> None:  # L11-13, L382-388
    found = await seats(loaded, None)
    assert found["australia"] == (RoleName.ALLIANCE_CHAIR, RoleState.APPOINTED)
    assert found["france"] == (RoleName.ALLIANCE_CHAIR, RoleState.CANDIDATE)


async def test_eleven_pathfinders_of_which_one_is_a_body(loaded: Database) -> None:  # L83-97
    async with loaded.reading() as session:
        places = [row.place for row in (await session.scalars(select(Pathfinder))).all()]
    assert {place.key for place in places} == {
        "MG", "MR", "african-union", "TN", "UG", "NG", "CL", "NP", "VN", "FJ", "AL",
    }  # fmt: skip
    assert [place.key for place in places if place.kind is PlaceKind.BODY] == ["african-union"]
    assert sum(place.region is Region.AFRICA for place in places) == 6
    assert {place.key for place in places if place.region is Region.ASIA_PACIFIC} == {"NP", "VN", "FJ"}


async def test_a_stage_that_the_record_only_implies_is_marked_and_the_union_s_is_not_made_up(
    loaded: Database,
) -> None:
    async with loaded.reading() as session:
        query = select(Pathfinder).options(selectinload(Pathfinder.stages))
        journeys = {row.key: row.stages for row in (await session.scalars(query)).all()}
    assert journeys["african-union"] == []
    assert journeys["MG"][-1].stage is Stage.IMPLEMENTING
    assert journeys["FJ"][-1].stage is Stage.PREPARING
    assert all(stage.derived for stages in journeys.values() for stage in stages)


async def test_what_is_worked_out_is_marked_as_such(loaded: Database) -> None:
    report = await one(loaded, "sources", "gcg4")
    assert report.when == PartialDate.parse("2019-04", inferred=True)  # the report itself has no date
    assert (await one(loaded, "sources", "asean-roadmap")).when.inferred is False  # 002 L20
    async with loaded.reading() as session:
        derived = (await session.scalars(select(Organisation).where(Organisation.constituency_derived))).all()
    assert len(derived) > 20  # the record gives no list of who is what


async def test_every_key_is_unique_and_begins_with_its_subject(loaded: Database) -> None:
    async with loaded.reading() as session:
        for table in (Fact, StageChange):
            found = (await session.scalars(select(table.key))).all()
            assert len(found) == len(set(found))
            assert all("/" in key for key in found)
        codes = (await session.scalars(select(Place.code).where(Place.kind == PlaceKind.COUNTRY))).all()
        assert all(codes)
        assert len((await session.scalars(select(Event.key).where(Event.recurrence.is_not(None)))).all()) == 5
        assert len((await session.scalars(select(Source.key))).all()) == 5
