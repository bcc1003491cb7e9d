"""Any other business: proposed before a meeting by who belongs to its group, and withdrawn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from sandbox import Outcome
from storage.tables import AgendaItem, Group, Member, Membership
from storage.vocabulary import EventKind, Visibility
from tests.handlers.gatherings import changed, gathering, in_a_week, on
from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    GENERAL,
    GUEST,
    NEPAL_FOCAL_POINT,
    SPANISH,
    Talk,
    buttons,
    labels,
    modal,
    said,
    shown,
)
from tests.handlers.wishes import MIGRATION, actions, chaired_by, heard, told

SEEN_BY_GUESTS = "C0PATHFND"
FEES: dict[str, Any] = {
    "title": {"value": "Fees *now* <!channel>"},
    "about": {"value": "Two countries asked"},
}


@pytest.fixture(autouse=True)
async def a_group(talk: Talk) -> AsyncIterator[None]:
    """Migration, with a chair and two members."""
    await chaired_by(talk, SPANISH)
    for user in (SPANISH, GUEST, NEPAL_FOCAL_POINT):
        await talk.box.change_user(user, locale="en-US")
    async with talk.database.writing() as session:
        group = (await session.scalars(select(Group.id).where(Group.key == MIGRATION))).one()
        for user in (ENGLISH, FRENCH):
            member = (await session.scalars(select(Member.id).where(Member.slack_id == user))).one()
            day = talk.going.bot.clock.now().date()
            session.add(Membership(group_id=group, member_id=member, since=day))
    yield
    await talk.going.bot.busy.idle()


async def proposed(talk: Talk, number: int, user: str = ENGLISH, **typed: Any) -> Outcome:
    form = await talk.box.command(user, GENERAL, f"/events aob {number}")
    return await talk.box.submit(user, modal(form)["id"], typed or FEES)


async def collected(talk: Talk, number: int, user: str = ENGLISH) -> Outcome:
    """The page with what was proposed, from the card's button."""
    card = await talk.command(f"/events show {number}", user)
    button = next(one for one in buttons(card) if one["value"] == f"/events aob {number}")
    return await talk.click(button["text"]["text"], card, user)


async def items(talk: Talk, number: int) -> list[AgendaItem]:
    async with talk.database.reading() as session:
        query = select(AgendaItem).where(AgendaItem.event_id == number).order_by(AgendaItem.id)
        return list((await session.scalars(query)).unique().all())


async def test_a_member_proposes_and_the_chair_hears_of_it_once(talk: Talk) -> None:
    number = await gathering(talk)
    card = await talk.command(f"/events show {number}")
    page = await talk.click("Any other business", card)
    assert "Nothing was proposed yet" in said(page)
    form = await talk.click("Propose something", page)
    sent = await talk.box.submit(ENGLISH, modal(form)["id"], FEES)
    assert "it stands on the agenda" in str(modal(sent))
    (item,) = await items(talk, number)
    assert item.is_other_business
    assert f"<@{ENGLISH}> asks that *Recruitment fees: what next* take up" in await told(talk, SPANISH)
    assert len(await heard(talk, SPANISH)) == 1
    assert not await heard(talk, ENGLISH)
    agenda = await talk.command(f"/events agenda {number}", FRENCH)
    assert "*Questions diverses*" in said(agenda)
    assert "Fees *now* &lt;!channel&gt; (en anglais)" in said(agenda).replace("\u2060", "")
    assert "<!channel>" not in str(shown(agenda)["blocks"])
    assert "business_proposed" in await actions(talk)


async def test_it_is_withdrawn_by_who_proposed_it_and_the_chair_sees_so(talk: Talk) -> None:
    number = await gathering(talk)
    await proposed(talk, number)
    (item,) = await items(talk, number)
    for user in (FRENCH, NEPAL_FOCAL_POINT):
        page = await collected(talk, number, user)
        assert not [one for one in buttons(page) if "withdraw" in one["value"]]
        forged = await talk.box.action(
            user, shown(page)["ts"], channel=GENERAL, action_id="do:9",
            value=f"/events aob {number} withdraw {item.id}", forged=True,
        )  # fmt: skip
        assert "withdrawn" not in said(forged)
    assert len(await items(talk, number)) == 1
    page = await collected(talk, number)
    button = next(one for one in buttons(page) if one["text"]["text"] == "Withdraw 1")
    assert "leaves the agenda" in button["confirm"]["text"]["text"]
    assert "it is withdrawn" in said(await talk.click("Withdraw 1", page))
    assert not await items(talk, number)
    assert "was withdrawn again" in await told(talk, SPANISH)
    assert len(await heard(talk, SPANISH)) == 1


