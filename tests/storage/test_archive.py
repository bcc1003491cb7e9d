"""A backup holds every row as it was, and comes back whole or not at all, into either kind of database."""

from __future__ import annotations

import asyncio
import json
import stat
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from bot.backup import back_up
from bot.settings import read_settings
from storage.archive.form import LEFT_OUT, ArchiveRefused
from storage.archive.reading import opened
from storage.archive.restoring import restore_archive
from storage.archive.writing import write_archive
from storage.beats import Beat
from storage.database import Database, open_database
from storage.keeping import last_backup
from storage.migrate import check_schema, upgrade_to
from storage.questions import TO_HIDDEN_ASKERS
from storage.tables import Asker, AuditEntry, Delivery, Event, Member, Question, Restoration, metadata
from tests.conftest import KINDS, Databases
from tests.storage.filling import everything, fill
from tests.storage.test_migrations import differences

TAKEN = datetime(2026, 11, 22, 1, tzinfo=UTC)
RESTORED = TAKEN + timedelta(hours=9)


def address(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


async def backed_up(database: Database, folder: Path, now: datetime = TAKEN) -> Path:
    file = folder / "backup.zip"
    await write_archive(database, file, now, "0.1.0", overwrites=True)
    return file


@pytest.fixture(params=KINDS)
async def empty(databases: Databases, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """An empty database of either kind: each test goes every way between the two."""
    where = await databases.fresh(str(request.param), "migrated")
    opened = open_database(where)
    yield opened
    await opened.close()
    await databases.drop(where)


async def test_every_row_of_every_table_comes_back_as_it_was(
    database: Database, empty: Database, tmp_path: Path
) -> None:
    await fill(database)
    async with database.writing() as session:
        await session.execute(sa.update(Delivery).where(Delivery.id == 2).values(kind=TO_HIDDEN_ASKERS[0]))
    before = await everything(database)
    assert all(before.values()), [name for name, rows in before.items() if not rows]
    await restore_archive(address(empty), await backed_up(database, tmp_path), RESTORED)
    after = await everything(empty)
    assert after["askers"] == after["beats"] == after["backups"] == []
    noted = after["restorations"].pop()
    assert noted[1:] == (TAKEN, RESTORED, None)
    before["deliveries"] = [row for row in before["deliveries"] if row[0] != 2]
    raised = int((RESTORED - datetime(2026, 1, 1, tzinfo=UTC)).total_seconds()) // 60
    for name in set(before) - LEFT_OUT:
        names = [column.name for column in metadata.tables[name].columns]
        wanted = [
            tuple(value + raised if of == "revision" else value for of, value in zip(names, row, strict=True))
            for row in before[name]
        ]
        assert after[name] == wanted, name
    async with empty.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        assert await connection.run_sync(_references) == sorted(_wanted_references())
    await check_schema(empty)


def _references(connection: Connection) -> list[tuple[str, str, str]]:
    inspector = sa.inspect(connection)
    return sorted(
        (table, one["constrained_columns"][0], one["referred_table"])
        for table in metadata.tables
        for one in inspector.get_foreign_keys(table)
    )


def _wanted_references() -> list[tuple[str, str, str]]:
    return [
        (table.name, key.parent.name, key.column.table.name)
        for table in metadata.tables.values()
        for key in table.foreign_keys
    ]


async def test_what_is_made_after_a_restore_has_no_id_that_may_have_been_given_before(
    database: Database, tmp_path: Path
) -> None:
    file = await backed_up(database, tmp_path)
    given = []
    for now, replaces in ((RESTORED, False), (RESTORED + timedelta(hours=1), True)):
        await restore_archive(address(database), file, now, replaces=replaces)
        fresh = open_database(address(database))
        async with fresh.writing() as session:
            members = [Member(slack_id=f"U{number}") for number in range(3)]
            session.add_all(members)
            await session.flush()
            given += [one.id for one in members]
        await fresh.close()
    assert given == sorted(set(given))
    assert given[0] > 1_000_000
    assert given[3] - given[2] > 3_000


async def test_on_sqlite_no_id_is_given_twice_even_without_a_restore(databases: Databases) -> None:
    where = await databases.fresh("sqlite", "migrated")
    database = open_database(where)
    for _ in range(2):
        async with database.writing() as session:
            session.add(Member(slack_id="U1"))
        async with database.writing() as session:
            last = await session.scalar(sa.select(Member.id))
            await session.execute(sa.delete(Member))
    assert last == 2
    async with database.reading() as session:
        rows: Any = await session.execute(sa.text("SELECT name, sql FROM sqlite_master"))
        made = dict(list(rows))
    await database.close()
    await databases.drop(where)
    wanting = [
        name
        for name, table in metadata.tables.items()
        if [column.name for column in table.primary_key] == ["id"] and "AUTOINCREMENT" not in made[name]
    ]
    assert not wanting, f"create them with sqlite_autoincrement=True, or give ids no second time: {wanting}"


async def test_a_backup_shows_one_moment_while_others_write(database: Database, tmp_path: Path) -> None:
    async with database.writing() as session:
        rows = [{"action": "begun", "subject": f"member:{number}", "at": TAKEN} for number in range(6_000)]
        await session.execute(sa.insert(AuditEntry), rows)
    stop = asyncio.Event()
    written = 0

    async def write() -> None:
        nonlocal written
        while not stop.is_set():
            async with database.writing() as session:  # one of each, or none
                session.add_all(
                    [AuditEntry(action="met", subject="x", at=TAKEN), Member(slack_id=f"U{written}")]
                )
            written += 1
            await asyncio.sleep(0)

    writing = asyncio.create_task(write())
    await asyncio.sleep(0.05)
    manifest = await write_archive(database, tmp_path / "b.zip", TAKEN, "0.1.0")
    so_far = written
    stop.set()
    await writing
    assert manifest.tables["audit_entries"].rows - 6_000 == manifest.tables["members"].rows
    assert 0 < manifest.tables["members"].rows <= so_far
    async with database.reading() as session:
        assert await last_backup(session) == TAKEN


async def test_who_asked_under_a_pseudonym_is_not_in_a_backup(loaded: Database, tmp_path: Path) -> None:
    async with loaded.writing() as session:
        member = Member(slack_id="U0SECRET99")
        question = Question(key="question/1", text={"en": "Why?"}, state="open", is_pseudonymous=True)
        session.add_all([member, question])
        await session.flush()
        session.add(Asker(question_id=question.id, member_id=member.id))
        for number, kind in enumerate((*TO_HIDDEN_ASKERS, "update")):
            session.add(
                Delivery(
                    key=f"k{number}", about="question:1", kind=kind, channel="U0SECRET99", language="en",
                    payload={"text": kind}, due_at=TAKEN,
                )
            )  # fmt: skip
    file = await backed_up(loaded, tmp_path)
    with zipfile.ZipFile(file) as archive:
        assert "askers.jsonl" not in archive.namelist()
        told = archive.read("deliveries.jsonl").decode()
    assert len(told.splitlines()) == 1
    assert not any(kind in told for kind in TO_HIDDEN_ASKERS)


async def test_only_its_owner_reads_a_backup_and_none_is_written_over(
    database: Database, tmp_path: Path
) -> None:
    file = await backed_up(database, tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    with pytest.raises(ArchiveRefused, match="--force"):
        await write_archive(database, file, RESTORED, "0.1.0")
    assert file.read_bytes() == before
    assert _names(tmp_path) == ["backup.zip"]


def _names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


async def test_a_torn_backup_is_refused_whole(bare: Database, databases: Databases, tmp_path: Path) -> None:
    where = await databases.fresh("sqlite", "loaded")
    source = open_database(where)
    whole = (await backed_up(source, tmp_path)).read_bytes()
    await source.close()
    torn = tmp_path / "torn.zip"
    cuts = [whole[:size] for size in (0, 1, 100, len(whole) // 2, len(whole) - 1)]
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        full = [one for one in archive.infolist() if one.compress_size > 200]
    inside = [one.header_offset + 30 + len(one.filename) + one.compress_size // 2 for one in full]
    flips = [bytes([*whole[:at], whole[at] ^ 0x10, *whole[at + 1 :]]) for at in inside]
    for data in (*cuts, *flips, b"no zip at all"):
        torn.write_bytes(data)
        with pytest.raises(ArchiveRefused):
            await restore_archive(address(bare), torn, RESTORED)
    async with bare.engine.connect() as connection:
        assert await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names()) == []


async def test_an_archive_whose_table_of_contents_is_damaged_is_refused_in_one_sentence(
    databases: Databases, tmp_path: Path
) -> None:
    source = open_database(await databases.fresh("sqlite", "migrated"))
    file = await backed_up(source, tmp_path)
    await source.close()
    whole, refused = file.read_bytes(), 0
    for at in range(len(whole) - 90, len(whole)):
        for sign in (0xFF, 0x80):
            file.write_bytes(bytes([*whole[:at], sign, *whole[at + 1 :]]))
            try:
                with opened(file):  # a byte of a time of day may be any
                    pass
            except ArchiveRefused:
                refused += 1
    assert refused > 40


async def test_a_backup_that_says_what_it_does_not_hold_is_refused(
    database: Database, tmp_path: Path
) -> None:
    await fill(database)
    file, other = await backed_up(database, tmp_path), tmp_path / "other.zip"
    before = await everything(database)
    for change in ("row", "less", "format", "revision", "missing"):
        _forged(file, other, change)
        with pytest.raises(ArchiveRefused) as refused:
            await restore_archive(address(database), other, RESTORED, replaces=True)
        assert ("newer version" in str(refused.value)) is (change in ("format", "revision"))
    assert await everything(database) == before


def _forged(file: Path, other: Path, change: str) -> None:
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(other, "w") as changed:
        for name in archive.namelist():
            data = archive.read(name)
            if name == "claims.jsonl" and change in ("row", "less"):
                data = b"".join(data.splitlines(keepends=True)[1:]) if change == "less" else data.upper()
            if name == "manifest.json":
                held = json.loads(data)
                held |= {"format": 2} if change == "format" else {}
                held |= {"revision": "9999"} if change == "revision" else {}
                data = json.dumps(held).encode()
            if not (name == "claims.jsonl" and change == "missing"):
                changed.writestr(name, data)


async def test_people_s_work_is_replaced_only_if_that_is_said(loaded: Database, tmp_path: Path) -> None:
    file = await backed_up(loaded, tmp_path)
    await restore_archive(address(loaded), file, RESTORED)  # what is shipped is nobody's work
    fresh = open_database(address(loaded))
    async with fresh.writing() as session:
        session.add(Member(slack_id="U0NEWCOMER"))
    with pytest.raises(ArchiveRefused, match="--replace"):
        await restore_archive(address(loaded), file, RESTORED)
    async with fresh.reading() as session:
        assert await session.scalar(sa.select(Member.slack_id)) == "U0NEWCOMER"
    await restore_archive(address(loaded), file, RESTORED, replaces=True)
    async with fresh.reading() as session:
        assert (await session.scalars(sa.select(Member))).all() == []
        assert (await session.scalar(sa.select(sa.func.count(Event.id))) or 0) > 20
        assert len((await session.scalars(sa.select(Restoration))).all()) == 1
    await fresh.close()


async def test_nothing_is_restored_under_a_bot_that_runs(loaded: Database, tmp_path: Path) -> None:
    file = await backed_up(loaded, tmp_path)
    async with loaded.writing() as session:
        session.add(Beat(replica="here", part="clock", since=TAKEN, at=RESTORED - timedelta(minutes=1)))
    with pytest.raises(ArchiveRefused, match="stop every replica"):
        await restore_archive(address(loaded), file, RESTORED, replaces=True)
    await restore_archive(address(loaded), file, RESTORED + timedelta(minutes=3), replaces=True)


async def test_a_database_of_a_newer_version_is_left_alone(database: Database, tmp_path: Path) -> None:
    file = await backed_up(database, tmp_path)
    async with database.engine.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '1000'"))
    with pytest.raises(ArchiveRefused, match="newer version"):
        await restore_archive(address(database), file, RESTORED, replaces=True)
    with pytest.raises(ArchiveRefused, match="the version that runs on it"):
        await write_archive(database, tmp_path / "other.zip", TAKEN, "0.1.0")
    assert not (tmp_path / "other.zip").exists()


async def test_before_an_upgrade_the_older_tables_are_backed_up_and_restored(
    databases: Databases, kind: str, tmp_path: Path
) -> None:
    where, file = await databases.fresh(kind, "bare"), tmp_path / "before.zip"
    older = open_database(where, foreign_keys=False)
    async with older.engine.begin() as connection:
        await upgrade_to(connection, "0004")
        await connection.exec_driver_sql(
            "INSERT INTO members (id, slack_id, is_guest, is_bot, is_active, is_stopped) "
            "VALUES (7, 'U7', false, false, true, false)"
        )
    await older.close()
    settings = read_settings({"_env_file": None, "database_url": where})
    assert "1 rows of" in await back_up(settings, file, overwrites=False)
    await restore_archive(where, file, RESTORED, replaces=True)
    restored = open_database(where)
    await check_schema(restored)
    async with restored.reading() as session:
        [member] = (await session.scalars(sa.select(Member))).all()
    assert (member.id, member.slack_id, member.reminders_off) == (7, "U7", [])
    async with restored.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await restored.close()
    await databases.drop(where)


async def test_after_an_upgrade_that_was_taken_back_all_of_it_is_backed_up(
    database: Database, tmp_path: Path
) -> None:
    file, url = tmp_path / "night.zip", address(database)
    async with database.engine.begin() as connection:
        for statement in (
            "UPDATE alembic_version SET version_num = '0999'",
            "ALTER TABLE members ADD COLUMN newer DATE",
            "CREATE TABLE newest (id INTEGER PRIMARY KEY, at TIMESTAMP, held JSON, said VARCHAR(9))",
            "INSERT INTO newest VALUES (3, '2026-11-22 01:00:00', '{}', 'new')",
        ):
            await connection.exec_driver_sql(statement)
    await back_up(read_settings({"_env_file": None, "database_url": url}), file, overwrites=False)
    with zipfile.ZipFile(file) as archive:
        assert archive.read("newest.jsonl") == b'[3,"2026-11-22T01:00:00+00:00",{},"new"]\n'
        assert b'"newer"' in archive.read("manifest.json")
    async with database.reading() as session:
        assert await last_backup(session) is not None
    with pytest.raises(ArchiveRefused, match=r"tables of a newer version \(revision 0999\)"):
        await restore_archive(url, file, RESTORED, replaces=True)
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE newest ADD COLUMN strange BYTEA")
    with pytest.raises(ArchiveRefused, match="a column strange of a kind"):
        await backed_up(database, tmp_path)
