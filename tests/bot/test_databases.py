"""A database that is killed, hangs or is full, under a running bot: the right word, and no restart."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.app import make_desk
from bot.log import set_up_logging
from bot.manifest import make_manifest
from bot.run import running
from bot.trying import settings_for
from community.deliveries import Outgoing, put
from sandbox import Outcome, Sandbox
from storage.database import Database, open_database
from tests.bot.test_running import address
from tests.bot.test_worker import GENERAL

ROBIN = "U0NEWMEMB"
SAID = {"headline": {"value": "Second meeting"}, "body": {"value": "Twelve partners met and agreed."}}


@pytest.fixture(autouse=True)
def log() -> Any:
    written = io.StringIO()
    set_up_logging(written)
    yield written
    set_up_logging()


@asynccontextmanager
async def going(database: Database, **settings: Any) -> AsyncIterator[tuple[Sandbox, Any]]:
    box = Sandbox(make_manifest(make_desk()), settle_seconds=5.0)
    async with box.serving(), running(settings_for(box, **settings), database) as bot:
        await bot.bot.busy.idle()
        yield box, bot


async def ask(box: Sandbox, line: str = "/pathfinder Nepal") -> str:
    """What the answer says; Slack must never have to say that there was none."""
    outcome = await box.command(ROBIN, GENERAL, line)
    assert outcome.failed is None, outcome.failed
    return said(outcome)


def said(outcome: Outcome) -> str:
    return " ".join(str(message["text"]) + str(message["blocks"]) for message in outcome.replies)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_postgresql_that_was_killed_is_found_again_and_what_was_promised_is_sent(
    loaded: Database, databases: Any
) -> None:
    async with going(loaded, database_url=address(loaded)) as (box, bot):
        assert "Nepal" in await ask(box)
        await asyncio.gather(*(ask(box) for _ in range(8)))  # several connections, all of which will be dead
        now = bot.bot.clock.now()
        async with bot.bot.services.database.writing() as session:
            later = Outgoing("k", "x", "notice", GENERAL, "en", {"text": "Hello"})
            await put(session, later, now, due=now.replace(year=now.year + 1))
        server = databases._server
        await asyncio.sleep(1.0)  # these databases note what is committed a moment later (tests/conftest.py)
        os.kill(server.get_pid(), signal.SIGQUIT)
        assert "try again in a minute" in await ask(box, "/pathfinder Chile")
        assert "try again in a minute" in await ask(box, "/update mine")
        databases._administrator = None
        await asyncio.to_thread(_started, server)
        assert "Chile" in await ask(box, "/pathfinder Chile"), "the first question afterwards is answered"
        box.clock.advance(366 * 86_400)
        async with asyncio.timeout(15):
            while not [one for one in box.messages(GENERAL) if one["text"] == "Hello"]:  # noqa: ASYNC110
                await asyncio.sleep(0.1)


def _started(server: Any) -> None:
    until = time.monotonic() + 20
    while server._postmaster_info.is_running() and time.monotonic() < until:
        time.sleep(0.05)
    server.ensure_postgres_running()


class Road:
    """The way to PostgreSQL, on which nothing moves while it is `blocked`."""

    def __init__(self, target: str) -> None:
        self._target = target
        self.open = asyncio.Event()
        self.open.set()
        self.taken = 0
        self._ways: set[asyncio.Task[None]] = set()

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.taken += 1
        self._ways.add(asyncio.current_task())  # type: ignore[arg-type]
        await self.open.wait()
        there, back = await asyncio.open_unix_connection(self._target)
        for way in (self._carry(reader, back), self._carry(there, writer)):
            task = asyncio.create_task(way)
            self._ways.add(task)
            task.add_done_callback(self._ways.discard)

    async def close(self) -> None:
        """Nothing moves any more."""
        for way in self._ways:
            way.cancel()
        await asyncio.gather(*self._ways, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while some := await reader.read(65_536):
            await self.open.wait()
            writer.write(some)
        writer.close()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_postgresql_that_hangs_keeps_nobody_waiting_and_piles_nothing_up(
    loaded: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.ANSWER_SECONDS", 3.0)
    url = loaded.engine.url
    road = Road(f"{dict(url.query)['host']}/.s.PGSQL.{url.port or 5432}")
    server = await asyncio.start_unix_server(road.pass_on, tmp_path / ".s.PGSQL.5432")
    hanging = url.update_query_dict({"host": str(tmp_path)}).render_as_string(hide_password=False)
    database = open_database(hanging)
    try:
        async with going(database, database_url=hanging) as (box, _bot):
            assert "Nepal" in await ask(box)
            road.open.clear()
            for name in ("Chile", "Fiji"):
                assert "One moment please" in await ask(box, f"/pathfinder {name}")
            async with asyncio.timeout(25):
                while len(_sorry(box)) < 2:  # noqa: ASYNC110 - the sandbox tells nobody
                    await asyncio.sleep(0.1)
            assert road.taken < 30, "connections are not piled up"
            road.open.set()
            assert "Chile" in await ask(box, "/pathfinder Chile")
    finally:
        await database.close()
        server.close()
        await road.close()


def _sorry(box: Sandbox) -> list[Any]:
    return [one for one in box.messages(GENERAL) if "try again in a minute" in str(one["blocks"])]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_on_a_full_disk_reading_goes_on_and_what_was_typed_is_kept(
    loaded: Database, log: io.StringIO
) -> None:
    pages = _limited(loaded)
    async with going(loaded, database_url=address(loaded)) as (box, bot):
        long = {**SAID, "body": {"value": "Twelve partners met. " * 110}}
        view = await _form(box)
        other = {
            "headline": {"value": "Fees in the Gulf"},
            "body": {"value": "No worker pays for work. " * 90},
        }
        assert not (await box.submit(ROBIN, view["id"], other)).errors
        view = await _form(box)
        pages.append(1)  # SQLite takes that for "as many as there are"
        await asyncio.to_thread(_fill, loaded)
        for _ in range(3):
            sent = await box.submit(ROBIN, view["id"], long)
            assert "I could not save" in str(sent.errors), sent.ack
        assert "Nepal" in await ask(box), "reading goes on"
        assert "SQLITE_FULL" in log.getvalue(), "the log says what is wrong"
        kept = box.view_of(ROBIN)
        assert kept is not None
        assert (kept["id"], kept["blocks"]) == (view["id"], view["blocks"]), "the form stands as it was"
        pages.append(1_000_000)
        sent = await box.submit(ROBIN, view["id"], long)
        assert (sent.failed, sent.errors) == (None, {})
        await bot.bot.busy.idle()
        assert "2 updates of yours" in await ask(box, "/update mine")


async def _form(box: Sandbox) -> Any:
    """A new form of somebody, open before them."""
    if before := box.view_of(ROBIN):
        await box.close_view(ROBIN, before["id"])
    await box.command(ROBIN, GENERAL, "/update migration")
    return box.view_of(ROBIN)


def _fill(database: Database) -> None:
    """Use up what is left within the file."""
    with closing(sqlite3.connect(str(database.engine.url.database), isolation_level=None)) as other:
        other.execute("CREATE TABLE filler (some)")
        other.execute("PRAGMA max_page_count=1")
        for size in (3_000, 300, 3):
            with suppress(sqlite3.OperationalError):
                while True:
                    other.execute("INSERT INTO filler VALUES (zeroblob(?))", (size,))


def _limited(database: Database) -> list[int]:
    """Connections take no more pages than the last number of the list; that is how a full disk shows."""
    pages: list[int] = [1_000_000]

    def limit(connection: Any, _record: Any, _proxy: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA max_page_count={pages[-1]}")
        cursor.close()

    event.listen(database.engine.sync_engine, "checkout", limit)
    return pages
