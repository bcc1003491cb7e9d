"""Mentions: the same questions where Slack takes no commands."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from handlers.slack import mentions
from handlers.slack.desk import Desk
from sandbox import Fault
from storage.tables import Delivery
from storage.vocabulary import DeliveryState
from tests.handlers.talk import FRENCH, GENERAL, LOUNGE, Talk, said, texts


def mention(talk: Talk, text: str) -> str:
    return f"<@{talk.box.bot_user_id}> {text}"


@pytest.mark.parametrize("text", ["Nepal", "pathfinder Nepal", "/pathfinder Nepal", "népal"])
async def test_a_mention_is_answered_in_its_thread(talk: Talk, text: str) -> None:
    outcome = await talk.box.message("U0NEWMEMB", GENERAL, mention(talk, text))
    reply = outcome.replies[-1]
    assert reply["thread_ts"] == outcome.ts
    assert not reply["ephemeral"]
    assert "held on 7 February 2019" in said(outcome)


async def test_within_a_thread_the_answer_stays_there(talk: Talk) -> None:
    first = await talk.box.message("U0NEWMEMB", GENERAL, "What do we know of Nepal?")
    outcome = await talk.box.message("U0NEWMEMB", GENERAL, mention(talk, "Nepal"), thread_ts=first.ts)
    assert outcome.replies[-1]["thread_ts"] == first.ts


async def test_who_asks_in_french_is_answered_in_french(talk: Talk) -> None:
    outcome = await talk.box.message(FRENCH, GENERAL, mention(talk, "Népal"))
    assert "7 février 2019" in said(outcome)


async def test_other_commands_work_too(talk: Talk) -> None:
    assert "Co-chairs" in said(
        await talk.box.message("U0NEWMEMB", GENERAL, mention(talk, "actiongroup migration"))
    )
    assert "`/pathfinder " in said(await talk.box.message("U0NEWMEMB", GENERAL, mention(talk, "help")))
    assert "`/pathfinder " in said(await talk.box.message("U0NEWMEMB", GENERAL, mention(talk, "")))


@pytest.mark.parametrize(
    "greeting",
    [
        "hi", "Hello!", "hey :wave:", "bonjour", "salut 👋", "¡Hola!", "buenos días", "thank you", "merci.",
        "gracias",
    ],
)  # fmt: skip
def test_who_only_says_hello_or_thanks_is_shown_what_can_be_asked(greeting: str) -> None:
    assert mentions.line_of(f"<@U0BOT> {greeting}", Desk()) == "/alliance"


def test_what_follows_a_greeting_is_asked() -> None:
    assert mentions.line_of("<@U0BOT> hello :flag-np:", Desk()) == "/pathfinder hello :flag-np:"


async def test_hello_is_no_country(talk: Talk) -> None:
    for greeting in ("hi", "hola"):
        outcome = await talk.box.message("U0NEWMEMB", GENERAL, mention(talk, greeting))
        assert "`/pathfinder " in said(outcome)


async def test_settings_are_for_the_asker_only(talk: Talk) -> None:
    outcome = await talk.box.message("U0NEWMEMB", GENERAL, mention(talk, "settings"))
    assert outcome.replies[-1]["ephemeral"]


@pytest.mark.parametrize("word", ["privacy", "mes données", "datos"])
async def test_one_s_own_data_are_no_country(talk: Talk, word: str) -> None:
    answered = await talk.box.message("U0NEWMEMB", GENERAL, mention(talk, word))
    assert "This is for you alone: type `/alliance privacy` yourself." in said(answered)


async def test_an_event_sent_twice_is_answered_once(talk: Talk) -> None:
    talk.box.faults.add(Fault(kind="redeliver"))
    asked = await talk.box.message("U0NEWMEMB", GENERAL, mention(talk, "Nepal"))
    deliveries = [call for call in talk.box.calls if call.kind == "event:app_mention"]
    thread = talk.box.messages(GENERAL, thread_ts=asked.ts)
    assert len(deliveries) == 2
    assert len([m for m in thread if m["user"] == talk.box.bot_user_id]) == 1


def _asked(talk: Talk) -> int:
    """How often Slack sent the event."""
    return len([call for call in talk.box.calls if call.kind == "event:app_mention"])


async def _answers(talk: Talk, ts: str | None) -> list[str]:
    await talk.box.settle()
    return [m["text"] for m in talk.box.messages(GENERAL, thread_ts=ts) if m["user"] == talk.box.bot_user_id]


@pytest.mark.parametrize("text", ["Nepal", "settings"])
async def test_what_could_not_be_noted_was_not_taken_and_slack_sends_it_again(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    claimed, failing = mentions.claim, [True]

    async def claim(*given: Any, **how: Any) -> bool:
        if failing.pop() if failing else False:
            raise OSError
        return await claimed(*given, **how)

    monkeypatch.setattr(mentions, "claim", claim)
    asked = await talk.box.message("U0NEWMEMB", GENERAL, mention(talk, text))
    await _answers(talk, asked.ts)
    assert _asked(talk) == 2
    said_by_us = [m for m in talk.box.messages(GENERAL, "U0NEWMEMB") if m["user"] == talk.box.bot_user_id]
    assert len(await _answers(talk, asked.ts) or said_by_us) == 1


async def test_an_answer_that_slack_did_not_take_comes_later_and_once(talk: Talk) -> None:
    talk.box.faults.add(Fault(kind="cut_after", method="chat.postMessage"))
    asked = await talk.box.message("U0NEWMEMB", GENERAL, mention(talk, "Nepal"))
    talk.box.clock.advance(60)
    assert len(await _answers(talk, asked.ts)) == 1
    async with talk.database.reading() as session:
        (state,) = (await session.scalars(select(Delivery.state).where(Delivery.kind == "mention"))).all()
    assert (_asked(talk), state) == (1, DeliveryState.SENT)


@pytest.mark.parametrize("fault", ["server_error", "cut_before"])
async def test_what_is_for_the_asker_alone_and_was_refused_comes_when_slack_sends_the_mention_again(
    talk: Talk, fault: Any
) -> None:
    talk.box.faults.add(Fault(kind=fault, method="chat.postEphemeral"))
    asked = await talk.box.message("U0NEWMEMB", GENERAL, mention(talk, "settings"))
    await talk.box.settle()
    told = [one for one in talk.box.messages(GENERAL, "U0NEWMEMB") if one["ephemeral"]]
    assert (_asked(talk), len(told), asked.failed) == (2, 1, None)


async def test_where_the_bot_is_no_member_nothing_happens(talk: Talk) -> None:
    outcome = await talk.box.message("U0NEWMEMB", LOUNGE, mention(talk, "Nepal"))
    assert outcome.replies == []


async def test_a_click_under_a_mention_is_answered_to_the_clicker_only(talk: Talk) -> None:
    outcome = await talk.box.message("U0NEWMEMB", GENERAL, mention(talk, "Nepal"))
    clicked = await talk.click("Show more", outcome, FRENCH)
    assert clicked.replies[-1]["ephemeral"]
    assert "7 février 2019" in "\n".join(texts(clicked.replies[-1]["blocks"]))
    assert not clicked.updated, "what all can see stays as it was"
