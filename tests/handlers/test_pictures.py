"""Pictures in Slack and behind their addresses: what everybody may see, and nothing else."""

from __future__ import annotations

import asyncio
import re
import struct
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import update

from handlers.links import Links
from handlers.slack.answering import answer
from handlers.slack.kept import Store
from storage.tables import Event, StageChange
from storage.vocabulary import EventKind, Stage, Visibility
from templates import forms
from templates.validation import check_view
from templates.voice import Voice
from tests.handlers.conftest import keep, put_back
from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    SPANISH,
    Talk,
    labels,
    said,
    shown,
    texts,
)
from tests.handlers.test_registrations import attended, past

SECRETARIAT = "U0SECRETA"


@pytest.fixture
async def web(talk: Talk) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{talk.going.port}", trust_env=False, headers={"Accept-Language": "en"}
    ) as client:
        yield client


def images(blocks: Any) -> list[dict[str, Any]]:
    return [block for block in blocks if block["type"] == "image"]


def size(data: bytes) -> tuple[int, int]:
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


async def unpictured(talk: Talk, line: str, user: str) -> Any:
    """The answer of an installation whose pages Slack cannot reach."""
    services = replace(talk.going.bot.services, is_reachable=False, store=Store())
    return (await answer(talk.going.bot.desk, services, line, user)).message


@pytest.mark.parametrize(
    ("line", "user", "title", "words"),
    [
        (
            "/pathfinder map",
            ENGLISH,
            "Pathfinders by stage on a map of the world",
            "*Priorities and roadmap* (3): Mauritania",
        ),
        (
            "/pathfinder carte",
            FRENCH,
            "Les pays pionniers par étape, sur une carte du monde",
            "(3)\xa0: Mauritanie, Chili, Népal",
        ),
        (
            "/pathfinder mapa",
            SPANISH,
            "Los países pioneros por etapa, en un mapa del mundo",
            "(3): Mauritania, Chile, Nepal",
        ),
    ],
)
async def test_the_map_is_a_picture_with_the_same_in_words(
    talk: Talk, web: httpx.AsyncClient, line: str, user: str, title: str, words: str
) -> None:
    await talk.command("/pathfinder", user)  # Bolt asks Slack who it is, once
    outcome = await talk.command(line, user)
    assert [call.direction for call in outcome.calls] == ["to_bot"], "it is in the acknowledgement"
    [image] = images(shown(outcome)["blocks"])
    assert image["title"]["text"] == title
    assert "Nepal" in image["alt_text"] or "Népal" in image["alt_text"]
    assert words in said(outcome)
    drawn = await web.get(image["image_url"])
    assert drawn.status_code == 200
    assert drawn.headers["content-type"] == "image/png"
    assert size(drawn.content)[0] == 1280


async def test_without_an_address_the_map_is_said_in_words_and_the_secretariat_told_why(talk: Talk) -> None:
    for user, told in ((ENGLISH, False), (SECRETARIAT, True)):
        message = await unpictured(talk, "/pathfinder map", user)
        assert not images(message.blocks)
        everything = "\n".join(texts(list(message.blocks)))
        assert "*Implementing* (1): Madagascar" in everything
        assert ("PUBLIC_URL" in everything) is told
        assert "127.0.0.1" not in everything
    assert "PUBLIC_URL" not in await talk.ask("/pathfinder map", SECRETARIAT)
    for line in ("/pathfinder Nepal more", "/actiongroup migration more"):
        assert not images((await unpictured(talk, line, ENGLISH)).blocks)


async def test_the_map_is_a_click_away_from_the_list(talk: Talk) -> None:
    clicked = await talk.click("On a map", await talk.command("/pathfinder"))
    assert images(shown(clicked)["blocks"])
    shared = await talk.click("Share here", clicked)
    assert images(shared.replies[0]["blocks"])


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("/pathfinder Nepal", "Nepal: journey as a pathfinder"),
        ("/pathfinder African Union", "African Union: journey as a pathfinder"),
        ("/actiongroup migration", "Migration: work plan"),
    ],
)
async def test_a_full_card_has_one_picture_and_a_short_one_none(
    talk: Talk, web: httpx.AsyncClient, line: str, title: str
) -> None:
    assert not images(shown(await talk.command(line))["blocks"])
    first = await talk.command(f"{line} more")
    [image] = images(shown(first)["blocks"])
    assert image["title"]["text"] == title
    assert image["alt_text"].startswith(title)
    assert (await web.get(image["image_url"])).status_code == 200
    if "Next page" in labels(first):
        assert not images(shown(await talk.click("Next page", first))["blocks"])


async def test_a_group_whose_plan_is_not_on_record_has_no_picture_of_it(talk: Talk) -> None:
    assert not images(shown(await talk.command("/actiongroup rule-of-law more"))["blocks"])


async def test_a_country_that_is_no_pathfinder_has_no_journey(talk: Talk, web: httpx.AsyncClient) -> None:
    assert not images(shown(await talk.command("/pathfinder Germany more"))["blocks"])
    assert (await web.get("/en/pictures/pathfinders/DE.png")).status_code == 404


