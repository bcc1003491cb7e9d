"""Bringing a database to the newest schema, on SQLite and PostgreSQL, with one chain of migrations.

Migrations are numbered, and those of one thousand only add: a replica works with the schema of its own number
and with every later one of the same thousand (docs/decisions/0018-upgrades.md).
"""

from __future__ import annotations

import asyncio
import shlex
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from asyncpg.exceptions import (
    InvalidAuthorizationSpecificationError,
    InvalidCatalogNameError,
    LockNotAvailableError,
)
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database, DatabaseRefused, DatabaseUnusable, open_database
from storage.marks import new_mark
from storage.program import as_owner, program, user

SERIES = 1_000
"""How many migrations fit together: from 0999 to 1000 something may be taken away."""
LOCK_MILLISECONDS = 1_000
"""How long a migration waits for a table in use; whoever comes after it waits behind it as long."""
TRIES = 30
"""How often a migration begins anew after it waited too long; in between, everybody else goes on."""

_ONE_AT_A_TIME = 8_700_087
"""The advisory lock of migrations on PostgreSQL; any number that nothing else takes."""
_SCRIPTS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config


@cache
def newest_revision() -> str:
    """The revision that this version of the code works with."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # noqa: S101 - there is a first migration
    return head


def is_known(revision: str) -> bool:
    """Whether a revision is one of this version's own: its migrations lead there."""
    return any(one.revision == revision for one in ScriptDirectory.from_config(_config()).walk_revisions())


def fits(revision: str | None) -> bool:
    """Whether a database at a revision can be read here: it is known, or a later one of the same thousand."""
    if revision is None or is_known(revision):
        return revision is not None
    needed = newest_revision()
    return _is_newer(revision, needed) and int(revision) // SERIES == int(needed) // SERIES


async def upgrade_to(connection: AsyncConnection, revision: str = "head") -> None:
    """Apply the migrations up to a revision within the transaction of `connection`.

    Its database was opened without foreign keys, as `migrate` does it.
    """
    await connection.run_sync(lambda sync: command.upgrade(_config(sync), revision))


async def migrate(database: Database) -> None:
    """Apply every migration that is missing, in one transaction. Nothing happens on an up-to-date one.

    Two at once go one after the other. Replicas may be at work meanwhile: on PostgreSQL nobody waits for more
    than a second behind a migration that waits itself, nor longer than its own statements take. Raises
    `DatabaseUnusable` if the database does not answer, or is never free.
    """
    url = database.engine.url.render_as_string(hide_password=False)
    migrating = open_database(url, foreign_keys=False)
    try:
        await _look(migrating)
        for _ in range(TRIES):
            try:
                async with migrating.engine.begin() as connection:
                    return await _upgrade(connection)
            except DBAPIError as error:
                if not isinstance(_cause(error), LockNotAvailableError):
                    raise
            await asyncio.sleep(LOCK_MILLISECONDS / 1_000)
        raise DatabaseUnusable("a table is in use without a pause; try again when less is going on")
    except (OperationalError, OSError) as error:
        raise away(error, database) from error
    finally:
        await migrating.close()


async def _upgrade(connection: AsyncConnection) -> None:
    on_sqlite = connection.dialect.name == "sqlite"
    if not on_sqlite:
        await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
        await connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
    found = await connection.run_sync(_revision)
    if found is not None and _is_newer(found, newest_revision()):
        return  # another version's `migrate` was here before
    await connection.run_sync(lambda sync: command.upgrade(_config(sync), "head"))
    if found != newest_revision():
        await connection.execute(new_mark())
    if on_sqlite:
        broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
        if broken:
            raise DatabaseUnusable(f"a migration would break references: {broken[:3]}")


async def check_schema(database: Database) -> None:
    """Raise `DatabaseUnusable` with what to do, unless the database answers and its schema can be used.

    What no waiting mends (a password refused, a schema of a later thousand) is a `DatabaseRefused`.
    """
    found, needed = await check_readable(database), newest_revision()
    if found != needed and not _is_newer(found, needed):
        raise DatabaseUnusable(
            f"the database is at revision {found}, this version needs {needed}", f"run: {program()} load"
        )


async def check_readable(database: Database) -> str:
    """The revision of a database that can be read here, an older one too. Raises as `check_schema`."""
    found = await _look(database)
    if found is None:
        raise DatabaseUnusable("the database has no tables yet", f"run: {program()} load")
    needed = newest_revision()
    if _is_newer(found, needed) and not fits(found):
        raise DatabaseRefused(
            f"the database is at revision {found}, which this version ({needed}) cannot use any more",
            "install the newer version",
        )
    return found


async def _look(database: Database) -> str | None:
    """The revision of the database, None without tables."""
    try:
        looking = database.engine.execution_options(isolation_level="AUTOCOMMIT")  # waits for no writer
        async with looking.connect() as connection:
            return await connection.run_sync(_revision)
    except Exception as error:
        raise away(error, database) from error


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _is_newer(found: str, needed: str) -> bool:
    return found.isdecimal() and int(found) > int(needed)


def _cause(error: Exception) -> BaseException | None:
    """The driver's own exception, which SQLAlchemy wraps twice."""
    return error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig else error


def away(error: Exception, database: Database) -> DatabaseUnusable:
    """Why a database that failed with an error cannot be used, and what to do; it holds no secret."""
    cause, url = _cause(error), database.engine.url
    if isinstance(cause, InvalidAuthorizationSpecificationError):
        return DatabaseRefused(
            "the database refuses the user or the password of DATABASE_URL", "write the right ones"
        )
    if isinstance(cause, InvalidCatalogNameError):
        name, owner = shlex.quote(url.database or ""), shlex.quote(url.username or "")
        create = f"sudo -u postgres createdb --owner {owner} {name}"
        return DatabaseUnusable(f"there is no database called {url.database}", f"make it: {create}")
    if _is_not_ours(error):
        file = Path((url.database or "").removeprefix("file:")).absolute()
        if not file.parent.is_dir():
            return DatabaseUnusable(
                f"there is no folder {file.parent}", "make it, or write another DATABASE_URL"
            )
        what = f"the database's file cannot be written by this user ({user()})"
        return DatabaseRefused(what, as_owner(file if file.exists() else file.parent))
    return DatabaseUnusable(
        f"the database does not answer ({type(cause).__name__})", "check DATABASE_URL and that it runs"
    )


def _is_not_ours(error: Exception) -> bool:
    """Whether SQLite may not open or write its file."""
    raised = error.orig if isinstance(error, DBAPIError) else error
    return getattr(raised, "sqlite_errorname", "").startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY"))
