"""Making an archive while the bot runs: one moment of the database, streamed into a file.

The tables are taken as they stand there: before an upgrade they are of an older version, and of a newer one
after the upgrade was taken back.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import zipfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.archive.form import (
    LEFT_OUT,
    MANIFEST,
    ArchiveRefused,
    Kept,
    Manifest,
    kind_of,
    line_of,
    plain,
)
from storage.database import Database, DatabaseUnusable
from storage.keeping import note_backup
from storage.migrate import fits, newest_revision
from storage.questions import TO_HIDDEN_ASKERS
from storage.tables import metadata

Columns = tuple[tuple[str, str], ...]
"""The columns of a table, each with its kind, "" for one of no kind that is known here."""
Tables = Mapping[str, tuple[Columns, Sequence[str]]]
"""The tables of a database: their columns, and the names of those that are the key."""
AT_ONCE = 500
"""Rows in memory together: those of `letters` may have a hundred kilobytes."""
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


async def write_archive(
    database: Database, path: Path, now: datetime, version: str, *, overwrites: bool = False
) -> Manifest:
    """Write everything that is stored at the aware moment `now` into a file that only its owner may read.

    The file stands there whole or not at all. Raises `ArchiveRefused` where there is one already (unless it
    `overwrites`), where there is no room, and for tables that this version cannot read; `DatabaseUnusable`
    where it stands there and could not be noted.
    """
    try:
        with _whole(path, overwrites=overwrites) as file:
            async with snapshot(database) as connection:
                there = await connection.run_sync(_tables)
                manifest = await _write(connection, there, file, now, version)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise ArchiveRefused(
                f"there is no room for the backup in {path.parent}; nothing was written. Free some, or name "
                "another folder"
            ) from error
        raise
    if "backups" in there:  # an older version has none
        try:
            async with database.writing() as session:
                await note_backup(session, now, manifest.rows)
        except (DBAPIError, ConnectionError) as error:
            raise DatabaseUnusable(
                f"the backup stands whole in {path}, but the database went away before it was noted there "
                f"({type(error).__name__}): doctor will not know of it"
            ) from error
    return manifest


@contextmanager
def _whole(path: Path, *, overwrites: bool) -> Iterator[IO[bytes]]:
    """A file that gets its name once it is whole, and is gone if it does not become so."""
    if path.exists() and not overwrites:
        raise ArchiveRefused(f"there is a file {path} already; choose another name, or say --force")
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@asynccontextmanager
async def snapshot(database: Database) -> AsyncIterator[AsyncConnection]:
    """A connection that sees one moment, and keeps nobody from writing."""
    if database.engine.dialect.name != "sqlite":
        async with database.engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            # A disk may be slow, and it holds nobody up: what it has read waits for as long as it writes.
            await connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield connection
        return
    # A transaction of ours would take the lock of writers.
    async with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.exec_driver_sql("BEGIN")
        try:
            yield connection
        finally:
            await connection.exec_driver_sql("ROLLBACK")


async def _write(
    connection: AsyncConnection, there: Tables, file: IO[bytes], now: datetime, version: str
) -> Manifest:
    revision = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    if not fits(revision):
        raise ArchiveRefused(
            f"the database is at revision {revision}, which this version does not know: make the backup with "
            "the version that runs on it"
        )
    wanted = set(metadata.tables) if revision == newest_revision() else set(there) - {"alembic_version"}
    tables: dict[str, Kept] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(wanted - LEFT_OUT):
            columns, key = there[name]
            with archive.open(f"{name}.jsonl", "w", force_zip64=True) as lines:
                tables[name] = await _write_table(connection, name, columns, key, lines)
        manifest = Manifest(now, revision, version, tables)
        archive.writestr(MANIFEST, manifest.written())
    return manifest


def _tables(connection: sa.Connection) -> Tables:
    inspector = sa.inspect(connection)
    columns, keys = inspector.get_multi_columns(), inspector.get_multi_pk_constraint()
    return {
        name: (
            tuple((one["name"], kind_of(one["type"]) or "") for one in found),
            keys[schema, name]["constrained_columns"],
        )
        for (schema, name), found in columns.items()
    }


async def _write_table(
    connection: AsyncConnection, name: str, columns: Columns, key: Sequence[str], lines: IO[bytes]
) -> Kept:
    if strange := [column for column, kind in columns if not kind]:
        raise ArchiveRefused(
            f"the table {name} has a column {strange[0]} of a kind that this version does not know: make the "
            "backup with the newer version"
        )
    light, digest, rows = plain(name, columns), hashlib.sha256(), 0
    query = sa.select(light).order_by(*(light.c[column] for column in key))
    if name == "deliveries":  # what was sent to a hidden asker names them
        query = query.where(light.c.kind.not_in(TO_HIDDEN_ASKERS))
    async with connection.stream(query.execution_options(yield_per=AT_ONCE)) as found:
        async for some in found.partitions():
            written = b"".join(line_of(row, columns) for row in some)
            lines.write(written)
            digest.update(written)
            rows += len(some)
    return Kept(columns, rows, digest.hexdigest())
