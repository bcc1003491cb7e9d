"""A conversation with the real bot: a sandbox workspace, and the app connected to it.

`talk` comes in two kinds, so that every test runs over both roads and on both databases: Socket Mode with
SQLite, signed HTTP with PostgreSQL. The bot is started once for all tests of a kind.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.app import Bot, make_desk
from bot.log import set_up_logging
from bot.manifest import make_manifest
from bot.pace import Pace
from bot.run import running
from bot.trying import SECRETARIAT, settings_for
from community.roles import bootstrap
from sandbox import Sandbox
from sandbox.pace import Limits
from storage.database import open_database
from storage.tables import (
    AuditEntry,
    Change,
    ChannelSetting,
    Claim,
    Delivery,
    Edition,
    EditionItem,
    Event,
    Fact,
    Group,
    HelpLine,
    Letter,
    MailReader,
    Member,
    Membership,
    Organisation,
    Pathfinder,
    Representative,
    Request,
    Role,
    Schedule,
    ScheduleChannel,
    StageChange,
    Stopped,
    Subscription,
    TranslationOffer,
    Update,
    UpdateRevision,
    UpdateTranslation,
)
from tests.handlers.talk import Talk


@pytest.fixture(scope="session", params=["socket-sqlite", "http-postgresql"])
async def _workspace(request: pytest.FixtureRequest, databases: Any) -> AsyncIterator[Talk]:
    set_up_logging()
    road, _, kind = request.param.partition("-")
    address = await databases.fresh(kind, "loaded")
    database = open_database(address)
    box = Sandbox(make_manifest(make_desk()), limits=Limits(per_second=None, per_minute=None))
    async with box.serving():
        settings = settings_for(
            box, database_url=address, smtp_url=box.mailbox.url, mail_from="news@bot.example.org",
            secret_key="s" * 32,
        )  # fmt: skip
        async with running(settings, database, http=road == "http") as going:
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
    Membership, Representative,
)  # fmt: skip
"""What only people make, in an order in which it can be deleted."""
SAID = (Fact, StageChange, Event, Group, Organisation, Pathfinder)
"""What is shipped, and what people may have added or changed."""


async def forget(session: AsyncSession) -> None:
    """Everything that people did. What they changed of the shipped rows, each test mends itself."""
    for table in MADE:
        await session.execute(delete(table))
    await session.execute(delete(Role).where(Role.member_id.is_not(None)))
    await session.execute(update(Member).values(organisation_id=None))
    for table in SAID:
        await session.execute(update(table).values(said_by_id=None, said_at=None))
    for table in (Member, Claim, ChannelSetting):
        await session.execute(delete(table))


@pytest.fixture
async def talk(_workspace: Talk) -> Talk:
    """The workspace as on its first day: nobody has chosen anything, nothing was said."""
    await _workspace.going.bot.busy.idle()
    await _workspace.box.areset()
    async with _workspace.database.writing() as session:
        await forget(session)
        await bootstrap(session, SECRETARIAT, _workspace.going.bot.clock.now())
    await _workspace.going.bot.people.read_all()
    return _workspace


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged during a test, as it stands in the file."""
    written = io.StringIO()
    set_up_logging(written)
    yield written
    set_up_logging()
