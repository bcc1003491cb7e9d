"""Files go in whole or not at all, and never over what people edited."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update

from community.loading import load_starter, starter_files
from community.names import Names
from storage.database import Database
from storage.tables import (
    Commitment,
    Event,
    Fact,
    Group,
    Organisation,
    Place,
    Question,
    QuestionAnswer,
    Role,
    Speaker,
)
from tests.storage.helpers import counts, load_text, one, refused, starter

SMALL = """\
sources:
  - key: list
    title: {en: Our list}
    when: 2026-11-02
places:
  - key: NP
    code: NP
pathfinders:
  - place: NP
    source: list 1
    facts:
      - key: NP/own-step
        kind: next_step
        text: {en: "Café, مرحبا, naïve", ar: مرحبا}
        when: 2027-03
        source: list 2
groups:
  - key: care
    name: {en: Care Economy}
    source: list 3
events:
  - key: own-meeting
    kind: meeting
    name: {en: First meeting}
    when: 2027-02-18
    hours: 14:00-15:30
    zone: Europe/Paris
    place: NP
    group: care
    source: list 4
"""


async def test_a_file_goes_in_and_a_second_time_changes_nothing(
    database: Database, names: Names, tmp_path: Path
) -> None:
    first = await load_text(database, names, tmp_path, SMALL)
    before = await counts(database)
    assert first == {"added": 6}
    assert await load_text(database, names, tmp_path, SMALL) == {"unchanged": 6}
    assert await counts(database) == before
    fact = await one(database, "facts", "NP/own-step")
    assert fact.text == {"en": "Café, مرحبا, naïve", "ar": "مرحبا"}
    event = await one(database, "events", "own-meeting")
    assert str(event.when.starts_at) == "14:00:00"  # unquoted in the file, and no number of seconds
    assert (event.place.key, event.group.key, event.source.key) == ("NP", "care", "list")


async def test_the_starter_data_a_second_time_changes_nothing(loaded: Database, names: Names) -> None:
    before = await counts(loaded)
    again = await starter(loaded, names)
    assert set(again) == {"unchanged"}
    assert again.total() == sum(before.values()) - before["loaded_rows"] == before["loaded_rows"]
    assert await counts(loaded) == before


async def test_progress_is_told_table_by_table_up_to_the_end(database: Database, names: Names) -> None:
    told: list[tuple[str, int, int]] = []
    async with database.writing() as session:
        await load_starter(session, names, lambda *step: told.append(step))
    rows = await counts(database)
    last = {table: (done, total) for table, done, total in told}
    assert {table: done for table, (done, _) in last.items()} == {
        table: number for table, number in rows.items() if number and table != "loaded_rows"
    }
    assert all(done == total for done, total in last.values())


async def test_what_people_edited_stays_and_is_counted(loaded: Database, names: Names) -> None:
    async with loaded.writing() as session:
        await session.execute(
            update(Event).where(Event.key == "workshop-NP").values(venue={"en": "Kathmandu"})
        )
        await session.execute(update(Group).where(Group.key == "migration").values(channel="C0MIGRATION"))
    untouched = await counts(loaded)
    assert (await starter(loaded, names))["kept"] == 1  # of the group no file says the channel
    assert await counts(loaded) == untouched
    assert (await one(loaded, "events", "workshop-NP")).venue == {"en": "Kathmandu"}
    assert (await one(loaded, "groups", "migration")).channel == "C0MIGRATION"


async def test_an_edited_text_outlives_a_new_version_of_the_file(
    database: Database, names: Names, tmp_path: Path
) -> None:
    await load_text(database, names, tmp_path, SMALL)
    async with database.writing() as session:
        edit = update(Event).where(Event.key == "own-meeting").values(name={"en": "Kick-off"})
        await session.execute(edit)
    newer = SMALL.replace("First meeting", "Opening meeting").replace("Care Economy", "Care")
    assert await load_text(database, names, tmp_path, newer) == {"kept": 1, "updated": 1, "unchanged": 4}
    assert (await one(database, "events", "own-meeting")).name == {"en": "Kick-off"}
    assert (await one(database, "groups", "care")).name == {"en": "Care"}
    assert await load_text(database, names, tmp_path, newer) == {"kept": 1, "unchanged": 5}


async def test_an_edit_elsewhere_in_a_row_keeps_the_whole_row(
    database: Database, names: Names, tmp_path: Path
) -> None:
    await load_text(database, names, tmp_path, SMALL)
    async with database.writing() as session:
        await session.execute(update(Group).where(Group.key == "care").values(channel="C0CARE"))
    newer = SMALL.replace("Care Economy", "Care")
    assert (await load_text(database, names, tmp_path, newer))["kept"] == 1
    assert (await one(database, "groups", "care")).name == {"en": "Care Economy"}


async def test_a_changed_date_updates_an_untouched_row(
    database: Database, names: Names, tmp_path: Path
) -> None:
    await load_text(database, names, tmp_path, SMALL)
    newer = SMALL.replace("when: 2027-02-18", "when: 2027-02-25")
    assert await load_text(database, names, tmp_path, newer) == {"updated": 1, "unchanged": 5}
    assert str((await one(database, "events", "own-meeting")).when.start) == "2027-02-25"


async def test_what_people_removed_stays_away(loaded: Database, names: Names) -> None:
    async with loaded.writing() as session:
        await session.execute(delete(Fact).where(Fact.key == "alliance/figure-child-labour"))
        await session.execute(delete(Event).where(Event.key == "workshop-FJ"))
    before = await counts(loaded)
    await starter(loaded, names)
    assert await counts(loaded) == before
    assert await one(loaded, "events", "workshop-FJ") is None


async def test_what_belongs_to_something_removed_stays_away_with_it(loaded: Database, names: Names) -> None:
    async with loaded.writing() as session:
        group = await session.scalar(text("SELECT id FROM groups WHERE key = 'conflict-humanitarian'"))
        asked = select(Question.id).where(Question.group_id == group)
        await session.execute(delete(QuestionAnswer).where(QuestionAnswer.question_id.in_(asked)))
        for table in (Question, Commitment, Role, Fact, Event):
            await session.execute(delete(table).where(table.group_id == group))
        await session.execute(delete(Group).where(Group.id == group))
        for table in (Role, Speaker):
            await session.execute(update(table).values(organisation_id=None))
        await session.execute(delete(Organisation).where(Organisation.key == "ilo"))
    before = await counts(loaded)
    again = await starter(loaded, names)
    assert await counts(loaded) == before
    assert again["added"] == 0
    assert again["kept"] > 5


async def test_what_was_removed_of_the_starter_data_may_come_back_in_an_own_list(
    loaded: Database, names: Names, tmp_path: Path
) -> None:
    async with loaded.writing() as session:
        await session.execute(delete(Event).where(Event.key == "world-day-against-child-labour"))
    own = """\
