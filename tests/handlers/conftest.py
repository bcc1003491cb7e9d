"""A conversation with the real bot: a sandbox workspace, and the app connected to it.

`talk` comes in two kinds, so that every test runs over both roads and on both databases: Socket Mode with
SQLite, signed HTTP with PostgreSQL. The bot is started once for all tests of a kind.
"""

from __future__ import annotations

import asyncio
import io
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from functools import cache, partial
from types import SimpleNamespace
from typing import Any
from zlib import crc32

import pytest
from sqlalchemy import ClauseElement, Dialect, Executable, Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import ticking
from bot.app import Bot, make_desk
from bot.log import set_up_logging
from bot.manifest import make_manifest
from bot.pace import Pace
from bot.run import running
from bot.trying import SECRETARIAT, settings_for
from community.roles import bootstrap
from sandbox import Sandbox
from sandbox.pace import Limits
from storage.base import Base
from storage.database import Database, open_database
from storage.marks import new_mark
from storage.tables import (
    AgendaItem,
    Answer,
    Asker,
    Attendance,
    AuditEntry,
    Change,
    ChannelSetting,
    Claim,
    Commitment,
    Contribution,
    Delivery,
    Edition,
    EditionItem,
    Event,
    EventAudience,
    Fact,
    FeedsInto,
    Group,
    HelpLine,
    Letter,
    MailReader,
    MeetingNote,
    Member,
    Membership,
    Organisation,
    Pathfinder,
    Question,
    QuestionAnswer,
    Registration,
    Report,
    Representative,
    Request,
    Restoration,
    Role,
    Schedule,
    ScheduleChannel,
    Speaker,
    StageChange,
    Stopped,
    Subscription,
    TranslationOffer,
    Update,
    UpdateRevision,
    UpdateTranslation,
)
from tests.handlers.talk import Talk

BEGINS = datetime.fromisoformat(os.environ.get("TESTS_BEGIN", "2026-11-18T10:17:00+00:00"))
"""When each conversation begins: on a Wednesday morning, so that none passes by day and fails by night. Set
TESTS_BEGIN to try them at another hour."""


A_MINUTE, A_DAY = ticking.MINUTE, 86_400
"""How often the bot's clock does its work; never here by itself, in the middle of a test that counts it."""