async def test_a_change_of_the_record_makes_a_new_address_and_the_old_one_shows_it_too(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    async with talk.database.writing() as session:
        kept = await keep(session, StageChange)
    before = images(shown(await talk.command("/pathfinder map"))["blocks"])[0]["image_url"]
    old = await web.get(before)
    async with talk.database.writing() as session:
        await session.execute(update(StageChange).values(stage=Stage.REPORTING))
    try:
        after = images(shown(await talk.command("/pathfinder map"))["blocks"])[0]["image_url"]
        assert after != before
        assert urlsplit(after).path == urlsplit(before).path
        assert (await web.get(before)).content == (await web.get(after)).content != old.content
    finally:
        async with talk.database.writing() as session:
            await put_back(session, kept)


async def test_a_picture_is_guarded_asked_for_again_and_answered_with_a_nod(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    for path in (
        "pathfinders.png",
        "pathfinders/NP.png",
        "pathfinders/african-union.png",
        "groups/migration.png",
    ):
        for language in ("en", "fr", "es"):
            first = await web.get(f"/{language}/pictures/{path}")
            assert first.status_code == 200, path
            assert first.headers["content-type"] == "image/png"
            assert first.headers["cache-control"] == "no-cache"
            assert "default-src 'none'" in first.headers["content-security-policy"]
            assert first.headers["x-content-type-options"] == "nosniff"
            again = await web.get(
                f"/{language}/pictures/{path}", headers={"If-None-Match": first.headers["etag"]}
            )
            assert again.status_code == 304
            assert not again.content
    for path in ("pathfinders/xx", "pathfinders/Nepal", "groups/nothing", "groups/Migration"):
        assert (await web.get(f"/en/pictures/{path}.png")).status_code == 404, path
    assert (await web.get("/de/pictures/pathfinders.png")).status_code == 404


async def test_a_picture_takes_well_below_a_second(talk: Talk, web: httpx.AsyncClient) -> None:
    began = time.process_time()  # others may keep this machine busy
    assert (await web.get("/es/pictures/pathfinders.png")).status_code == 200
    assert time.process_time() - began < 1.5


async def test_many_pictures_at_once_leave_room_for_all_else(talk: Talk, web: httpx.AsyncClient) -> None:
    keys = sorted(set(re.findall(r"/en/pathfinders/([\w-]+)", (await web.get("/sitemap.xml")).text)))
    paths = [f"/{language}/pictures/pathfinders/{key}.png" for language in ("en", "fr", "es") for key in keys]
    asked = [asyncio.create_task(web.get(path, timeout=60)) for path in paths]
    slowest, first = 0.0, time.perf_counter()
    while not all(one.done() for one in asked):
        began = time.perf_counter()
        await asyncio.to_thread(str)  # as a look-up of an address does
        slowest = max(slowest, time.perf_counter() - began)
        await asyncio.sleep(0.01)
    assert len(asked) > 20
    assert {(await one).status_code for one in asked} == {200}
    assert slowest < (time.perf_counter() - first) / 3, "nobody waits until all are drawn"


async def test_a_workshop_for_members_only_is_on_no_picture(talk: Talk, web: httpx.AsyncClient) -> None:
    async with talk.database.writing() as session:
        kept = await keep(session, Event)
        workshops = Event.kind == EventKind.PATHFINDER_WORKSHOP
        await session.execute(update(Event).where(workshops).values(visibility=Visibility.MEMBERS))
    try:
        [image] = images(shown(await talk.command("/pathfinder Nepal more"))["blocks"])
        assert "7 February 2019" not in image["alt_text"]
        assert "no entry in the record" in image["alt_text"]
    finally:
        async with talk.database.writing() as session:
            await put_back(session, kept)


async def test_who_came_is_a_picture_under_an_address_of_its_own(talk: Talk, web: httpx.AsyncClient) -> None:
    number = await past(talk, visibility=Visibility.MEMBERS)
    await attended(talk, number, governments="40", civil_society="41", media="3", experts="2")
    [image] = images(shown(await talk.command(f"/events show {number}", FRENCH))["blocks"])
    assert "86 personnes sont venues" in image["alt_text"]
    assert "Médias\xa0: moins de cinq" in image["alt_text"]
    drawn = await web.get(image["image_url"])
    assert drawn.status_code == 200
    assert drawn.headers["cache-control"] == "private, no-cache"
    assert size(drawn.content)[0] == 1280
    address = urlsplit(image["image_url"]).path
    forged = Links("/", "x" * 32).own_picture("fr", number)
    elsewhere = talk.going.bot.services.links.signed("event", "fr", number).rpartition("/")[2]
    for path in (
        address.replace(".png", "x.png"), f"{address[:-6]}.png", forged, f"/picture/{number}.png",
        f"/fr/pictures/events/{number}.png", f"/picture/{elsewhere}.png",
    ):  # fmt: skip
        assert (await web.get(path)).status_code == 404, path


async def test_too_few_to_tell_make_no_picture_and_what_is_gone_has_none(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    number = await past(talk)
    await attended(talk, number, governments="3", media="2")
    assert not images(shown(await talk.command(f"/events show {number}"))["blocks"])
    await attended(talk, number, governments="30", media="")
    [image] = images(shown(await talk.command(f"/events show {number}"))["blocks"])
    await attended(talk, number, governments="")
    assert (await web.get(image["image_url"])).status_code == 404


async def test_an_answer_with_a_picture_stands_in_a_modal_too(talk: Talk) -> None:
    services = talk.going.bot.services
    answered = await answer(talk.going.bot.desk, services, "/pathfinder map", ENGLISH)
    view = forms.answer(Voice.to(answered.reader, services.clock(), services.names), answered.message)
    check_view(view)
    assert images(view["blocks"])
