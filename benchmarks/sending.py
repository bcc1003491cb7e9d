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


async def compare() -> dict[str, float]:
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
                busy = Busy()
                worker = Worker(client, database, lambda: _moment(box), busy, pace=box.clock.now)
                ticking = asyncio.create_task(_tick(box, busy))
                while not await _are_all_sent(database):
                    await worker.drain()
                    await asyncio.sleep(0)
                posted = box.clock.now() - BEGIN.timestamp()
                ticking.cancel()
            refused = sum(call.status == 429 for call in box.calls)
            return {"a_minute": MESSAGES / posted * 60, "refused": float(refused), "minutes": posted / 60}
        finally:
            await database.close()


async def _promise(database: Database, rooms: list[str]) -> None:
    async with database.writing() as session:
        messages = [
            Outgoing(
                f"k{number}", "update:1", "notice", rooms[number % CHANNELS], "en", {"text": str(number)}
            )
            for number in range(MESSAGES)
        ]
        await put_all(session, [(one, BEGIN) for one in messages], BEGIN)


async def _are_all_sent(database: Database) -> bool:
    async with database.reading() as session:
        sent = select(func.count(Delivery.id)).where(Delivery.state == DeliveryState.SENT)
        return await session.scalar(sent) == MESSAGES


async def _tick(box: Sandbox, busy: Busy) -> None:
    while True:
        await asyncio.sleep(0.001)
        await busy.idle()
        box.clock.at(_moment(box) + TICK)


def _moment(box: Sandbox) -> datetime:
    return datetime.fromtimestamp(box.clock.now(), UTC)


def report(found: dict[str, float]) -> None:
    print(
        f"{MESSAGES:,} messages to {CHANNELS:,} channels: {found['a_minute']:.0f} a minute, "
        f"{found['a_minute'] / A_MINUTE:.3f} of {A_MINUTE}; in {found['minutes']:.1f} minutes, "
        f"{found['refused']:.0f} calls refused as too fast"
    )


if __name__ == "__main__":
    report(asyncio.run(compare()))
