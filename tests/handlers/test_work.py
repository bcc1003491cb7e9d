"""Each request has a number, which the log and the person share; and nothing private stands in the log."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import structlog
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.exc import IntegrityError

from bot.ticking import send_due
from handlers.slack import digests
from handlers.slack import forms as handled
from handlers.slack.asking import Ask
from handlers.work import Work, current, reference, working
from sandbox import Fault
from storage.tables import Member
from templates.messages import Message
from tests.handlers.talk import ENGLISH, FRENCH, GENERAL, NEPAL_FOCAL_POINT, SPANISH, Talk, modal

PEOPLE = (ENGLISH, FRENCH, SPANISH, NEPAL_FOCAL_POINT, "U0SECRETA", "U0EDITORX")
TYPED, ADDRESS = "Zyxwvutsrq", "zyx.wvu@private.example.org"
FILLED = {"headline": {"value": f"{TYPED} met"}, "body": {"value": f"{TYPED} met {ADDRESS} and agreed."}}


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


async def requests(log: io.StringIO) -> list[tuple[str, str, str]]:
    await asyncio.sleep(0.05)  # a request is over a moment after its answer
    return [(it["kind"], it["name"], it["outcome"]) for it in lines(log) if it["event"] == "request"]


async def test_requests_at_once_do_not_mix_and_each_person_reads_their_own_number(
    talk: Talk, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = talk.going.bot.desk
    talk.going.bot.watch._troubles.clear()  # of the tests before

    async def broken(ask: Ask) -> Message:
        number = int(ask.text)
        for _ in range(3):
            await asyncio.sleep(0.01 * (number % 4))
            structlog.get_logger().warning("halfway", number=number)
        raise RuntimeError(f"{TYPED} {number}")

    monkeypatch.setitem(desk._answers, "/pathfinder", (desk.find("/pathfinder"), broken))
    asked = [(PEOPLE[number % len(PEOPLE)], number) for number in range(14)]
    outcomes = await asyncio.gather(
        *(talk.box.command(who, GENERAL, f"/pathfinder {number}") for who, number in asked)
    )
    read = [re.findall(r"\b[0-9A-F]{6}\b", str(one.ack["blocks"]))[-1] for one in outcomes]
    assert len(set(read)) == len(asked)
    services = replace(talk.going.bot.services, secretariat_channel="G0EDITORS")
    await talk.going.bot.watch.tell(services, datetime.now(UTC))
    await talk.box.settle()
    (alert,) = [str(one["blocks"]) for one in talk.box.messages("G0EDITORS")]
    assert any(number in alert for number in read), "the secretariat reads one of these numbers, once"
    assert TYPED not in alert
    await talk.going.bot.watch.tell(services, datetime.now(UTC))
    await talk.box.settle()
    assert len(talk.box.messages("G0EDITORS")) == 1
    for (_, number), mine in zip(asked, read, strict=True):
        about = [line for line in lines(log) if line.get("reference") == mine]
        assert {line.get("number", number) for line in about} == {number}
        assert [line["event"] for line in about] == [*["halfway"] * 3, "answer_failed", "request"]
        assert about[-1]["outcome"] == "failed"
        assert about[-1]["ms"] > 0
    assert TYPED not in log.getvalue()


async def test_every_kind_of_request_leaves_one_line(talk: Talk, log: io.StringIO) -> None:
    await talk.ask("/alliance about", SPANISH)
    assert (await requests(log)) == [("command", "/alliance", "answered")]
    shown = await talk.command("/pathfinder Népal", FRENCH)
    await talk.click("Partager ici", shown, FRENCH)
    assert (await requests(log))[-1] == ("click", "/pathfinder", "answered")
    await talk.ask("/pathfinder Xyzzy", FRENCH)
    assert (await requests(log))[-1] == ("command", "/pathfinder", "refused")
    await talk.box.message(FRENCH, GENERAL, f"<@{talk.box.bot_user_id}> Nepal")
    assert (await requests(log))[-1] == ("event", "app_mention", "answered")
    opened = await talk.box.command(NEPAL_FOCAL_POINT, GENERAL, "/update Nepal")
    await talk.box.submit(NEPAL_FOCAL_POINT, modal(opened)["id"], FILLED)
    assert (await requests(log))[-1][0] == "submission"
    async with httpx.AsyncClient(trust_env=False) as client:
        page = await client.get(f"http://127.0.0.1:{talk.going.port}/fr/groups")
        await client.get(f"http://127.0.0.1:{talk.going.port}/healthz")
    assert page.status_code == 200
    assert (await requests(log))[-1] == ("web", "groups", "answered"), "who asks after health leaves none"
    assert all(re.fullmatch("[0-9A-F]{6}", line["reference"]) for line in lines(log))


async def test_a_page_that_fails_leaves_its_number_and_no_trace_of_the_visitor(
    talk: Talk, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError(TYPED)

    monkeypatch.setattr("templates.web.groups.listing", broken)
    async with httpx.AsyncClient(trust_env=False) as client:
        page = await client.get(f"http://127.0.0.1:{talk.going.port}/fr/groups?q={TYPED}")
    assert page.status_code == 500
    failed, done = lines(log)[-2:]
    assert (failed["event"], failed["error"]) == ("page_failed", "RuntimeError")
    assert done["outcome"] == "failed"
    assert failed["reference"] == done["reference"]
    assert f"Numéro de référence : {done['reference']}".replace(" :", "\u00a0:") in page.text
    assert TYPED not in log.getvalue()


async def test_neither_words_nor_tokens_addresses_or_people_stand_in_the_log(
    talk: Talk, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, bot = talk.box, talk.going.bot
    for kind in ("server_error", "rate_limited", "nonsense", "cut_after"):
        box.faults.add(Fault(kind, method="chat.postMessage"))
        await box.message(ENGLISH, GENERAL, f"<@{box.bot_user_id}> {TYPED} {ADDRESS}")
        box.faults.clear()
    await talk.ask(f"/events {TYPED}", ENGLISH)
    await talk.ask(f"/actiongroup {TYPED} {ADDRESS}", ENGLISH)
    opened = await box.command(NEPAL_FOCAL_POINT, GENERAL, "/update Nepal")
    with monkeypatch.context() as patch:
        patch.setattr(handled, "claim", _fails)
        await box.submit(NEPAL_FOCAL_POINT, modal(opened)["id"], FILLED)
    with monkeypatch.context() as patch:
        patch.setattr("handlers.slack.clicks.claim", _fails)
        shown = await talk.command("/pathfinder Nepal", ENGLISH)
        await talk.click("Share here", shown, ENGLISH)
    with monkeypatch.context() as patch:
        patch.setattr("handlers.slack.mentions.claim", _fails)
        await box.message(ENGLISH, GENERAL, f"<@{box.bot_user_id}> {TYPED}")
    with monkeypatch.context() as patch:
        patch.setattr(digests, "send", _fails)
        await send_due(bot)
    forged = {
        "type": "block_actions", "user": {"id": ENGLISH}, "team": {"id": "T0ALLIANCE"}, "trigger_id": "1.2",
        "actions": [{"action_id": "nobodys", "value": TYPED, "type": "button", "block_id": "b"}],
    }  # fmt: skip
    refused = await bot.app.async_dispatch(AsyncBoltRequest(body=forged, mode="socket_mode"))
    assert refused.status == 404
    async with talk.database.writing() as session:
        session.add(Member(slack_id=ENGLISH))
        with pytest.raises(IntegrityError) as caught:
            await session.flush()
        await session.rollback()
    logging.getLogger("some.library").error("Exception during reset of %s", TYPED, exc_info=caught.value)
    try:
        await _fails()
    except RuntimeError as gone:  # as slack_sdk says that its socket broke
        logging.getLogger("some.library").error(f"Failed to receive: {type(gone)}, {gone}")  # noqa: G004, TRY400
    logging.getLogger("some.library").warning(f"Failed to send {TYPED} ({box.bot_token})")  # noqa: G004
    asyncio.get_running_loop().call_exception_handler(
        {"message": f"Task died {TYPED}", "exception": RuntimeError(f"{TYPED} {FRENCH}")}
    )
    structlog.get_logger().warning("a_slip_of_ours", token=box.bot_token, who=ENGLISH, to=ADDRESS)
    await bot.busy.idle()
    text = log.getvalue()
    events = {line["event"] for line in lines(log)}
    assert {"request", "form_failed", "listener_failed", "clock_work_failed", "library"} <= events
    for private in (TYPED, ADDRESS, box.bot_token, box.app_token, box.signing_secret, *PEOPLE):
        assert private not in text, [line for line in text.splitlines() if private in line]
    library = [line for line in lines(log) if line["event"] == "library"]
    assert {"Exception during reset of", "Failed to send"} <= {line["words"] for line in library}
    assert any("_handle_unmatched_requests" in line["where"] for line in library)
    assert [line["error"] for line in library if line["words"] == "Failed to receive"] == ["RuntimeError"]


async def _fails(*_: Any, **__: Any) -> Any:
    raise RuntimeError(f"{TYPED} {ADDRESS} {ENGLISH}")


def test_outside_of_any_request_each_has_a_number_of_its_own() -> None:
    assert current() is None
    assert reference() != reference()
    with working(Work("clock")) as outer:
        with working(Work("web")) as inner:
            assert reference() == inner.reference
        assert reference() == outer.reference
    assert current() is None
