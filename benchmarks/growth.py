"""What may grow with all that was ever posted and sent: measured at each size of one database.

`/pathfinder Nepal` made anew, `/update review`, a Home tab, the claim of due messages among all that were
sent, and `/readyz`. Nothing of it is to depend on what lies in the past: at most 1.5 times from the smallest.
"""

from __future__ import annotations

import secrets
import statistics
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.rows import Line, Row, of_growth, timed
from bot.app import Bot, build
from bot.beat import Pulse
from bot.clock import Clock
from bot.ready import Ready
from bot.settings import read_settings
from community.roles import bootstrap
from handlers.slack.answering import answer
from handlers.slack.home import drawn
from storage.database import Database, open_database
from storage.worklist import claim_due

ROUNDS, WARM = 15, 3
READER = "U0BENCH"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DUE, WAITING = 20, 5
"""Messages that are due, and updates that wait for review: as many at each size."""

SENT = """
INSERT INTO deliveries (key, about, kind, channel, language, payload, wanted, shown, state, due_at, attempts,
                        room, ts, sent_at, is_emptied)
SELECT 'sent-' || :first + n, 'update:' || n, 'notice', 'C' || n % 1000, 'en', '{"text": "Told"}', 1, 1,
       'sent', at, 1,
       'C' || n % 1000, n::text, at, false
FROM (SELECT n, CAST(:last AS timestamptz) - n * interval '30 seconds' AS at
      FROM generate_series(1, :count) AS n) AS numbered
"""
PENDING = """
INSERT INTO deliveries (key, about, kind, channel, language, payload, wanted, shown, state, due_at, attempts,
                        is_emptied)
SELECT 'due-' || n, 'update:1', 'notice', 'D' || n, 'en', '{"text": "Due"}', 1, 0, 'pending', :last, 0, false
FROM generate_series(1, :due) AS n WHERE NOT EXISTS (SELECT 1 FROM deliveries WHERE key = 'due-' || n)
"""
IN_REVIEW = """
INSERT INTO updates (author_id, group_id, language, headline, body, visibility, state, revision, files,
                     is_flagged, posted_at)
SELECT (SELECT min(id) FROM members), (SELECT min(id) FROM groups), 'en', 'To look at', 'What moved.',
       'public', 'in_review', 1, '[]', false, :last
FROM generate_series(1, :waiting) WHERE NOT EXISTS (SELECT 1 FROM updates WHERE state = 'in_review')
"""


async def grow(database: Database, more: int) -> None:
    """So many sent messages more; the same few that are due, and updates that wait."""
    async with database.writing() as session:
        await bootstrap(session, (READER,), NOW)
        first = await session.scalar(text("SELECT count(*) FROM deliveries"))
        given = {"first": first, "count": more, "last": NOW - timedelta(hours=1)}
        await session.execute(text(SENT), given)
        await session.execute(text(PENDING), {"last": given["last"], "due": DUE})
        await session.execute(text(IN_REVIEW), {"last": given["last"], "waiting": WAITING})
    async with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("VACUUM ANALYZE"))


async def measured(url: str, database: Database) -> dict[str, list[float]]:
    """Seconds of each round, by what was done."""
    clock = Clock()
    clock.follow(NOW, frozen=True)
    setting = {"_env_file": None, "slack_bot_token": "xoxb-1", "secret_key": "s" * 32, "secretariat": READER}
    bot = build(read_settings(setting), open_database(url), clock)
    try:
        return {
            "/pathfinder Nepal": await timed(
                lambda: _answered(bot, "/pathfinder Nepal", "News "), ROUNDS, WARM
            ),
            "/actiongroup": await timed(
                lambda: _answered(bot, "/actiongroup migration", "Migration"), ROUNDS, WARM
            ),
            "/update review": await timed(
                lambda: _answered(bot, "/update review", "To look at"), ROUNDS, WARM
            ),
            "Home": await timed(lambda: _home(bot), ROUNDS, WARM),
            "claim of due messages": await timed(lambda: _claimed(database), ROUNDS, WARM),
            "/readyz": await timed(lambda: _ready(database), ROUNDS, WARM),
        }
    finally:
        await bot.services.database.close()


def rows(found: dict[int, dict[str, list[float]]]) -> list[Row]:
    """How much longer each took at the largest size than at the smallest."""
    first, last = min(found), max(found)
    return [
        of_growth(
            f"{what}, with {last:,} updates and messages by {first:,}", found[first][what], found[last][what],
            "≤ 1.5", f"{1_000 * statistics.median(found[last][what]):.1f} ms",
        )
        for what in found[first]
    ]  # fmt: skip


def lines(found: dict[int, dict[str, list[float]]]) -> dict[str, Line]:
    """Milliseconds by size, for the curve."""
    first = min(found)
    return {
        what: [(size, 1_000 * statistics.median(one[what])) for size, one in found.items()]
        for what in found[first]
    }


async def _answered(bot: Bot, line: str, expected: str) -> None:
    bot.services.store.clear()
    message = (await answer(bot.desk, bot.services, line, READER)).message
    assert expected in str(message.blocks), f"{line}: {message.text}"


async def _home(bot: Bot) -> None:
    _, view = await drawn(bot.desk, bot.services, READER, 1)
    assert "To look at" in str(view), "what waits for review stands there"


async def _claimed(database: Database) -> None:
    async with database.engine.connect() as connection:  # closed without a commit: rolled back
        session = AsyncSession(connection)
        taken = await claim_due(session, NOW, secrets.token_hex(8), timedelta(minutes=2), DUE)
        assert len(taken) == DUE
        await session.close()


async def _ready(database: Database) -> None:
    ready = Ready(Pulse(), database)
    ready.started()
    assert not [part for part in await ready.look() if part.fault]