ROADS = ("socket-sqlite", "http-postgresql")
_UNASKED = SimpleNamespace(params={})


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A conversation goes one road in `make test`, by its name, and the other in `make test-long`."""
    for item in items:
        road = getattr(item, "callspec", _UNASKED).params.get("_workspace")
        if road and ROADS.index(road) != crc32(item.nodeid.replace(road, "").encode()) % len(ROADS):
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session", params=ROADS)
async def _workspace(request: pytest.FixtureRequest, databases: Any) -> AsyncIterator[Talk]:
    set_up_logging()
    road, _, kind = request.param.partition("-")
    address = await databases.fresh(kind, "loaded")
    database = open_database(address)
    unhurried = Limits(per_second=None, per_minute=None)
    box = Sandbox(make_manifest(make_desk()), limits=unhurried, begins=BEGINS)
    async with box.serving():
        settings = settings_for(
            box, database_url=address, smtp_url=box.mailbox.url, mail_from="news@bot.example.org",
            secret_key="s" * 32,
        )  # fmt: skip
        ticking.MINUTE = A_DAY
        async with running(settings, database, http=road == "http") as going:
            ticking.MINUTE = A_MINUTE
            if road == "http":
                box.connect_http(f"http://127.0.0.1:{going.port}/slack/events")
            _hurry(going.bot)
            yield Talk(box, going, database)
    await database.close()
    await databases.drop(address)


def _hurry(bot: Bot) -> None:
    """Let no test wait for Slack's pace or the mail server's: they have tests of their own (`tests/bot`)."""
    seconds = itertools.count(step=10)
    bot.worker._pace = Pace(lambda: float(next(seconds)))
    if bot.post is not None:
        bot.post._pace = 0.0


MADE = (
    AuditEntry, Stopped, HelpLine, Delivery, Letter, MailReader, EditionItem, Edition, ScheduleChannel,
    Schedule, Subscription, Change, Request, TranslationOffer, UpdateTranslation, UpdateRevision, Update,
    Contribution, Membership, Representative, Attendance, Registration, FeedsInto, Asker, MeetingNote, Report,
    Restoration,
)  # fmt: skip
"""What only people make, in an order in which it can be deleted."""
SAID = (Fact, StageChange, Event, Group, Organisation, Pathfinder)
"""What is shipped, and what people may have added or changed."""
MET = (Member, Claim, ChannelSetting)
"""Who was met, and what was noted of them: last, for everything else points to it."""


def _forgetting() -> Iterator[Executable]:
    """Everything that people did. What they changed of the shipped rows, each test mends itself."""
    yield from (delete(table) for table in MADE)
    said = select(Answer.id).where(Answer.at.is_not(None))
    yield delete(QuestionAnswer).where(QuestionAnswer.answer_id.in_(said))
    yield delete(Answer).where(Answer.at.is_not(None))
    yield delete(Question).where(Question.asked_at.is_not(None))
    yield delete(Commitment).where(Commitment.added_at.is_not(None))
    ended = Commitment.ended_at.is_not(None) | Commitment.said_at.is_not(None)
    as_shipped = {
        "outcome": None, "reason": None, "ended_at": None, "ended_by_id": None, "said_by_id": None,
        "said_at": None, "member_id": None, "revision": 0,
    }  # fmt: skip
    yield update(Commitment).where(ended).values(as_shipped)
    yield delete(Role).where(Role.member_id.is_not(None))
    yield update(Member).where(Member.organisation_id.is_not(None)).values(organisation_id=None)
    yield (
        update(Speaker).where(Speaker.replaced_at.is_not(None)).values(replaced_by_id=None, replaced_at=None)
    )
    yield from (delete(table).where(table.key.like("member/%")) for table in (Speaker, AgendaItem))
    yield delete(EventAudience)
    yield delete(Event).where(Event.added_at.is_not(None))
    for table in SAID:
        changed = table.said_by_id.is_not(None) | table.said_at.is_not(None)
        yield update(table).where(changed).values(said_by_id=None, said_at=None)
    emptied = {one.__table__ for one in (*MADE, *MET)}
    for left in Base.metadata.sorted_tables:
        for column in left.columns if left not in emptied else ():
            if column.nullable and column.references(Member.__table__.c.id):
                yield update(left).where(column.is_not(None)).values({column.name: None})


@cache
def _script(dialect: Dialect) -> str:
    asked_by_nobody = "SET LOCAL session_replication_role = replica" if dialect.name == "postgresql" else ""
    done = map(partial(_written, dialect=dialect), _forgetting())
    met = (_written(delete(table), dialect) for table in MET)
    return ";".join((*done, asked_by_nobody, *met))


def _written(one: Executable, dialect: Dialect) -> str:
    assert isinstance(one, ClauseElement)
    return str(one.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


async def forget(database: Database) -> None:
    """Forget everything that people did: all of it sent at once, for each test begins so.

    Nothing refers to members by then, so that PostgreSQL need not ask sixty tables for each who goes.
    """
    async with database.reading() as session:
        connection = await session.connection()
        driver: Any = (await connection.get_raw_connection()).driver_connection
        script = f"{_script(connection.dialect)};{_written(new_mark(), connection.dialect)}"
        if connection.dialect.name == "sqlite":
            await driver.executescript(f"BEGIN;{script};COMMIT")
        else:
            await driver.execute(f"BEGIN;{script};COMMIT")


Kept = dict[Table, list[dict[str, Any]]]


async def keep(session: AsyncSession, *tables: type[Base]) -> Kept:
    """The rows of these tables as they stand now, for `put_back`."""
    return {table.__table__: await _rows(session, table.__table__) for table in tables}  # type: ignore[misc]


async def put_back(session: AsyncSession, kept: Kept) -> None:
    """Make these rows stand again as they were kept, and no others: what did not change is not written."""
    for table, before in kept.items():
        after = {row["id"]: row for row in await _rows(session, table)}
        for row in before:
            if row["id"] in after and row != after[row["id"]]:
                await session.execute(update(table).where(table.c.id == row["id"]).values(row))
    for table, before in kept.items():
        await session.execute(delete(table).where(table.c.id.not_in([row["id"] for row in before])))


async def _rows(session: AsyncSession, table: Table) -> list[dict[str, Any]]:
    return [dict(row) for row in (await session.execute(select(table))).mappings()]


@pytest.fixture(scope="session")
async def _met(_workspace: Talk) -> Kept:
    """Everybody as the bot meets them when it starts, and the secretariat's role."""
    await _workspace.going.bot.busy.idle()  # it reads them all by itself, too
    await forget(_workspace.database)
    async with _workspace.database.writing() as session:
        await bootstrap(session, SECRETARIAT, _workspace.going.bot.clock.now())
    await _workspace.going.bot.people.read_all()
    async with _workspace.database.reading() as session:
        kept = await keep(session, Member, Role, AuditEntry)
    roles: Any = Role.__table__
    return {**kept, roles: [row for row in kept[roles] if row["member_id"] is not None]}


@pytest.fixture
async def talk(_workspace: Talk, _met: Kept) -> Talk:
    """The workspace as on its first day: nobody has chosen anything, nothing was said.

    Whoever came before may have cut the socket: it is there again before this one begins.
    """
    for _ in range(1_500):
        if _workspace.box.connected:
            break
        await asyncio.sleep(0.02)
    await _workspace.going.bot.busy.idle()
    await _workspace.box.areset()
    await forget(_workspace.database)
    async with _workspace.database.writing() as session:
        for table, rows in _met.items():
            await session.execute(insert(table), rows)
    return _workspace


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged during a test, as it stands in the file."""
    written = io.StringIO()
    set_up_logging(written)
    yield written
    set_up_logging()
