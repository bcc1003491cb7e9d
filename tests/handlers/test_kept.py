"""Answers that are kept: as fast as an acknowledgement, never older than the last commit, nobody else's."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from sqlalchemy import event, select, text, update

from bot.app import Bot, build
from bot.clock import Clock
from bot.settings import read_settings
from community.members import Profile, Reader, remember
from community.roles import bootstrap
from handlers.slack.answering import answer
from handlers.slack.at_once import AtOnce
from handlers.slack.kept import MOST_CHARACTERS, Answered, Question, Store
from storage.database import Database, open_database
from storage.tables import Claim, Delivery, Group, Member, Place
from templates.messages import Message
from templates.voice import Voice

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MEMBER, GUEST, BOSS, FRENCH = "U0MEMBER", "U0GUEST", "U0BOSS", "U0FRENCH"
PEOPLE = (
    Profile(MEMBER, "en-GB", "Europe/London"),
    Profile(BOSS, "en-GB", "Europe/London"),
    Profile(GUEST, "en-GB", "Europe/London", is_guest=True),
    Profile(FRENCH, "fr-FR", "Africa/Dakar"),
)
READING = (
    "/pathfinder Nepal", "/pathfinder", "/pathfinder more", "/pathfinder map", "/pathfinder nowhere at all",
    "/pathfinder Niger", "/pathfinder Nepal more", "/actiongroup", "/actiongroup migration", "/events",
    "/events past", "/events meetings", "/events day", "/events subscribe", "/commitments",
    "/commitments mine",
    "/ask", "/update mine", "/update review", "/digest", "/digest past", "/digest preview", "/alliance",
    "/alliance help", "/alliance about", "/alliance settings", "/alliance roles", "/alliance audit",
    "/alliance follow", "/alliance profile", "/alliance glossary", "/alliance requests", "/alliance manage",
)  # fmt: skip


_READER = Reader("en", "en", "UTC")


def replica(address: str, clock: Clock) -> Bot:
    """The bot as one more process would have it: its own connections, its own store."""
    settings = read_settings(
        {"_env_file": None, "slack_bot_token": "xoxb-1", "secret_key": "s" * 32, "secretariat": BOSS}
    )
    return build(settings, open_database(address), clock)


@pytest.fixture
async def two(loaded: Database) -> AsyncIterator[tuple[Bot, Bot]]:
    """Two replicas on one database, at noon."""
    clock = Clock()
    clock.follow(NOON, frozen=True)
    async with loaded.writing() as session:
        await remember(session, PEOPLE)
        await bootstrap(session, (BOSS,), NOON)
    address = loaded.engine.url.render_as_string(hide_password=False)
    bots = replica(address, clock), replica(address, clock)
    yield bots
    for bot in bots:
        await bot.services.database.close()


async def ask(bot: Bot, line: str, user: str = MEMBER) -> Message:
    return (await answer(bot.desk, bot.services, line, user)).message


@contextmanager
def statements(bot: Bot) -> Iterator[list[str]]:
    """Every statement that a replica sends meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    engine = bot.services.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


async def test_the_second_time_costs_one_statement_whoever_asks(two: tuple[Bot, Bot]) -> None:
    bot = two[0]
    first = await ask(bot, "/pathfinder Nepal")
    with statements(bot) as sent:
        assert await ask(bot, "/pathfinder Nepal") is first
        assert await ask(bot, "/pathfinder Nepal", BOSS) is first
    assert len(sent) == 2, sent
    assert await ask(bot, "/pathfinder Nepal", FRENCH) is not first
    assert await ask(bot, "/pathfinder Nepal more") is not first


async def test_what_is_only_read_costs_one_statement_when_warm(two: tuple[Bot, Bot]) -> None:
    bot, more = two[0], []
    for line in READING:
        await ask(bot, line, BOSS)  # others are refused some of it, and each refusal is written down
        with statements(bot) as sent:
            await ask(bot, line, BOSS)
        if len(sent) > 1:
            more.append(line)
    assert more == []


async def test_no_replica_ever_shows_less_than_was_committed_before_it_was_asked(
    two: tuple[Bot, Bot],
) -> None:
    committed, asked = 0, [0, 0, 0, 0]
    stop = asyncio.Event()

    async def write() -> None:
        nonlocal committed
        try:
            for number in itertools.count(1):
                async with two[number % 2].services.database.writing() as session:
                    called = {"en": f"Number {number:04}"}
                    await session.execute(update(Group).where(Group.key == "migration").values(name=called))
                committed = number
                await asyncio.sleep(0.002 * (number % 4))
                if number >= 25 and min(asked) >= 10:
                    return
        finally:
            stop.set()

    async def read(reader: int, bot: Bot, user: str) -> None:
        while not stop.is_set():
            before = committed
            title = (await ask(bot, "/actiongroup migration", user)).blocks[0]["text"]["text"]
            shown = int(title.removeprefix("Number ")) if title.startswith("Number") else 0
            assert shown >= before, f"{title} was shown after {before} was committed"
            asked[reader] += 1

    readers = itertools.product(two, (MEMBER, GUEST))
    await asyncio.gather(write(), *(read(number, *one) for number, one in enumerate(readers)))


@pytest.mark.parametrize("kind", ["sqlite"])  # what is kept for whom is no matter of the database
async def test_everybody_reads_what_they_would_have_read_without_it(two: tuple[Bot, Bot]) -> None:
    warm, cold = two
    for line, user in itertools.product(READING, (BOSS, MEMBER, GUEST)):
        kept = await ask(warm, line, user)
        cold.services.store.clear()
        assert kept == await ask(cold, line, user), f"{line} for {user}"


