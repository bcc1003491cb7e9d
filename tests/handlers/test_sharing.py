"""Share here: in the channel's language, current where the bot is a member, a dated copy elsewhere."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from handlers.slack import clicks
from sandbox import Fault
from storage.tables import ChannelSetting, Delivery
from tests.handlers.talk import FRENCH, GENERAL, LOUNGE, Talk, labels, said, texts


async def shared_cards(talk: Talk) -> list[Delivery]:
    async with talk.database.reading() as session:
        return list((await session.scalars(select(Delivery))).all())


async def test_a_card_is_posted_where_the_bot_is_a_member_and_remembered(talk: Talk) -> None:
    outcome = await talk.command("/pathfinder Nepal", FRENCH)
    shared = await talk.click(labels(outcome)[0], outcome, FRENCH)
    post = next(reply for reply in shared.replies if not reply["ephemeral"])
    assert "7 February 2019" in "\n".join(texts(post["blocks"])), "the channel's language, not the sharer's"
    assert "Share here" not in str(post["blocks"])
    (card,) = await shared_cards(talk)
    assert (card.channel, card.ts, card.command) == (GENERAL, post["ts"], "/pathfinder NP")


async def test_a_channel_may_speak_another_language(talk: Talk) -> None:
    async with talk.database.writing() as session:
        session.add(ChannelSetting(slack_id=GENERAL, language="es"))
    outcome = await talk.command("/actiongroup migration")
    shared = await talk.click("Share here", outcome)
    assert "Copresidencia" in str([reply["blocks"] for reply in shared.replies])


async def test_elsewhere_it_is_a_dated_copy_that_says_so(talk: Talk) -> None:
    outcome = await talk.command("/pathfinder Nepal", channel=LOUNGE)
    shared = await talk.click("Share here", outcome)
    assert "Copy of" in said(shared)
    assert "will not be kept current" in said(shared)
    assert not shared.replies[-1]["ephemeral"]
    assert await shared_cards(talk) == []


async def test_two_clicks_share_once(talk: Talk) -> None:
    outcome = await talk.command("/pathfinder Nepal")
    await asyncio.gather(talk.click("Share here", outcome), talk.click("Share here", outcome))
    posts = [
        m for m in talk.box.messages(GENERAL) if m["user"] == talk.box.bot_user_id and not m["ephemeral"]
    ]
    assert len(posts) == 1
    assert len(await shared_cards(talk)) == 1


async def test_if_slack_refuses_the_person_hears_it(talk: Talk) -> None:
    outcome = await talk.command("/pathfinder Nepal")
    talk.box.faults.add(Fault(method="chat.postMessage", kind="rate_limited"))
    shared = await talk.click("Share here", outcome)
    assert "Reference number" in said(shared)
    assert shared.replies[-1]["ephemeral"]


async def test_if_the_database_is_away_the_person_hears_it(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> Any:
        raise OSError

    outcome = await talk.command("/pathfinder Nepal")
    monkeypatch.setattr(clicks, "reader_of", away)
    shared = await talk.click("Share here", outcome)
    assert "I cannot reach my records" in said(shared)
    assert shared.replies[-1]["ephemeral"]


@pytest.mark.parametrize("trouble", ["server_error", "cut_before", "cut_after"])
async def test_if_slack_does_not_say_whether_it_took_the_card_the_person_is_asked_to_look(
    talk: Talk, trouble: Any
) -> None:
    outcome = await talk.command("/pathfinder Nepal", FRENCH)
    talk.box.faults.add(Fault(method="chat.postMessage", kind=trouble))
    shared = await talk.click(labels(outcome)[0], outcome, FRENCH)
    assert "Slack n’a pas dit si la fiche est arrivée" in said(shared)
    assert "Reference number" not in said(shared)
    posts = [one for one in talk.box.messages(GENERAL) if one["by_bot"] and not one["ephemeral"]]
    assert len(posts) == (trouble == "cut_after")
