"""The priorities of the Chair of the Alliance, and the progress report."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from community import roles
from community.rights import actor_of
from sandbox import Outcome
from storage.tables import Fact, Role
from storage.vocabulary import FactKind, RoleName
from tests.handlers.conftest import keep, put_back
from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    GENERAL,
    GUEST,
    SPANISH,
    Talk,
    buttons,
    labels,
    modal,
    said,
    shown,
)
from tests.handlers.wishes import SECRETARIAT, actions

THREE: dict[str, Any] = {
    "text_en": {"value": "Ratify the *Protocol* <!channel>"},
    "text_fr": {"value": "Ratifier le Protocole"},
    "text_es": {"value": "Ratificar el Protocolo"},
}


@pytest.fixture(autouse=True)
async def a_chair(talk: Talk) -> AsyncIterator[None]:
    await talk.box.change_user(SPANISH, locale="en-US")
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        manager = await actor_of(session, SECRETARIAT, now.date())
        await roles.grant(
            session, manager, SPANISH, RoleName.ALLIANCE_CHAIR, "", is_deputy=False, today=now.date(), now=now
        )
        kept = await keep(session, Fact)
    yield
    await talk.going.bot.busy.idle()
    async with talk.database.writing() as session:
        await session.execute(update(Fact).where(Fact.said_by_id.is_not(None)).values(said_by_id=None))
        await put_back(session, kept)


async def added(talk: Talk, which: str = "priorities", user: str = SPANISH, **typed: Any) -> Outcome:
    page = await talk.command(f"/alliance {which}", user)
    form = await talk.click("Add something", page, user)
    return await talk.box.submit(user, modal(form)["id"], typed or THREE)


async def standing(talk: Talk, kind: FactKind) -> list[Fact]:
    async with talk.database.reading() as session:
        query = select(Fact).where(Fact.kind == kind, Fact.place_id.is_(None), Fact.group_id.is_(None))
        rows = await session.scalars(query.where(Fact.ended_at.is_(None)).order_by(Fact.position))
        return list(rows.unique().all())


async def test_they_are_read_by_everybody_with_their_source(talk: Talk) -> None:
    for user in (ENGLISH, GUEST):
        await talk.box.change_user(user, locale="en-US")
        page = await talk.command("/alliance priorities", user, "C0PATHFND" if user == GUEST else GENERAL)
        assert "1. Online community: inclusive" in said(page)
        assert "Report of the fourth meeting" in said(page)
        assert "Add something" not in labels(page)
    progress = await talk.click("Progress report", page, GUEST)
    assert "3. OECD, OSCE and Business Networks joined" in said(progress)
    assert "Priorités de la présidence" in await talk.ask("/alliance priorités", FRENCH)
    assert "L’OCDE" in await talk.ask("/alliance progrès", FRENCH)
    await talk.box.change_user(SPANISH, locale="es-ES")
    assert "Prioridades de la presidencia" in await talk.ask("/alliance prioridades", SPANISH)


async def test_the_chair_and_the_secretariat_add_in_three_languages(talk: Talk) -> None:
    assert "it stands there now" in str(modal(await added(talk)))
    page = await talk.command("/alliance priorities")
    assert "4. Ratify the *Protocol* &lt;!channel&gt;" in said(page).replace("\u2060", "")
    assert "<!channel>" not in str(shown(page)["blocks"])
    assert f"said by <@{SPANISH}>" in said(page)
    assert "Ratifier le Protocole" in await talk.ask("/alliance priorités", FRENCH)
    await added(talk, "progress", SECRETARIAT, text_fr={"value": "Deux pays de plus"})
    assert "Deux pays de plus (in French)" in await talk.ask("/alliance progress page 2")
    assert "Deux pays" not in await talk.ask("/alliance priorities")
    assert (await actions(talk)).count("record_added") == 2
    assert "Ratify the" in await talk.ask("/alliance about more page 2") + await talk.ask(
        "/alliance about more page 3"
    ) + await talk.ask("/alliance about more"), "the page about the Alliance has it, too"


async def test_an_entry_is_changed_and_another_revision_is_not(talk: Talk) -> None:
    page = await talk.command("/alliance priorities", SPANISH)
    first = await talk.click("Change 1", page, SPANISH)
    other = await talk.command("/alliance priorities", SECRETARIAT)
    second = await talk.click("Change 1", other, SECRETARIAT)
    fields = {one["block_id"]: one for one in modal(first)["blocks"] if one["type"] == "input"}
    assert list(fields) == ["text_en", "text_fr", "text_es"]
    assert fields["text_fr"]["element"]["initial_value"].startswith("Communauté en ligne")
    typed = {"text_en": {"value": "Online community, at once"}}
    assert "Saved" in str(modal(await talk.box.submit(SPANISH, modal(first)["id"], typed)))
    late = await talk.box.submit(SECRETARIAT, modal(second)["id"], {"text_en": {"value": "Something else"}})
    assert "nothing of it is lost" in str(modal(late))
    assert "Something else" in str(modal(late))
    row = (await standing(talk, FactKind.PRIORITY))[0]
    assert row.text["en"] == "Online community, at once"
    assert row.text["fr"].startswith("Communauté en ligne"), "the other languages stay"
    assert row.source_id is None, "what somebody changes, no document says any more"


async def test_an_entry_is_ended_after_being_asked_once(talk: Talk) -> None:
    page = await talk.command("/alliance progress", SPANISH)
    button = next(one for one in buttons(page) if one["text"]["text"] == "End 2")
    assert "shown no more" in button["confirm"]["text"]["text"]
    ended = await talk.click("End 2", page, SPANISH)
    assert "Done: it is shown no more" in said(ended)
    assert "Governments of all regions" not in said(ended)
    assert "changed it meanwhile" in await talk.ask(button["value"], SPANISH)
    assert len(await standing(talk, FactKind.ACHIEVEMENT)) == 6


async def test_nobody_else_does_and_a_forged_click_does_nothing(talk: Talk) -> None:
    row = (await standing(talk, FactKind.PRIORITY))[0]
    help_page = await talk.command("/alliance help")
    for value in ("chair_entry priorities", f"chair_entry priorities {row.id}"):
        forged = await talk.box.action(
            ENGLISH, shown(help_page)["ts"], channel=GENERAL, action_id="open:7", value=value, forged=True
        )
        assert "This is for the Chair of the Alliance" in str(modal(forged))
    assert "This is for the Chair of the Alliance" in await talk.ask(f"/alliance priorities end {row.id} x")
    page = await talk.command("/alliance priorities", SPANISH)
    form = await talk.click("Add something", page, SPANISH)
    async with talk.database.writing() as session:
        await session.execute(delete(Role).where(Role.key.startswith("member/")))
    sent = await talk.box.submit(SPANISH, modal(form)["id"], THREE)
    assert "This is for the Chair of the Alliance" in str(modal(sent))
    assert len(await standing(talk, FactKind.PRIORITY)) == 3


async def test_no_other_fact_is_changed_this_way(talk: Talk) -> None:
    async with talk.database.reading() as session:
        query = select(Fact).where(Fact.kind == FactKind.PRIORITY, Fact.place_id.is_not(None))
        of_a_country = (await session.scalars(query)).unique().first()
        assert of_a_country is not None
    for number in (of_a_country.id, 0, 999_999):
        answered = await talk.ask(f"/alliance priorities end {number} x", SPANISH)
        assert "changed it meanwhile" in answered or "Priorities" in answered
    async with talk.database.reading() as session:
        assert (await session.get_one(Fact, of_a_country.id)).ended_at is None


async def test_a_language_is_needed_and_nothing_personal(talk: Talk) -> None:
    assert "at least one" in (await added(talk, text_en={"value": " "})).errors["text_en"]
    sent = await added(talk, text_en={"value": "Ok"}, text_es={"value": "Llame al +33 6 12 34 56 78"})
    assert set(sent.errors) == {"text_es"}
    assert len(await standing(talk, FactKind.PRIORITY)) == 3
