"""Reads without a transaction, writes in one; the same values come back from both databases."""

from __future__ import annotations

import asyncio
import gc
import time
import weakref
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, literal_column, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, StatementError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.pool import AsyncAdaptedQueuePool

import storage.compiled
import storage.database
from storage import circles
from storage.archive.writing import snapshot
from storage.base import Source
from storage.commitments import RoleHeld, commitments, owned_by
from storage.database import Database, async_url, open_database
from storage.marks import new_mark
from storage.members import Claim, Member
from storage.partial_dates import PartialDate, Status
from storage.tables import Organisation
from storage.vocabulary import Constituency, RoleName
from tests.conftest import Databases

NOW = datetime(2026, 11, 21, 3, 0, 0, 123456, tzinfo=UTC)


async def how_many(database: Database, table: type = Member) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


def compiled(database: Database) -> dict[Any, Any]:
    """Where the statements are kept that a database compiled."""
    kept: dict[Any, Any] = database.engine.get_execution_options()["compiled_cache"]
    return kept


async def test_writing_commits_at_the_end(database: Database) -> None:
    async with database.writing() as session:
        session.add(Member(slack_id="U1"))
    assert await how_many(database) == 1


async def test_writing_rolls_everything_back_on_an_exception(database: Database) -> None:
    async def fail_halfway() -> None:
        async with database.writing() as session:
            session.add(Member(slack_id="U1"))
            await session.flush()
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        await fail_halfway()
    assert await how_many(database) == 0


async def test_reading_takes_no_lock_and_waits_for_no_writer(database: Database) -> None:
    async with database.writing() as writer:
        writer.add(Member(slack_id="U1"))
        await writer.flush()
        async with asyncio.timeout(2), database.reading() as reader:
            assert await reader.scalar(select(func.count()).select_from(Member)) == 0


async def test_a_writer_waits_for_no_reader(database: Database) -> None:
    async with database.reading() as reader:
        await reader.scalar(select(func.count()).select_from(Member))
        async with asyncio.timeout(2), database.writing() as writer:
            writer.add(Member(slack_id="U1"))
        assert await reader.scalar(select(func.count()).select_from(Member)) == 1


async def test_reading_is_outside_any_transaction(database: Database, kind: str) -> None:
    async with database.reading() as session:
        await session.execute(select(Member))
        raw = await (await session.connection()).get_raw_connection()
        driver = raw.driver_connection
        assert driver is not None
        assert not (driver.in_transaction if kind == "sqlite" else driver.is_in_transaction())


