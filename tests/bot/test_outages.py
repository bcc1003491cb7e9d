"""Slack away for an hour, the database away for a while: afterwards everything arrives, once, and says so."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
import pytest

from bot.worker import Worker
from community.deliveries import Outgoing, put_all
from community.names import load_names
from sandbox import Fault
from storage.database import LOCK_SECONDS, Database
from templates.slack.sending import late
from tests.bot.test_worker import CHANGE, GENERAL, MIGRATION, POST, ROBIN, Post, post

__all__ = ["post"]
PLACES = (GENERAL, MIGRATION, ROBIN)


HELLO = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}


async def promise(post: Post) -> None:
    async with post.database.writing() as session:
        messages = [
            Outgoing(
                f"k{channel}", "edition:1", "newsletter", channel, "en",
                {"text": "Hello", "blocks": [HELLO]},
                promised=post.now(),
            )
            for channel in PLACES
        ]  # fmt: skip
        await put_all(session, [(one, post.now()) for one in messages], post.now())


def worker(post: Post) -> Worker:
    made = post.worker()
    made._late = late(load_names())
    return made


@pytest.mark.parametrize("trouble", ["server_error", "cut_before", "cut_after", "rate_limited"])
async def test_slack_away_for_an_hour_costs_nothing_and_what_is_late_says_so(
    post: Post, trouble: str
) -> None:
    await promise(post)
    post.box.faults.add(Fault(trouble, method=POST, times=None))  # type: ignore[arg-type]
    post.box.faults.add(Fault("server_error", method="conversations.history", times=None))
    one = worker(post)
    for _ in range(65):
        post.box.clock.advance(60)
        await one.drain()
    post.box.faults.clear()
    for _ in range(10):
        post.box.clock.advance(60)
        await one.drain()
    assert await post.states() == [("sent", None)] * len(PLACES)
    for channel in PLACES:
        where = post.box.dm(channel) if channel == ROBIN else channel
        (message,) = post.box.messages(where)
        assert ("Sent late: it was due on" in str(message["blocks"])) is (trouble != "cut_after"), trouble


async def test_a_change_of_an_old_message_waits_for_slack_as_long_as_a_first_post(post: Post) -> None:
    await post.promise("Hello")
    await post.send()
    post.box.clock.advance(timedelta(days=2).total_seconds())
    post.box.faults.add(Fault("server_error", method=CHANGE, times=None))
    await post.promise("Withdrawn")
    for _ in range(60):
        await post.send(after=60)
    post.box.faults.clear()
    await post.send(after=600)
    assert (post.shown(), await post.states()) == (["Withdrawn"], [("sent", None)])


@asynccontextmanager
async def away(database: Database, kind: str) -> AsyncIterator[None]:
    """The database takes no connection, or no lock, for a while."""
    url = database.engine.url
    if kind == "sqlite":
        other = sqlite3.connect(str(url.database), isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.close()
        return
    host = dict(url.query).get("host", url.host)
    admin = await asyncpg.connect(
        host=host, port=url.port, user=url.username, password=url.password, database="postgres"
    )
    await admin.execute(f'ALTER DATABASE "{url.database}" WITH ALLOW_CONNECTIONS false')
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", url.database
    )
    try:
        yield
    finally:
        await admin.execute(f'ALTER DATABASE "{url.database}" WITH ALLOW_CONNECTIONS true')
        await admin.close()


async def test_a_database_that_was_away_needs_no_restart(post: Post) -> None:
    await promise(post)
    running_worker = worker(post)
    async with away(post.database, post.database.engine.dialect.name):
        running = asyncio.create_task(running_worker.run())
        await asyncio.sleep(LOCK_SECONDS + 2 if post.database.engine.dialect.name == "sqlite" else 2.5)
        assert not running.done(), "it goes on trying"
        assert [post.shown(channel) for channel in PLACES] == [[]] * len(PLACES)
    for _ in range(200):
        await asyncio.sleep(0.05)
        post.box.clock.advance(1)
        if {state for state, _ in await post.states()} == {"sent"}:
            break
    running_worker.stop()
    await running
    assert [post.shown(channel) for channel in PLACES] == [["Hello"]] * len(PLACES)


async def test_a_database_that_dies_between_the_post_and_its_note_leads_to_no_second_post(post: Post) -> None:
    await promise(post)
    post.box.faults.add(Fault("timeout_after", method=POST, times=3, seconds=0.5))
    one = worker(post)
    draining = asyncio.create_task(one.drain())
    await asyncio.sleep(0.3)
    assert len(post.calls()) == len(PLACES), "Slack took them, and has not answered yet"
    async with away(post.database, post.database.engine.dialect.name):
        await asyncio.sleep(LOCK_SECONDS + 2 if post.database.engine.dialect.name == "sqlite" else 1.5)
    await asyncio.gather(draining, return_exceptions=True)
    for _ in range(6):
        post.box.clock.advance(timedelta(minutes=2).total_seconds())
        await worker(post).drain()
    assert [post.shown(channel) for channel in PLACES] == [["Hello"]] * len(PLACES)
    assert await post.states() == [("sent", None)] * len(PLACES)
