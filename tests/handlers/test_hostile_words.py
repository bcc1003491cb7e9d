"""Every string of a large public corpus and of our own, in every field, to every exit: words stay words."""

from __future__ import annotations

import asyncio
import email
import email.policy
import io
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import httpx
import ical.calendar_stream
import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.app import make_desk
from bot.log import set_up_logging
from bot.manifest import make_manifest
from bot.run import Running, running
from bot.ticking import send_due
from bot.trying import SECRETARIAT, settings_for
from community import mail, schedules
from community.rights import actor_of
from community.schedules import Plan
from handlers.slack.answering import answer
from handlers.slack.forms import Opening
from handlers.slack.home import drawn
from sandbox import Sandbox, SlackError, check_blocks, check_view
from sandbox.mrkdwn import pings
from sandbox.pace import Limits
from storage.base import Base
from storage.database import open_database
from storage.tables import Commitment, Event, Group, Place, Question, Update, metadata
from storage.vocabulary import Cadence, Quiet
from templates.mrkdwn import escape
from tests.handlers.conftest import _hurry
from tests.handlers.talk import ENGLISH, FRENCH, GENERAL, GUEST, SPANISH
from tests.hostile import EVERY, OURS, PUBLIC
from tests.hostile.filling import add, rewrite, typed

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MIGRATION = "C0MIGRATE"
HARMLESS = ("Plain words", "https://example.org/page", "Two lines\n\nof words")
SOME = 5
"""How many of a long list of things are looked at one by one."""


@dataclass(frozen=True)
class Sea:
    """A bot whose records are hostile, what the web said before they were, and what was logged since."""

    box: Sandbox
    going: Running
    before: frozenset[tuple[str, frozenset[str]]]
    log: io.StringIO


@pytest.fixture(scope="module")
async def sea(databases: Any) -> AsyncIterator[Sea]:
    """SQLite and Socket Mode: what leaves is made above both."""
    address, written = await databases.fresh("sqlite", "loaded"), io.StringIO()
    set_up_logging(written)
    database = open_database(address)
    box = Sandbox(make_manifest(make_desk()), limits=Limits(per_second=None, per_minute=None))
    async with box.serving():
        box.clock.at(MONDAY - timedelta(days=3))
        chosen = settings_for(
            box,
            database_url=address,
            smtp_url=box.mailbox.url,
            mail_from="news@bot.example.org",
            secret_key="s" * 32,
        )
        async with running(chosen, database) as going:
            await going.bot.busy.idle()
            _hurry(going.bot)
            now = going.bot.clock.now()
            async with database.writing() as session:
                await rewrite(session, HARMLESS)
                await add(session, HARMLESS * 8, now)
            pages = [await got(going, path) for path in await paths(going)]
            before = frozenset(shape for page in pages for shape in shapes(page.text))
            async with database.writing() as session:
                await rewrite(session, EVERY)
                await add(session, EVERY, now)
            yield Sea(box, going, before, written)
    await database.close()
    await databases.drop(address)
    set_up_logging()


