"""Making a database ready: migrated, and with the shipped data in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from community.loading import load_starter
from community.names import load_names
from storage.database import Database, open_database
from storage.loading.upsert import Progress
from storage.migrate import migrate


async def prepare(database: Database, progress: Progress | None = None) -> Counter[str]:
    """Migrate, then load the shipped data. Counts what was added, updated, unchanged and kept."""
    await migrate(database)
    async with database.writing() as session:
        return await load_starter(session, load_names(), progress or (lambda table, done, total: None))


@asynccontextmanager
async def throw_away() -> AsyncIterator[tuple[str, Database]]:
    """The address of a prepared SQLite database, and the database; gone afterwards."""
    with TemporaryDirectory(prefix="pathfinder-") as folder:
        url = f"sqlite:///{Path(folder) / 'demo.sqlite3'}"
        database = open_database(url)
        try:
            await prepare(database)
            yield url, database
        finally:
            await database.close()
