"""Whatever is typed: a clear sentence, no ping, no markup, no trace of the code, never silence."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Executable, delete, insert, select, text
from sqlalchemy.exc import DBAPIError

from community import pathfinders
from community.members import Reader
from handlers.slack.answering import answer, fault_for, is_ours
from handlers.slack.asking import Services
from sandbox import Fault
from storage.database import Database, open_database
from storage.tables import Member
from tests.handlers.talk import FRENCH, NO_ZONE, Talk, said, shown

COMMANDS = ["/pathfinder", "/actiongroup", "/events", "/alliance"]
HOSTILE = {
    "a ping": "<!channel>",
    "a person": "<@U0NEWMEMB>",
    "markup": "*bold* _it_ ~no~ `code` > quote",
    "a link": "<https://example.org|Nepal>",
    "10,000 characters": "x" * 10_000,
    "many words": "Nepal " * 2_000,
    "control characters": "Ne\x00pal\x07\x1b[31m",
    "right to left": "\u202elapeN\u202c",
    "Arabic": "نيبال",
    "emoji": "🙈🙉🙊",
    "entities": "&lt;!channel&gt; &amp;",
    "format signs": "%(name)s {{ 7 * 7 }} {% raw %} %s",
    "SQL": "'; DROP TABLE places; --",
    "JSON": '{"a": [1, 2]}',
    "only spaces": "     ",
    "a page nobody has": "Africa page 99999999",
    "zalgo": "N̷̢̛e̸p̵a̶l̷",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(
    "command", ["/pathfinder", "/actiongroup", "/events", "/alliance", "/alliance glossary"]
)
async def test_hostile_text_gets_a_sentence_and_pings_nobody(talk: Talk, command: str, name: str) -> None:
    outcome = await talk.command(f"{command} {HOSTILE[name]}")
    message = shown(outcome)
    assert message["pings"] == []
    assert "Traceback" not in said(outcome)
    assert "Reference number" not in said(outcome)
    assert len(json.dumps(message["blocks"])) < 15_000


async def test_markup_is_shown_as_it_was_typed(talk: Talk) -> None:
    answer_ = (await talk.ask("/pathfinder *Nepl* <!channel> & co")).replace("\u2060", "")
    assert "“*Nepl* &lt;!channel&gt; &amp; co”" in answer_


async def test_markup_opens_no_bold_or_code(talk: Talk) -> None:
    said_ = await talk.ask("/pathfinder *xyzzy* `code`")
    assert "\u2060*\u2060xyzzy" in said_
    assert "\u2060`\u2060code" in said_


async def test_arabic_finds_nepal(talk: Talk) -> None:
    assert (await talk.ask("/pathfinder نيبال")).startswith("Nepal\n")


async def test_direction_marks_do_not_hide_a_name(talk: Talk) -> None:
    assert (await talk.ask("/pathfinder \u200fNepal\u200e")).startswith("Nepal\n")


async def test_a_profile_without_zone_or_locale_is_answered(talk: Talk) -> None:
    assert "7 February 2019" in await talk.ask("/pathfinder Nepal", NO_ZONE)


async def test_somebody_unknown_reads_their_own_language_or_the_default_while_slack_does_not_say_it(
    talk: Talk,
) -> None:
    await talk.box.areset()
    async with talk.database.writing() as session:
        await session.execute(delete(Member).where(Member.slack_id == FRENCH))
    talk.box.faults.add(Fault("server_error", method="users.info", times=2))
    assert "7 February 2019" in await talk.ask("/pathfinder Nepal", FRENCH)
    assert "7 février 2019" in await talk.ask("/pathfinder Nepal", FRENCH)


async def test_a_command_for_a_place_that_is_not_there_any_more(talk: Talk) -> None:
    outcome = await talk.command("/pathfinder Nepal")
    forged = await talk.box.action(
        "U0NEWMEMB",
        shown(outcome)["ts"],
        channel="C0GENERAL",
        action_id="do:9",
        value="/nosuchcommand at all",
        forged=True,
    )
    assert "Reference number" in said(forged)


@asynccontextmanager
async def without_database(talk: Talk, url: str) -> AsyncIterator[Services]:
    """The bot's services with a database that does not work."""
    database = open_database(url)
    yield replace(talk.going.bot.services, database=database)
    await database.close()


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:9/none", "sqlite:////nowhere/at/all.sqlite3"])
async def test_a_missing_database_is_an_apology_with_a_reference(
    talk: Talk, url: str, log: io.StringIO
) -> None:
    async with without_database(talk, url) as services:
        answered = await answer(talk.going.bot.desk, services, "/pathfinder Nepal", FRENCH)
    text = str(answered.message.blocks)
    assert "cannot reach my records" in text
    assert "Traceback" not in text
    reference = text.split("Reference number: ")[1][:6]
    assert reference in log.getvalue()


