"""`/alliance roles` and `/alliance audit`, as the secretariat uses them, and as others try to."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete, select

from handlers.slack import forms as handled
from sandbox import Fault, Outcome
from storage.tables import Member, Role
from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    GENERAL,
    SPANISH,
    Talk,
    buttons,
    labels,
    modal,
    said,
    shown,
)

SECRETARIAT = "U0SECRETA"
GIVE = {
    "person": {"value": ENGLISH},
    "role": {"value": "chair"},
    "scope": {"value": "group:migration"},
    "deputy": {"value": []},
}


async def opened(talk: Talk, label: str = "Give a role") -> Outcome:
    listing = await talk.command("/alliance roles", SECRETARIAT)
    return await talk.click(label, listing, SECRETARIAT)


async def given(talk: Talk, **changes: dict[str, object]) -> Outcome:
    form = await opened(talk)
    return await talk.box.submit(SECRETARIAT, modal(form)["id"], {**GIVE, **changes})


async def test_the_secretariat_gives_a_role_in_a_form(talk: Talk) -> None:
    form = await opened(talk)
    assert modal(form)["title"]["text"] == "Give a role"
    sent = await talk.box.submit(SECRETARIAT, modal(form)["id"], GIVE)
    assert not sent.errors
    assert "The role holds from today on" in str(talk.box.view_of(SECRETARIAT))
    listing = await talk.command("/alliance roles", SECRETARIAT)
    assert f"<@{ENGLISH}> · *Chair* · Migration · since" in said(listing)


async def test_the_new_chair_stands_on_the_groups_card(talk: Talk) -> None:
    await given(talk)
    card = await talk.ask("/actiongroup migration")
    assert f"(UNICEF)* _[1] line 214_, *<@{ENGLISH}>*\n" in card, "no source is claimed for the new chair"


async def test_the_loading_page_comes_before_any_look_at_the_records(talk: Talk) -> None:
    form = await opened(talk)
    calls = [call.kind for call in form.calls if call.kind.startswith("views.")]
    assert calls == ["views.open", "views.update"]


async def test_a_wrong_pair_is_said_under_its_field_and_all_is_kept(talk: Talk) -> None:
    sent = await given(talk, scope={"value": "alliance"})
    assert "chairs and leads are of a group" in sent.errors["scope"]
    assert talk.box.view_of(SECRETARIAT) is not None
    again = await talk.box.submit(SECRETARIAT, talk.box.view_of(SECRETARIAT)["id"], GIVE)
    assert not again.errors, "mended and sent again, the same form is taken"


async def test_the_same_form_sent_twice_gives_one_role(talk: Talk) -> None:
    form = await opened(talk)
    view = modal(form)["id"]
    await asyncio.gather(
        *(talk.box.submit(SECRETARIAT, view, GIVE) for _ in range(2)), return_exceptions=True
    )
    async with talk.database.reading() as session:
        roles = (await session.scalars(select(Role).where(Role.key.startswith("member/")))).all()
    assert len(roles) == 1


async def test_if_saving_fails_all_that_was_typed_stays(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_args: object, **_others: object) -> None:
        raise OSError("the disk is full")

    form = await opened(talk)
    monkeypatch.setattr(handled, "claim", broken)
    sent = await talk.box.submit(SECRETARIAT, modal(form)["id"], GIVE)
    assert "All you typed is still here" in next(iter(sent.errors.values()))
    monkeypatch.undo()
    again = await talk.box.submit(SECRETARIAT, modal(form)["id"], GIVE)
    assert not again.errors


async def test_a_click_that_is_too_old_gets_a_private_button_to_try_again(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = handled.forms.loading

    def slow(*given: Any) -> Any:
        talk.box.clock.advance(4)
        return quick(*given)

    listing = await talk.command("/alliance roles", SECRETARIAT)
    monkeypatch.setattr(handled.forms, "loading", slow)
    clicked = await talk.click("Give a role", listing, SECRETARIAT)
    monkeypatch.undo()
    assert labels(clicked) == ["Try again"]
    assert shown(clicked)["ephemeral"]
    retried = await talk.click("Try again", clicked, SECRETARIAT)
    assert modal(retried)["title"]["text"] == "Give a role"


@pytest.mark.parametrize("method", ["views.open", "views.update"])
async def test_if_slack_fails_while_the_form_opens_the_person_hears_it(talk: Talk, method: str) -> None:
    listing = await talk.command("/alliance roles", SECRETARIAT)
    talk.box.faults.add(Fault(method=method, kind="server_error"))
    clicked = await talk.click("Give a role", listing, SECRETARIAT)
    assert "Reference number" in said(clicked)
    assert shown(clicked)["ephemeral"]


async def test_the_editors_are_not_among_the_offices_of_the_alliance(talk: Talk) -> None:
    await given(talk, role={"value": "editor"}, scope={"value": "alliance"})
    about = await talk.ask("/alliance about")
    assert "Chair of the Alliance" in about
    assert f"<@{ENGLISH}>" not in about
    assert f"<@{SECRETARIAT}>" not in about


async def test_a_role_is_ended_after_being_asked_once(talk: Talk) -> None:
    await given(talk)
    listing = await talk.command("/alliance roles", SECRETARIAT)
    button = next(b for b in buttons(listing) if b["text"]["text"] == "End 2")
    assert "ends today" in button["confirm"]["text"]["text"]
    assert button["confirm"]["deny"]["text"] == "Leave it as it is", (
        "in French, undoing and cancelling are one"
    )
    ended = await talk.click("End 2", listing, SECRETARIAT)
    assert "Done: the role has ended" in said(ended)
    assert f"<@{ENGLISH}>" not in said(ended)


async def test_a_chair_is_handed_over_in_one_act(talk: Talk) -> None:
    await given(talk)
    form = await opened(talk, "Hand over 2")
    await talk.box.submit(SECRETARIAT, modal(form)["id"], {"person": {"value": SPANISH}})
    listing = said(await talk.command("/alliance roles", SECRETARIAT))
    assert f"<@{SPANISH}> · *Chair* · Migration" in listing
    assert f"<@{ENGLISH}>" not in listing


async def test_nobody_else_may_and_it_is_written_down(talk: Talk) -> None:
    for command in ("/alliance roles", "/alliance audit", "/alliance roles end 1"):
        assert "This is for the secretariat" in await talk.ask(command, ENGLISH)
    assert "Ceci est réservé" in await talk.ask("/alliance rôles", FRENCH)
    audit = await talk.ask("/alliance audit", SECRETARIAT)
    assert audit.count("refused") == 4
    assert f"<@{ENGLISH}>" in audit


async def test_a_forged_click_opens_no_form_and_a_revoked_role_saves_none(talk: Talk) -> None:
    help_page = await talk.command("/alliance help")
    forged = await talk.box.action(
        ENGLISH,
        shown(help_page)["ts"],
        channel=GENERAL,
        action_id="open:7",
        value="role_give ",
        forged=True,
    )
    assert "This is for the secretariat" in str(modal(forged))
    form = await opened(talk)
    async with talk.database.writing() as session:
        await session.execute(delete(Role).where(Role.key.startswith("setting/")))
    await talk.box.submit(SECRETARIAT, modal(form)["id"], GIVE)
    assert "This is for the secretariat" in str(talk.box.view_of(SECRETARIAT))
    async with talk.database.reading() as session:
        assert not (await session.scalars(select(Role).where(Role.key.startswith("member/")))).all()


async def test_who_left_slack_is_flagged(talk: Talk) -> None:
    await given(talk)
    await talk.box.change_user(ENGLISH, deleted=True)
    listing = await talk.ask("/alliance roles", SECRETARIAT)
    assert "this seat needs somebody" in listing
    async with talk.database.writing() as session:
        member = (await session.scalars(select(Member).where(Member.slack_id == ENGLISH))).one()
        assert not member.is_active


async def test_the_form_in_french_and_in_spanish(talk: Talk) -> None:
    for locale, title in (("fr-FR", "Attribuer un rôle"), ("es-ES", "Asignar una función")):
        await talk.box.change_user(SECRETARIAT, locale=locale)
        listing = await talk.command("/alliance roles", SECRETARIAT)
        form = await talk.click(labels(listing)[0], listing, SECRETARIAT)
        assert modal(form)["title"]["text"] == title


async def test_the_audit_is_read_in_words(talk: Talk) -> None:
    await given(talk)
    await talk.ask("/alliance audit", ENGLISH)
    audit = await talk.ask("/alliance audit", SECRETARIAT)
    assert f"<@{SECRETARIAT}> · gave a role · no. " in audit
    assert f"<@{ENGLISH}> · was refused · seeing who did what" in audit
    assert audit.endswith("the installation · gave a role")
    assert "_" not in audit.replace("\u2060", "")
    await talk.box.change_user(SECRETARIAT, locale="fr-FR")
    assert "a attribué un rôle · n° " in await talk.ask("/alliance journal", SECRETARIAT)


@pytest.mark.parametrize("number", ["²", "99999999999999999999", "0", "-1"])
async def test_what_is_no_number_of_a_role_ends_none(talk: Talk, number: str) -> None:
    answered = await talk.ask(f"/alliance roles end {number}", SECRETARIAT)
    assert "Reference number" not in answered
    assert "Roles" in answered
    for page in (0, 99):
        assert f"<@{SECRETARIAT}>" in await talk.ask(f"/alliance roles page {page}", SECRETARIAT)
