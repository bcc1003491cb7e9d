"""Making an archive while the bot runs: one moment of the database, streamed into a file."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.archive.form import (
    LEFT_OUT,
    MANIFEST,
    ArchiveRefused,
    Kept,
    Manifest,
    columns_of,
    line_of,
    plain,
)
from storage.database import Database
from storage.keeping import note_backup
from storage.migrate import newest_revision
from storage.questions import TO_HIDDEN_ASKERS
from storage.tables import metadata

AT_ONCE = 500
"""Rows in memory together: those of `letters` may have a hundred kilobytes."""
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


async def write_archive(
    database: Database, path: Path, now: datetime, version: str, *, overwrites: bool = False
) -> Manifest:
    """Write everything that is stored at the aware moment `now` into a file that only its owner may read.

    The file stands there whole or not at all. Raises `ArchiveRefused` where there is one already (unless it
    `overwrites`), where there is no room, and for a database of another version's schema.
    """
    try:
        with _whole(path, overwrites=overwrites) as file:
            async with _snapshot(database) as connection:
                manifest = await _write(connection, file, now, version)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise ArchiveRefused(
                f"there is no room for the backup in {path.parent}; nothing was written. Free some, or name "
                "another folder"
            ) from error
        raise
    async with database.writing() as session:
        await note_backup(session, now, manifest.rows)
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
async def _snapshot(database: Database) -> AsyncIterator[AsyncConnection]:
    """A connection that sees one moment, and keeps nobody from writing."""
    if database.engine.dialect.name != "sqlite":
        async with database.engine.connect() as connection:
            yield await connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        return
    # A transaction of ours would take the lock of writers.
    async with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.exec_driver_sql("BEGIN")
        try:
            yield connection
        finally:
            await connection.exec_driver_sql("ROLLBACK")


async def _write(connection: AsyncConnection, file: IO[bytes], now: datetime, version: str) -> Manifest:
    revision = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    if revision != newest_revision():
        raise ArchiveRefused(
            f"the database is at revision {revision}, and this version knows the tables of "
            f"{newest_revision()}: make the backup with the version that runs on it"
        )
    tables: dict[str, Kept] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(set(metadata.tables) - LEFT_OUT):
            with archive.open(f"{name}.jsonl", "w", force_zip64=True) as lines:
                tables[name] = await _write_table(connection, metadata.tables[name], lines)
        manifest = Manifest(now, revision, version, tables)
        archive.writestr(MANIFEST, manifest.written())
    return manifest


async def _write_table(connection: AsyncConnection, table: sa.Table, lines: IO[bytes]) -> Kept:
    columns, digest, rows = columns_of(table), hashlib.sha256(), 0
    light = plain(table.name, columns)
    query = sa.select(light).order_by(*(light.c[column.name] for column in table.primary_key))
    if table.name == "deliveries":  # what was sent to a hidden asker names them
        query = query.where(light.c.kind.not_in(TO_HIDDEN_ASKERS))
    async with connection.stream(query.execution_options(yield_per=AT_ONCE)) as found:
        async for some in found.partitions():
            written = b"".join(line_of(row, columns) for row in some)
            lines.write(written)
            digest.update(written)
            rows += len(some)
    return Kept(columns, rows, digest.hexdigest())