async def test_a_database_without_tables_is_an_apology(talk: Talk, bare: Database) -> None:
    services = replace(talk.going.bot.services, database=bare)
    answered = await answer(talk.going.bot.desk, services, "/pathfinder Nepal", FRENCH)
    assert "Reference number" in str(answered.message.blocks)
    assert "try again in a minute" not in str(answered.message.blocks), "no waiting mends it"


@pytest.mark.parametrize("kind", ["postgresql"])
@pytest.mark.parametrize(
    ("statement", "ours"),
    [
        (insert(Member).values(slack_id="U" * 21), True),
        (select(Member.id).where(Member.id == 2**40), True),
        (text("SELECT 1 / 0"), True),
        (text("SELECT nothing FROM members"), True),
        (text("INSERT INTO members (id) VALUES (1)"), True),
        (text("SELECT pg_terminate_backend(pg_backend_pid())"), False),
        (text("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$"), False),
        (text("DO $$ BEGIN RAISE SQLSTATE '53100'; END $$"), False),
    ],
    ids=["too long", "too large", "by nought", "no column", "empty", "cut", "deadlock", "full"],
)
async def test_what_postgresql_refuses_for_good_is_told_from_what_passes(
    talk: Talk, database: Database, statement: Executable, ours: bool
) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with database.writing() as session:
            await session.execute(statement)
    assert is_ours(caught.value) is ours
    message = fault_for(talk.going.bot.services, Reader("en", "en", "UTC"), "/pathfinder", caught.value)
    assert ("try again in a minute" in str(message.blocks)) is not ours


async def test_nothing_that_was_typed_stands_in_the_log(talk: Talk, bare: Database, log: io.StringIO) -> None:
    services = replace(talk.going.bot.services, database=bare)
    await answer(talk.going.bot.desk, services, "/pathfinder somebodys-private-words", FRENCH)
    assert "answer_failed" in log.getvalue()
    assert "somebodys-private-words" not in log.getvalue()
    assert FRENCH not in log.getvalue()


async def test_a_slow_answer_is_promised_in_time_and_then_given(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = pathfinders.card

    async def slow(*args: Any, **others: Any) -> Any:
        await asyncio.sleep(2.6)
        return await quick(*args, **others)

    monkeypatch.setattr(pathfinders, "card", slow)
    outcome = await talk.command("/pathfinder Nepal")
    assert "One moment please" in outcome.replies[0]["text"]
    assert "7 February 2019" in said(outcome)


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    text=st.text(max_size=400),
    command=st.sampled_from(COMMANDS),
)
def test_any_text_at_all_gets_a_fit_answer(talk: Talk, text: str, command: str) -> None:
    """Straight to the one function that never raises: the road there is tested above."""
    bot = talk.going.bot
    loop = asyncio.new_event_loop()
    try:
        answered = loop.run_until_complete(_fresh(bot, f"{command} {text}"))
    finally:
        loop.close()
    assert answered


async def _fresh(bot: Any, line: str) -> bool:
    database = open_database(bot.services.database.engine.url.render_as_string(hide_password=False))
    try:
        services = replace(bot.services, database=database)
        message = (await answer(bot.desk, services, line, "U0NEWMEMB")).message
        return "Reference number" not in str(message.blocks)
    finally:
        await database.close()


async def test_while_somebody_else_writes_reading_goes_on(talk: Talk) -> None:
    if talk.database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no such lock")
    async with talk.database.writing() as other:
        await other.execute(delete(Member).where(Member.slack_id == "U0NOBODYX"))
        assert "7 February 2019" in await talk.ask("/pathfinder Nepal")
        outcome = await talk.command("/alliance settings language fr")
        assert "One moment please" in outcome.replies[0]["text"]
        assert "cannot reach my records" in said(outcome)
    assert "Langue" in await talk.ask("/alliance settings language fr")
