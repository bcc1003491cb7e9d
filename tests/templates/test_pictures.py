"""Pictures show what the listing has, hide nothing behind each other, and tell what may be told."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib.resources import files
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community import groups, pathfinders
from community.attendance import SMALLEST_SHOWN, Came, shown
from community.events import Happening
from community.names import HOUSE_LANGUAGES, Names, load_names
from storage.database import Database
from storage.partial_dates import PartialDate
from storage.vocabulary import Constituency, EventKind, FactKind, Stage
from templates import pictures
from templates.boundaries import note
from templates.pictures import Dot, Drawing, by_stage, stage_name
from templates.pictures.drawing import lines, wide
from templates.pictures.placing import Box, apart, labels
from templates.pictures.projection import HEIGHT, WIDTH, project
from templates.pictures.world import _points
from templates.voice import Voice

SVG = "{http://www.w3.org/2000/svg}"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOSTILE = '<script>alert("1")</script> & \' ]]> \u202e\x00\ufffe{{ 7 * 7 }} ' + "x" * 400
COUNTS = st.dictionaries(
    st.sampled_from(list(Constituency)), st.one_of(st.integers(0, 6), st.integers(0, 500)), max_size=12
)


def voice(names: Names, language: str = "en") -> Voice:
    return Voice(language, "UTC", NOW, names)


def tree(drawing: Drawing) -> Any:
    return ET.fromstring(str(drawing.svg))


def words(drawing: Drawing) -> list[str]:
    return ["".join(one.itertext()) for one in tree(drawing).iter(f"{SVG}text")]


def read(png: bytes) -> tuple[int, int, int]:
    """Width, height, and how many different bytes its pixels have."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    data, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return width, height, len(set(zlib.decompress(data)))


def event(**values: Any) -> Happening:
    whole: dict[str, Any] = {
        "id": 1, "key": "one", "kind": EventKind.MEETING, "name": {"en": "A meeting"}, "when": PartialDate(),
        "yearly": False, "standing": None, "about": None, "venue": None, "organiser": None, "mode": None,
        "place": None, "region": None, "group": None, "group_name": None, "themes": (), "note": None,
        "citation": None, "said": None,
    }  # fmt: skip
    return Happening(**{**whole, **values})


@pytest.mark.parametrize("language", HOUSE_LANGUAGES)
async def test_every_pathfinder_stands_on_the_map_or_beside_it(
    loaded: Database, names: Names, language: str
) -> None:
    say = voice(names, language)
    async with loaded.reading() as session:
        found = pictures.dots(say, await pathfinders.listing(session, date(2026, 11, 21)))
    drawing = pictures.world(say, found, note=note(say))
    marked = [one.text for one in tree(drawing).iter(f"{SVG}title")][1:]
    told = " ".join(words(drawing))
    for dot in found:
        assert dot.name in drawing.alt
        if dot.key in _points():
            said = say.say("%(what)s: %(said)s", what=dot.name, said=stage_name(say, dot.stage))
            assert marked.count(said) == 1
            assert dot.name in told, "its name stands beside its mark"
        else:
            assert f"{dot.name} ({stage_name(say, dot.stage).lower()})" in told
    assert len(marked) == 10
    on = [dot for dot in found if dot.key in _points()]
    for stage, part in by_stage(on):
        assert f"{stage_name(say, stage)} ({len(part)})" in words(drawing)
    assert note(say).split()[-1] in told
    apart_in_rows(drawing)
    assert all(wide(text, 1) * 12 < 360 * 1.8 for text in words(drawing))


def apart_in_rows(drawing: Drawing) -> None:
    """No text of the legend reaches into the one beside it, or out of the picture."""
    rows: dict[str, list[tuple[float, float]]] = {}
    for text in tree(drawing).findall(f"{SVG}text"):
        left, size = float(text.get("x", "")), float(text.get("font-size", ""))
        rows.setdefault(text.get("y", ""), []).append((left, left + wide(text.text or "", size)))
    for row in rows.values():
        row.sort()
        assert all(end < begin - 30 for (_, end), (begin, _) in pairwise(row))
        assert row[-1][1] <= WIDTH


