"""What goes wrong around the replicas of the storm: Slack, the database, the clock."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from sandbox import Fault, Sandbox
from sandbox.faults import KINDS, TO_THE_BOT
from sandbox.nonsense import ANSWERS
from tests.soak.fleet import STARVED, Trouble, rest, starved

BETWEEN_FAULTS = 5.0
"""Seconds on average."""
LONGEST_FAULT = 8.0
JUMPS = (
    *(timedelta(hours=hours) for hours in (1, 3, 7, 12, 18, 24)), timedelta(minutes=20), -timedelta(hours=1),
)  # fmt: skip
"""How the workspace's clock is moved: ahead, so that days and weeks go by, and now and then an hour back."""


async def slack_fails(box: Sandbox, trouble: Trouble, chance: random.Random, calm: asyncio.Event) -> None:
    """Slack fails in every way that the sandbox knows, one spell after the other, until it is `calm`."""
    while not calm.is_set():
        await rest(calm, chance.expovariate(1 / BETWEEN_FAULTS))
        kind: Any = chance.choice(KINDS)
        method = chance.choice((None, None, "chat.*", "views.*", "conversations.*", "users.*"))
        to_the_bot = kind in TO_THE_BOT
        # What was struck may hang as long as the bot has patience.
        with trouble.spell(kind if to_the_bot else "fault", after=12.0):
            box.faults.add(
                Fault(
                    kind,
                    method=None if to_the_bot else method,
                    nth=chance.randint(1, 3),
                    times=chance.randint(1, 4),
                    seconds=chance.uniform(0.2, 4.0),
                    answer=chance.choice([*ANSWERS]),
                )
            )
            await rest(calm, chance.uniform(1.0, LONGEST_FAULT))
            box.faults.clear()


async def database_fails(
    address: str, trouble: Trouble, chance: random.Random, calm: asyncio.Event, mean: float
) -> None:
    """The database cuts its connections, and takes none, or no lock, for some seconds, every `mean` ones."""
    while True:
        await rest(calm, chance.expovariate(1 / mean))
        if calm.is_set():
            return
        seconds = chance.choice((0.0, 0.0, 1.0, 4.0))
        with trouble.spell("database", after=8.0):
            if address.startswith("sqlite"):
                await asyncio.to_thread(_locked, address, seconds * 2)
            else:
                await _cut(address, seconds)


async def clock_jumps(
    box: Sandbox,
    trouble: Trouble,
    chance: random.Random,
    calm: asyncio.Event,
    mean: float,
    hushed: Callable[[], Awaitable[None]],
    resume: Callable[[], None],
) -> None:
    """The workspace's clock jumps every `mean` seconds, while nobody is in the middle of a form."""
    while True:
        await rest(calm, chance.expovariate(1 / mean))
        if calm.is_set():
            return
        await hushed()
        with trouble.spell("clock"):
            box.clock.advance(chance.choice(JUMPS).total_seconds())
        resume()


async def notice_starving(trouble: Trouble, calm: asyncio.Event) -> None:
    """Note when others keep the machine busy, until it is `calm`."""
    while not calm.is_set():
        if not starved():
            await rest(calm, 1.0)
            continue
        with trouble.spell(STARVED, after=5.0):
            while starved() and not calm.is_set():
                await rest(calm, 1.0)


def _locked(address: str, seconds: float) -> None:
    other = sqlite3.connect(str(make_url(address).database), isolation_level=None, timeout=10)
    try:
        other.execute("BEGIN EXCLUSIVE")
        time.sleep(seconds)
    except sqlite3.OperationalError:
        return
    finally:
        other.close()


async def _cut(address: str, seconds: float) -> None:
    """End every connection to the database, and refuse new ones for so long."""
    url = make_url(address)
    host = dict(url.query).get("host", url.host)
    admin = await asyncpg.connect(
        host=host, port=url.port, user=url.username, password=url.password, database="postgres"
    )
    try:
        if seconds:
            await admin.execute(f'ALTER DATABASE "{url.database}" WITH ALLOW_CONNECTIONS false')
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", url.database
        )
        await asyncio.sleep(seconds)
    finally:
        await admin.execute(f'ALTER DATABASE "{url.database}" WITH ALLOW_CONNECTIONS true')
        await admin.close()
