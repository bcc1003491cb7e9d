"""One chain of migrations for both databases, and a clear word where it was not run."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import re
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database, DatabaseRefused, DatabaseUnusable, open_database
from storage.migrate import SERIES, _config, check_schema, migrate, newest_revision
from storage.tables import Event, Member, metadata
from tests.conftest import Databases


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


@contextlib.asynccontextmanager
async def by_hand(database: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction like a migration's: of tables that this version reads and writes none need be there."""
    address = database.engine.url.render_as_string(hide_password=False)
    opened = open_database(address, foreign_keys=False)
    async with opened.engine.begin() as connection:
        yield connection
    await opened.close()


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
    async with by_hand(database) as connection:
        await connection.run_sync(lambda sync: command.downgrade(_config(sync), "base"))
    async with database.engine.connect() as connection:
        assert await connection.run_sync(tables) == {"alembic_version"}
    with pytest.raises(DatabaseUnusable, match="no tables yet; run: pathfinder-bot load"):
        await check_schema(database)
    await migrate(database)
    await check_schema(database)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_an_empty_database_is_told_to_be_migrated(bare: Database) -> None:
    with pytest.raises(DatabaseUnusable) as caught:
        await check_schema(bare)
    assert str(caught.value) == "the database has no tables yet; run: pathfinder-bot load"