async def test_no_two_marks_overlap_and_all_lie_in_the_frame(loaded: Database, names: Names) -> None:
    async with loaded.reading() as session:
        found = pictures.dots(voice(names), await pathfinders.listing(session, date(2026, 11, 21)))
    on = [dot for dot in found if dot.key in _points()]
    points, radius = apart([project(*_points()[dot.key]) for dot in on])
    assert radius == 12
    check(points, radius)
    named = labels([dot.name for dot in on], points, radius)
    assert named is not None
    boxes = [Box(x - radius, y - radius, x + radius, y + radius) for x, y in points]
    for i, one in enumerate(named):
        assert one.box.left >= 0
        assert one.box.right <= WIDTH
        assert not any(one.box.meets(other.box) for other in named[:i])
        assert not any(one.box.meets(box) for j, box in enumerate(boxes) if j != i)


def check(points: list[tuple[float, float]], radius: float) -> None:
    for i, (x, y) in enumerate(points):
        assert radius <= x <= WIDTH - radius
        assert radius <= y <= HEIGHT - radius
        for other in points[:i]:
            assert ((x - other[0]) ** 2 + (y - other[1]) ** 2) ** 0.5 >= 2 * radius


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(sorted(_points())), unique=True, max_size=60))
def test_whichever_countries_become_pathfinders_each_has_a_mark_of_its_own(keys: list[str]) -> None:
    points, radius = apart([project(*_points()[key]) for key in keys])
    assert len(points) == len(keys)
    check(points, radius)


def test_every_country_that_people_live_in_has_a_point() -> None:
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text()
    codes = {line.split("\t")[0] for line in table.splitlines() if not line.startswith("#")}
    assert codes - set(_points()) == {"AQ", "BV", "HM"}
    for key, (longitude, latitude) in _points().items():
        x, y = project(longitude, latitude)
        assert 0 < x < WIDTH, key
        assert 0 < y < HEIGHT, key


def test_names_that_do_not_all_fit_stand_in_the_legend(names: Names) -> None:
    say = voice(names)
    keys = ["AL", "BA", "ME", "MK", "RS", "HR", "SI", "AT", "HU", "BG", "GR", "RO", "MD"]
    drawing = pictures.world(say, [Dot(key, names.of(key, "en"), Stage.ROADMAP) for key in keys])
    told = " ".join(words(drawing))
    assert all(names.of(key, "en") in told for key in keys)
    assert not tree(drawing).findall(f".//{SVG}g/{SVG}text")


@pytest.mark.parametrize("language", HOUSE_LANGUAGES)
async def test_a_journey_says_what_is_known_of_each_stage(
    loaded: Database, names: Names, language: str
) -> None:
    say = voice(names, language)
    async with loaded.reading() as session:
        nepal = pictures.journey(say, await pathfinders.card(session, names, "NP", language, NOW.date()))
        union = pictures.journey(
            say, await pathfinders.card(session, names, "african-union", language, NOW.date())
        )
    for stage in Stage:
        if stage is not Stage.WORKSHOP:
            assert stage_name(say, stage) in words(nepal)
    told = " ".join(words(nepal))
    assert "2019" in told
    assert told.count(say.say("no entry in the record")) == 2
    assert told.count(say.say("now here")) == 1
    assert say.say("worked out from the record") in told
    assert stage_name(say, None) in union.alt
    assert say.say("now here") not in union.alt
    assert words(union).count(say.say("not stated")) == 5


async def test_a_workshop_that_is_only_planned_is_not_called_held(loaded: Database, names: Names) -> None:
    async with loaded.reading() as session:
        fiji = pictures.journey(voice(names), await pathfinders.card(session, names, "FJ", "en", NOW.date()))
    assert "Workshop held" not in words(fiji)
    assert "Pathfinder workshop" in words(fiji)
    assert "no result is recorded" in fiji.alt


@pytest.mark.parametrize("language", HOUSE_LANGUAGES)
async def test_a_work_plan_hatches_what_is_not_stated(loaded: Database, names: Names, language: str) -> None:
    say = voice(names, language)
    async with loaded.reading() as session:
        every = [one.key for one in await groups.listing(session, NOW.date())]
        cards = [await groups.card(session, key, NOW.date()) for key in every]
    assert len(cards) >= 6
    for card in cards:
        drawing = pictures.work_plan(say, card)
        shown_ones = [x for x in card.statements if x.kind in (FactKind.WORK_AREA, FactKind.DELIVERABLE)]
        stated = [x for x in shown_ones if x.state]
        bars = tree(drawing).findall(f"{SVG}rect")[1:]
        hatched = [bar for bar in bars if bar.get("fill", "").startswith("url(")]
        assert len(hatched) == len(shown_ones) - len(stated)
        assert len(bars) == len(hatched) + 4 * len(stated)
        assert sum(say.say("progress not stated") in text for text in words(drawing)) == len(hatched)


