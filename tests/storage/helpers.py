"""Counting rows, and loading a text as if it were a file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from community.loading import load_file, load_starter
from community.names import Names
from storage.database import Database
from storage.loading.files import LoadRefusedError
from storage.loading.upsert import TABLES
from storage.tables import LoadedRow


def quietly(*_: Any) -> None:
    """Nobody watches the progress."""


async def counts(database: Database) -> dict[str, int]:
    async with database.reading() as session:
        tables = {**TABLES, "loaded_rows": LoadedRow}
        return {
            name: await session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.items()
        }


async def load(database: Database, names: Names, file: Path) -> Counter[str]:
    async with database.writing() as session:
        return await load_file(session, file, names, quietly)


async def load_text(
    database: Database, names: Names, folder: Path, text: str | bytes, name: str = "own.yaml"
) -> Counter[str]:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return await load(database, names, file)


async def refused(
    database: Database, names: Names, folder: Path, text: str | bytes, name: str = "own.yaml"
) -> list[str]:
    """Why a file is refused, line by line; asserts that nothing of it was loaded."""
    before = await counts(database)
    try:
        await load_text(database, names, folder, text, name)
    except LoadRefusedError as refusal:
        assert await counts(database) == before
        return [str(problem) for problem in refusal.problems]
    raise AssertionError("the file was loaded")


async def starter(database: Database, names: Names) -> Counter[str]:
    async with database.writing() as session:
        return await load_starter(session, names, quietly)


async def one(database: Database, table: str, key: str) -> Any:
    async with database.reading() as session:
        return (await session.scalars(select(TABLES[table]).where(TABLES[table].key == key))).one_or_none()
