"""`pathfinder-bot export`: the public record as files in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from bot.settings import Settings
from community.data import COLUMNS, SETS
from community.names import load_names
from handlers.links import Links
from storage.database import open_database
from storage.migrate import check_schema
from templates.data import PACKAGE, README, WRITTEN, package, readme


async def export(settings: Settings, folder: Path) -> str:
    """Write every set of public data as CSV and JSON, over what stands there of an earlier time.

    What is to be said of it. Raises `DatabaseUnusable`, or OSError where the folder cannot be written.
    """
    database, now = open_database(settings.database_url), datetime.now(UTC)
    names = load_names(settings.country_names)
    try:
        await check_schema(database)
        for name, read in SETS.items():
            for end, written in WRITTEN.items():
                async with database.reading() as session:
                    with _opened(folder / f"{name}.{end}") as file:
                        async for piece in written(COLUMNS[name], read(session, names, now)):
                            file.write(piece)
    finally:
        await database.close()
    address = Links(settings.public_url).data("en") if settings.public_url else ""
    for name, text in ((README, readme(now, address)), (PACKAGE, package(now, address))):
        with _opened(folder / name) as file:
            file.write(text)
    return f"{len(SETS)} sets of public data stand in {folder}, as CSV and JSON; {README} says what they are."


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """A file that is written; its folder is made if need be. Line ends stay as they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        yield file
