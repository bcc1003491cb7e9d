"""The storm: mixed load on whole replicas, while Slack, mail, the database and the clock fail, and kills.

The first replica is left alone, and its memory measured; the others are killed, stopped and paused. Where
there is only one, it is killed like the others. In the end the weather clears, and what was promised has to
stand there: `tests.soak.reckoning`.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import select

from bot.app import make_desk
from bot.manifest import make_manifest
from sandbox import Sandbox
from storage.database import Database, open_database
from storage.tables import Delivery
from tests.soak.crowd import SECRETARIAT, Crowd, Told
from tests.soak.fleet import Replica, Trouble, befall, keep_alive, starved
from tests.soak.ground import MONDAY, prepare
from tests.soak.mailbox import Mailbox
from tests.soak.memory import Sample
from tests.soak.reckoning import WAITING, Reckoning, is_unsettled, judge_ends, read_log, reckon
from tests.soak.weather import clock_jumps, database_fails, notice_starving, slack_fails

MEAN = 25.0
"""Seconds between two kills of a replica."""
CALM_SECONDS = 150.0
"""How long everything has to arrive once the weather has cleared and a day has gone by."""
AFTERMATH, STEP = 24, timedelta(hours=1).total_seconds()
"""How many seconds that day takes, and how far the workspace's clock goes in each."""
STARTS = 15.0
"""Seconds that the start of a replica may take here, in which its pages say that they are not ready yet."""
PAGES = (
    "en", "en/pathfinders", "fr/groups", "es/calendar", "en/newsletters", "en/newsletters.atom",
    "en/calendar.ics", "en/groups/migration", "healthz", "sitemap.xml", "en/nothing-here",
)  # fmt: skip


@dataclass
class Storm:
    """What came of it: what people did and were told, what was done to the bot, how it was reckoned up."""

    told: Told
    trouble: Trouble
    reckoning: Reckoning
    memory: list[Sample] = field(default_factory=list)
    starts: int = 0
    refused: int = 0
    pages: int = 0
    seconds: float = 0.0


async def storm(
    address: str,
    *,
    seconds: float,
    replicas: int,
    seed: int,
    pause: float,
    folder: Path,
    minute: float = 3.0,
    mean: float = MEAN,
    readers: int = 6,
    rush: float = 0.0,
) -> Storm:
    """Let it storm for so long on a loaded database; `pause` as for `Crowd`, logs go to `folder`.

    `minute` is how many seconds a minute of the replicas' own clocks takes: what is due is looked for that
    often. `mean` is how many seconds lie between two kills of a replica, two cuts of the database, two jumps.
    `rush` is as for `Crowd.run`.
    """
    chance, begun = random.Random(seed), time.monotonic()
    since = (begun, datetime.now(UTC))
    box = Sandbox(make_manifest(make_desk()), settle_seconds=0.0)
    mailbox, trouble, database = Mailbox(chance), Trouble(), open_database(address)
    calm, memory = asyncio.Event(), list[Sample]()
    async with box.serving(), mailbox.listening() as port:
        box.clock.at(MONDAY)
        events = await prepare(database, readers)
        await database.close()
        environment = _environment(box, address, port)
        fleet = [Replica(f"replica{number}", environment, folder, minute) for number in range(replicas)]
        crowd = Crowd(box, trouble, chance, events, pause)
        async with _kept(fleet):
            await _connected(box, replicas)
            result = Storm(crowd.told, trouble, Reckoning())
            victims = fleet[1:] or fleet
            work = [
                *(befall(one, trouble, chance, calm, mean) for one in victims), crowd.run(calm, rush),
                slack_fails(box, trouble, chance, calm),
                database_fails(address, trouble, chance, calm, 1.5 * mean),
                clock_jumps(box, trouble, chance, calm, 1.5 * mean, crowd.hush, crowd.resume),
                _reads(fleet[0], trouble, calm, result, alone=replicas > 1),
                _watch(fleet[0], memory, calm), notice_starving(trouble, calm),
            ]  # fmt: skip
            going = asyncio.gather(*work)
            await asyncio.wait({going}, timeout=seconds)
            calm.set()
            await going
            await _clear_up(box, mailbox, database, looks=2 * minute)
            result.memory = memory if replicas > 1 else []
        result.starts, result.refused = sum(one.starts for one in fleet), sum(len(one.ends) for one in fleet)
        result.reckoning = await reckon(database, box, mailbox.letters, crowd.told)
        for replica in fleet:
            read_log(result.reckoning, replica.log, trouble, since)
            judge_ends(result.reckoning, replica.log.stem, replica.ends, trouble)
        await database.close()
    result.seconds = time.monotonic() - begun
    return result


