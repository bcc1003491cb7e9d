"""Composing a newsletter of 1,000 new updates among very many, against the raw statement in the same run.

DESIGN section 8 asks for at most twice the raw query, and for a cost that does not grow with history. The
raw statement puts the same updates into the same rows; both are rolled back, and take turns. What is read
afterwards to be rendered is measured apart: rows against what templates need.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks import growth
from benchmarks.rows import Curve, Found, Line, middles, of_growth, of_pairs
from benchmarks.servers import postgres
from bot.prepare import prepare
from community import news
from storage.database import Database, open_database
from storage.editions import claim_edition
from storage.news import Topics, count_items, fill
from storage.vocabulary import Cadence, EditionState

HISTORIES = (1_000, 10_000, 100_000, 1_000_000)
NEW = 1_000
ROUNDS = 15
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LAST = NOW - timedelta(days=7)
READER = "schedule:1"

OLD_NEWS = """
INSERT INTO updates (author_id, group_id, place_id, language, headline, body, visibility, state, revision,
                     files, is_flagged, posted_at, published_at, released_at)
SELECT (SELECT min(id) FROM members),
       CASE WHEN n % 20 > 0 THEN (SELECT min(id) FROM groups) + n % 5 END,
       CASE WHEN n % 20 = 0 THEN (SELECT id FROM places WHERE key = 'NP') END,
       'en', 'News ' || n, 'What moved.', 'public', 'published', 1, '[]', false, at, at, at
FROM (SELECT n, CAST(:begin AS timestamptz) + n * CAST(:step AS interval) AS at
      FROM generate_series(1, :count) AS n) AS numbered
"""
HAD = """
INSERT INTO edition_items (edition_id, reader, position, update_id)
SELECT :edition, CAST(:reader AS varchar), id, id FROM updates WHERE released_at < :last
  AND NOT EXISTS (SELECT 1 FROM edition_items AS had
                  WHERE had.reader = CAST(:reader AS varchar) AND had.update_id = updates.id)
"""
EDITION = """
INSERT INTO editions (reader, schedule_id, cadence, period, state, revision, texts, hidden, at, sends_at)
VALUES (:reader, 1, 'weekly', :period, 'approved', 1, '{}', '[]', :at, :at) RETURNING id
"""
RAW = """
INSERT INTO edition_items (edition_id, reader, position, update_id)
SELECT :edition, CAST(:reader AS varchar),
       row_number() OVER (ORDER BY group_id, place_id, released_at, id), id
FROM updates
WHERE state = 'published' AND visibility = 'public' AND released_at >= :since
  AND NOT EXISTS (SELECT 1 FROM edition_items AS had
                  WHERE had.reader = CAST(:reader AS varchar) AND had.update_id = updates.id)
