"""A newsletter approved and sent to ever more channels, in virtual time: seconds of work a message.

The work is that of the whole process: the bot's and the sandbox's, which plays Slack.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from benchmarks.rows import Curve, Found, Row
from benchmarks.sending import until_sent
from bot.app import Bot, build, make_desk
from bot.clock import Clock
from bot.manifest import make_manifest
from bot.prepare import prepare
from bot.settings import read_settings
from community.rights import actor_of
from community.roles import bootstrap
from community.schedules import Plan, save
from handlers.slack import newsletters
from handlers.slack.answering import answer
from sandbox import Sandbox
from sandbox.people import DEFAULT_CHANNELS, Channel
from storage.database import open_database
from storage.vocabulary import Cadence, Quiet

SIZES = (10, 100, 1_000, 10_000)
EDITOR = "U0SECRETA"
BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
TICK = timedelta(seconds=0.5)
UPDATE = """
INSERT INTO updates (author_id, group_id, language, headline, body, visibility, state, revision, files,
                     is_flagged, posted_at, published_at, released_at)
SELECT min(members.id), (SELECT min(id) FROM groups), 'en', 'It moved', 'A little.', 'public', 'published',
       1, '[]', false, :at, :at, :at FROM members
"""


async def measure() -> Found:
    """Seconds of work for each message, by the number of channels."""
    approving: list[tuple[float, float]] = []
    sending: list[tuple[float, float]] = []
    for size in SIZES:
        approved, sent = await _sent(size)
        approving.append((size, 1_000 * approved / size))
        sending.append((size, 1_000 * sent / size))
    rows = []
    for what, line in (("approving", approving), ("sending", sending)):
        ratio = line[-1][1] / line[1][1]
        name = f"{what} a newsletter, work a message, {SIZES[-1]:,} channels by {SIZES[1]}"
        rows.append(Row(name, ratio, ratio, ratio, "≤ 1.5", f"{line[-1][1]:.1f} ms a message"))
    lines = {"approving": approving, "sending": sending}
    return Found(
        rows, [Curve("channels", "Work for each message", "channels", "ms of work a message", lines)]
    )


async def _sent(size: int) -> tuple[float, float]:
    """Seconds of work for approving an edition, and for sending it to so many channels."""
    rooms = [Channel(f"C{number:08}", f"room-{number}", has_bot=True) for number in range(size)]
    box = Sandbox(make_manifest(make_desk()), channels=(*DEFAULT_CHANNELS, *rooms))
    box.clock.freeze(BEGIN)
    with tempfile.TemporaryDirectory() as folder:
        database, clock = open_database(f"sqlite:///{folder}/channels.sqlite3"), Clock()
        clock.follow(BEGIN, frozen=True)
        try:
            await prepare(database)
            async with box.serving():
                setting = {
                    "_env_file": None, "slack_bot_token": box.bot_token, "slack_api_url": box.api_url,
                    "secretariat": EDITOR, "secret_key": "s" * 32,
                }  # fmt: skip
                bot = build(read_settings(setting), database, clock)
                await _drafted(bot, tuple((room.id, "en") for room in rooms))
                begun = time.process_time()
                await answer(bot.desk, bot.services, "/digest send 1 1", EDITOR)
                approved = time.process_time() - begun
                begun = time.process_time()
                await until_sent(box, bot.client, database, size, TICK)
                return approved, time.process_time() - begun
        finally:
            await database.close()


async def _drafted(bot: Bot, channels: tuple[tuple[str, str], ...]) -> None:
    plan = Plan(channels, Cadence.WEEKLY, 1, BEGIN.time(), "UTC", is_reviewed=True, quiet=Quiet.SKIP)
    since = BEGIN - timedelta(days=14)
    async with bot.services.database.writing() as session:
        await bootstrap(session, (EDITOR,), since)
        await save(session, await actor_of(session, EDITOR, since.date()), plan, since)
        await session.execute(text(UPDATE), {"at": BEGIN - timedelta(days=1)})
    await newsletters.send(bot.services)
