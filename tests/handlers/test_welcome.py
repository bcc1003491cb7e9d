"""Who joins is welcomed once, in their language, and goes on where they left off."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from sqlalchemy import delete, select

from community import welcome
from community.welcome import Step
from handlers.slack import welcome as handled
from handlers.slack.desk import Desk
from sandbox import Fault, Outcome
from sandbox.people import Person
from storage.tables import Claim, Delivery, Member, Subscription
from storage.vocabulary import Cadence, Theme
from tests.handlers.talk import ENGLISH, FRENCH, GENERAL, SPANISH, Talk, labels, modal, said, texts

NEW = Person("U0JUSTCAM", "lou", "Lou Green", "New", locale="fr-FR", tz="Europe/Paris")
TICKED: dict[str, dict[str, Any]] = {"accept": {"value": ["yes"]}}
PROFILE: dict[str, dict[str, Any]] = {"organisation": {"value": ""}, "zone": {"value": ""}}


async def joined(talk: Talk, person: Person = NEW) -> Outcome:
    return await talk.box.join(person)


async def welcomes(talk: Talk, user: str = NEW.id) -> list[dict[str, Any]]:
    await talk.going.bot.busy.idle()
    return talk.box.messages(talk.box.dm(user), as_user=user)


def words(message: dict[str, Any]) -> str:
    return "\n".join(texts(message["blocks"]))


def buttons(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for block in node["blocks"] if block["type"] == "actions" for one in block["elements"]]


async def member(talk: Talk, user: str = NEW.id) -> Member:
    async with talk.database.reading() as session:
        return (await session.scalars(select(Member).where(Member.slack_id == user))).one()


async def accepted(talk: Talk, user: str = ENGLISH) -> None:
    page = await talk.command("/alliance welcome", user)
    form = await talk.click(labels(page)[0], page, user)
    await talk.box.submit(user, modal(form)["id"], TICKED)


async def about_me(talk: Talk, user: str = ENGLISH) -> None:
    form = await talk.box.command(user, GENERAL, "/alliance profile")
    await talk.box.submit(user, modal(form)["id"], PROFILE)


def last_page(talk: Talk, user: str = ENGLISH) -> dict[str, Any]:
    view = talk.box.view_of(user)
    assert view is not None
    return view


async def test_who_joins_gets_one_message_in_their_language(talk: Talk) -> None:
    await joined(talk)
    (message,) = await welcomes(talk)
    assert "Bienvenue" in words(message)
    assert "mémoire" in words(message)
    assert "`/alliance signalement`" in words(message), "no cases, and where to turn"
    assert "1. Lire et accepter les principes communs · à faire" in words(message)
    assert buttons(message)[0]["text"]["text"] == "Lire les principes"
    assert message["pings"] == []


async def test_an_event_that_slack_repeats_welcomes_once(talk: Talk) -> None:
    talk.box.faults.add(Fault("redeliver", method="event:team_join"))
    await joined(talk)
    assert len(await welcomes(talk)) == 1
    async with talk.database.reading() as session:
        rows = (await session.scalars(select(Delivery).where(Delivery.channel == NEW.id))).all()
    assert len(rows) == 1


async def test_bots_and_people_who_are_gone_are_never_welcomed(talk: Talk) -> None:
    await joined(talk, replace(NEW, id="U0ROBOTXX", is_bot=True))
    await joined(talk, replace(NEW, id="U0GONEXXX", deleted=True))
    await talk.going.bot.busy.idle()
    async with talk.database.reading() as session:
        assert not (await session.scalars(select(Delivery))).all()


@pytest.mark.parametrize("locale", ["de-DE", "zh-CN", None])
async def test_a_language_that_the_bot_does_not_speak_gets_the_default(talk: Talk, locale: str) -> None:
    await joined(talk, replace(NEW, locale=locale))
    (message,) = await welcomes(talk)
    assert "Welcome" in words(message)


async def test_if_slack_does_not_tell_the_profile_the_event_s_own_serves(talk: Talk) -> None:
    talk.box.faults.add(Fault("server_error", method="users.info"))
    await joined(talk)
    (message,) = await welcomes(talk)
    assert "Bienvenue" in words(message)


async def test_a_message_that_slack_refuses_is_recorded_and_not_tried_for_ever(talk: Talk) -> None:
    await joined(talk)
    async with talk.database.writing() as session:
        row = (await session.scalars(select(Member).where(Member.slack_id == NEW.id))).one()
        now = talk.going.bot.clock.now()
        row.zone, row.quiet_from, row.quiet_until = "UTC", time(now.hour), time((now.hour + 2) % 24)
    await joined(talk)
    await talk.box.change_user(NEW.id, is_bot=True)  # Slack takes no message for a bot
    for _ in range(3):
        talk.box.clock.advance(3 * 3600)
        await talk.box.settle()
    async with talk.database.reading() as session:
        query = select(Delivery).where(Delivery.channel == NEW.id).order_by(Delivery.id)
        first, second = (await session.scalars(query)).all()
    assert first.state.value == "sent"
    assert (second.state.value, second.attempts) == ("failed", 1)
    assert second.reason in ("channel_not_found", "cannot_dm_bot"), "as their room is known already, or not"


async def test_in_quiet_hours_the_welcome_comes_afterwards(talk: Talk) -> None:
    await joined(talk)
    async with talk.database.writing() as session:
        row = (await session.scalars(select(Member).where(Member.slack_id == NEW.id))).one()
        now = talk.going.bot.clock.now()
        row.zone, row.quiet_from, row.quiet_until = "UTC", time(now.hour), time((now.hour + 2) % 24)
    await joined(talk)
    assert len(await welcomes(talk)) == 1
    talk.box.clock.advance(3 * 3600)
    await talk.box.settle()
    assert len(await welcomes(talk)) == 2


async def test_the_principles_are_accepted_once_by_ticking_a_box(talk: Talk) -> None:
    page = await talk.command("/alliance welcome")
    form = await talk.click("Read the principles", page)
    text = str(modal(form)["blocks"])
    for principle in ("True and sourced", "No cases", "as an equal", "Chatham House", "Kind and plain"):
        assert principle in text
    await talk.box.submit(ENGLISH, modal(form)["id"], TICKED)
    row = await member(talk, ENGLISH)
    assert row.principles_version == welcome.PRINCIPLES_VERSION
    assert row.principles_at is not None
    assert row.welcome_steps == ["principles"]
    assert "Next: Say who you are" in "\n".join(texts(last_page(talk)["blocks"]))
    again = await talk.click("Read the principles", page)
    assert "You accepted these principles" in str(modal(again))
    assert not [block for block in modal(again)["blocks"] if block["type"] == "input"]
    assert (await member(talk, ENGLISH)).principles_at == row.principles_at


async def test_without_the_tick_nothing_is_accepted(talk: Talk) -> None:
    page = await talk.command("/alliance welcome")
    form = await talk.click("Read the principles", page)
    sent = await talk.box.submit(ENGLISH, modal(form)["id"], {"accept": {"value": []}})
    assert sent.errors or sent.failed
    assert (await member(talk, ENGLISH)).principles_version is None


async def test_a_new_version_of_the_principles_asks_again(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accepted(talk)
    await about_me(talk)
    page = await talk.command("/alliance welcome")
    form_of_the_old = await talk.command("/alliance bienvenida", SPANISH)
    old = await talk.click("Leer los principios", form_of_the_old, SPANISH)
    for module in (welcome, handled):
        monkeypatch.setattr(module, "PRINCIPLES_VERSION", "2027-05")
    talk.going.bot.services.store.clear()  # as a new version's process begins
    again = await talk.command("/alliance welcome")
    assert "Read the principles" not in labels(page)
    assert labels(again)[0] == "Read the principles"
    late = await talk.box.submit(SPANISH, modal(old)["id"], TICKED)
    assert "han cambiado" in late.errors["accept"], "nobody accepts what they were not shown"


async def test_each_last_page_leads_on_until_all_is_done(talk: Talk) -> None:
    page = await talk.command("/alliance bienvenue", FRENCH)
    form = await talk.click(labels(page)[0], page, FRENCH)
    await talk.box.submit(FRENCH, modal(form)["id"], TICKED)
    thanks = last_page(talk, FRENCH)
    assert "Ensuite" in str(thanks)
    clicked = await talk.box.action(FRENCH, thanks["id"], action_id=buttons(thanks)[0]["action_id"])
    assert modal(clicked)["title"]["text"] == "À mon sujet"
    await talk.box.submit(FRENCH, modal(clicked)["id"], PROFILE)
    assert (await member(talk, FRENCH)).welcome_steps == ["principles", "profile"]
    saved = last_page(talk, FRENCH)
    chosen = await talk.box.action(FRENCH, saved["id"], action_id=buttons(saved)[0]["action_id"])
    await talk.box.submit(FRENCH, modal(chosen)["id"], {})
    assert "vous êtes ici chez vous" in str(last_page(talk, FRENCH)), "choosing nothing is a choice too"
    done = await talk.ask("/alliance bienvenue", FRENCH)
    assert "vous êtes ici chez vous" in done


async def test_rejoining_goes_on_at_the_first_unfinished_step(talk: Talk) -> None:
    await joined(talk)
    async with talk.database.writing() as session:
        row = (await session.scalars(select(Member).where(Member.slack_id == NEW.id))).one()
        await welcome.accept_principles(
            session, NEW.id, welcome.PRINCIPLES_VERSION, talk.going.bot.clock.now(), ticked=True
        )
    await joined(talk)
    first, second = await welcomes(talk)
    assert "revoir" not in words(first)
    assert "Heureux de vous revoir" in words(second)
    assert "1. Lire et accepter les principes communs · *fait*" in words(second)
    assert buttons(second)[0]["text"]["text"] == "À mon sujet"
    assert row.id == (await member(talk)).id


async def test_there_is_no_step_without_its_form(talk: Talk) -> None:
    assert handled.offered(Desk()) == []
    assert handled.offered(talk.going.bot.desk) == [Step.PRINCIPLES, Step.PROFILE, Step.FOLLOW]


async def test_who_follows_something_already_need_not_choose(talk: Talk) -> None:
    assert "3. Choose the groups, countries and themes that you follow · open" in await talk.ask(
        "/alliance welcome"
    )
    await follows_something(talk, ENGLISH)
    assert "that you follow · *done*" in await talk.ask("/alliance welcome")


async def follows_something(talk: Talk, user: str) -> None:
    async with talk.database.writing() as session:
        row = (await session.scalars(select(Member).where(Member.slack_id == user))).one()
        session.add(
            Subscription(
                key=f"test:{user}", member_id=row.id, theme=Theme.DATA, cadence=Cadence.WEEKLY,
                since=talk.going.bot.clock.now(),
            )
        )  # fmt: skip


async def test_who_is_welcomed_claims_the_event(talk: Talk) -> None:
    await joined(talk)
    async with talk.database.writing() as session:
        claims = await session.scalars(select(Claim.key).where(Claim.key.startswith("welcome:")))
        assert len(claims.all()) == 1
        await session.execute(delete(Claim).where(Claim.key.startswith("welcome:")))
    assert "Bienvenue" in said(await talk.command("/alliance welcome", NEW.id))