async def test_the_chair_takes_one_off_and_twice_is_once(talk: Talk) -> None:
    number = await gathering(talk)
    await proposed(talk, number)
    card = await talk.command(f"/events agenda {number}", SPANISH)
    page = await talk.click("Any other business", card, SPANISH)
    (item,) = await items(talk, number)
    assert f"<@{ENGLISH}>" in said(page)
    assert "it is withdrawn" in said(await talk.click("Withdraw 1", page, SPANISH))
    again = await talk.box.action(
        SPANISH, shown(page)["ts"], channel=GENERAL, action_id="do:9",
        value=f"/events aob {number} withdraw {item.id}", forged=True,
    )  # fmt: skip
    assert "there no more" in said(again)


async def test_who_does_not_belong_to_the_group_is_told_kindly(talk: Talk) -> None:
    number = await gathering(talk)
    form = await talk.box.command(NEPAL_FOCAL_POINT, GENERAL, f"/events aob {number}")
    assert "proposed by those who belong to the group" in str(modal(form))
    assert not modal(form).get("submit")
    open_to_all = await gathering(talk, group=None)
    assert not (await proposed(talk, open_to_all, NEPAL_FOCAL_POINT)).errors
    assert len(await items(talk, open_to_all)) == 1
    assert not await items(talk, number)


async def test_who_left_the_group_meanwhile_proposes_nothing(talk: Talk) -> None:
    number = await gathering(talk)
    form = await talk.box.command(ENGLISH, GENERAL, f"/events aob {number}")
    async with talk.database.writing() as session:
        for row in await session.scalars(select(Membership)):
            row.until = row.since
    sent = await talk.box.submit(ENGLISH, modal(form)["id"], FEES)
    assert "proposed by those who belong to the group" in str(modal(sent))
    assert "Two countries asked" in str(modal(sent)), "what was typed is not lost"
    assert not await items(talk, number)
    assert not await heard(talk, SPANISH)


async def test_guests_and_a_meeting_that_has_begun_or_is_none(talk: Talk) -> None:
    number = await gathering(talk, group=None)
    card = await talk.command(f"/events show {number}", GUEST, SEEN_BY_GUESTS)
    assert "Any other business" not in labels(card)
    form = await talk.box.command(GUEST, SEEN_BY_GUESTS, f"/events aob {number}")
    assert "members of this workspace" in str(modal(form))
    form = await talk.box.command(ENGLISH, GENERAL, f"/events aob {number}")
    await changed(talk, number, when=on(in_a_week(talk) - timedelta(days=8)))
    late = await talk.box.submit(ENGLISH, modal(form)["id"], FEES)
    assert "begun or is over" in str(modal(late))
    assert "&lt;!channel&gt;" in str(modal(late)), "its title is given back"
    assert "Two countries asked" in str(modal(late)), "and what it is about"
    assert "Any other business" not in labels(await talk.command(f"/events show {number}"))
    workshop = await gathering(talk, kind=EventKind.WORKSHOP)
    form = await talk.box.command(ENGLISH, GENERAL, f"/events aob {workshop}")
    assert "this event is none" in str(modal(form))
    hidden = await gathering(talk, group="rule-of-law", visibility=Visibility.GROUP)
    form = await talk.box.command(ENGLISH, GENERAL, f"/events aob {hidden}")
    assert "There is no event" in str(modal(form))
    for line in ("", "x", "0", "99999999999"):
        form = await talk.box.command(ENGLISH, GENERAL, f"/events aob {line}".strip())
        assert "Reference number" not in str(modal(form))
    assert not await items(talk, number)


async def test_what_looks_personal_is_refused_on_its_field(talk: Talk) -> None:
    number = await gathering(talk)
    typed = {"title": {"value": " "}, "about": {"value": "Ask sam@example.org"}}
    sent = await proposed(talk, number, **typed)
    assert set(sent.errors) == {"title", "about"}
    assert not await items(talk, number)


async def test_in_french_and_in_spanish(talk: Talk) -> None:
    number = await gathering(talk)
    form = await talk.box.command(FRENCH, GENERAL, f"/events divers {number}")
    assert modal(form)["title"]["text"] == "Questions diverses"
    await talk.box.submit(FRENCH, modal(form)["id"], {"title": {"value": "Les frais"}})
    (item,) = await items(talk, number)
    assert item.title == {"fr": "Les frais"}
    await talk.box.change_user(SPANISH, locale="es-ES")
    card = await talk.command(f"/events show {number}", SPANISH)
    page = await talk.click("Otros asuntos", card, SPANISH)
    assert "Les frais (en francés)" in said(page)
    assert "Retirar 1" in labels(page)
