"""One chain of migrations for both databases, and a clear word where it was not run."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from storage.database import Database, DatabaseUnusable, open_database
from storage.migrate import _config, check_schema, migrate, newest_revision
from storage.tables import Event, Member, metadata
from tests.conftest import Databases


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def test_migrations_make_exactly_the_tables_of_the_models(bare: Database) -> None:
    await migrate(bare)
    async with bare.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        assert await connection.run_sync(tables) == {*metadata.tables, "alembic_version"}


async def test_a_model_that_has_no_migration_would_be_noticed(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE events DROP COLUMN recurrence"))
        assert "recurrence" in str(await connection.run_sync(differences))


async def test_migrating_twice_changes_nothing(loaded: Database) -> None:
    await migrate(loaded)
    async with loaded.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM events")) > 20
    await check_schema(loaded)


async def test_down_to_nothing_and_up_again(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(_config(sync), "base"))
    async with database.engine.connect() as connection:
        assert await connection.run_sync(tables) == {"alembic_version"}
    with pytest.raises(DatabaseUnusable, match="no tables yet; run: pathfinder-bot migrate"):
        await check_schema(database)
    await migrate(database)
    await check_schema(database)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_an_empty_database_is_told_to_be_migrated(bare: Database) -> None:
    with pytest.raises(DatabaseUnusable) as caught:
        await check_schema(bare)
    assert str(caught.value) == "the database has no tables yet; run: pathfinder-bot migrate"


async def test_an_old_revision_is_told_with_both_numbers(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(DatabaseUnusable) as caught:
        await check_schema(database)
    assert "at revision 0000" in str(caught.value)
    assert f"needs {newest_revision()}" in str(caught.value)
    assert "run: pathfinder-bot migrate" in str(caught.value)


async def test_the_newest_schema_passes_and_no_lock_is_taken_for_looking(database: Database) -> None:
    async with database.writing() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = version_num"))
        await check_schema(database)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://postgres:a-secret-word@127.0.0.1:1/nowhere",
        "postgresql://postgres:a-secret-word@no-such-host.invalid/nowhere",
        "sqlite:////no/such/folder/a-secret-word.db",
    ],
)
async def test_a_database_that_is_away_says_what_to_check_and_keeps_the_password(address: str) -> None:
    away = open_database(address)
    try:
        with pytest.raises(DatabaseUnusable) as caught:
            await check_schema(away)
    finally:
        await away.close()
    assert "does not answer" in str(caught.value)
    assert "DATABASE_URL" in str(caught.value)
    assert "a-secret-word" not in str(caught.value)


async def test_a_missing_postgresql_database_is_away_too(databases: Databases) -> None:
    address = await databases.fresh("postgresql", "bare")
    await databases.drop(address)
    away = open_database(address)
    with pytest.raises(DatabaseUnusable, match="does not answer"):
        await check_schema(away)
    await away.close()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("mysql://x/y", "DATABASE_URL must name SQLite or PostgreSQL"),
        ("just words", "DATABASE_URL is not an address"),
        ("", "DATABASE_URL is not an address"),
    ],
)
def test_a_wrong_address_is_refused_when_it_is_read(address: str, sentence: str) -> None:
    with pytest.raises(DatabaseUnusable, match=sentence):
        open_database(address)


async def test_a_new_sqlite_file_is_made_by_migrating(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'new.db'}")
    await migrate(database)
    await check_schema(database)
    await database.close()


async def test_an_older_database_with_rows_in_it_comes_along(bare: Database) -> None:
    async with bare.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), "0001"))
        await connection.execute(
            text(
                "INSERT INTO members (id, slack_id, is_guest, is_bot, is_active)"
                " VALUES (1, 'U1', false, false, true)"
            )
        )
        await connection.execute(
            text(
                "INSERT INTO roles (id, key, name, state, member_id, derived)"
                " VALUES (1, 'old', 'editor', 'appointed', 1, false)"
            )
        )
    await migrate(bare)
    async with bare.reading() as session:
        found = (await session.execute(text("SELECT is_deputy, is_stopped FROM roles, members"))).one()
    assert [bool(value) for value in found] == [False, False]


async def test_events_and_members_of_before_they_were_planned_here_come_along(bare: Database) -> None:
    async with bare.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), "0008"))
        await connection.execute(
            text(
                "INSERT INTO members (id, slack_id, is_guest, is_bot, is_active, is_stopped, reminders_off)"
                " VALUES (1, 'U1', false, false, true, false, '[\"step\"]')"
            )
        )
        await connection.execute(
            text(
                'INSERT INTO events (id, "key", kind, name, themes, when_precision, when_inferred, derived)'
                " VALUES (1, 'old', 'meeting', '{\"en\": \"Old\"}', '[]', 'unknown', false, false)"
            )
        )
    await migrate(bare)
    async with bare.reading() as session:
        event, member = await session.get_one(Event, 1), await session.get_one(Member, 1)
        assert (event.name, event.zones, event.languages) == ({"en": "Old"}, [], [])
        assert (event.takes_registrations, event.revision, event.state, event.visibility) == (
            False, 0, None, None,
        )  # fmt: skip
        assert (member.reminders_off, member.reminder_hours, member.calendar_version) == (["step"], None, 0)