def _environment(box: Sandbox, address: str, port: int) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": box.bot_token, "SLACK_APP_TOKEN": box.app_token,
        "SLACK_SIGNING_SECRET": box.signing_secret, "SLACK_API_URL": box.api_url, "SANDBOX_URL": box.url,
        "DATABASE_URL": address, "SMTP_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "news@bot.example.org",
        "SECRET_KEY": "s" * 32, "SECRETARIAT": SECRETARIAT, "EDITORS_CHANNEL": "G0EDITORS",
        "PUBLIC_URL": "http://127.0.0.1:9/",
    }  # fmt: skip


@asynccontextmanager
async def _kept(fleet: Sequence[Replica]) -> AsyncIterator[None]:
    """All replicas, started again whenever one ends."""
    keeping = [asyncio.create_task(keep_alive(one)) for one in fleet]
    try:
        yield
    finally:
        for task in keeping:
            task.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)
        for one in fleet:
            one.end()


async def _connected(box: Sandbox, replicas: int) -> None:
    until = time.monotonic() + 60
    while len([one for one in box.calls if one.kind == "users.list"]) < replicas:
        if time.monotonic() > until:
            raise RuntimeError("the replicas do not come up")
        await asyncio.sleep(0.1)


async def _clear_up(box: Sandbox, mailbox: Mailbox, database: Database, looks: float) -> None:
    """Nothing fails any more: a day goes by, and then time runs as it does until all is sent and nothing
    came for `looks` seconds; it is moved only for what is to be tried again later."""
    box.faults.clear()
    mailbox.trouble = 0.0
    for _ in range(AFTERMATH):
        box.clock.advance(STEP)
        await asyncio.sleep(1.0)
    until = time.monotonic() + CALM_SECONDS
    quiet = 0
    while time.monotonic() < until and quiet < looks:
        now = datetime.fromtimestamp(box.clock.now(), UTC)
        async with database.reading() as session:
            rows = (await session.scalars(select(Delivery).where(Delivery.state.in_(WAITING)))).all()
        waiting = [row for row in rows if is_unsettled(row, now)]
        if waiting and all(row.due_at > now for row in waiting):
            box.clock.advance(STEP)
        await asyncio.sleep(1.0)
        quiet = 0 if waiting or not box.connected else quiet + 1


async def _reads(
    replica: Replica, trouble: Trouble, calm: asyncio.Event, result: Storm, *, alone: bool
) -> None:
    """Somebody reads the pages and feeds of a replica; one that is left `alone` always answers."""
    excuses = ("database",) if alone else ("database", "killed", "stopped", "paused")
    async with httpx.AsyncClient(timeout=10) as client:
        while not calm.is_set():
            for page in PAGES:
                begun = time.monotonic()
                status = 0
                with suppress(httpx.HTTPError):
                    status = (await client.get(f"http://127.0.0.1:{replica.port}/{page}")).status_code
                result.pages += 1
                good = status == (404 if page.endswith("here") else 200)
                excuse = trouble.between(begun - (1 if alone else STARTS), time.monotonic(), excuses)
                if not good and not excuse and not starved():
                    result.told.wrong.append(f"page {page}: {status}")
                await asyncio.sleep(0.3)


async def _watch(replica: Replica, memory: list[Sample], calm: asyncio.Event) -> None:
    begun = time.monotonic()
    while not calm.is_set():
        if used := replica.memory():
            memory.append(Sample(time.monotonic() - begun, used))
        await asyncio.sleep(2.0)
