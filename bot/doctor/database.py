"""The database: it answers, has its tables, hangs together, and has room."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from sqlalchemy import text

from bot.doctor.finding import Check, Finding, Patient, broken, ok, unseen, watch
from storage.condition import broken_references, condition
from storage.database import DatabaseUnusable
from storage.migrate import away, check_schema
from storage.program import as_owner, program

SLOW = 0.1
"""Seconds for there and back: read-only commands ask once, and Slack waits three seconds."""
LITTLE, TOO_LITTLE = 1_000_000_000, 200_000_000
"""Bytes free: for the database, its write-ahead log and a backup."""
LARGEST_READ = 500_000_000
"""Bytes of a SQLite file that is read as a whole."""


async def answers(patient: Patient) -> list[Finding]:
    """Whether the database is there, how far away it is, and what it is good for."""
    name, file = "database", file_of(patient)
    if file is not None and not file.is_file():
        what = f"there is no file {file}"
        mend = f"run: {program()} load; or, if it stands elsewhere, write its whole path in DATABASE_URL"
        return broken(name, what, mend)
    try:
        async with patient.database.reading() as session:
            await session.execute(text("SELECT 1"))
            began = time.monotonic()
            await session.execute(text("SELECT 1"))
            seconds = time.monotonic() - began
            told = await condition(session)
    except Exception as error:
        why = away(error, patient.database)
        return broken(name, why.what, why.mend)
    if not told.takes or (file is not None and not _is_ours(file)):
        return broken(name, "the database can be read and not written", _rights(file))
    kind = "SQLite" if file is not None else "PostgreSQL"
    what = f"{kind} {told.version}, {told.size / 1e6:.0f} MB, {seconds * 1000:.1f} ms there and back"
    if file is None:
        if seconds > SLOW:
            return watch(name, f"{what}: slow", "put the bot and the database in one network")
        return ok(name, what)
    if told.journal != "wal":
        mend = "put the file on a disk of this machine: readers wait for writers where it stands"
        return broken(name, f"{what}, without a write-ahead log", mend)
    return ok(name, f"{what}; for one process on this machine, for replicas take PostgreSQL")


async def schema(patient: Patient) -> list[Finding]:
    """Whether every migration was applied."""
    try:
        await check_schema(patient.database)
    except DatabaseUnusable as error:
        return broken("migrations", error.what, error.mend)
    return ok("migrations", "the tables are those of this version")


async def references(patient: Patient) -> list[Finding]:
    """Whether what is stored hangs together."""
    name, file = "references", file_of(patient)
    mend = f"stop the bot, keep the file as it is, and take the last backup ({program()} restore)"
    if file is not None and file.stat().st_size > LARGEST_READ:
        by_hand = f"run, while little happens: sqlite3 {file} 'PRAGMA quick_check; PRAGMA foreign_key_check'"
        return unseen(name, "the file is too large to be read as a whole", by_hand)
    async with patient.database.reading() as session:
        count = await broken_references(session)
    if count:
        return broken(name, f"the database is damaged in {count} places", mend)
    return ok(name, "nothing points at what is not there")


async def room(patient: Patient) -> list[Finding]:
    """Whether there is room on the disk: the database's own where it stands here."""
    name, file = "disk", file_of(patient)
    folder = file.parent if file is not None else Path.cwd()
    free = shutil.disk_usage(folder if folder.is_dir() else Path.cwd()).free
    what = f"{free / 1e9:.1f} GB free " + ("beside the database" if file is not None else "on this machine")
    mend = "remove what is not needed, or enlarge the disk: with none left, nothing is stored any more"
    if free < TOO_LITTLE:
        return broken(name, what, mend)
    if free < LITTLE:
        return watch(name, what, mend)
    return ok(name, what if file is not None else f"{what}; that of the database's own machine is not seen")


def file_of(patient: Patient) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL."""
    url = patient.database.engine.url
    return Path(url.database or "").absolute() if url.get_backend_name() == "sqlite" else None


def _is_ours(file: Path) -> bool:
    """Whether we may write the file, and beside it: the write-ahead log stands there."""
    return os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)


def _rights(file: Path | None) -> str:
    if file is None:
        return "write in DATABASE_URL the address of the server that takes changes, not of a copy of it"
    return as_owner(file.parent if os.access(file, os.W_OK) else file)


CHECKS = (
    Check("database", answers, uses=("database_url",)),
    Check("migrations", schema, needs=("database",)),
    Check("references", references, needs=("database",), seconds=20),
    Check("disk", room, uses=("database_url",)),
)
