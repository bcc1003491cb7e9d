"""A calendar that grows: `/events`, the first page and the list on the web, each made anew.

They show three, eight and forty events; of all others only the date is read.
"""

from __future__ import annotations

import statistics
from datetime import UTC, date, datetime

import httpx
from sqlalchemy import text

from benchmarks.rows import Curve, Found, of_growth, timed
from benchmarks.servers import postgres
from bot.app import Bot, build
from bot.clock import Clock
from bot.prepare import prepare
from bot.run import keep_what_stands
from bot.settings import read_settings
from handlers.slack.answering import answer
from handlers.web.health import Health
from handlers.web.site import make_site
from storage.database import Database, open_database

SIZES = (100, 1_000, 10_000)
ROUNDS, WARM = 9, 2
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

EVENTS = """
INSERT INTO events (key, kind, name, themes, zones, languages, derived, takes_registrations, revision,
                    added_at, when_precision, when_start, when_end, when_inferred)
SELECT 'member/' || :first + n, 'workshop', '{"en": "Workshop"}', '[]', '[]', '[]', false, false, 0,
       :now, 'day', CAST(:day AS date) + (:first + n)::int % 3000,
       CAST(:day AS date) + (:first + n)::int % 3000, false
FROM generate_series(1, :count) AS n
"""


async def measure() -> Found:
    """Milliseconds of each by the public events to come."""
    found: dict[int, dict[str, list[float]]] = {}
    with postgres() as url:
        database, clock = open_database(url), Clock()
        clock.follow(NOW, frozen=True)
        bot = build(read_settings({"_env_file": None, "slack_bot_token": "xoxb-1"}), database, clock)
        try:
            await prepare(database)
            keep_what_stands()  # as the running bot does
            before = 0
            for size in SIZES:
                await _add(database, before, size - before)
                before = size
                found[size] = await _measured(bot)
        finally:
            await database.close()
    first, last = SIZES[0], SIZES[-1]
    rows = [
        of_growth(
            f"{what}, with {last:,} events to come by {first:,}", found[first][what], found[last][what], "",
            f"{1_000 * statistics.median(found[last][what]):.0f} ms",
        )
        for what in found[first]
    ]  # fmt: skip
    lines = {
        what: [(size, 1_000 * statistics.median(one[what])) for size, one in found.items()]
        for what in found[first]
    }
    return Found(rows, [Curve("events", "The calendar made anew", "public events to come", "ms", lines)])


async def _add(database: Database, first: int, count: int) -> None:
    async with database.writing() as session:
        given = {"first": first, "count": count, "now": NOW, "day": date(2026, 12, 1)}
        await session.execute(text(EVENTS), given)
    async with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("VACUUM ANALYZE"))


async def _measured(bot: Bot) -> dict[str, list[float]]:
    async def nothing() -> tuple[()]:
        return ()

    site = make_site(Health("0", nothing, nothing), bot.services)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://127.0.0.1") as web:

        async def page(path: str) -> None:
            got = await web.get(path)
            assert got.status_code == 200, path
            assert "Workshop" in got.text

        async def command() -> None:
            bot.services.store.clear()
            assert "Workshop" in str(
                (await answer(bot.desk, bot.services, "/events", "U0BENCH")).message.blocks
            )

        return {
            "/events": await timed(command, ROUNDS, WARM),
            "/en": await timed(lambda: page("/en"), ROUNDS, WARM),
            "/en/calendar": await timed(lambda: page("/en/calendar"), ROUNDS, WARM),
        }
