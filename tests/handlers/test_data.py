"""Everything public as CSV and JSON, for everybody: complete, safe in a spreadsheet, and nobody named."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import select

from bot.export import export
from bot.settings import read_settings
from community.data import COLUMNS, SETS
from storage.tables import Event, Fact, Update
from storage.vocabulary import Visibility
from templates.data import RISKY, TITLES, meaning
from tests.handlers.talk import ENGLISH, SPANISH, Talk
from tests.handlers.test_update_life import a_group_with_a_channel_and_an_editor, posted

__all__ = ["a_group_with_a_channel_and_an_editor"]
RISKS = ('=HYPERLINK("http://evil.example")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1")


async def fetched(talk: Talk, path: str) -> tuple[int, str, str]:
    async with ClientSession() as client, client.get(f"http://127.0.0.1:{talk.going.port}{path}") as answer:
        return answer.status, answer.headers["Content-Type"], await answer.text()


async def rows(talk: Talk, name: str) -> list[dict[str, Any]]:
    status, kind, text = await fetched(talk, f"/data/{name}.json")
    assert (status, kind) == (200, "application/json")
    found: list[dict[str, Any]] = json.loads(text)
    return found


async def cells(talk: Talk, name: str) -> list[dict[str, str]]:
    status, kind, text = await fetched(talk, f"/data/{name}.csv")
    assert (status, kind) == (200, "text/csv; charset=utf-8")
    assert text.startswith("\ufeff"), "or Excel takes it for another alphabet"
    return list(csv.DictReader(io.StringIO(text[1:], newline=""), strict=True))


async def test_every_set_is_there_in_both_forms_with_its_columns_explained(talk: Talk) -> None:
    assert set(SETS) == set(COLUMNS) == set(TITLES)
    for name in SETS:
        sheet, objects = await cells(talk, name), await rows(talk, name)
        assert len(sheet) == len(objects), name
        assert all(list(one) == list(COLUMNS[name]) for one in (*sheet, *objects)), name
        assert all(meaning(column) for column in COLUMNS[name])
    package = json.loads((await fetched(talk, "/data/datapackage.json"))[2])
    assert [one["path"] for one in package["resources"]] == [f"{name}.csv" for name in SETS]
    for text in (package["description"], (await fetched(talk, "/data/README.md"))[2]):
        assert "Cite it as: Public record of the community of practice of Alliance 8.7, " in text
        assert f" {package['homepage']}, as of " in text
        assert "No licence is stated" in text
    assert "- `date_precision`: How exactly it is known" in (await fetched(talk, "/data/README.md"))[2]


async def test_a_fact_has_its_source_and_its_date(talk: Talk) -> None:
    found = await rows(talk, "facts")
    sources = {one["key"]: one for one in await rows(talk, "sources")}
    places = {one["key"]: one for one in await rows(talk, "places")}
    async with talk.database.reading() as session:
        stored = (await session.scalars(select(Fact).where(Fact.ended_at.is_(None)))).unique().all()
    assert [one["key"] for one in found] == sorted(one.key for one in stored)
    [nepal] = [one for one in await rows(talk, "stages") if one["place"] == "NP"][-1:]
    assert (places["NP"]["name_fr"], sources[nepal["source"]]["date_from"][:4]) == ("Népal", "2019")
    assert all(one["source"] in sources for one in found if one["source"])


async def test_only_what_everybody_may_read_leaves_and_nobody_is_named(talk: Talk) -> None:
    kinds = dict(zip(("Told to all", "Inside only", "For the group"), Visibility, strict=True))
    for headline in kinds:
        body = f"{headline}: <@{ENGLISH}> was there, and <!channel> too."
        await posted(talk, SPANISH, headline={"value": headline}, body={"value": body})
    async with talk.database.writing() as session:
        for one in (await session.scalars(select(Update))).unique():
            one.visibility = kinds[one.headline]
        hidden = (await session.scalars(select(Event).where(Event.link.is_(None)).limit(1))).unique().one()
        hidden.visibility, hidden.link = Visibility.MEMBERS, "https://join.example.org/secret"
        await session.flush()
    try:
        everything = "".join(
            [(await fetched(talk, f"/data/{name}.{end}"))[2] for name in SETS for end in ("csv", "json")]
        )
        assert [one["headline"] for one in await rows(talk, "updates")] == ["Told to all"]
        assert "Inside only" not in everything
        assert "For the group" not in everything
        assert ENGLISH not in everything
        assert SPANISH not in everything
        assert "join.example.org" not in everything
        assert hidden.key not in [one["key"] for one in await rows(talk, "events")]
    finally:
        async with talk.database.writing() as session:
            row = await session.get_one(Event, hidden.id)
            row.visibility = row.link = None


@pytest.mark.parametrize("risk", RISKS)
async def test_a_spreadsheet_takes_no_text_for_a_formula(talk: Talk, risk: str) -> None:
    await posted(talk, SPANISH)
    async with talk.database.writing() as session:
        (await session.scalars(select(Update))).unique().one().headline = risk
    [sheet], [held] = await cells(talk, "updates"), await rows(talk, "updates")
    assert not sheet["headline"].startswith(RISKY)
    assert sheet["headline"] == f"'{risk}"
    assert held["headline"] == risk


@pytest.mark.parametrize("path", ["/data/members.csv", "/data/updates.xml", "/data/../updates.csv", "/data/"])
async def test_what_there_is_not_is_not_found(talk: Talk, path: str) -> None:
    assert (await fetched(talk, path))[0] == 404


@pytest.mark.parametrize("language", ["en", "fr", "es"])
async def test_the_page_leads_to_every_file(talk: Talk, language: str) -> None:
    status, _, page = await fetched(talk, f"/{language}/data")
    assert status == 200
    assert all(f'href="/data/{name}.{end}"' in page for name in SETS for end in ("csv", "json"))
    assert f'href="/{language}/data"' in (await fetched(talk, f"/{language}"))[2]


async def test_the_command_line_writes_the_same_files(talk: Talk, tmp_path: Any) -> None:
    await posted(talk, SPANISH)
    address = talk.database.engine.url.render_as_string(hide_password=False)
    said = await export(read_settings({"_env_file": None, "database_url": address}), tmp_path / "new")
    assert "12 sets" in said
    written = sorted(one.name for one in (tmp_path / "new").iterdir())
    assert written == sorted(
        [f"{n}.{e}" for n in SETS for e in ("csv", "json")] + ["README.md", "datapackage.json"]
    )
    for name in ("updates.csv", "facts.json"):
        assert (tmp_path / "new" / name).read_bytes().decode() == (await fetched(talk, f"/data/{name}"))[2]


async def test_an_export_that_fails_leaves_what_stood_there(
    talk: Talk, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = talk.database.engine.url.render_as_string(hide_password=False)
    settings = read_settings({"_env_file": None, "database_url": address})
    await export(settings, tmp_path)
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    last, whole = list(SETS.items())[-1]

    async def breaks(*asked: Any) -> AsyncIterator[Any]:
        async for row in whole(*asked):
            yield row
        raise OSError("no space left on device")

    await posted(talk, SPANISH)
    with monkeypatch.context() as broken:
        broken.setitem(SETS, last, breaks)
        with pytest.raises(OSError, match="no space left"):
            await export(settings, tmp_path)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before
    await export(settings, tmp_path)
    assert (tmp_path / "updates.csv").read_bytes() != before["updates.csv"]


async def test_all_files_of_an_export_are_of_one_moment(
    talk: Talk, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = talk.database.engine.url.render_as_string(hide_password=False)
    settings = read_settings({"_env_file": None, "database_url": address})
    first, whole = next(iter(SETS.items()))
    others: list[int] = []

    async def meanwhile(*asked: Any) -> AsyncIterator[Any]:
        async for row in whole(*asked):
            yield row
        if not others:
            others.append(1)
            await posted(talk, SPANISH)

    monkeypatch.setitem(SETS, first, meanwhile)
    await export(settings, tmp_path)
    assert others
    assert json.loads((tmp_path / "updates.json").read_text()) == []
