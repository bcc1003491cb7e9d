"""Every form and every button there is, sent by those it is not for: nothing changes."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, select, update

from bot.app import Bot, build
from bot.clock import Clock
from bot.log import set_up_logging
from bot.settings import read_settings
from community import roles
from community.members import Profile, remember
from community.rights import actor_of
from handlers.slack.answering import answer
from handlers.slack.forms import Opening, submitted
from storage.database import Database, open_database
from storage.tables import Commitment, Event, Group, Member, Place, Question, Request, Update
from storage.vocabulary import RoleName, UpdateState
from tests.hostile.filling import add

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
SECRETARIAT, EDITOR, CHAIR, FOCAL = "U0SECRETA", "U0EDITOR1", "U0CHAIR11", "U0FOCAL11"
GUEST, MEMBER, STOPPED, UNKNOWN = "U0GUEST11", "U0MEMBER1", "U0STOPPED", "U0UNKNOWN"
UNCOUNTED = frozenset({"audit_entries", "claims", "marks", "members"})
"""What is written for everybody: that they were refused, that a form came, that somebody was met."""


@dataclass
class Written:
    """The tables in which a transaction wrote that was committed."""

    committed: set[str] = field(default_factory=set)
    pending: set[str] = field(default_factory=set)

    def watch(self, database: Database) -> None:
        engine = database.engine.sync_engine

        @event.listens_for(engine, "after_cursor_execute")
        def wrote(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            words = statement.split(None, 3)
            if words[0].upper() in ("INSERT", "UPDATE", "DELETE"):
                name = words[1] if words[0].upper() == "UPDATE" else words[2]
                self.pending.add(name.strip('"('))

        @event.listens_for(engine, "commit")
        def committed(_c: Any) -> None:
            self.committed |= self.pending
            self.pending.clear()

        @event.listens_for(engine, "rollback")
        def gone(_c: Any) -> None:
            self.pending.clear()

    def take(self) -> set[str]:
        taken = self.committed - UNCOUNTED
        self.committed = set()
        return taken


@dataclass(frozen=True)
class Office:
    """A bot that is connected to nobody, its people, and what is written."""

    bot: Bot
    written: Written
    log: io.StringIO
    forms: list[dict[str, Any]]
    lines: list[str]


@pytest.fixture(scope="module")
async def office(databases: Any) -> AsyncIterator[Office]:
    address, log = await databases.fresh("sqlite", "loaded"), io.StringIO()
    set_up_logging(log)
    database = open_database(address)
    settings = read_settings({"_env_file": None, "slack_bot_token": "xoxb-x", "secret_key": "s" * 32})
    clock = Clock()
    bot = build(settings, database, clock, base="http://127.0.0.1:9/")
    async with database.writing() as session:
        await remember(
            session, [Profile(one) for one in (SECRETARIAT, EDITOR, CHAIR, FOCAL, MEMBER, STOPPED)]
        )
        await remember(session, [Profile(GUEST, is_guest=True)])
        await roles.bootstrap(session, [SECRETARIAT], NOW)
        await session.flush()
        secretariat = await actor_of(session, SECRETARIAT, clock.now().date())
        for who, role, scope in (
            (EDITOR, RoleName.EDITOR, ""), (CHAIR, RoleName.CHAIR, "group:supply-chains"),
            (STOPPED, RoleName.SECRETARIAT, ""), (FOCAL, RoleName.FOCAL_POINT, "place:AL"),
        ):  # fmt: skip
            await roles.grant(
                session,
                secretariat,
                who,
                role,
                scope,
                is_deputy=False,
                today=clock.now().date(),
                now=clock.now(),
            )
        await session.execute(update(Member).where(Member.slack_id == STOPPED).values(is_stopped=True))
        await add(session, ("Plain words",) * 24, clock.now())
        author = select(Member.id).where(Member.slack_id == SECRETARIAT).scalar_subquery()
        for table in (Event, Commitment):
            column = table.owner_id if table is Event else table.by_id
            await session.execute(update(table).values({column: author}))
        await session.execute(update(Update).values(author_id=author))
        waiting = select(Update.id).order_by(Update.id).limit(6)
        await session.execute(
            update(Update)
            .where(Update.id.in_(waiting))
            .values(state=UpdateState.IN_REVIEW, published_at=None)
        )
        await session.execute(update(Request).values(member_id=author))
    written = Written()
    written.watch(database)
    yield Office(bot, written, log, await forms(bot), await clicks(bot))
    await database.close()
    await databases.drop(address)
    set_up_logging()


async def arguments(bot: Bot) -> list[str]:
    """What forms are opened for: nothing, and a row of each kind, as our buttons name them."""
    async with bot.services.database.reading() as session:
        ids = [
            (await session.scalars(select(table.id).order_by(table.id.desc()).limit(1))).one()
            for table in (Event, Update, Question, Commitment, Request)
        ]
        group = (await session.scalars(select(Group.key).limit(1))).one()
        place = (await session.scalars(select(Place.key).limit(1))).one()
    named = [f"group:{group}", f"place:{place}", group, place]
    numbers = [str(number) for number in ids]
    return ["", *named, *numbers, *(f"decline {number} 1" for number in numbers[:2])]


def filled(view: dict[str, Any]) -> dict[str, Any]:
    """A form with something in every field, as a person would fill it in."""
    state = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            state[block["block_id"]] = {"value": _value(block["element"])}
    return {**view, "id": f"V{id(view)}", "state": {"values": state}}


def _value(element: dict[str, Any]) -> dict[str, Any]:
    kind, options = element["type"], element.get("options") or [{"value": "1"}]
    given: dict[str, dict[str, Any]] = {
        "plain_text_input": {"value": element.get("initial_value") or "Some plain words"},
        "static_select": {"selected_option": element.get("initial_option") or options[0]},
        "multi_static_select": {"selected_options": element.get("initial_options") or options[:1]},
        "checkboxes": {"selected_options": options[:1]},
        "users_select": {"selected_user": MEMBER},
        "multi_users_select": {"selected_users": [MEMBER]},
        "conversations_select": {"selected_conversation": "C0GENERAL"},
        "multi_conversations_select": {"selected_conversations": ["C0GENERAL"]},
        "datepicker": {"selected_date": element.get("initial_date") or "2027-01-15"},
        "timepicker": {"selected_time": "10:00"},
    }
    return {"type": kind, **given.get(kind, {})}


ENOUGH = 1
"""Of each form."""


async def forms(bot: Bot) -> list[dict[str, Any]]:
    """Every form as the secretariat sees it, filled in."""
    made = []
    given = await arguments(bot)
    for name in bot.desk.forms:
        opening = Opening(bot.desk, bot.services, bot.client, "", SECRETARIAT)
        for argument in given:
            if sum(view["callback_id"] == name for view in made) == ENOUGH:
                break
            view = dict(await opening._made(name, argument))
            if any(block["type"] == "input" for block in view["blocks"]):
                made.append(filled(view))
    return made


def values(blocks: Any) -> Iterator[tuple[str, str]]:
    """What the buttons in blocks do: the kind of each, and its value."""
    for block in blocks:
        for element in block.get("elements", ()):
            if element.get("type") == "button":
                yield element["action_id"].partition(":")[0], element["value"]


async def clicks(bot: Bot) -> list[str]:
    """Every line that a button carries, which the secretariat or an editor is shown anywhere, three deep."""
    known: dict[str, None] = dict.fromkeys(
        [
            *(command.name for command in bot.desk.commands), "/update review", "/update mine",
            "/alliance requests", "/alliance roles", "/digest schedule", "/events proposed",
            "/alliance helplines", "/ask mine",
            "/alliance register", "/alliance organisations", "/digest preview", "/alliance audit",
        ]
    )  # fmt: skip
    for _ in range(2):
        for line in [*known]:
            if is_safe(line):
                answered = await answer(bot.desk, bot.services, line, SECRETARIAT)
                known |= dict.fromkeys(
                    value for kind, value in values(answered.message.blocks) if kind == "do"
                )
    return [*known]


ACTING = (
    "approve",
    "withdraw",
    "remove",
    "end",
    "done",
    "stop",
    "start",
    "now",
    "take",
    "accept",
    "decline",
    "yes",
)


def is_safe(line: str) -> bool:
    """Whether the secretariat may click it here: what changes things is left for the others to try."""
    return not {*line.split()} & {*ACTING}


MAY_SEND = {
    GUEST: {
        "follow_choose",
        "update_report",
        "event_register",
        "reminder_hours",
        "profile",
        "welcome_principles",
    },
    UNKNOWN: {
        "follow_choose",
        "update_report",
        "event_register",
        "reminder_hours",
        "profile",
        "welcome_principles",
    },
    STOPPED: {"follow_choose", "update_report", "reminder_hours", "profile", "welcome_principles"},
}
"""The forms by which those change something who may do least; every other is refused, whoever forged it."""


@pytest.mark.parametrize("who", MAY_SEND)
async def test_a_forged_form_changes_nothing(office: Office, who: str) -> None:
    made, changed = office.forms, set()
    assert len({view["callback_id"] for view in made}) > 30
    office.written.take()
    for view in made:
        await submitted(office.bot.desk, office.bot.services, who, view)
        if office.written.take():
            changed.add(view["callback_id"])
    assert changed <= MAY_SEND[who]


@pytest.mark.parametrize("who", [GUEST, STOPPED, MEMBER])
async def test_a_forged_button_changes_nothing(office: Office, who: str) -> None:
    lines = office.lines
    assert len(lines) > 60
    office.written.take()
    for line in lines:
        answered = await answer(office.bot.desk, office.bot.services, line, who)
        changed = office.written.take() - OWN
        assert not changed, line
        assert answered.message.blocks


OWN = frozenset({"subscriptions", "registrations", "memberships"})
"""What everybody's own buttons write: whom they follow, where they come."""