async def test_an_old_revision_is_told_with_both_numbers(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(DatabaseUnusable) as caught:
        await check_schema(database)
    assert "at revision 0000" in str(caught.value)
    assert f"needs {newest_revision()}" in str(caught.value)
    assert "run: pathfinder-bot load" in str(caught.value)


@pytest.mark.parametrize(("revision", "fits"), [("0011", True), ("0999", True), ("1000", False)])
async def test_an_older_version_works_with_a_newer_schema_of_the_same_thousand(
    database: Database, revision: str, fits: bool
) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
    await migrate(database)
    async with database.reading() as session:
        assert await session.scalar(text("SELECT version_num FROM alembic_version")) == revision, "untouched"
    if fits:
        await check_schema(database)
        return
    with pytest.raises(DatabaseRefused, match="install the newer version"):
        await check_schema(database)


async def test_several_who_migrate_at_once_go_one_after_the_other(bare: Database) -> None:
    address = bare.engine.url.render_as_string(hide_password=False)
    several = [open_database(address) for _ in range(3)]
    await asyncio.gather(*(migrate(one) for one in several))
    await check_schema(bare)
    for one in several:
        await one.close()


async def test_a_migration_waits_for_a_table_in_use_without_holding_up_readers(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = await databases.fresh("postgresql", "migrated")
    database = open_database(address)
    monkeypatch.setattr("storage.migrate.LOCK_MILLISECONDS", 200)
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0009'"))
    long_reader = await asyncpg.connect(address)
    reading = long_reader.transaction()
    await reading.start()
    await long_reader.fetch("SELECT count(*) FROM members")
    monkeypatch.setattr("storage.migrate.command.upgrade", _adds_a_column)
    migrating = asyncio.create_task(migrate(database))
    slowest = 0.0
    for _ in range(20):
        begun = time.monotonic()
        async with database.reading() as session:
            await session.execute(text("SELECT count(*) FROM members"))
        slowest = max(slowest, time.monotonic() - begun)
        await asyncio.sleep(0.05)
    assert not migrating.done(), "the long reader is still there"
    await reading.rollback()
    await migrating
    async with database.reading() as session:
        assert (await session.execute(text("SELECT later FROM members"))).all() == []
    assert slowest < 1.5, "a reader waited no longer than the migration did"
    await long_reader.close()
    await database.close()
    await databases.drop(address)


def _adds_a_column(config: Config, _revision: str) -> None:
    config.attributes["connection"].execute(text("ALTER TABLE members ADD COLUMN later TEXT"))


ADDITIONS = {"create_table", "add_column", "create_index", "create_foreign_key", "batch_alter_table"}
"""What a migration may do while replicas of the version before are at work; and rows may come in."""
NAMES_AND_QUESTIONS = {"f", "get_bind"}


def later_migrations() -> list[Path]:
    folder = Path(str(_config().get_main_option("script_location"))) / "versions"
    return sorted(file for file in folder.glob("[0-9]*.py") if file.name[:4] >= "0010")


@pytest.mark.parametrize("file", later_migrations(), ids=lambda file: file.stem)
def test_a_migration_only_adds_unless_it_begins_a_new_thousand(file: Path) -> None:
    assert what_it_takes(file.read_text(encoding="utf-8")) == [] or int(file.name[:4]) % SERIES == 0


def what_it_takes(source: str) -> list[str]:
    """What `upgrade` of a migration does besides adding: those lines an older replica may trip over."""
    (upgrade,) = (
        one for one in ast.parse(source).body if isinstance(one, ast.FunctionDef) and one.name == "upgrade"
    )
    found = []
    for call in (one for one in ast.walk(upgrade) if isinstance(one, ast.Call)):
        if not isinstance(call.func, ast.Attribute):
            continue
        owner, name = call.func.value, call.func.attr
        if (
            isinstance(owner, ast.Name)
            and owner.id in ("op", "batch_op")
            and name not in ADDITIONS | NAMES_AND_QUESTIONS
        ):
            if name == "execute" and ast.unparse(call.args[0])[1:].startswith("INSERT INTO"):
                continue
            if name == "alter_column" and makes_room(call):
                continue
            found.append(ast.unparse(call))
        if name == "add_column":
            words = {word.arg: word.value for word in call.args[-1].keywords if word.arg}  # type: ignore[attr-defined]
            may_be_empty = ast.unparse(words.get("nullable", ast.Constant(True))) == "True"
            if not may_be_empty and "server_default" not in words:
                found.append(ast.unparse(call))
    return found


def makes_room(call: ast.Call) -> bool:
    """Whether a column becomes longer, and nothing else."""
    words = {word.arg: ast.unparse(word.value) for word in call.keywords}
    if words.keys() != {"existing_type", "type_"}:
        return False
    lengths = [re.fullmatch(r"sa\.String\((\d+)\)", words[name]) for name in ("existing_type", "type_")]
    before, after = (int(found[1]) if found else 0 for found in lengths)
    return 0 < before < after


@pytest.mark.parametrize(
    "line",
    [
        'op.drop_table("members")',
        'op.rename_table("members", "people")',
        'batch_op.drop_column("slack_id")',
        'batch_op.alter_column("slack_id", nullable=False)',
        'batch_op.alter_column("slack_id", existing_type=sa.String(60), type_=sa.String(20))',
        'batch_op.alter_column("slack_id", existing_type=sa.String(60), type_=sa.Integer())',
        'batch_op.alter_column("slack_id", existing_type=sa.String(6), type_=sa.String(20), nullable=False)',
        'op.execute("DELETE FROM members")',
        'batch_op.add_column(sa.Column("rank", sa.Integer(), nullable=False))',
        'batch_op.create_unique_constraint("uq_members_zone", ["zone"])',
    ],
)
def test_what_an_older_replica_would_trip_over_is_noticed(line: str) -> None:
    assert len(what_it_takes(f"def upgrade():\n    {line}\n")) == 1


async def test_the_newest_schema_passes_and_no_lock_is_taken_for_looking(database: Database) -> None:
    async with database.writing() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = version_num"))
        await check_schema(database)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://postgres:a-secret-word@127.0.0.1:1/nowhere",
        "postgresql://postgres:a-secret-word@no-such-host.invalid/nowhere",
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


async def test_a_missing_postgresql_database_is_told_by_its_name_with_how_to_make_it(
    databases: Databases,
) -> None:
    address = await databases.fresh("postgresql", "bare")
    await databases.drop(address)
    away = open_database(address)
    with pytest.raises(DatabaseUnusable) as caught:
        await check_schema(away)
    name = away.engine.url.database
    assert caught.value.what == f"there is no database called {name}"
    assert caught.value.mend == f"make it: sudo -u postgres createdb --owner postgres {name}"
    await away.close()


async def test_a_sqlite_file_that_may_not_be_written_is_told_from_one_that_is_not_there(
    tmp_path: Path,
) -> None:
    file = tmp_path / "there.db"
    with contextlib.closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE alembic_version (version_num text)")
    for address, kind, says in (
        (f"sqlite:///file:{file}?mode=ro&uri=true", DatabaseRefused, "cannot be written by this user"),
        (f"sqlite:///{tmp_path}", DatabaseRefused, "cannot be written by this user"),
        ("sqlite:////no/such/folder/x.db", DatabaseUnusable, "there is no folder /no/such/folder"),
    ):
        opened = open_database(address)
        with pytest.raises(kind, match=says):
            await migrate(opened)
        await opened.close()


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
    async with by_hand(bare) as connection:
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
    async with by_hand(bare) as connection:
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
