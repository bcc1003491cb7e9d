"""Joining an action group, leaving it, and offering to chair one that nobody chairs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, update

from storage.tables import Group, Role
from storage.vocabulary import MembershipPolicy
from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    GENERAL,
    GUEST,
    SPANISH,
    Talk,
    labels,
    modal,
    said,
    shown,
)
from tests.handlers.wishes import (
    MIGRATION,
    SECRETARIAT,
    actions,
    asked_to_join,
    chaired_by,
    memberships,
    offered,
    stored,
    told,
)


@pytest.fixture(autouse=True)
async def as_it_was(talk: Talk) -> AsyncIterator[None]:
    yield
    async with talk.database.writing() as session:
        await session.execute(update(Group).values(policy=None))


@pytest.fixture
async def chaired(talk: Talk) -> None:
    await chaired_by(talk, SPANISH)


async def opened_to_all(talk: Talk, key: str = MIGRATION) -> None:
    async with talk.database.writing() as session:
        await session.execute(update(Group).where(Group.key == key).values(policy=MembershipPolicy.OPEN))


async def test_guests_ask_nothing(talk: Talk) -> None:
    opened = await talk.command("/pathfinder interest", GUEST, "C0PATHFND")
    assert "las personas invitadas leen" in str(modal(opened))
    assert "las personas invitadas leen" in await talk.ask("/actiongroup migration join", GUEST, "C0PATHFND")
    assert "las personas invitadas leen" in await talk.ask("/actiongroup conflict chair", GUEST, "C0PATHFND")
    assert await stored(talk) == []
    assert await memberships(talk) == []


async def test_an_open_group_is_joined_at_once_and_once(talk: Talk) -> None:
    await opened_to_all(talk)
    assert "You are a member of *Migration* now" in await talk.ask("/actiongroup migration join")
    assert "already" in await talk.ask("/actiongroup migration join")
    assert len(await memberships(talk)) == 1
    assert await stored(talk) == []
    public = [one for one in talk.box.messages(GENERAL) if not one["ephemeral"]]
    assert public == [], "nobody is told in public"


async def test_joining_from_two_places_at_once_counts_once(talk: Talk) -> None:
    await opened_to_all(talk)
    await asyncio.gather(*(talk.box.command(ENGLISH, GENERAL, "/actiongroup migration join") for _ in "ab"))
    assert len(await memberships(talk)) == 1


async def test_leaving_ends_it_and_keeps_the_history(talk: Talk) -> None:
    await opened_to_all(talk)
    await talk.ask("/actiongroup migration rejoindre", FRENCH)
    assert "Vous avez quitté *Migrations*" in await talk.ask("/actiongroup migration quitter", FRENCH)
    assert "pas membre" in await talk.ask("/actiongroup migration quitter", FRENCH)
    (row,) = await memberships(talk)
    assert row.until is not None
    left = await talk.command("/actiongroup migration salir", SPANISH)
    assert "no forma parte" in said(left)
    await talk.ask("/actiongroup migration rejoindre", FRENCH)
    assert [row.until is None for row in await memberships(talk)] == [False, True]


async def test_asking_to_join_while_it_waits_is_told_so(talk: Talk) -> None:
    await asked_to_join(talk)
    again = await talk.command("/actiongroup migration join")
    assert "waits for a decision" in said(again)
    assert "Ask to join" not in labels(again)
    assert len(await stored(talk)) == 1


@pytest.mark.parametrize(
    ("line", "user", "asks", "typed"),
    [
        ("join", ENGLISH, "Which group would you like to join?", "supply-chains join"),
        ("leave", ENGLISH, "Which group would you like to leave?", "supply-chains leave"),
        ("chair", ENGLISH, "Which group would you like to chair?", "supply-chains chair"),
        ("rejoindre", FRENCH, "Quel groupe souhaitez-vous rejoindre", "supply-chains rejoindre"),
        ("quitter", FRENCH, "Quel groupe souhaitez-vous quitter", "supply-chains quitter"),
        ("présider", FRENCH, "Quel groupe souhaitez-vous présider", "supply-chains présider"),
        ("unirse", SPANISH, "¿A qué grupo desea unirse?", "supply-chains unirse"),
        ("salir", SPANISH, "¿De qué grupo desea salir?", "supply-chains salir"),
        ("presidir", SPANISH, "¿Qué grupo desea presidir?", "supply-chains presidir"),
    ],
)
async def test_a_wish_without_a_group_asks_for_which(
    talk: Talk, line: str, user: str, asks: str, typed: str
) -> None:
    asked = await talk.command(f"/actiongroup {line}", user)
    assert asks in said(asked)
    assert f"`/actiongroup {typed}`" in said(asked)
    assert len(labels(asked)) == 5


async def test_the_group_that_is_clicked_is_joined_and_left(talk: Talk) -> None:
    await opened_to_all(talk)
    which = await talk.command("/actiongroup join")
    assert "You are a member of *Migration* now" in said(await talk.click("Migration", which))
    which = await talk.command("/actiongroup leave")
    assert "You have left *Migration*" in said(await talk.click("Migration", which))


async def test_the_wish_may_stand_before_the_group(talk: Talk) -> None:
    await opened_to_all(talk)
    assert "You are a member of *Migration* now" in await talk.ask("/actiongroup join migration")
    assert "Vous êtes maintenant membre" in await talk.ask("/actiongroup rejoindre migrations", FRENCH)
    assert "UNICEF" in await talk.ask("/actiongroup presidir migración", SPANISH)
    assert "action group called “astronomy”" in await talk.ask("/actiongroup join astronomy")


async def test_guests_are_not_asked_which_group_they_want_to_join(talk: Talk) -> None:
    assert "las personas invitadas leen" in await talk.ask("/actiongroup unirse", GUEST, "C0PATHFND")


async def test_a_vacant_chair_can_be_offered_for_and_is_granted_by_the_secretariat(talk: Talk) -> None:
    await offered(talk, note="Ten years in humanitarian response")
    assert f"<@{ENGLISH}> offers to chair" in await told(talk, SECRETARIAT)
    card = await talk.ask("/actiongroup conflict more")
    assert f"<@{ENGLISH}>" not in card, "an offer is not shown on the card"
    async with talk.database.reading() as session:
        assert not (await session.scalars(select(Role).where(Role.key.startswith("member/")))).all()
    await talk.click("Accept 1", await talk.command("/alliance requests", SECRETARIAT), SECRETARIAT)
    assert f"<@{ENGLISH}>" in await talk.ask("/actiongroup conflict more")
    assert "You chair" in await told(talk, ENGLISH)
    assert "role_granted" in await actions(talk)


async def test_where_somebody_chairs_who_does_is_said_instead(talk: Talk) -> None:
    answered = await talk.command("/actiongroup migration presidir", SPANISH)
    assert "UNICEF" in said(answered)
    assert labels(answered) == ["Ver el grupo"]
    forged = await talk.box.action(
        SPANISH, shown(answered)["ts"], channel=GENERAL, action_id="open:9",
        value=f"membership_chair {MIGRATION}", forged=True,
    )  # fmt: skip
    assert "UNICEF" in str(modal(forged))
    assert await stored(talk) == []


async def test_an_offer_that_comes_after_somebody_else_was_named_is_told_so(talk: Talk) -> None:
    answered = await talk.command("/actiongroup conflict chair", ENGLISH)
    form = await talk.click("Offer to chair it", answered)
    await offered(talk, FRENCH)
    await talk.click("Accept 1", await talk.command("/alliance requests", SECRETARIAT), SECRETARIAT)
    sent = await talk.box.submit(ENGLISH, modal(form)["id"], {"note": {"value": "me"}})
    assert "by now" in sent.errors["note"]
