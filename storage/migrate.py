"""Bringing a database to the newest schema, on SQLite and PostgreSQL, with one chain of migrations."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from storage.database import Database, DatabaseUnusable, open_database

_SCRIPTS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """The revision that this version of the code works with."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # noqa: S101 - there is a first migration
    return head


async def migrate(database: Database) -> None:
    """Apply every migration that is missing, in one transaction. Nothing happens on an up-to-date one.

    Raises `DatabaseUnusable` if the database does not answer.
    """
    url = database.engine.url
    migrating = open_database(url.render_as_string(hide_password=False), foreign_keys=False)
    try:
        async with migrating.engine.begin() as connection:
            await connection.run_sync(lambda sync: command.upgrade(_config(sync), "head"))
            if url.get_backend_name() == "sqlite":
                broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
                if broken:
                    raise DatabaseUnusable(f"a migration would break references: {broken[:3]}")
    except (OperationalError, OSError) as error:
        raise _away(error) from error
    finally:
        await migrating.close()


async def check_schema(database: Database) -> None:
    """Raise `DatabaseUnusable` with what to do, unless the database answers and has the newest schema."""
    try:
        looking = database.engine.execution_options(isolation_level="AUTOCOMMIT")  # waits for no writer
        async with looking.connect() as connection:
            revision = await connection.run_sync(
                lambda sync: MigrationContext.configure(sync).get_current_revision()
            )
    except Exception as error:
        raise _away(error) from error
    if revision is None:
        raise DatabaseUnusable("the database has no tables yet; run: pathfinder-bot migrate")
    if revision != newest_revision():
        raise DatabaseUnusable(
            f"the database is at revision {revision}, this version needs {newest_revision()}; "
            "run: pathfinder-bot migrate"
        )


def _away(error: Exception) -> DatabaseUnusable:
    return DatabaseUnusable(
        f"the database does not answer ({type(error).__name__}); check DATABASE_URL and that it runs"
    )
