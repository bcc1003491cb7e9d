"""`pathfinder-bot export`: the public record as files in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import Settings
from community.data import COLUMNS, SETS
from community.names import load_names
from handlers.links import Links
from storage.archive.writing import snapshot
from storage.database import open_database
from storage.migrate import check_schema
from templates.data import PACKAGE, README, WRITTEN, package, readme


async def export(settings: Settings, folder: Path) -> str:
    """Write every set of public data as CSV and JSON, all of one moment.

    What stands there of an earlier time stays until all of them are whole. Gives back what is to be said of
    it. Raises `DatabaseUnusable`, or OSError where the folder cannot be written.
    """
    database, now = open_database(settings.database_url), datetime.now(UTC)
    names = load_names(settings.country_names)
    try:
        await check_schema(database)
        with _together(folder) as beside:
            async with snapshot(database) as connection:
                for name, read in SETS.items():
                    for end, written in WRITTEN.items():
                        async with AsyncSession(connection, autoflush=False) as session:
                            with _opened(beside / f"{name}.{end}") as file:
                                async for piece in written(COLUMNS[name], read(session, names, now)):
                                    file.write(piece)
            address = Links(settings.public_url).data("en") if settings.public_url else ""
            for name, text in ((README, readme(now, address)), (PACKAGE, package(now, address))):
                with _opened(beside / name) as file:
                    file.write(text)
    finally:
        await database.close()
    return f"{len(SETS)} sets of public data stand in {folder}, as CSV and JSON; {README} says what they are."


@contextmanager
def _together(folder: Path) -> Iterator[Path]:
    """A folder whose files move into this one, made if need be, when all went well, and are gone if not."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".", suffix=".partial", dir=folder) as beside:
        yield Path(beside)
        for file in sorted(Path(beside).iterdir()):
            file.replace(folder / file.name)


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """A file that is written, down to the disk. Line ends stay as they are."""
    with path.open("w", encoding="utf-8", newline="") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