"""
RAW_READ = """
SELECT updates.*, groups.name, members.slack_id FROM edition_items
JOIN updates ON updates.id = edition_items.update_id
JOIN members ON members.id = updates.author_id LEFT JOIN groups ON groups.id = updates.group_id
WHERE edition_items.edition_id = :edition ORDER BY edition_items.position
"""


async def measure() -> Found:
    """Compose among ever more updates, and measure what else may grow with them (`benchmarks.growth`)."""
    rounds: dict[int, dict[str, list[float]]] = {}
    others: dict[int, dict[str, list[float]]] = {}
    with postgres() as url:
        database = open_database(url)
        try:
            await prepare(database)
            await _begin(database)
            before = 0
            for history in HISTORIES:
                await _grow(database, history - before)
                await growth.grow(database, history - before)
                before = history
                rounds[history] = await _measured(database)
                others[history] = await growth.measured(url, database)
        finally:
            await database.close()
    return _found(rounds, others)


def _found(rounds: dict[int, dict[str, list[float]]], others: dict[int, dict[str, list[float]]]) -> Found:
    first, last = HISTORIES[0], HISTORIES[-1]
    rows = []
    for what, ours, raw, target in (
        ("composing", "ours", "raw", "≤ 2"),
        ("reading them", "read", "raw_read", ""),
    ):
        pairs = list(zip(rounds[last][ours], rounds[last][raw], strict=True))
        figures = "{:.0f} and {:.0f} ms".format(*(1_000 * one for one in middles(pairs)))
        name = f"{what}, {NEW:,} new updates among {last:,}, by the raw statement"
        rows.append(of_pairs(name, pairs, target, figures))
    small, large = rounds[first]["ours"], rounds[last]["ours"]
    rows.append(of_growth(f"composing among {last:,} updates by among {first:,}", small, large, "≤ 1.5"))
    rows += growth.rows(others)
    composing: Line = [(size, 1_000 * statistics.median(found["ours"])) for size, found in rounds.items()]
    lines = {"weekly newsletter": composing, **growth.lines(others)}
    return Found(
        rows, [Curve("updates", "What one waits for, by the updates ever posted", "updates", "ms", lines)]
    )


async def _begin(database: Database) -> None:
    async with database.writing() as session:
        await session.execute(
            text("INSERT INTO members (slack_id, is_bot, is_guest, is_active, is_stopped) VALUES "
                 "('U0BENCH', false, false, true, false)")
        )  # fmt: skip
        await session.execute(
            text("INSERT INTO schedules (id, cadence, weekday, monthday, at, zone, topics, is_reviewed, "
                 "leaves_slack, quiet, since) VALUES (1, 'weekly', 0, 1, '09:00', 'UTC', '[]', false, false, "
                 "'skip', '2000-01-01T00:00Z')")
        )  # fmt: skip
        await session.execute(text(EDITION), {"reader": READER, "period": "2026-W47", "at": LAST})
        fresh = {"begin": LAST + timedelta(minutes=1), "step": timedelta(seconds=500), "count": NEW}
        await session.execute(text(OLD_NEWS), fresh)


async def _grow(database: Database, more: int) -> None:
    """So many old updates, all of which this newsletter told of already."""
    async with database.writing() as session:
        old = {"begin": LAST - timedelta(days=3_000), "step": timedelta(seconds=200), "count": more}
        await session.execute(text(OLD_NEWS), old)
        edition = await session.scalar(text("SELECT min(id) FROM editions"))
        await session.execute(
            text(HAD), {"edition": edition, "reader": READER, "last": LAST - timedelta(hours=2)}
        )
    async with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("VACUUM ANALYZE"))


async def _measured(database: Database) -> dict[str, list[float]]:
    """Seconds of each round."""
    taken: dict[str, list[float]] = {"ours": [], "raw": [], "read": [], "raw_read": []}
    for number in range(ROUNDS + 2):
        pairs = ((_ours, _read), (_raw, _raw_read))
        for name, (compose, read) in zip(("ours", "raw"), pairs, strict=True):
            async with database.engine.connect() as connection:  # closed without a commit: rolled back
                session = AsyncSession(connection)
                await session.execute(text("SELECT 1"))  # the transaction has begun for both
                spent, edition = await _timed(compose, session)
                assert await count_items(session, edition) == NEW
                reading, _ = await _timed(read, session, edition)
                await session.close()
            if number > 1:
                taken[name].append(spent)
                taken["read" if name == "ours" else "raw_read"].append(reading)
    return taken


async def _timed(work: Callable[..., Awaitable[Any]], *given: Any) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = await work(*given)
    return time.perf_counter() - begun, result


async def _ours(session: AsyncSession) -> int:
    """As `community.editions.draft` does it."""
    since = await news.since(session, READER, Cadence.WEEKLY, LAST - timedelta(days=9_000))
    number = await claim_edition(
        session, reader=READER, schedule_id=1, cadence=Cadence.WEEKLY, period="2026-W48",
        state=EditionState.APPROVED, texts={}, hidden=[], at=NOW, sends_at=NOW,
    )  # fmt: skip
    assert number is not None
    await fill(session, number, READER, since, Topics(), ())
    return number


async def _raw(session: AsyncSession) -> int:
    given = {"reader": READER, "period": "2026-W48", "at": NOW}
    edition = int(await session.scalar(text(EDITION), given))
    since = LAST - timedelta(hours=1)
    await session.execute(text(RAW), {"edition": edition, "reader": READER, "since": since})
    return edition


async def _read(session: AsyncSession, edition: int) -> None:
    await news.held(session, edition)


async def _raw_read(session: AsyncSession, edition: int) -> None:
    (await session.execute(text(RAW_READ), {"edition": edition})).all()
