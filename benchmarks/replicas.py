"""One replica, two, four: commands answered and messages sent a second, all on one database and one machine.

The load, the database and the workspace run on the same cores: on two cores more replicas can hardly do more,
and what is looked for is that they do not do less. Slack's pace is out of the way.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import func, select

from benchmarks.rows import Curve, Found, Row, of_growth
from benchmarks.servers import CARD, HURRIED, answered, load, server, workspace
from community.deliveries import Outgoing, put_all
from storage.database import Database, open_database
from storage.tables import Delivery
from storage.vocabulary import DeliveryState

REPLICAS = (1, 2, 4)
ROUNDS, SECONDS, CONNECTIONS = 3, 3.0, 32
ROOMS, MESSAGES = 200, 600


async def measure() -> Found:
    """Commands and messages a second, by the number of replicas."""
    commands: dict[int, list[float]] = {}
    messages: dict[int, list[float]] = {}
    for count in REPLICAS:
        async with workspace(rooms=ROOMS) as (box, setting), _replicas(count, setting) as ports:
            for port in ports:
                await answered(port, box.signing_secret, CARD)
            await _asked(ports, box.signing_secret)
            commands[count] = [await _asked(ports, box.signing_secret) for _ in range(ROUNDS)]
            database = open_database(setting["database_url"])
            messages[count] = [await _sent(database, number) for number in range(ROUNDS)]
            await database.close()
    lines = {"commands": _line(commands), "messages": _line(messages)}
    return Found(
        [_row("commands answered", commands), _row("messages sent", messages)],
        [
            Curve(
                "replicas",
                "Replicas on one machine of two cores",
                "replicas",
                "a second",
                lines,
                (False, True),
            )
        ],
    )


@asynccontextmanager
async def _replicas(count: int, setting: dict[str, str]) -> AsyncIterator[list[int]]:
    async with AsyncExitStack() as stack:
        yield [stack.enter_context(server(HURRIED, setting)) for _ in range(count)]


async def _asked(ports: list[int], secret: str) -> float:
    each = CONNECTIONS // len(ports)
    found = await asyncio.gather(*(load(port, secret, CARD, each, SECONDS) for port in ports))
    return sum(one["a_second"] for one in found)


async def _sent(database: Database, number: int) -> float:
    """Messages a second, from the moment of their promise until the last one is noted as sent."""
    now = datetime.now(UTC)
    promised = [
        Outgoing(
            f"k{number}-{one}",
            f"update:{number}",
            "notice",
            f"C{one % ROOMS:08}",
            "en",
            {"text": f"Number {one}"},
        )
        for one in range(MESSAGES)
    ]
    async with database.writing() as session:
        await put_all(session, [(one, now) for one in promised], now)
    begun = time.perf_counter()
    sent = select(func.count(Delivery.id)).where(Delivery.state == DeliveryState.SENT)
    while True:
        async with database.reading() as session:
            if await session.scalar(sent) == MESSAGES * (number + 1):
                return MESSAGES / (time.perf_counter() - begun)
        await asyncio.sleep(0.02)


def _line(found: dict[int, list[float]]) -> list[tuple[float, float]]:
    return [(count, sorted(each)[len(each) // 2]) for count, each in found.items()]


def _row(what: str, found: dict[int, list[float]]) -> Row:
    first, last = REPLICAS[0], REPLICAS[-1]
    figures = ", ".join(f"{count}: {rate:.0f}" for count, rate in _line(found)) + " a second"
    return of_growth(f"{what} a second, {last} replicas by {first}", found[first], found[last], "", figures)
