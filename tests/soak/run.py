"""The soak: newsletters to many channels and mailboxes while replicas are killed and Slack and mail fail.

Each week of the fast clock a newsletter goes out; replicas are killed after a seeded number of steps (a step
is a statement, a commit, a call, an answer) or at a random moment, until there were enough kills. Then the
weather clears, and everything that was promised has to stand in Slack once, and in each mailbox at least once
and under one Message-ID.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from sqlalchemy import func, select

from bot.app import make_desk
from bot.manifest import make_manifest
from sandbox import Fault, Sandbox
from sandbox.people import DEFAULT_CHANNELS, Channel
from storage.database import Database, open_database
from storage.tables import Delivery, Edition, MailReader, Member, Place, Schedule, ScheduleChannel, Update
from storage.vocabulary import Cadence, DeliveryState, Quiet, UpdateState, Visibility
from tests.soak.mailbox import Mailbox
from tests.soak.replica import Life, live

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.soak.replica"])
MONDAY = datetime(2026, 11, 23, 8, 55, tzinfo=UTC)
"""Five minutes before the hour of the newsletter."""
FAST = 120.0
"""Seconds of the soak's clock in a real one: leases, patience and pace run by it."""
TICK = 0.02
LONGEST_LIFE = 500
"""Steps after which a replica is killed at the latest."""
KINDS = ("timeout_before", "timeout_after", "cut_before", "cut_after", "server_error", "rate_limited")


@dataclass
class Report:
    """What came of it. `twice` and `lost` are messages, `mail_lost` letters, `mail_again` repeated ones."""

    kills: int = 0
    editions: int = 0
    deliveries: int = 0
    faults: int = 0
    lost: int = 0
    twice: int = 0
    letters: int = 0
    mail_lost: int = 0
    mail_again: int = 0
    mail_under_other_ids: int = 0
    seconds: float = 0.0
    unfinished: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        """Whether the promise was kept."""
        return not (self.lost or self.twice or self.mail_lost or self.mail_under_other_ids or self.unfinished)


async def soak(
    address: str, *, kills: int, replicas: int, channels: int, readers: int, seed: int, show: Any = None
) -> Report:
    """Run it against a migrated database at `address`. `show` hears how far it is."""
    chance, begun = random.Random(seed), time.monotonic()
    names = [f"C{number:08}" for number in range(channels)]
    rooms = (*DEFAULT_CHANNELS, *(Channel(one, one.lower(), has_bot=True) for one in names))
    box = Sandbox(make_manifest(make_desk()), channels=rooms)
    mailbox, report, database = Mailbox(chance), Report(), open_database(address)
    try:
        async with box.serving(), mailbox.listening() as port:
            await _prepare(database, names, readers)
            now = CONTEXT.Value("d", MONDAY.timestamp())
            box.clock.freeze(MONDAY)
            given = (address, box.api_url, box.bot_token, port, now)
            alive: list[Any] = []
            weeks = 1
            try:
                while report.kills < kills or await _is_unsettled(database, weeks):
                    storm = report.kills < kills
                    _weather(box, mailbox, chance, report, storm=storm)
                    _bury(alive, report)
                    while len(alive) < replicas:
                        steps = chance.randint(3, LONGEST_LIFE) if storm else 0
                        life = CONTEXT.Process(target=live, args=(Life(*given, steps),), daemon=True)
                        life.start()
                        alive.append(life)
                    if storm and chance.random() < 0.01:
                        chance.choice(alive).kill()
                    await _pass(box, now)
                    if storm and not await _is_unsettled(database, weeks):
                        weeks += 1
                        await _next_week(database, box, now)
                    if show is not None:
                        show(report.kills)
            finally:
                for life in alive:
                    life.kill()
                    life.join()
            await _count(database, box, mailbox, report, channels, readers)
    finally:
        await database.close()
    report.seconds = time.monotonic() - begun
    return report


async def _pass(box: Sandbox, now: Any) -> None:
    """Let a moment pass, by both clocks."""
    await asyncio.sleep(TICK)
    now.value += TICK * FAST
    box.clock.at(datetime.fromtimestamp(now.value, UTC))


def _bury(alive: list[Any], report: Report) -> None:
    for life in [one for one in alive if not one.is_alive()]:
        life.join()
        if life.exitcode != -signal.SIGKILL:
            raise RuntimeError(f"a replica ended by itself, with {life.exitcode}")
        report.kills += 1
        alive.remove(life)


