"""Slack answers what makes no sense: that counts as no answer, and nothing is lost, twice, or our fault."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest

from bot.app import make_desk
from bot.calls import CountedClient
from bot.log import set_up_logging
from bot.manifest import make_manifest
from bot.pace import LONGEST_WAIT
from bot.run import running
from bot.trying import settings_for
from bot.worker import Worker
from community.deliveries import Outgoing, put_all
from handlers.slack.busy import Busy
from sandbox import Fault, Sandbox
from sandbox.nonsense import ANSWERS
from sandbox.people import DEFAULT_CHANNELS, Channel
from storage.database import Database
from tests.bot.test_running import address
from tests.bot.test_worker import GENERAL, POST, Post

ROOMS = {f"C{number:08}": answer for number, answer in enumerate(ANSWERS)}


@pytest.fixture
async def post(database: Database) -> Any:
    rooms = (*DEFAULT_CHANNELS, *(Channel(room, room.lower()) for room in ROOMS))
    box = Sandbox(make_manifest(make_desk()), channels=rooms)
    async with box.serving():
        box.clock.freeze()
        yield Post(box, database, [])


@pytest.fixture
def log() -> Any:
    written = io.StringIO()
    set_up_logging(written)
    yield written
    set_up_logging()


def worker(post: Post, **options: Any) -> Worker:
    """One with the client of the running bot."""
    client = CountedClient(
        token=post.box.bot_token, base_url=post.box.api_url, timeout=1, retry_handlers=[],
        seen=lambda method, outcome: None,
    )  # fmt: skip
    seconds = iter(range(0, 1_000_000, 10))
    options.setdefault("pace", lambda: float(next(seconds)))
    return Worker(client, post.database, post.now, Busy(), **options)


async def promise(post: Post) -> None:
    async with post.database.writing() as session:
        hello = [
            (Outgoing(room, "update:17", "notice", room, "en", {"text": "Hello"}), post.now())
            for room in ROOMS
        ]
        await put_all(session, hello, post.now())


async def test_whatever_slack_answers_to_a_post_it_stands_there_once(post: Post, log: io.StringIO) -> None:
    await promise(post)
    for room, answer in ROOMS.items():
        post.box.faults.add(Fault("nonsense", method=POST, channel=room, answer=answer))
        post.box.faults.add(Fault("nonsense", method="conversations.history", channel=room, answer=answer))
    one = worker(post)
    await one.drain()
    assert {state for state, _ in await post.states()} == {"unknown"}
    for _ in range(4):
        post.box.clock.advance(120)
        await one.drain()
    assert {room: post.shown(room) for room in ROOMS} == {room: ["Hello"] for room in ROOMS}
    assert {state for state, _ in await post.states()} == {"sent"}
    assert all(row.ts and row.room for row in await post.rows()), "where each stands is known"
    assert post.calls() == [POST] * len(ROOMS), "none was posted again"
    assert "error" not in log.getvalue(), "and no line says that we broke"


@pytest.mark.parametrize("said", ["soon", "-1", "nan", "inf", 10**9, None])
async def test_however_long_slack_says_to_wait_nothing_is_silenced(post: Post, said: Any) -> None:
    await post.promise()
    post.box.faults.add(Fault("rate_limited", method=POST, retry_after=said))
    await worker(post).drain()
    assert (await post.states(), post.shown()) == ([("pending", None)], [])
    post.box.clock.advance(LONGEST_WAIT if said == 10**9 else 1)
    await worker(post).drain()
    assert (await post.states(), post.shown()) == ([("sent", None)], ["Hello"])


async def test_a_bot_starts_and_answers_though_slack_talks_nonsense(
    loaded: Database, log: io.StringIO
) -> None:
    box = Sandbox(make_manifest(make_desk()))
    async with box.serving():
        for method, answer in (
            ("auth.test", "bare"), ("apps.connections.open", "types"), ("users.list", "list"),
            ("users.info", "null"), ("views.publish", "number"), ("views.update", "empty"),
        ):  # fmt: skip
            box.faults.add(Fault("nonsense", method=method, answer=answer))
        async with running(settings_for(box, database_url=address(loaded)), loaded):
            outcome = await box.command("U0NEWMEMB", GENERAL, "/pathfinder Nepal")
            assert "Nepal" in outcome.replies[-1]["text"]
            box.faults.add(Fault("nonsense", method="views.open", answer="types"))
            form = await box.command("U0NEWMEMB", GENERAL, "/update migration")
            assert "Sorry" in str(form.replies) or "sorry" in str(form.replies), "they are told"
            assert form.failed is None
            await box.open_home("U0NEWMEMB")
            await box.open_home("U0NEWMEMB")
            assert box.home_of("U0NEWMEMB") is not None
    broke = [line for line in log.getvalue().splitlines() if '"level": "error"' in line]
    assert not [line for line in broke if "SlackApiError" not in line], broke


async def test_whatever_slack_says_to_an_answer_it_was_given(loaded: Database, log: io.StringIO) -> None:
    box = Sandbox(make_manifest(make_desk()))
    async with box.serving(), running(settings_for(box, database_url=address(loaded)), loaded):
        for answer in sorted(ANSWERS.keys() - {"endless"}):
            card = (await box.command("U0NEWMEMB", GENERAL, "/pathfinder Nepal")).replies[-1]
            rows = [block for block in card["blocks"] if block["type"] == "actions"]
            row, button = next((row, one) for row in rows for one in row["elements"] if "do:" in str(one))
            box.faults.add(Fault("nonsense", method="response_url", answer=answer))
            clicked = await box.action(
                "U0NEWMEMB", card["ts"], channel=GENERAL, action_id=button["action_id"],
                block_id=row["block_id"],
            )  # fmt: skip
            assert clicked.updated or clicked.replies, answer
        assert [one.fault for one in box.calls if one.kind == "response_url"] == ["nonsense"] * 13
    assert '"level": "error"' not in log.getvalue()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_a_cut_socket_comes_back_though_slack_first_names_no_address(loaded: Database) -> None:
    box = Sandbox(make_manifest(make_desk()))
    async with box.serving(), running(settings_for(box, database_url=address(loaded)), loaded):
        box.faults.add(Fault("nonsense", method="apps.connections.open", answer="bare"))
        await box.cut_sockets()
        async with asyncio.timeout(25):
            while not box.connected:  # noqa: ASYNC110 - the sandbox tells nobody
                await asyncio.sleep(0.1)
        again = await box.command("U0NEWMEMB", GENERAL, "/pathfinder Chile")
        assert "Chile" in again.replies[-1]["text"]
