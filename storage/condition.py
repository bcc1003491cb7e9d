"""How the database itself does: its kind, its clock, its size, and whether what it holds hangs together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class Condition:
    """What a database says of itself. `now` is its own clock, None without one; `size` in bytes.

    `journal` is how SQLite writes, "" for PostgreSQL; `takes` is whether the server lets us write.
    """

    version: str
    now: datetime | None
    size: int
    takes: bool
    journal: str


async def condition(session: AsyncSession) -> Condition:
    """What the database says of itself."""
    if session.get_bind().dialect.name == "postgresql":
        query = (
            "SELECT current_setting('server_version'), clock_timestamp(), "
            "pg_database_size(current_database()), "
            "NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off', ''"
        )
        return Condition(*(await session.execute(text(query))).one())
    version = await session.scalar(text("SELECT sqlite_version()"))
    pages, each = [await session.scalar(text(f"PRAGMA {one}")) for one in ("page_count", "page_size")]
    journal = await session.scalar(text("PRAGMA journal_mode"))
    return Condition(str(version), None, int(pages) * int(each), True, str(journal))


async def broken_references(session: AsyncSession) -> int:
    """How many rows point at what is not there; on PostgreSQL, how many constraints do not watch for it.

    SQLite reads the whole database for it, and 1 stands for a file that is damaged.
    """
    if session.get_bind().dialect.name == "postgresql":
        query = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"
        return int(await session.scalar(text(query)) or 0)
    if await session.scalar(text("PRAGMA quick_check(1)")) != "ok":
        return 1
    return len((await session.execute(text("PRAGMA foreign_key_check"))).all())