async def test_it_is_another_answer_on_another_day(two: tuple[Bot, Bot]) -> None:
    bot = two[0]
    clock = bot.clock
    clock.follow(datetime(2026, 11, 24, 23, 59, tzinfo=UTC), frozen=True)
    lines = ("/events", "/pathfinder Nepal", "/commitments")
    before = [await ask(bot, line) for line in lines]
    clock.follow(clock.now() + timedelta(seconds=30), frozen=True)
    assert [await ask(bot, line) for line in lines][1] is before[1]
    clock.follow(clock.now() + timedelta(seconds=31), frozen=True)
    for line, old in zip(lines, before, strict=True):
        assert await ask(bot, line) is not old


async def test_what_does_something_does_it_each_time(two: tuple[Bot, Bot], loaded: Database) -> None:
    bot = two[0]
    for language in ("fr", "es", "fr", "fr"):
        await ask(bot, f"/alliance settings language {language}")
        async with loaded.reading() as session:
            chosen = await session.scalar(select(Member.language).where(Member.slack_id == MEMBER))
        assert chosen == language


@pytest.mark.parametrize("user", [MEMBER, GUEST])
async def test_a_command_that_opens_a_form_opens_it_though_a_button_with_its_line_was_answered(
    two: tuple[Bot, Bot], user: str
) -> None:
    bot, _ = two
    middle = AtOnce(bot.desk, bot.services)

    async def typed(line: str) -> str:
        name, _, text = line.partition(" ")
        body = {"command": name, "text": text, "user_id": user}
        answered = await middle.async_process(
            req=AsyncBoltRequest(body=body, mode="socket_mode"), resp=BoltResponse(status=404), next=usual
        )
        return answered.body if answered else ""

    async def usual() -> BoltResponse:
        return BoltResponse(status=200, body="the listener")

    for line in ("/events aob 1", "/events  divers 1", "/alliance profile", "/update Nepal", "/ask new"):
        await ask(bot, line, user)
        with statements(bot) as sent:
            assert await typed(line) == "the listener", line
        assert sent == [], "and no look at the database"
    await ask(bot, "/pathfinder Nepal", user)
    assert "2019" in await typed("/pathfinder Nepal"), "all else is answered at once"


async def test_a_concern_is_not_kept_in_its_words(two: tuple[Bot, Bot]) -> None:
    bot = two[0]
    await ask(bot, "/alliance concern a girl named Amina in the brickyard")
    assert "Amina" not in repr(bot.services.store._kept)


@pytest.mark.parametrize(
    ("statement", "is_new"),
    [
        ("UPDATE places SET key = key", True),
        ("DELETE FROM facts WHERE id < 0", True),
        ("INSERT INTO claims (key, at) VALUES ('x', '2026-11-24 12:00:00+00:00')", False),
        ("SELECT 1", False),
        ("WITH old AS (SELECT 1) UPDATE places SET key = key", True),
    ],
)
async def test_what_makes_a_new_mark(two: tuple[Bot, Bot], statement: str, is_new: bool) -> None:
    database = two[0].services.database

    async def mark() -> str:
        return (await database.glances.of(MEMBER)).mark

    before = await mark()
    async with database.writing() as session:
        await session.execute(text(statement))
        assert await mark() == before, "nobody sees it before it is committed"
    assert (await mark() != before) is is_new


async def test_what_was_rolled_back_makes_none(two: tuple[Bot, Bot]) -> None:
    database = two[0].services.database
    before = (await database.glances.of(MEMBER)).mark

    async def fail() -> None:
        async with database.writing() as session:
            await session.execute(update(Place).values(key=Place.key))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.writing() as session:
        await session.execute(update(Claim).values(at=NOON))
    assert (await database.glances.of(MEMBER)).mark == before


async def test_an_answer_that_looked_at_messages_on_their_way_is_not_kept(two: tuple[Bot, Bot]) -> None:
    database, looked = two[0].services.database, set[str]()
    async with database.reading(looked) as session:
        await session.execute(select(Delivery.id))
    assert looked == {"deliveries"}


async def test_a_connection_that_was_cut_is_replaced_without_anybody_noticing(
    two: tuple[Bot, Bot], kind: str
) -> None:
    if kind == "sqlite":
        pytest.skip("SQLite has no connections that others cut")
    bot, other = two
    first = await ask(bot, "/pathfinder Nepal")
    async with other.services.database.writing() as session:
        await session.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                 "AND datname = current_database()")
        )  # fmt: skip
    assert await ask(bot, "/pathfinder Nepal") is first


def test_the_store_holds_no_more_than_it_may() -> None:
    store, voice = Store(), _voice(NOON)
    body = Message("x" * 100_000, ())
    for number in range(100):
        store.keep(_question(str(number)), voice, Answered(body, _READER))
    assert len(store) <= MOST_CHARACTERS // 100_000
    assert store.find(_question("99"), voice) is not None
    assert store.find(_question("0"), voice) is None


def test_what_is_kept_goes_after_ten_minutes_and_with_a_new_mark() -> None:
    now = [0.0]
    store, voice = Store(lambda: now[0]), _voice(NOON)
    store.keep(_question("a"), voice, Answered(Message("a", ()), _READER))
    assert store.find(_question("a", mark="other"), voice) is None
    assert store.find(_question("a"), voice) is not None
    now[0] = 601
    assert store.find(_question("a"), voice) is None


def _voice(moment: datetime) -> Voice:
    return Voice("en", "UTC", moment, None)  # type: ignore[arg-type]


def _question(line: str, mark: str = "m") -> Question:
    return Question(mark, line, _READER, MEMBER)
