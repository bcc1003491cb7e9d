"""The one switch: everything waits, nothing is lost, and everything goes out once afterwards."""

from __future__ import annotations

from sqlalchemy import select

from storage.tables import AuditEntry
from tests.handlers.talk import ENGLISH, FRENCH, GENERAL, Talk, labels, said
from tests.handlers.test_update_life import posted
from tests.handlers.wishes import heard, told

SECRETARIAT = "U0SECRETA"


async def test_stopped_everything_waits_and_started_it_comes_once(talk: Talk) -> None:
    page = await talk.command("/alliance stop", SECRETARIAT)
    assert said(page).splitlines()[1] == "Nothing is stopped yet: click *Stop all sending*."
    assert "Messages go out as they should" in said(page)
    assert "Nothing waits." in said(page)
    stopped = await talk.click("Stop all sending", page, SECRETARIAT)
    assert "*All sending is stopped* since" in said(stopped)
    assert f"<@{SECRETARIAT}>" in said(stopped)
    await posted(talk, ENGLISH)
    assert await heard(talk, SECRETARIAT) == [], "the review message waits"
    assert "7 February 2019" in await talk.ask("/pathfinder Nepal"), "answers still come"
    waits = await talk.command("/alliance stop", SECRETARIAT)
    assert "1 message waits" in said(waits)
    await talk.click("Send again", waits, SECRETARIAT)
    await talk.going.bot.worker.drain()
    assert "Twelve partners met" in await told(talk, SECRETARIAT)
    assert len(await heard(talk, SECRETARIAT)) == 1


async def test_stopped_twice_is_once_and_on_record(talk: Talk) -> None:
    for _ in range(2):
        await talk.ask("/alliance stop now", SECRETARIAT)
    assert "Nothing is stopped yet" not in await talk.ask("/alliance start", SECRETARIAT)
    assert "Les messages" not in await talk.ask("/alliance stop", SECRETARIAT)
    in_order = select(AuditEntry).order_by(AuditEntry.id)
    async with talk.database.reading() as session:
        acts = [row.action for row in (await session.scalars(in_order)).unique()]
    assert [act for act in acts if act.startswith("sending")] == ["sending_stopped", "sending_started"]


async def test_nobody_else_stops_or_starts_it(talk: Talk) -> None:
    for text in ("stop", "stop now", "start", "suspendre now"):
        assert "réservé" in await talk.ask(f"/alliance {text}", FRENCH) or "Secrétariat" in (
            await talk.ask(f"/alliance {text}", FRENCH)
        )
    page = await talk.command("/alliance help", ENGLISH)
    forged = await talk.box.action(
        ENGLISH,
        page.replies[-1]["ts"],
        channel=GENERAL,
        action_id="do:9",
        value="/alliance stop now",
        forged=True,
    )
    assert "Stop all sending" not in labels(forged)
    assert "Messages go out as they should" in await talk.ask("/alliance stop", SECRETARIAT)