def _weather(box: Sandbox, mailbox: Mailbox, chance: random.Random, report: Report, *, storm: bool) -> None:
    if not storm:
        box.faults.clear()
        mailbox.trouble = 0.0
    elif not box.faults.armed():
        kind: Any = chance.choice(KINDS)
        box.faults.clear()
        box.faults.add(Fault(kind, nth=chance.randint(1, 8), times=chance.randint(1, 3), seconds=2.0))
        report.faults += 1


async def _prepare(database: Database, channels: list[str], readers: int) -> None:
    """A newsletter for all the channels and mailboxes, and news to fill it."""
    async with database.writing() as session:
        member = Member(slack_id="U0SOAK")
        since = MONDAY - timedelta(hours=1)
        schedule = Schedule(
            cadence=Cadence.WEEKLY, weekday=0, at=clock_time(9), zone="UTC", is_reviewed=False,
            leaves_slack=True, quiet=Quiet.SKIP, since=since, topics=[],
            channels=[ScheduleChannel(channel=one, language="en") for one in channels],
        )  # fmt: skip
        session.add_all([member, schedule])
        session.add_all(
            MailReader(
                address=f"reader{number}@example.org",
                language="en",
                confirmed_at=since,
                newsletter_since=since,
            )
            for number in range(readers)
        )
    await _news(database, MONDAY)


async def _news(database: Database, now: datetime) -> None:
    async with database.writing() as session:
        author = (await session.scalars(select(Member.id).where(Member.slack_id == "U0SOAK"))).one()
        place = (await session.scalars(select(Place.id).limit(1))).one()
        before = await session.scalar(select(func.count(Update.id))) or 0
        session.add_all(
            Update(
                author_id=author, place_id=place, language="en", headline=f"News {before + number}", body="x",
                visibility=Visibility.PUBLIC, state=UpdateState.PUBLISHED, posted_at=now, published_at=now,
                released_at=now,
            )
            for number in range(7)
        )  # fmt: skip


async def _is_unsettled(database: Database, weeks: int) -> bool:
    """Whether the newsletter of the last week is not made yet, or anything is still on its way."""
    done = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.CANCELLED)
    async with database.reading() as session:
        if (await session.scalar(select(func.count(Edition.id))) or 0) < weeks:
            return True
        left = select(Delivery.id).where(Delivery.state.not_in(done)).limit(1)
        return (await session.execute(left)).first() is not None


async def _next_week(database: Database, box: Sandbox, now: Any) -> None:
    """On to the Monday after, with news."""
    moment = datetime.fromtimestamp(now.value, UTC)
    await _news(database, moment)
    ahead = MONDAY + timedelta(days=7) * ((moment - MONDAY).days // 7 + 1)
    now.value = ahead.timestamp()
    box.clock.at(ahead)


async def _count(
    database: Database, box: Sandbox, mailbox: Mailbox, report: Report, channels: int, readers: int
) -> None:
    async with database.reading() as session:
        rows = (await session.scalars(select(Delivery).where(Delivery.kind == "newsletter"))).all()
        report.editions = await session.scalar(select(func.count(Edition.id))) or 0
    slack = [row for row in rows if row.letter_id is None]
    mail = [row for row in rows if row.letter_id is not None]
    report.deliveries, report.letters = len(slack), len(mail)
    report.unfinished = Counter(
        f"{row.state.value}:{row.reason}" for row in rows if row.state is not DeliveryState.SENT
    )
    shown = Counter[tuple[str, str]]()
    for row in slack:
        for message in box.messages(row.channel):
            shown[row.channel, message["ts"]] = 1
    stand = Counter(channel for channel, _ in shown)
    wanted = Counter(row.channel for row in slack)
    report.lost = sum((wanted - stand).values()) + max(0, report.editions * channels - _least(slack))
    report.twice = sum((stand - wanted).values())
    got = Counter(mailbox.letters)
    ids: dict[str, set[str]] = {}
    for to, message_id in got:
        ids.setdefault(to, set()).add(message_id)
    report.mail_lost = sum(max(0, report.editions - len(found)) for found in ids.values())
    report.mail_lost += (readers - len(ids)) * report.editions
    report.mail_under_other_ids = sum(max(0, len(found) - report.editions) for found in ids.values())
    report.mail_again = sum(count - 1 for count in got.values())


def _least(rows: list[Any]) -> int:
    """How many first parts of editions were promised: one an edition and channel."""
    return sum(row.key.endswith(":1") for row in rows)