events:
  - key: world-day-against-child-labour
    kind: observance
    name: {en: World Day}
    recurrence: FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=12
    source: un-days 06-12
"""
    assert await load_text(loaded, names, tmp_path, own) == {"added": 1}
    assert (await starter(loaded, names))["kept"] == 1
    assert (await one(loaded, "events", "world-day-against-child-labour")).name == {"en": "World Day"}


async def test_an_own_list_is_not_overwritten_by_the_starter_data_loaded_afterwards(
    loaded: Database, names: Names, tmp_path: Path
) -> None:
    own = """\
events:
  - key: workshop-NP
    kind: pathfinder_workshop
    name: {en: Workshop in Kathmandu}
    when: 2027-02-07
    place: NP
    source: gcg4 L93
"""
    assert await load_text(loaded, names, tmp_path, own) == {"updated": 1}
    assert (await starter(loaded, names))["kept"] == 1
    assert (await one(loaded, "events", "workshop-NP")).name == {"en": "Workshop in Kathmandu"}


async def test_an_own_list_loaded_first_stands_too(database: Database, names: Names, tmp_path: Path) -> None:
    await load_text(database, names, tmp_path, SMALL)
    outcome = await starter(database, names)
    assert outcome["kept"] == 2  # the place and the pathfinder NP
    assert (await one(database, "pathfinders", "NP")).source.key == "list"
    assert await one(database, "pathfinders", "MG") is not None


async def test_what_an_own_list_repeats_is_its_own_from_then_on(
    loaded: Database, names: Names, tmp_path: Path
) -> None:
    same = "places:\n  - {key: NP, code: NP, region: asia_pacific}\n"
    assert await load_text(loaded, names, tmp_path, same) == {"unchanged": 1}
    async with loaded.reading() as session:
        query = "SELECT origin FROM loaded_rows WHERE table_name = 'places' AND key = 'NP'"
        assert await session.scalar(text(query)) == "own.yaml"


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("kind: meeting", "kind: meeting\n  bad indent: [", "own.yaml, line 24, file: "),
        ("kind: meeting", "kind: party", "own.yaml, line 23, events.0.kind: Input should be"),
        ("kind: meeting", "kind: meeting\n    colour: red", "line 24, events.0.colour: Extra inputs"),
        ("when: 2027-02-18", "when: 2027-02-30", "line 25, events.0.when: '2027-02-30' is not in"),
        ("when: 2027-02-18", "when: soon", "own.yaml, line 25, events.0.when: 'soon' is not a date"),
        ("when: 2027-02-18", "when: 2027-02", "own.yaml, line 22, events.0: an hour needs its day"),
        ("14:00-15:30", "9h", "own.yaml, line 26, events.0.hours: '9h' is not an hour"),
        ("Europe/Paris", "Europe/Paname", "line 27, events.0.zone: there is no time zone"),
        ("place: NP\n    group", "place: FJ\n    group", "line 28, place: 'FJ' is not among the places"),
        ("group: care", "group: carers", "own.yaml, line 29, group: 'carers' is not among the groups"),
        ("source: list 4", "source: liste 4", "own.yaml, line 30, source: 'liste' is not among the sources"),
        ("source: list 2", "source: lost", "own.yaml, line 16, source: 'lost' is not among the sources"),
        ("- place: NP", "- place: FJ", "own.yaml, line 9, place: 'FJ' is not among the places"),
        ("code: NP", "code: ZZZ", "own.yaml, line 7, places.0.code: 'ZZZ' is no ISO 3166-1 alpha-2 code"),
        ("{en: First meeting}", "{}", "own.yaml, line 24, events.0.name: a text needs at least one language"),
        ("{en: First meeting}", "{en: ' '}", "own.yaml, line 24, events.0.name: the text in 'en' is"),
        ("{en: First meeting}", "{English: x}", "line 24, events.0.name: 'English' is no language"),
        ("{en: First meeting}", "First", "line 24, events.0.name: Input should be a valid"),
        ("    kind: meeting\n", "", "own.yaml, line 22, events.0.kind: Field required"),
        ("key: own-meeting", "key: own meeting", "line 22, events.0.key: a key is 1 to 60 letters"),
        ("    kind: meeting", "    kind: meeting\n    kind: meeting", "line 24, events.0.kind: stands here twice"),  # noqa: E501
        ("groups:", "events: []\ngroups:", "own.yaml, line 22, events: stands here twice"),
        ("{en: First meeting}", '{en: "Fir\\0st"}', "own.yaml, line 24, events.0.name.en: has a sign"),
        ("{en: First meeting}", '{en: "Fir\\ud800st"}', "line 24, events.0.name.en: has a sign that no text"),
    ],
)  # fmt: skip
async def test_a_bad_file_is_refused_with_file_line_field_and_reason(
    database: Database, names: Names, tmp_path: Path, before: str, after: str, problem: str
) -> None:
    assert SMALL.count(before) == 1
    problems = await refused(database, names, tmp_path, SMALL.replace(before, after))
    assert len(problems) == (2 if "'FJ' is not among the places" in problem and "line 9" in problem else 1)
    assert problem in problems[0]


async def test_a_key_that_stands_twice_is_refused_at_its_second_line(
    database: Database, names: Names, tmp_path: Path
) -> None:
    twice = SMALL + "  - {key: own-meeting, kind: launch, name: {en: Again}, source: list 5}\n"
    problems = await refused(database, names, tmp_path, twice)
    assert problems == ["own.yaml, line 31, key: 'own-meeting' stands already in own.yaml, line 22"]


async def test_every_problem_is_told_at_once(database: Database, names: Names, tmp_path: Path) -> None:
    bad = (
        SMALL.replace("kind: meeting", "kind: party")
        .replace("2027-03", "soon")
        .replace("code: NP", "code: N")
    )
    problems = await refused(database, names, tmp_path, bad)
    assert [problem.split(",")[1] for problem in problems] == [" line 7", " line 15", " line 23"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe\x00", "own.yaml, line 0, file: cannot be read"),
        (b"just words", "own.yaml, line 1, file: "),
        (b"- a\n- list", "own.yaml, line 1, file: "),
        (b"a: b: c", "own.yaml, line 1, file: mapping values are not allowed here"),
        (b"\x00", "own.yaml, line 0, file: is no YAML"),
        (b"--- {}\n--- {}\n", "own.yaml, line 2, file: "),
        (b"places: !!python/object:os.system {}", "own.yaml, line 1, file: "),
    ],
)
async def test_what_is_no_file_of_facts_is_refused(
    database: Database, names: Names, tmp_path: Path, content: bytes, reason: str
) -> None:
    problems = await refused(database, names, tmp_path, content)
    assert problems[0].startswith(reason)


async def test_an_empty_file_loads_nothing(database: Database, names: Names, tmp_path: Path) -> None:
    assert await load_text(database, names, tmp_path, "") == {}


async def test_norway_is_no_refusal(database: Database, names: Names, tmp_path: Path) -> None:
    assert await load_text(database, names, tmp_path, "places:\n  - key: NO\n    code: NO\n") == {"added": 1}
    async with database.reading() as session:
        assert (await session.get(Place, 1)).code == "NO"  # type: ignore[union-attr]


async def test_a_refused_reload_of_the_starter_data_leaves_everything(
    loaded: Database, names: Names, tmp_path: Path
) -> None:
    content = starter_files()[0].read_text(encoding="utf-8")
    problems = await refused(loaded, names, tmp_path, content + "\n    nonsense: 1\n", "alliance.yaml")
    assert len(problems) >= 1