async def got(going: Running, path: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{going.port}", timeout=60) as client:
        return await client.get(path)


async def paths(going: Running) -> list[str]:
    """Every page in English that is one of its kind, and some of each of the others."""
    listed = re.findall(r"<loc>[^<]*?(/en[^<]*)</loc>", (await got(going, "/sitemap.xml")).text)
    kinds: dict[str, list[str]] = {}
    for path in listed:
        kinds.setdefault(path.rpartition("/")[0], []).append(path)
    return [path for kind in kinds.values() for path in [*kind[:SOME], *kind[-SOME:]]]


LINKS = ("href", "src", "action", "formaction")


class Shapes(HTMLParser):
    """The elements of a page with the names of their attributes, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, frozenset[str]]] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, frozenset(name for name, _ in attrs)))
        self.links += [
            value or "" for name, value in attrs if name in ("href", "src", "action", "formaction")
        ]


def shapes(html: str) -> list[tuple[str, frozenset[str]]]:
    return read(html).found


def read(html: str) -> Shapes:
    parser = Shapes()
    parser.feed(html)
    parser.close()
    return parser


def is_sound(html: str, known: frozenset[tuple[str, frozenset[str]]]) -> None:
    """No element and no attribute but the templates' own; no link that runs anything."""
    page = read(html)
    new = {shape for shape in page.found if shape not in known and shape not in ADDED}
    assert not new
    assert [link for link in page.links if SCRIPT.match(link)] == []
    stray = NO_TEXT.search(html)
    assert stray is None, html[stray.start() - 300 : stray.start() + 50]


NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
ADDED = frozenset(
    (tag, frozenset(names)) for tag, names in (("br", ""), ("p", ""), ("h4", ""), ("h4", ["lang"]))
)
SCRIPT = re.compile(r"\s*(javascript|data|vbscript|file)\s*:", re.IGNORECASE)


def is_fit(text: str, blocks: Sequence[Any]) -> None:
    """Slack takes it, it calls nobody, and no link in it hides behind another."""
    check_blocks(list(blocks), "message")
    calls_nobody(text, blocks)


def calls_nobody(text: str, blocks: Any) -> None:
    called = set(pings(text, blocks))
    assert not {one for one in called if one.startswith("!") or one == "@U0VICTIM1"}
    whole = "\n".join([text, *parsed(blocks)])
    for forged in ("<http://evil.example|", "<mailto:a@b.example|x>", "<!date^0^"):
        assert forged not in whole


def parsed(value: Any) -> Iterator[str]:
    """Every text in blocks that Slack reads as mrkdwn; plain text it shows as it stands."""
    if isinstance(value, Mapping):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        value = value.values()
    if not isinstance(value, str) and isinstance(value, Iterable):
        for one in value:
            yield from parsed(one)


async def keys(going: Running, table: type[Base], column: Any, most: int = SOME) -> list[str]:
    async with going.bot.services.database.reading() as session:
        found = (await session.scalars(select(column).order_by(column))).all()
        return [str(one) for one in [*found[:most], *found[-most:]]]


async def lines(going: Running) -> list[str]:
    """What people ask: each command alone, each card, each list, page by page."""
    places, groups = await keys(going, Place, Place.key, 20), await keys(going, Group, Group.key)
    events, questions = await keys(going, Event, Event.id), await keys(going, Question, Question.id)
    updates, commitments = (
        await keys(going, Update, Update.id, 4),
        await keys(going, Commitment, Commitment.id, 5),
    )
    made = [command.name for command in going.bot.desk.commands]
    made += [f"/pathfinder {key}{more}" for key in places for more in ("", " more")]
    made += [f"/actiongroup {key}{more}" for key in groups for more in ("", " more")]
    made += [
        f"/events {word} {key}" for key in events for word in ("show", "report", "agenda", "day", "calendar")
    ]
    made += [f"/commitments {key}" for key in commitments] + [f"/commitments {key}" for key in groups[:3]]
    made += [f"/ask {key}" for key in questions] + ["/ask mine", "/ask answered a", "/ask answered"]
    made += [f"/update {word} {key}" for key in updates for word in ("", "show", "history", "withdraw")]
    made += [f"/events {word}" for word in ("past", "africa", "2026", "2027", "mine", "proposed")]
    made += [f"/digest {word}" for word in ("preview", "past", "schedule", "follow", "week", "review")]
    made += [f"/update {word}" for word in ("mine", "review", "untranslated", "migration")]
    made += [
        f"/alliance {word}"
        for word in (
            "help", "about", "glossary", "settings", "concern", "people", "roles", "audit", "register",
            "requests", "organisations", "helplines", "privacy", "failed", "progress", "stop",
        )
    ]  # fmt: skip
    lists = (
        "/pathfinder",
        "/actiongroup",
        "/events",
        "/events past",
        "/commitments",
        "/ask",
        "/update migration",
    )
    return made + [f"{line} page {number}" for line in lists for number in (2, 3)]


def test_the_corpus_is_whole() -> None:
    assert len(PUBLIC) > 450
    assert len(EVERY) > 550
    assert set(OURS) <= set(EVERY)
    assert not any("\0" in one for one in EVERY)


def test_every_column_of_text_is_known_as_typed_or_not() -> None:
    unknown = [
        str(column) for table in metadata.sorted_tables for column in table.columns if typed(column) is None
    ]
    assert unknown == [], "say in tests/hostile/filling.py whether people type it"


async def test_every_string_is_in(sea: Sea) -> None:
    async with sea.going.bot.services.database.reading() as session:
        bodies = set((await session.scalars(select(Update.body))).all())
        count = (await session.scalars(select(func.count(Update.id)))).one()
    assert bodies >= {one[:3_000] or "-" for one in EVERY}
    assert count > len(EVERY)


@pytest.mark.parametrize("who", [SECRETARIAT[0], FRENCH, GUEST])
async def test_slacks_messages(sea: Sea, who: str) -> None:
    bot, asked = sea.going.bot, await lines(sea.going)
    shown = 0
    for line in asked if who == SECRETARIAT[0] else asked[::6]:
        answered = await answer(bot.desk, bot.services, line, who, in_public=who == FRENCH)
        message = answered.message
        assert "Reference number" not in str(message.blocks), line
        is_fit(message.text, message.blocks)
        shown += len(str(message.blocks))
    assert shown > 100_000


async def test_typed_after_each_command(sea: Sea) -> None:
    """What is looked up, not stored, shared among the commands that only read."""
    bot = sea.going.bot
    commands = ("/pathfinder", "/actiongroup", "/events", "/commitments", "/alliance", "/alliance glossary")
    for number, string in enumerate((*PUBLIC[::3], *OURS)):
        line = f"{commands[number % len(commands)]} {string}"
        message = (await answer(bot.desk, bot.services, line, ENGLISH)).message
        assert "Reference number" not in str(message.blocks), line[:100]
        is_fit(message.text, message.blocks)


async def test_homes(sea: Sea) -> None:
    bot = sea.going.bot
    for who in (*SECRETARIAT, ENGLISH, SPANISH, GUEST):
        for page in (1, 2, 3):
            _, view = await drawn(bot.desk, bot.services, who, page)
            check_view(view)
            calls_nobody("", view["blocks"])
            assert "Reference number" not in str(view)


async def test_forms(sea: Sea) -> None:
    """Every form, opened for nothing, for a row of each kind, and for what a message would carry in."""
    bot = sea.going.bot
    arguments = [
        "",
        "place:NP",
        "group:migration",
        *(f"{prefix}{number}" for prefix in ("", "event:") for number in (1, 2, 30)),
    ]
    carried = (OURS[0], f"https://x.slack.com/archives/C/p1 {OURS[-3]}")
    shortcuts = {shortcut.opens for shortcut in bot.desk.shortcuts}
    broken: list[tuple[str, ...]] = []
    for name in bot.desk.forms:
        opening = Opening(bot.desk, bot.services, bot.client, "", SECRETARIAT[0])
        for argument in [*arguments, *(carried if name in shortcuts else ())]:
            view = dict(await opening._made(name, argument))
            try:
                check_view(view)
            except SlackError as error:
                broken.append((name, argument[:40], *error.details))
            calls_nobody("", view["blocks"])
            if "Reference number" in str(view):
                broken.append((name, argument[:40]))
    assert broken == []


async def test_the_newsletter_in_slack_by_mail_on_the_web_and_in_the_feed(sea: Sea) -> None:
    bot, box = sea.going.bot, sea.box
    plan = Plan(
        ((GENERAL, "en"), (MIGRATION, "fr")), Cadence.WEEKLY, 0, time(9), "UTC", is_reviewed=False,
        quiet=Quiet.SKIP, leaves_slack=True,
    )  # fmt: skip
    async with bot.services.database.writing() as session:
        actor = await actor_of(session, SECRETARIAT[0], MONDAY.date())
        await schedules.save(session, actor, plan, bot.clock.now() - timedelta(days=9))
        for language in ("en", "es"):
            ticket = await mail.ask(session, f"{language}@example.org", language, bot.clock.now())
            assert ticket is not None
            await mail.confirm(session, ticket, bot.clock.now())
    box.clock.at(MONDAY)
    await box.settle()
    await send_due(bot)
    async with asyncio.timeout(15):
        while len(box.mailbox.letters) < 2 or not box.messages(MIGRATION):
            await box.settle()
            await asyncio.sleep(0.1)
    said = [message for room in (GENERAL, MIGRATION) for message in box.messages(room)]
    assert len(said) >= 2
    for message in said:
        assert message["pings"] == []
        is_fit(message["text"], message["blocks"])
    for letter in box.mailbox.letters:
        is_a_sound_letter(letter, sea.before)
    pages = re.findall(r"/en/newsletters/\d+", (await got(sea.going, "/en/newsletters")).text)
    assert pages
    html = (await got(sea.going, pages[0])).text
    assert [link for link in read(html).links if SCRIPT.match(link)] == []
    assert {tag for tag, _ in shapes(html)} <= {tag for tag, _ in sea.before} | {
        "h3",
        "h4",
        "time",
        "br",
        "p",
    }
    feed = (await got(sea.going, "/en/newsletters.atom")).content
    found = feedparser.parse(feed, sanitize_html=False, resolve_relative_uris=False)
    assert (found.bozo, len(found.entries)) == (0, 1)
    ET.fromstring(feed)
    tags = {tag for tag, _ in shapes(found.entries[0].content[0].value)}
    assert not tags & {"script", "img", "svg", "iframe", "object", "style", "form", "input", "base", "meta"}


def is_a_sound_letter(letter: Any, known: frozenset[tuple[str, frozenset[str]]]) -> None:
    """One sender, one recipient, none in secret; two bodies and no third; no script."""
    read_back = email.message_from_bytes(raw(letter), policy=email.policy.default)
    assert [name for name, _ in read_back.items() if name.lower() in ("bcc", "cc", "reply-to")] == []
    assert len(read_back.get_all("To", [])) == len(read_back.get_all("From", [])) == 1
    assert len(read_back.get_all("Subject", [])) == 1
    assert "\n" not in str(read_back["Subject"])
    assert [part.get_content_type() for part in read_back.walk() if not part.is_multipart()] == [
        "text/plain", "text/html",
    ]  # fmt: skip
    assert not read_back.defects
    html = next(part for part in read_back.walk() if part.get_content_type() == "text/html").get_content()
    page = read(html)
    assert not {tag for tag, _ in page.found} & {"script", "svg", "iframe", "object", "form", "input", "base"}
    assert not [name for _, names in page.found for name in names if name.startswith("on")]
    assert [link for link in page.links if SCRIPT.match(link)] == []


def raw(letter: Any) -> bytes:
    """The bytes of a letter as they came to the mail server."""
    return bytes(letter.content)


async def test_every_page(sea: Sea) -> None:
    found = await paths(sea.going)
    assert len(found) > 40
    for path in found:
        for language in ("en", *(("fr", "es") if path.count("/") < 3 else ())):
            page = await got(sea.going, f"/{language}{path[3:]}")
            assert page.status_code == 200, path
            is_sound(page.text, sea.before)
            for svg in re.findall(r"<svg.*?</svg>", page.text, re.DOTALL):
                ET.fromstring(svg)


async def test_what_is_asked_of_a_page_is_no_markup_either(sea: Sea) -> None:
    for string in (*PUBLIC[::60], *OURS[::9]):
        for path in ("/en/calendar", "/en/pathfinders", "/en/newsletters"):
            page = await got(
                sea.going, str(httpx.URL(path, params={"group": string[:1_000], "month": string[:200]}))
            )
            assert page.status_code in (200, 404), string[:60]
            is_sound(page.text, sea.before)


async def test_the_calendar(sea: Sea) -> None:
    for path in ("/en/calendar.ics", "/fr/calendar/group/migration.ics"):
        text = (await got(sea.going, path)).content
        events = icalendar.Calendar.from_ical(text).walk("VEVENT")
        assert events
        for part in events:
            assert not {"ATTENDEE", "ATTACH", "X-ALT-DESC"} & set(part.keys())
            assert part.subcomponents == []
        again = ical.calendar_stream.IcsCalendarStream.calendar_from_ics(text.decode())
        assert len(again.events) == len(events)
        assert all(len(line) <= 75 for line in text.split(b"\r\n"))
        assert not re.search(b"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
        assert b"\n" not in text.replace(b"\r\n", b"")


async def test_the_sitemap_and_the_pictures(sea: Sea) -> None:
    ET.fromstring((await got(sea.going, "/sitemap.xml")).content)
    for path in ("pathfinders", "pathfinders/NP", "groups/migration", "groups/ceag"):
        picture = await got(sea.going, f"/en/pictures/{path}.png")
        assert (picture.status_code, picture.content[:4]) == (200, b"\x89PNG"), path


def test_nothing_of_it_stands_in_the_log(sea: Sea) -> None:
    logged = sea.log.getvalue()
    assert '"level": "error"' not in logged, logged[-3_000:]
    for one in ("alert(1)", "victim@example.org", "VICTIM1", "cmd|", "evil.example"):
        assert one not in logged


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.text("<>!@#&|*_~`^\n\u2060\u200b =", max_size=40))
def test_any_text_at_all_calls_nobody(text: str) -> None:
    said = str(escape(text))
    assert pings(said) == ()
    assert "<" not in said
    assert ">" not in said
