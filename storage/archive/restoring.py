"""Putting an archive back: all of it in one transaction, or nothing.

What was given out after the backup is not remembered: ids, revisions, messages. So ids go on far above, in
every table, and revisions too (`storage.archive.beyond`); the restore itself is noted, and messages are
looked for before they are posted (`storage.keeping`). Decision 16 tells why.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.archive.beyond import go_on_beyond
from storage.archive.form import LEFT_OUT, ArchiveRefused, Kept, Manifest, plain
from storage.archive.reading import opened, rows_of
from storage.base import Moment
from storage.database import Database, open_database
from storage.keeping import Restoration
from storage.loading.upsert import TABLES
from storage.marks import new_mark
from storage.migrate import away, is_known, newest_revision, upgrade_to
from storage.tables import metadata

AT_ONCE = 500
"""Rows of one statement."""
ALIVE = timedelta(minutes=3)
"""A replica that was heard so lately runs."""
_SHIPPED = {*TABLES, "loaded_rows", *LEFT_OUT}
"""Tables in which rows may stand that nobody of the community made."""
_OURS = {*metadata.tables, "shared_cards"}
"""Tables of this version and of those before."""
_REFERENCES = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""


class Found(Enum):
    """What a database holds before a restore."""

    NOTHING = "nothing"
    """No table, no row, or only what is shipped."""
    WORK = "work"
    """What people did."""


@dataclass(frozen=True)
class _Reference:
    """A foreign key on PostgreSQL, as it is written."""

    table: str
    name: str
    definition: str


async def look(database: Database, now: datetime) -> Found:
    """What a database holds. Raises `ArchiveRefused` while a bot runs on it, or `DatabaseUnusable`."""
    try:
        async with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            return await _look(connection, now)
    except (DBAPIError, OSError) as error:
        raise away(error, database) from error


async def restore_archive(url: str, path: Path, now: datetime, *, replaces: bool = False) -> Manifest:
    """Make the database at `url` hold what an archive holds, at the aware moment `now`.

    What an older version wrote is migrated. Raises `ArchiveRefused`, and then nothing was changed: for an
    archive that is not whole or of a newer version, while a bot runs on the database, and if people's work
    stands in it (unless it `replaces` that).
    """
    database = open_database(url, foreign_keys=False)
    try:
        with opened(path) as (archive, manifest):
            if await look(database, now) is Found.WORK and not replaces:
                raise ArchiveRefused("the database is in use; name an empty one, or say --replace")
            async with database.engine.begin() as connection:
                await _restore(connection, archive, manifest, now)
            return manifest
    except DBAPIError as error:
        raise ArchiveRefused(
            f"the database refused ({type(error.orig).__name__}); nothing was changed. Look whether "
            "something else uses it, and whether its disk is full"
        ) from error
    finally:
        await database.close()


async def _look(connection: AsyncConnection, now: datetime) -> Found:
    there = set(await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names()))
    if "alembic_version" in there:
        revision = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        if revision is not None and not is_known(revision):
            raise ArchiveRefused(
                f"the database is of a newer version (revision {revision}); name another one"
            )
    if "beats" in there:
        last = await connection.scalar(
            sa.text("SELECT max(at) FROM beats").columns(sa.column("at", Moment()))
        )
        if last is not None and last > now - ALIVE:
            raise ArchiveRefused(
                "a bot runs on this database; stop every replica, and wait for three minutes"
            )
    for name in sorted(there & set(metadata.tables) - _SHIPPED):
        if (await connection.execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1))).first():
            return Found.WORK
    return Found.NOTHING


async def _restore(
    connection: AsyncConnection, archive: zipfile.ZipFile, manifest: Manifest, now: datetime
) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        await connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    await _make_room(connection, manifest.revision)
    references = [] if is_sqlite else await _let_go(connection)
    for name, kept in manifest.tables.items():
        await _fill(connection, archive, name, kept)
    for one in references:
        await connection.exec_driver_sql(
            f"ALTER TABLE {one.table} ADD CONSTRAINT {one.name} {one.definition}"
        )
    await upgrade_to(connection)
    await go_on_beyond(connection, now)
    noted = {"taken_at": manifest.taken_at, "restored_at": now}
    await connection.execute(sa.insert(Restoration).values(noted))
    await connection.execute(new_mark())
    if is_sqlite and (broken := (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()):
        raise ArchiveRefused(f"the archive refers to rows that it does not hold: {broken[:3]}")


async def _make_room(connection: AsyncConnection, revision: str) -> None:
    """Empty tables, in the schema of a revision: those that are there if they are of it, else new ones."""
    there = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
    ours, is_sqlite = [name for name in there if name in _OURS], connection.dialect.name == "sqlite"
    if "alembic_version" in there:
        found = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        if found == revision == newest_revision():
            ours.remove("marks")  # it has its one row
            emptied = [f'DELETE FROM "{name}"' for name in ours]  # noqa: S608 - tables of ours
            for statement in emptied if is_sqlite else [f"TRUNCATE {', '.join(ours)}"]:
                await connection.exec_driver_sql(statement)
            return
        ours.append("alembic_version")
    for name in ours:
        await connection.exec_driver_sql(f'DROP TABLE "{name}"' + ("" if is_sqlite else " CASCADE"))
    await upgrade_to(connection, revision)


async def _let_go(connection: AsyncConnection) -> Sequence[_Reference]:
    """Drop every foreign key, for rows refer to each other in circles; what they were."""
    rows: Any = await connection.exec_driver_sql(_REFERENCES)
    found = [_Reference(*row) for row in rows]
    for one in found:
        await connection.exec_driver_sql(f"ALTER TABLE {one.table} DROP CONSTRAINT {one.name}")
    return found


async def _fill(connection: AsyncConnection, archive: zipfile.ZipFile, name: str, kept: Kept) -> None:
    into, rows = sa.insert(plain(name, kept.columns)), rows_of(archive, name, kept)
    try:
        while batch := list(islice(rows, AT_ONCE)):
            await connection.execute(into, batch)
    except DBAPIError as error:
        said = str(error.orig).partition("\n")[0]  # what comes below may hold what people wrote
        raise ArchiveRefused(f"a row of {name} was refused: {said}; nothing was changed") from error
