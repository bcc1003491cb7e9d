"""Hundreds of commands, clicks and forms from one person: asked for patience, and nobody else waits."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from handlers.slack.patience import AT_ONCE, MOST_KEPT, REACHING_AT_ONCE, Patience, Turns, act_of
from storage.tables import AuditEntry, Claim, Question
from tests.handlers.talk import ENGLISH, FRENCH, GENERAL, NEPAL_FOCAL_POINT, SPANISH, Talk, modal, said, shown


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hands(talk: Talk) -> Iterator[Hands]:
    """The bot as patient as it is in production, and the clock by which it counts."""
    patience, clock = talk.going.bot.patience, Hands()
    kept = {name: getattr(patience, name) for name in ("turns", "reaching", "notices")}
    real = Patience(talk.going.bot.services, talk.going.bot.client, talk.going.bot.busy, 60)
    for name in kept:
        turns = getattr(real, name)
        turns._seconds = clock
        setattr(patience, name, turns)
    yield clock
    for name, turns in kept.items():
        setattr(patience, name, turns)


async def flood(talk: Talk, user: str = ENGLISH, times: int = AT_ONCE) -> None:
    """So many commands that the next is one too many; the cheapest there is."""
    for _ in range(times):
        talk.going.bot.patience.turns.wait(user)


async def test_a_person_never_notices_and_a_script_is_asked_for_patience(talk: Talk, hands: Hands) -> None:
    for _ in range(AT_ONCE):
        assert "moment, please" not in await talk.ask("/alliance glossary baseline")
    refused = await talk.command("/alliance glossary baseline")
    assert said(refused) == (
        "A moment, please: this was a great deal at once. I am there for you again in 1 second."
    )
    assert shown(refused)["ephemeral"]
    assert refused.calls[0].failed is None
    hands.now += 1
    assert "moment, please" not in await talk.ask("/alliance glossary baseline")
    assert "moment, please" in await talk.ask("/alliance glossary baseline")


async def test_it_is_said_in_the_persons_own_language(talk: Talk, hands: Hands) -> None:
    for who, sentence in ((FRENCH, "Un instant, s’il vous plaît"), (SPANISH, "Un momento, por favor")):
        await flood(talk, who)
        assert sentence in await talk.ask("/events", who)


async def test_nobody_else_waits(talk: Talk, hands: Hands) -> None:
    await flood(talk, times=500)
    assert "7 February 2019" in await talk.ask("/pathfinder Nepal", NEPAL_FOCAL_POINT)


async def test_what_is_refused_writes_nothing_and_calls_nobody(
    talk: Talk, hands: Hands, log: io.StringIO
) -> None:
    await flood(talk)
    before = await counted(talk)
    for _ in range(20):
        refused = await talk.command("/alliance settings language fr")
        assert [call.kind for call in refused.calls] == ["command"]
    assert await counted(talk) == before
    assert log.getvalue().count('"slowed"') == 1, "one line in half a minute"
    assert ENGLISH not in log.getvalue()


async def counted(talk: Talk) -> list[int]:
    async with talk.database.reading() as session:
        return [
            (await session.scalars(select(func.count()).select_from(table))).one()
            for table in (AuditEntry, Claim, Question)
        ]


async def test_a_click_too_many_is_told_once_in_half_a_minute(talk: Talk, hands: Hands) -> None:
    card = await talk.command("/pathfinder Nepal")
    await flood(talk)
    button = next(
        b for block in shown(card)["blocks"] if block["type"] == "actions" for b in block["elements"]
    )
    heard = []
    for _ in range(3):
        done = await talk.box.action(
            ENGLISH, shown(card)["ts"], channel=GENERAL, action_id=button["action_id"]
        )
        assert done.failed is None
        heard += [message["text"] for message in done.replies]
    assert [text[:16] for text in heard] == ["A moment, please"]


async def test_a_mention_too_many_is_answered_to_that_person_alone(talk: Talk, hands: Hands) -> None:
    for _ in range(REACHING_AT_ONCE):
        talk.going.bot.patience.reaching.wait(ENGLISH)
    first = await talk.box.message(ENGLISH, GENERAL, f"<@{talk.box.bot_user_id}> Nepal")
    second = await talk.box.message(ENGLISH, GENERAL, f"<@{talk.box.bot_user_id}> Nepal")
    (told,) = [one for one in first.replies if "A moment, please" in one["text"]]
    assert told["ephemeral"]
    assert second.replies == []


async def test_a_home_opened_too_often_stands_as_it_was(talk: Talk, hands: Hands) -> None:
    await talk.box.open_home(ENGLISH)
    await flood(talk)
    opened = await talk.box.open_home(ENGLISH)
    assert [call.kind for call in opened.calls if call.direction != "to_bot"] == []
    assert talk.box.home_of(ENGLISH) is not None


async def test_a_form_too_many_keeps_what_was_typed(talk: Talk, hands: Hands) -> None:
    form = modal(await talk.command("/ask new"))
    for _ in range(REACHING_AT_ONCE):
        talk.going.bot.patience.reaching.wait(ENGLISH)
    typed = {"to": "group:migration", "text": "Who keeps the figures on schools?", "visibility": "members"}
    asked = {name: {"value": value} for name, value in typed.items()}
    refused = await talk.box.submit(ENGLISH, form["id"], asked)
    assert "A moment, please" in str(refused.errors)
    async with talk.database.reading() as session:
        asked_by_people = select(Question.id).where(Question.asked_at.is_not(None))
        assert (await session.scalars(asked_by_people)).all() == []
    assert talk.box.view_of(ENGLISH) is not None, "the form stays open"
    hands.now += 10
    sent = await talk.box.submit(ENGLISH, form["id"], asked)
    assert not sent.errors
    async with talk.database.reading() as session:
        assert len((await session.scalars(asked_by_people)).all()) == 1


async def test_questions_are_counted_apart_from_reading(talk: Talk, hands: Hands) -> None:
    for _ in range(REACHING_AT_ONCE):
        assert "moment, please" not in await talk.ask("/ask answered school")
    assert "moment, please" in await talk.ask("/ask migration how?")
    assert "moment, please" not in await talk.ask("/ask")
    assert "7 February 2019" in await talk.ask("/pathfinder Nepal")


def test_turns_come_back_at_their_pace_and_not_faster() -> None:
    hands = Hands()
    turns = Turns(60, 3, hands)
    assert [turns.wait("a") for _ in range(5)] == [0, 0, 0, 1, 1]
    hands.now += 0.5
    assert turns.wait("a") == 1
    hands.now += 0.5
    assert [turns.wait("a"), turns.wait("a"), turns.wait("b")] == [0, 1, 0]
    hands.now += 3_600
    assert [turns.wait("a") for _ in range(4)] == [0, 0, 0, 1], "an hour's rest is no more than a full bucket"


def test_a_clock_that_jumps_back_locks_nobody_out() -> None:
    """It counts with a clock that never does; should one all the same, a turn comes as after a flood."""
    hands = Hands()
    hands.now = 100.0
    turns = Turns(60, 3, hands)
    assert turns.wait("a") == 0
    hands.now = 99.0
    assert turns.wait("a") <= 1


def test_a_hundred_thousand_people_are_not_all_remembered() -> None:
    hands = Hands()
    turns = Turns(60, 3, hands)
    for number in range(100_000):
        hands.now += 0.001
        turns.wait(f"U{number}")
    assert len(turns._until) <= MOST_KEPT + 1


@pytest.mark.parametrize(
    "body",
    [
        {}, {"command": 7}, {"command": "/x"}, {"command": "/x", "user_id": ["U1"]}, {"event": []},
        {"event": {"type": ["x"], "user": "U1"}}, {"event": {"type": "app_mention", "user": {}}},
        {"event": {"type": "user_change", "user": {"id": "U1"}}}, {"type": "block_actions", "user": "U1"},
        {"type": "block_actions", "user": {"id": None}}, {"type": 3, "user": {"id": "U1"}},
        {"event": {"type": "message", "bot_id": "B1"}},
    ],
)  # fmt: skip
def test_what_is_nobodys_doing_counts_for_nobody(body: dict[str, object]) -> None:
    assert act_of(body) is None
