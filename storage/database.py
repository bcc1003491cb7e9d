"""The door to the database: one engine, reads without a transaction, writes in one."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from storage import circles, compiled, marks
from storage.compiled import Compiled

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


LOCK_SECONDS = 5
"""How long a writer waits for another on SQLite before it gives up."""


CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 20.0
"""How long PostgreSQL may take to take a connection, and to answer a statement: one that hangs holds nothing
up for ever. Migrations may take as long as they need."""
IDLE_SECONDS = 15.0
"""How long PostgreSQL waits for the next statement of a transaction. Who is paused in the middle of one, as a
machine that is frozen, holds what others have to write; after this it is rolled back, and they go on."""


PREPARED = 30
"""How many statements a connection keeps prepared; at half as many again it forgets those not used for
longest. Each takes some 18 kB with its columns, on every connection, and they all go at once with it: in two
storms, from the tenth to the 17th minute, what was in use lay between 134.2 and 138.9 MB with 50, and between
134.6 and 136.7 with 24. To prepare one again is one more way to the database and back: with 20, on five
connections, a command that is made anew took 7 % longer, and Home 24 %."""
CONNECTIONS, KEPT = 15, 2
"""How many connections a process uses at most where a server is asked, and keeps when nobody needs them: in a
storm three were busy in two seconds of a hundred, and of five each kept up to 75 statements, 35 to 332 in all
from minute to minute."""
CONNECTION_SECONDS = 300
"""How long a connection is used before a new one takes its place: the second is needed now and then only, and
would keep for hours what it prepared once."""

COMPILED = "compiled_cache"
"""SQLAlchemy's name for where an engine keeps what it compiled."""


def _common() -> dict[str, Any]:
    """What every engine is made with.

    The connection given back last is taken first: what it has prepared is what is in use. Errors are logged,
    and parameters are what people typed: they stay out of the text of errors.
    """
    kept = {COMPILED: Compiled(compiled.COLUMNS)}
    return {"execution_options": kept, "pool_use_lifo": True, "hide_parameters": True}


class DatabaseUnusable(Exception):
    """The database cannot be used as it is: `what` is wrong, and how to `mend` it. The text says both."""

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__(f"{what}; {mend}" if mend else what)
        self.what, self.mend = what, mend


class DatabaseRefused(DatabaseUnusable):
    """No waiting mends it: a person has to."""


def async_url(url: str) -> str:
    """The address with the driver this house uses: `sqlite:///x` and `postgresql://x` are enough to write.

    Raises `DatabaseUnusable` for anything that is neither SQLite nor PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except Exception as error:
        raise DatabaseUnusable(
            "DATABASE_URL is not an address; write sqlite:///file or postgresql://..."
        ) from error
    driver = _DRIVERS.get(parsed.drivername.partition("+")[0])
    if driver is None:
        raise DatabaseUnusable("DATABASE_URL must name SQLite or PostgreSQL")
    return parsed.set(drivername=driver).render_as_string(hide_password=False)


@dataclass(frozen=True)
class Database:
    """An engine, and the two ways to use it; `glances` reads who asks, and whether anything changed."""

    engine: AsyncEngine
    glances: marks.Glances
    rare: Compiled = field(repr=False, compare=False)
    """What `aside` compiled."""
    committed: Callable[[AsyncSession], None] = lambda session: None
    """Called after each transaction that was committed; its session's `info` may tell what it holds."""

    def aside(self) -> Database:
        """The same database, for what is done now and then and nobody waits for.

        Its statements are kept apart, and take no more room of the others than `compiled.RARE`: those of an
        edition and its letters pushed out what people ask for all day, all of that was compiled anew, and a
        process was 3 MB larger from then on (`tests/soak`).
        """
        return replace(self, engine=self.engine.execution_options(**{COMPILED: self.rare}))

    @asynccontextmanager
    async def reading(self, looked: set[str] | None = None) -> AsyncIterator[AsyncSession]:
        """A session without BEGIN and ROLLBACK: measured at half the time of a transaction a read.

        In `looked` are afterwards the tables read whose changes make no new mark (`storage.marks`).
        """
        connection = self.engine.execution_options(isolation_level="AUTOCOMMIT", looked=looked)
        async with AsyncSession(connection, autoflush=False) as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction: committed at the end, rolled back by an exception.

        On SQLite it opens with BEGIN IMMEDIATE: a reader that turns writer later fails with "database is
        locked" instead of waiting its turn.
        """
        async with (
            AsyncSession(self.engine, autoflush=True, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session
        self.committed(session)

    async def close(self) -> None:
        """Give back every connection."""
        await self.glances.close()
        await self.engine.dispose()


def open_database(url: str, *, foreign_keys: bool = True) -> Database:
    """A database by its address; nothing is connected yet. Raises `DatabaseUnusable` for a wrong address.

    `foreign_keys` is False for migrations and restores only: SQLite changes a table by writing it anew.
    """
    address = async_url(url)
    if not address.startswith("sqlite"):
        patience: dict[str, Any] = {
            "timeout": CONNECT_SECONDS,
            "prepared_statement_cache_size": PREPARED,
        }
        if foreign_keys:
            idle = {"idle_in_transaction_session_timeout": f"{IDLE_SECONDS * 1_000:.0f}"}
            patience |= {"command_timeout": ANSWER_SECONDS, "server_settings": idle}
        pool: dict[str, Any] = {
            "pool_size": KEPT,
            "max_overflow": CONNECTIONS - KEPT,
            "pool_pre_ping": True,
            "pool_recycle": CONNECTION_SECONDS,
        }
        engine = create_async_engine(address, connect_args=patience, **pool, **_common())
        event.listen(engine.sync_engine, "close", _free_prepared)
        return _watched(engine, is_migrating=not foreign_keys)
    engine = create_async_engine(address, connect_args={"timeout": LOCK_SECONDS}, **_common())
    prepare = _prepare_sqlite if foreign_keys else _prepare_sqlite_for_migration
    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return _watched(engine, is_migrating=not foreign_keys)


def _watched(engine: AsyncEngine, *, is_migrating: bool) -> Database:
    """The database; its commits make new marks, but not while the very table of the mark may be missing."""
    if not is_migrating:
        marks.watch(engine)
    rare = Compiled(compiled.RARE, outer=engine.get_execution_options()[COMPILED])
    return Database(engine, marks.Glances(engine), rare)


def _free_prepared(_connection: Any, _record: Any) -> None:
    """A connection ended, cut by the database or used for long enough."""
    circles.free_soon()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Write-ahead log, so that readers never wait; and no BEGIN by the driver, for we say it ourselves."""
    connection.isolation_level = None
    cursor = connection.cursor()
    _keep_a_log(cursor)
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA secure_delete=ON")  # who asked under a pseudonym is gone from the file too
    cursor.close()


def _keep_a_log(cursor: Any) -> None:
    """Turn the write-ahead log on.

    Of several who open a new file at once SQLite lets one do it, and answers the others without the patience
    that it has elsewhere (measured: one opening of twelve, three at once); a moment later it is done.
    """
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _prepare_sqlite_for_migration(connection: Any, record: Any) -> None:
    """The same, with foreign keys unwatched: a table that others refer to could not be written anew."""
    _prepare_sqlite(connection, record)
    connection.execute("PRAGMA foreign_keys=OFF")


def _begin_immediate(connection: Any) -> None:
    """Take the write lock at once, but not for `reading`: asked, SQLite's dialect never says AUTOCOMMIT."""
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