@settings(deadline=None)
@given(COUNTS)
def test_no_small_count_is_told_or_has_a_length(counts: Mapping[Constituency, int]) -> None:
    total = sum(counts.values())
    came = Came(total if total >= SMALLEST_SHOWN else None, total < SMALLEST_SHOWN, shown(counts), shown({}))
    drawing = pictures.participation(voice(NAMES), event(), came)
    rects = tree(drawing).findall(f"{SVG}rect")[1:]
    exact = [count for _, count in came.constituencies.exact]
    solid = [float(bar.get("width", "")) for bar in rects if not bar.get("fill", "").startswith("url(")]
    assert solid == [round(518 * count / max(exact), 1) for count in exact]
    hatched = {bar.get("width") for bar in rects if bar.get("fill", "").startswith("url(")}
    assert hatched <= {"60"}, "what is not told has the same length whatever it is"
    numbers = {int(text.replace(",", "")) for text in words(drawing) if text.replace(",", "").isdigit()}
    assert numbers == set(exact)
    for small in {count for count in counts.values() if 0 < count < SMALLEST_SHOWN}:
        assert str(small) not in words(drawing)


NAMES = load_names()


def test_hostile_names_stay_text(names: Names) -> None:
    say = voice(names)
    dots = [Dot("NP", HOSTILE, None, 'javascript:"'), Dot("xx", HOSTILE, Stage.ROADMAP)]
    came = Came(9, False, shown({Constituency.MEDIA: 9}), shown({}))
    for drawing in (
        pictures.world(say, dots, note=HOSTILE),
        pictures.participation(say, event(name={"en": HOSTILE}), came),
    ):
        found = tree(drawing)
        assert not list(found.iter(f"{SVG}script"))
        assert "\u202e" not in drawing.svg
        assert "\x00" not in drawing.svg
        assert "49 " not in drawing.alt
        for text in found.iter(f"{SVG}text"):
            assert wide("".join(text.itertext()), float(text.get("font-size", ""))) < WIDTH
        assert read(pictures.png(drawing))[0] > 0


def test_lines_end_in_time_whatever_is_put_in() -> None:
    for text in (HOSTILE, "x" * 1_000, "國" * 500, "a b " * 500, "", " ", "e\u0301" * 300):
        for width in (40, 200, 600):
            found = lines(text, width, 3)
            assert len(found) <= 3
            assert all(wide(line) <= width + 21 for line in found)
    assert lines("one two three", 600, 2) == ["one two three"]
    assert lines("wort " * 90, 300, 2)[-1].endswith("…")


async def test_a_png_has_twice_the_size_is_not_blank_and_light(loaded: Database, names: Names) -> None:
    say = voice(names, "fr")
    async with loaded.reading() as session:
        found = pictures.dots(say, await pathfinders.listing(session, NOW.date()))
        drawings = [
            pictures.world(say, found, note=note(say)),
            pictures.journey(say, await pathfinders.card(session, names, "NP", "fr", NOW.date())),
            pictures.work_plan(say, await groups.card(session, "migration", NOW.date())),
        ]
    for drawing in drawings:
        made = pictures.png(drawing)
        width, height, colours = read(made)
        assert (width, height) == (2 * drawing.width, 2 * drawing.height)
        assert colours > 20
        assert len(made) < 160_000


def test_letters_are_drawn_with_the_font_that_ships_with_us(names: Names) -> None:
    drawn = {
        pictures.png(pictures.world(voice(names), [Dot("xx", name, None)]))
        for name in ("Népal", "Непал", "Ελλάδα", "نيبال", "नेपाल")
    }
    assert len(drawn) == 5, "each of these scripts has letters of its own"


async def test_a_page_may_hold_several_pictures(loaded: Database, names: Names) -> None:
    async with loaded.reading() as session:
        every = [
            pictures.journey(voice(names), await pathfinders.card(session, names, key, "en", NOW.date()))
            for key in ("NP", "VN")
        ]
    ids = [node.get("id") for one in every for node in tree(one).iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    for one in every:
        assert "style" not in str(one.svg)
        assert tree(one).get("role") == "img"
        assert every[0].revision != every[1].revision


def test_marks_that_lead_to_pages_are_links_with_a_name(names: Names) -> None:
    drawing = pictures.world(voice(names), [Dot("NP", "Nepal", Stage.ROADMAP, "/en/pathfinders/NP")])
    link = tree(drawing).find(f".//{SVG}a")
    assert link is not None
    assert link.get("href") == "/en/pathfinders/NP"
    assert link.get("aria-label") == "Nepal: Priorities and roadmap"
    assert tree(drawing).get("role") == "group"