async def test_twenty_writers_at_once_all_get_their_turn(database: Database) -> None:
    async def count_one() -> None:
        async with database.writing() as session:
            seen = await session.scalar(select(func.count()).select_from(Member))  # reader that turns writer
            await asyncio.sleep(0.002)
            session.add(Member(slack_id=f"U{seen}-{id(session)}"))

    await asyncio.gather(*(count_one() for _ in range(20)))
    assert await how_many(database) == 20


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_writer_who_is_paused_amid_a_transaction_holds_the_others_up_for_no_longer_than_said(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.IDLE_SECONDS", 0.5)
    paused = open_database(database.engine.url.render_as_string(hide_password=False))

    async def pause() -> None:
        async with paused.writing() as session:
            await session.execute(new_mark())
            async with asyncio.timeout(5), database.writing() as other:
                other.add(Member(slack_id="U1"))
            session.add(Member(slack_id="U2"))

    with pytest.raises(DBAPIError):
        await pause()
    async with paused.writing() as session:
        session.add(Member(slack_id="U3"))
    assert await how_many(database) == 2, "who was paused wrote nothing, and goes on with a new connection"
    await paused.close()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_process_that_stood_still_amid_a_transaction_goes_on_with_a_new_connection(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.IDLE_SECONDS", 0.5)
    frozen = open_database(database.engine.url.render_as_string(hide_password=False))

    async def freeze() -> None:
        async with frozen.writing() as session:
            session.add(Member(slack_id="U1"))
            await session.flush()
            asyncio.get_running_loop().call_later(0.05, time.sleep, 1.5)
            await session.execute(select(func.pg_sleep(0.2)))
            # The answer and the end of the connection came together: asyncpg has read both.
            await session.execute(new_mark())

    with pytest.raises(InternalError):
        await freeze()
    assert await how_many(frozen) == 0
    await frozen.close()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_what_a_connection_kept_is_freed_soon_after_it_was_cut(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circles, "SOON", 0.1)
    for moment in ("_not_before", "_planned"):  # with all that tests hold it takes long, and then rests long
        monkeypatch.setattr(circles._circles, moment, 0.0)
    opened = open_database(database.engine.url.render_as_string(hide_password=False))
    async with opened.reading() as session:
        raw = await (await session.connection()).get_raw_connection()
        freed = asyncio.Event()
        cut = weakref.ref(raw.driver_connection, lambda _: freed.set())
        del raw
        number = await session.scalar(select(func.pg_backend_pid()))
    gc.disable()  # the collector does not come by itself
    try:
        async with database.reading() as session:
            await session.execute(select(func.pg_terminate_backend(number)))
        async with opened.reading() as session:
            assert await session.scalar(select(func.pg_backend_pid())) != number
        await asyncio.wait_for(freed.wait(), 10)
    finally:
        gc.enable()
    assert cut() is None
    await opened.close()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_migration_and_a_backup_may_take_their_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.IDLE_SECONDS", 0.2)
    address = database.engine.url.render_as_string(hide_password=False)
    opened, migrating = open_database(address), open_database(address, foreign_keys=False)
    async with snapshot(opened) as backup, migrating.engine.begin() as migration:
        for connection in (backup, migration):
            await connection.execute(select(func.count()).select_from(Member))
        await asyncio.sleep(0.6)
        for connection in (backup, migration):
            assert (await connection.execute(select(func.count()).select_from(Member))).scalar() == 0
    await opened.close()
    await migrating.close()


async def test_whatever_roles_somebody_holds_their_commitments_are_one_statement(database: Database) -> None:
    day = NOW.date()

    async def read(*held: RoleHeld) -> None:
        own = owned_by(1, held, day)
        async with database.reading() as session:
            assert await commitments(session, [own], own, day) == []

    chair, focal_point, of_all = RoleName.CHAIR, RoleName.FOCAL_POINT, RoleName.SECRETARIAT
    await read()
    known = len(compiled(database))
    await read((chair, 3, None), (chair, 4, None), (focal_point, None, 5), (of_all, None, None))
    assert len(compiled(database)) == known


async def test_fifteen_may_ask_at_once_and_two_connections_are_kept(databases: Databases) -> None:
    async for address in databases.lend("postgresql", "migrated"):
        database = open_database(address)
        pool = cast(AsyncAdaptedQueuePool, database.engine.pool)
        together = asyncio.Barrier(15)

        async def ask(database: Database = database, together: asyncio.Barrier = together) -> None:
            async with database.reading() as session:
                await session.execute(select(Member))
                async with asyncio.timeout(20):
                    await together.wait()

        await asyncio.gather(*(ask() for _ in range(15)))
        assert (pool.checkedout(), pool.checkedin()) == (0, 2)
        await database.close()


async def test_of_statements_those_used_last_are_kept_and_no_more_columns_than_that(
    databases: Databases, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.compiled, "COLUMNS", 100)
    monkeypatch.setattr(storage.database, "PREPARED", 10)
    prepared = text("SELECT count(*) FROM pg_prepared_statements")
    async for address in databases.lend(kind, "migrated"):
        database = open_database(address)
        kept = compiled(database)
        async with database.reading() as session:
            for number in range(60):
                await session.execute(select(literal_column(str(number))))
                assert str(list(kept.values())[-1]) == f"SELECT {number}"
                assert len(kept) <= 20
            if kind == "postgresql":
                assert await session.scalar(prepared) <= 15, "half as many again"
            await session.execute(select(*(literal_column(str(one)) for one in range(90))))
            assert len(kept) == 3
            await session.execute(select(*(literal_column(str(one)) for one in range(200))))
            assert len(kept) == 1, "one that is wider than all that is kept is kept alone"
        await database.close()


async def test_what_is_done_aside_pushes_out_nothing_and_is_seen_and_told_of_all_the_same(
    databases: Databases, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.compiled, "RARE", 5 * storage.compiled.LEAST)
    told: list[AsyncSession] = []
    async for address in databases.lend(kind, "migrated"):
        database = replace(open_database(address), committed=told.append)
        mark = (await database.glances.of("U1")).mark
        kept = list(compiled(database))
        for _ in range(2):
            async with database.aside().writing() as session:
                for number in range(30):
                    await session.execute(select(literal_column(str(number))))
                await session.execute(insert(Member).values(slack_id=f"U{len(told)}"))
        assert list(compiled(database)) == kept
        assert len(database.rare) == 5, "one store for all that is aside"
        assert [str(one) for one in database.rare.values()][:3] == ["SELECT 27", "SELECT 28", "SELECT 29"]
        assert await how_many(database) == 2
        assert (await database.glances.of("U1")).mark != mark
        assert len(told) == 2
        await database.close()


async def test_several_who_open_a_new_file_at_once_all_get_in(tmp_path: Path) -> None:
    async def look(path: Path) -> None:
        database = open_database(f"sqlite:///{path}")
        async with database.writing() as session:
            await session.execute(text("CREATE TABLE IF NOT EXISTS new (it)"))
        await database.close()

    for number in range(40):
        await asyncio.gather(*(look(tmp_path / f"{number}.sqlite3") for _ in range(3)))


async def test_what_one_writer_wrote_the_next_one_sees(database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL lets writers run side by side; there a unique key decides")

    async def next_number() -> None:
        async with database.writing() as session:
            seen = await session.scalar(select(func.count()).select_from(Member))
            session.add(Member(slack_id=f"U{seen}"))

    await asyncio.gather(*(next_number() for _ in range(10)))
    async with database.reading() as session:
        found = set((await session.scalars(select(Member.slack_id))).all())
    assert found == {f"U{number}" for number in range(10)}


async def test_a_reference_to_nothing_is_refused_by_both(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.writing() as session:
            await session.execute(
                text("INSERT INTO pathfinders (key, place_id, derived) VALUES ('XX', 99, false)")
            )


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="a stored moment needs a time zone"):
        async with database.writing() as session:
            session.add(Claim(key="naive", at=NOW.replace(tzinfo=None)))


@pytest.mark.parametrize("hours", [0, 14, -10, 5.75])
async def test_a_moment_comes_back_as_the_same_moment_in_utc(database: Database, hours: float) -> None:
    local = NOW.astimezone(timezone(timedelta(hours=hours)))
    async with database.writing() as session:
        session.add(Claim(key="aware", at=local))
    async with database.reading() as session:
        back = (await session.scalars(select(Claim.at))).one()
        assert back == NOW
        assert back.utcoffset() == timedelta(0)
        assert (await session.scalars(select(Claim.key).where(Claim.at < local + timedelta(hours=1)))).all()
        assert not (await session.scalars(select(Claim.key).where(Claim.at < local))).all()


words = st.dictionaries(
    st.sampled_from(["en", "fr", "es", "ar", "zh"]),
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40),
    min_size=1,
)


@settings(max_examples=25)
@given(words)
async def test_words_in_any_language_come_back_as_they_went(
    database: Database, given_words: dict[str, str]
) -> None:
    async with database.writing() as session:
        row = Source(
            key=f"k{await session.scalar(select(func.count()).select_from(Source))}", title=given_words
        )
        row.when = PartialDate()
        session.add(row)
    async with database.reading() as session:
        back = (await session.scalars(select(Source).order_by(Source.id.desc()).limit(1))).one()
    assert back.title == given_words


async def test_accents_arabic_and_nothing_come_back(database: Database) -> None:
    said = {"en": "Côte d’Ivoire", "ar": "كوت ديفوار", "es": "¿Qué? ñ", "zh": "科特迪瓦 🇨🇮"}
    async with database.writing() as session:
        session.add(Organisation(key="o", name=said, short=None, constituency=Constituency.WORKERS))
    async with database.reading() as session:
        row = (await session.scalars(select(Organisation))).one()
        assert (row.name, row.short, row.constituency) == (said, None, Constituency.WORKERS)
        assert await session.scalar(text("SELECT count(*) FROM organisations WHERE short IS NULL")) == 1


@pytest.mark.parametrize(
    "when",
    [
        PartialDate(),
        PartialDate.parse("2019-02-07", status=Status.HELD),
        PartialDate.parse("before 2019-07", status=Status.PLANNED, inferred=True),
        PartialDate.parse("2020-10-28", hours="11:00-14:00", zone="Asia/Bangkok"),
        PartialDate.parse("2021..2022"),
    ],
    ids=str,
)
async def test_a_partial_date_comes_back_whole(database: Database, when: PartialDate) -> None:
    async with database.writing() as session:
        session.add(Source(key="s", title={"en": "x"}, when=when))
    async with database.reading() as session:
        assert (await session.scalars(select(Source))).one().when == when


async def test_a_word_outside_the_vocabulary_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="aliens"):
        async with database.writing() as session:
            session.add(Organisation(key="o", name={"en": "x"}, constituency="aliens"))


@pytest.mark.parametrize(
    ("address", "driver"),
    [
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql+psycopg://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
    ],
)
def test_an_address_needs_no_driver(address: str, driver: str) -> None:
    assert async_url(address) == driver
