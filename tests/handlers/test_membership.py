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
