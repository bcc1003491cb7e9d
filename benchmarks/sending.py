"""10,000 messages to 1,000 channels at Slack's pace, by a clock that runs only while nothing is under way.

DESIGN section 8 asks for 0.95 of 300 messages a minute, and for no avoidable 429: the sandbox refuses a
second message within a second in one channel, as Slack does.
"""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import func, select

from benchmarks.rows import Found, Row
from bot.app import make_desk
from bot.manifest import make_manifest
from bot.worker import Worker
from community.deliveries import Outgoing, put_all
from handlers.slack.busy import Busy
from sandbox import Sandbox
from sandbox.people import DEFAULT_CHANNELS, Channel
from storage.database import Database, open_database
from storage.migrate import migrate
from storage.tables import Delivery
from storage.vocabulary import DeliveryState

MESSAGES, CHANNELS = 10_000, 1_000
A_MINUTE = 300
"""DESIGN section 8."""
TICK = timedelta(seconds=0.02)
BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def measure() -> Found:
    """How many messages a minute were sent by that clock, and how many calls were too fast for Slack."""
    rooms = [Channel(f"C{number:08}", f"room-{number}", has_bot=True) for number in range(CHANNELS)]
    box = Sandbox(make_manifest(make_desk()), channels=(*DEFAULT_CHANNELS, *rooms))
    box.clock.freeze(BEGIN)
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/sending.sqlite3")
        try:
            await migrate(database)
            await _promise(database, [room.id for room in rooms])
            async with box.serving():
                client = AsyncWebClient(box.bot_token, base_url=box.api_url, retry_handlers=[])
                await until_sent(box, client, database, MESSAGES, TICK)
                posted = box.clock.now() - BEGIN.timestamp()
            refused = sum(call.status == 429 for call in box.calls)
            ratio = MESSAGES / posted * 60 / A_MINUTE
            figures = f"{A_MINUTE * ratio:.0f} of {A_MINUTE} a minute"
            name = f"{MESSAGES:,} messages to {CHANNELS:,} channels by Slack's pace"
            too_fast = Row(f"{name}: refused as too fast", refused, refused, refused, "≤ 0", "calls")
            return Found([Row(name, ratio, ratio, ratio, "≥ 0.95", figures), too_fast])
        finally:
            await database.close()


async def until_sent(
    box: Sandbox, client: AsyncWebClient, database: Database, count: int, tick: timedelta
) -> None:
    """Send until so many messages stand, by a clock that goes on by a `tick` while nothing is under way."""
    busy = Busy()
    worker = Worker(client, database, lambda: _moment(box), busy, pace=box.clock.now)
    ticking = asyncio.create_task(_tick(box, busy, tick))
    while not await _are_all_sent(database, count):
        await worker.drain()
        await asyncio.sleep(0)
    ticking.cancel()


async def _promise(database: Database, rooms: list[str]) -> None:
    async with database.writing() as session:
        messages = [
            Outgoing(
                f"k{number}", "update:1", "notice", rooms[number % CHANNELS], "en", {"text": str(number)}
            )
            for number in range(MESSAGES)
        ]
        await put_all(session, [(one, BEGIN) for one in messages], BEGIN)


async def _are_all_sent(database: Database, count: int) -> bool:
    async with database.reading() as session:
        sent = select(func.count(Delivery.id)).where(Delivery.state == DeliveryState.SENT)
        return (await session.scalar(sent) or 0) >= count


async def _tick(box: Sandbox, busy: Busy, tick: timedelta) -> None:
    while True:
        await asyncio.sleep(0.001)
        await busy.idle()
        box.clock.at(_moment(box) + tick)


def _moment(box: Sandbox) -> datetime:
    return datetime.fromtimestamp(box.clock.now(), UTC)
