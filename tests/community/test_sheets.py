"""A secretariat's own list, as a spreadsheet program saves it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update

from community.names import Names
from storage.database import Database
from storage.partial_dates import Precision, Status
from storage.tables import Event, Group
from storage.vocabulary import RoleName, RoleState, Stage
from tests.storage.helpers import counts, load, load_text, one, refused, starter

EXAMPLE = Path(__file__).parents[2] / "docs" / "example.csv"
HEADER = "kind,name,date,source,as_of"
PLAIN = "event,Meeting of chairs,2027-03-09,Our list,2026-11-02"


async def own(
    database: Database, names: Names, folder: Path, *lines: str, newline: str = "\r\n"
) -> dict[str, int]:
    return dict(await load_text(database, names, folder, newline.join(lines) + newline, "own.csv"))


async def no(database: Database, names: Names, folder: Path, *lines: str) -> list[str]:
    return await refused(database, names, folder, "\r\n".join(lines) + "\r\n", "own.csv")


async def test_the_example_of_the_docs_loads_over_the_starter_data(loaded: Database, names: Names) -> None:
    outcome = await load(loaded, names, EXAMPLE)
    assert outcome["kept"] == 0
    assert (await one(loaded, "pathfinders", "CI")).place.code == "CI"
    assert (await one(loaded, "stage_changes", "NP/own-implementing")).stage is Stage.IMPLEMENTING
    assert (await one(loaded, "stage_changes", "african-union/own-roadmap")).stage is Stage.ROADMAP
    workshop = (await one(loaded, "events", "workshop-CI")).when
    assert (workshop.precision, workshop.status) == (Precision.RANGE, Status.PLANNED)
    assert (await one(loaded, "groups", "care-economy")).about == {"en": "Domestic work, and care at home"}
    meeting = await one(loaded, "events", "own-care-work-first-meeting")
    assert meeting.group.key == "care-economy"  # named by a line below which the group itself stands
    assert meeting.when.instant().isoformat() == "2027-02-18T14:00:00+01:00"
    french = await one(loaded, "events", "own-reunion-regionale-de-suivi")
    assert french.name == {"fr": "Réunion régionale de suivi"}
    assert french.place.key == "MG"
    assert french.source.title == {"fr": "Liste du secrétariat"}
    assert french.locator == "line 8"


async def test_the_example_a_second_time_changes_nothing_and_the_starter_data_after_it_neither(
    loaded: Database, names: Names
) -> None:
    await load(loaded, names, EXAMPLE)
    before = await counts(loaded)
    assert set(await load(loaded, names, EXAMPLE)) == {"unchanged"}
    await starter(loaded, names)
    assert await counts(loaded) == before
    assert (await one(loaded, "pathfinders", "NP")).source.title == {"en": "Secretariat's list"}


async def test_the_example_loads_into_an_empty_database_except_for_the_unknown_body(
    database: Database, names: Names, tmp_path: Path
) -> None:
    problems = await refused(database, names, tmp_path, EXAMPLE.read_bytes(), "example.csv")
    assert len(problems) == 1
    assert problems[0].startswith("example.csv, line 4, name: no country is called 'African Union'")


async def test_a_group_chaired_by_organisations_has_its_chairs(
    loaded: Database, names: Names, tmp_path: Path
) -> None:
    head = "kind,name,status,chairs,source,as_of"
    await own(
        loaded, names, tmp_path, head, "group,Care Economy,starting,Care Union; Home Work Net,List,2026-11"
    )
    for organisation in ("care-union", "home-work-net"):
        role = await one(loaded, "roles", f"care-economy/chair-{organisation}")
        assert (role.name, role.state) == (RoleName.CHAIR, RoleState.APPOINTED)
        assert role.organisation.key == organisation


async def test_a_stored_group_is_met_by_any_of_its_names(
    loaded: Database, names: Names, tmp_path: Path
) -> None:
    before = (await counts(loaded))["groups"]
    head = "kind,name,status,source,as_of,language"
    lines = ("group,Migration,stalled,List,2026-11,", "group,rule of law and governance,active,List,2026-11,")
    await own(loaded, names, tmp_path, head, *lines)
    assert (await counts(loaded))["groups"] == before
    assert (await one(loaded, "groups", "migration")).status == "stalled"
    assert (await one(loaded, "groups", "rule-of-law")).name["fr"]  # the other languages are still there


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{PLAIN}\n",
        f"{HEADER}\r\n{PLAIN}\r\n",
        f"{HEADER}\n{PLAIN}",
        f"\ufeff{HEADER}\r\n{PLAIN}\r\n",
        f"{HEADER}\n{PLAIN}\n".replace(",", ";"),
        f"\ufeff{HEADER}\n{PLAIN}\n".replace(",", ";"),
        '"kind","name","date","source","as_of"\n"event","Meeting of chairs","2027-03-09","Our list","2026-11-02"\n',  # noqa: E501
        f"KIND,Name,Date,Source,As of\n{PLAIN}\n",
        f"{HEADER},,\n{PLAIN},,\n,,,,,,\n\n",
        f"{HEADER},about\n{PLAIN}\n",
        f'{HEADER}\nEvent,"Meeting\n of chairs", 2027-03-09 ,Our list,2026-11-02\n',
    ],
    ids=["lf", "crlf", "no-end", "bom", "semicolons", "both", "quoted", "capitals", "empty", "short", "two-lines"],  # noqa: E501
)  # fmt: skip
async def test_every_way_in_which_a_spreadsheet_is_saved_is_read(
    database: Database, names: Names, tmp_path: Path, content: str
) -> None:
    assert await load_text(database, names, tmp_path, content, "own.CSV") == {"added": 2}
    event = await one(database, "events", "own-meeting-of-chairs")
    assert event.name == {"en": "Meeting of chairs"}
    assert str(event.when.start) == "2027-03-09"
    assert event.source.title == {"en": "Our list"}


async def test_quoted_commas_and_quotation_marks_stay(
    database: Database, names: Names, tmp_path: Path
) -> None:
    line = 'event,"A ""small"" meeting, online",2027-03,"List, of sorts",2026-11-02'
    await own(database, names, tmp_path, HEADER, line)
    event = await one(database, "events", "own-a-small-meeting-online")
    assert event.name == {"en": 'A "small" meeting, online'}


@pytest.mark.parametrize(
    ("header", "line", "problem"),
    [
        (HEADER, "party,A,,L,2026", "own.csv, line 2, kind: 'party' is none of pathfinder, group, event"),
        (HEADER, ",A,,L,2026", "own.csv, line 2, kind: is empty"),
        (HEADER, "event,,,L,2026", "own.csv, line 2, name: is empty"),
        (HEADER, "event,A,,,2026", "own.csv, line 2, source: is empty"),
        (HEADER, "event,A,,L, ", "own.csv, line 2, as_of: is empty"),
        (HEADER, "event,A,,L,today", "own.csv, line 2, as_of: 'today' is not a date"),
        (HEADER, "event,A,9 March,L,2026", "own.csv, line 2, date: '9 march' is not a date"),
        (HEADER, "event,A,2027-02-30,L,2026", "own.csv, line 2, date: '2027-02-30' is not in the calendar"),
        (HEADER, "pathfinder,Nigeri,,L,2026", "line 2, name: 'Nigeri' may be Niger (NE), Nigeria (NG)"),
        (HEADER, "pathfinder,Congo,,L,2026", "line 2, name: 'Congo' may be Democratic Republic of the Congo (CD)"),  # noqa: E501
        (HEADER, "pathfinder,Madagscra,,L,2026", "'Madagscra'; did you mean Madagascar?"),
        (HEADER, "pathfinder,Xyzzy,,L,2026", "own.csv, line 2, name: no country is called 'Xyzzy'"),
        (HEADER, "event,A, B,2027,L,2026", "own.csv, line 2, line: has more cells than the header"),
        (HEADER + ",stage", "pathfinder,Nepal,,L,2026,done", "line 2, stage: 'done' is none of interest, preparing"),  # noqa: E501
        (HEADER + ",region", "pathfinder,Togo,,L,2026,moon", "line 2, region: 'moon' is none of africa, americas"),  # noqa: E501
        (HEADER + ",status", "group,A,,L,2026,asleep", "line 2, status: 'asleep' is none of active, starting"),  # noqa: E501
        (HEADER + ",date_status", "event,A,2027,L,2026,sure", "line 2, date_status: 'sure' is none of held, planned"),  # noqa: E501
        (HEADER + ",language", "event,A,2027,L,2026,de", "line 2, language: 'de' is none of en, fr, es"),
        (HEADER + ",place", "event,A,2027,L,2026,Xyzzy", "line 2, place: no country is called 'Xyzzy'"),
        (HEADER + ",group", "event,A,2027,L,2026,Nobody", "own.csv, line 2, group: 'nobody' is not among the groups"),  # noqa: E501
        (HEADER + ",hours", "event,A,2027-03-09,L,2026,9:00", "line 2, zone: is empty, and an hour needs its time zone"),  # noqa: E501
        (HEADER + ",hours,zone", "event,A,2027-03-09,L,2026,9h,UTC", "line 2, hours: '9h' is not an hour"),
        (HEADER + ",zone", "event,A,2027-03-09,L,2026,Paris", "line 2, zone: there is no time zone called 'Paris'"),  # noqa: E501
        (HEADER + ",hours,zone", "event,A,2027,L,2026,9:00,UTC", "line 2, date: an hour needs its day"),
    ],
)  # fmt: skip
async def test_a_wrong_cell_is_told_with_file_line_column_and_reason(
    database: Database, names: Names, tmp_path: Path, header: str, line: str, problem: str
) -> None:
    problems = await no(database, names, tmp_path, header, line, "event,Good,,L,2026")
    assert len(problems) == 1
    assert problem in problems[0]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("kind,name,sauce,as_of", "own.csv, line 1, header: unknown column 'sauce'; no column 'source'"),
        ("kind,name,source,as_of,name", "own.csv, line 1, header: column 'name' twice"),
        ("", "own.csv, line 1, header: no column 'kind'; no column 'name'"),
        ("kind\tname\tsource\tas_of", "own.csv, line 1, header: unknown column"),
    ],
)
async def test_a_wrong_header_is_told_with_the_columns_there_are(
    database: Database, names: Names, tmp_path: Path, header: str, reason: str
) -> None:
    problems = await no(database, names, tmp_path, header, PLAIN)
    assert len(problems) == 1
    assert problems[0].startswith(reason)
    assert "the columns are kind, name, region" in problems[0]


async def test_a_sheet_in_an_old_encoding_says_how_to_save_it(
    database: Database, names: Names, tmp_path: Path
) -> None:
    content = f"{HEADER}\nevent,Réunion,,L,2026\n".encode("cp1252")
    problems = await refused(database, names, tmp_path, content, "own.csv")
    assert problems == ["own.csv, line 0, file: cannot be read; save it as CSV in UTF-8 (UnicodeDecodeError)"]


async def test_every_wrong_line_is_told_at_once_and_its_number_is_right_below_long_cells_and_empty_lines(
    database: Database, names: Names, tmp_path: Path
) -> None:
    lines = (HEADER, 'event,"Two', 'lines",soon,L,2026', "", ",,,,", "party,A,,L,2026", "event,,,,2026")
    problems = await no(database, names, tmp_path, *lines)
    where = [problem.split(": ")[0].removeprefix("own.csv, line ") for problem in problems]
    assert where == ["2, date", "6, kind", "7, name", "7, source"]


async def test_the_same_thing_twice_in_one_sheet_is_refused(
    database: Database, names: Names, tmp_path: Path
) -> None:
    head = "kind,name,date,source,as_of"
    for line in ("group,Care,,L,2026", "event,Meeting,2027,L,2026", "pathfinder,Nepal,,L,2026"):
        problems = await no(database, names, tmp_path, head, line, line)
        assert problems[0].startswith("own.csv, line 3, key: ")
        assert problems[0].endswith("stands already in own.csv, line 2")


async def test_au_asks_once_the_union_is_known(loaded: Database, names: Names, tmp_path: Path) -> None:
    problems = await no(loaded, names, tmp_path, HEADER, "pathfinder,AU,,L,2026")
    assert "'AU' may be Australia (AU), African Union (african-union); write the whole name" in problems[0]


async def test_names_are_read_in_the_language_of_the_line(
    database: Database, names: Names, tmp_path: Path
) -> None:
    head = "kind,name,place,about,source,as_of,language"
    line = "event,Taller regional,Costa de Marfil,Seguimiento,Lista,2026-11,ES"
    await own(database, names, tmp_path, head, line)
    event = await one(database, "events", "own-taller-regional")
    assert (event.name, event.about) == ({"es": "Taller regional"}, {"es": "Seguimiento"})
    assert event.place.code == "CI"


async def test_a_corrected_sheet_updates_what_nobody_touched_and_keeps_what_somebody_edited(
    database: Database, names: Names, tmp_path: Path
) -> None:
    second = "event,Another,2027-05,Our list,2026-11-02"
    await own(database, names, tmp_path, HEADER, PLAIN, second)
    async with database.writing() as session:
        edit = update(Event).where(Event.key == "own-another").values(venue={"en": "Lima"})
        await session.execute(edit)
    moved = [line.replace("2027-0", "2028-0") for line in (PLAIN, second)]
    outcome = await own(database, names, tmp_path, HEADER, *moved)
    assert outcome == {"updated": 1, "kept": 1, "unchanged": 1}
    assert str((await one(database, "events", "own-meeting-of-chairs")).when.start) == "2028-03-09"
    assert str((await one(database, "events", "own-another")).when.start) == "2027-05-01"


async def test_a_group_and_its_chair_may_have_the_longest_of_names(
    database: Database, names: Names, tmp_path: Path
) -> None:
    head = "kind,name,status,chairs,source,as_of"
    await own(database, names, tmp_path, head, f"group,{'a' * 90},active,{'b' * 90},Our list,2026-11-02")
    assert await one(database, "roles", f"{'a' * 60}/chair-{'b' * 60}")


async def test_a_group_removed_by_people_stays_away_with_its_chairs(
    database: Database, names: Names, tmp_path: Path
) -> None:
    lines = ("kind,name,chairs,source,as_of", "group,Care,Care Union,L,2026")
    await own(database, names, tmp_path, *lines)
    async with database.writing() as session:
        await session.execute(text("DELETE FROM roles"))
        await session.execute(delete(Group))
    outcome = await own(database, names, tmp_path, *lines)
    assert outcome == {"kept": 2, "unchanged": 2}
    assert (await counts(database))["groups"] == 0


async def test_a_chair_found_ends_the_vacancy(loaded: Database, names: Names, tmp_path: Path) -> None:
    from community.groups import listing

    head = "kind,name,chairs,source,as_of"
    await own(loaded, names, tmp_path, head, "group,conflict and humanitarian settings,UNHCR,L,2026-11")
    async with loaded.reading() as session:
        group = next(
            line for line in await listing(session, date(2026, 11, 21)) if line.key == "conflict-humanitarian"
        )
    assert [seat.short["en"] for seat in group.chairs] == ["UNHCR"]  # the organisation that is stored
    assert group.vacancy is None


def test_the_docs_name_every_column_and_every_word() -> None:
    from community.sheets import COLUMNS
    from storage.partial_dates import Status
    from storage.vocabulary import GroupStatus, Region, Stage

    page = (EXAMPLE.parent / "loading.md").read_text(encoding="utf-8")
    for word in (*COLUMNS, *Region, *Stage, *GroupStatus, *Status):
        assert f"`{word}`" in page


def test_the_example_uses_every_column(tmp_path: Path) -> None:
    from community.sheets import COLUMNS

    copy = tmp_path / "example.csv"
    shutil.copy(EXAMPLE, copy)
    assert tuple(copy.read_text(encoding="utf-8").splitlines()[0].split(",")) == COLUMNS
