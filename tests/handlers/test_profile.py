"""What members say of themselves: the form, what is wrong in it, and what it never does."""

from __future__ import annotations

from datetime import time
from typing import Any

from sqlalchemy import select

from sandbox import Outcome
from storage.tables import AuditEntry, Member, Organisation, Role
from storage.vocabulary import Constituency
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
    texts,
)

FILLED: dict[str, dict[str, Any]] = {
    "organisation": {"value": "unicef"},
    "constituency": {"value": "civil_society"},
    "expertise": {"value": ["supply_chains", "child_labour"]},
    "language": {"value": "es"},
    "zone": {"value": "africa/kampala"},
    "quiet_from": {"value": "22:00"},
    "quiet_until": {"value": "06:30"},
    "findable": {"value": ["yes"]},
}


async def opened(talk: Talk, user: str = ENGLISH) -> dict[str, Any]:
    outcome = await talk.box.command(user, GENERAL if user != GUEST else "C0PATHFND", "/alliance profile")
    return dict(modal(outcome))


async def saved(talk: Talk, user: str = ENGLISH, **changes: dict[str, Any]) -> Outcome:
    view = await opened(talk, user)
    return await talk.box.submit(user, view["id"], {**FILLED, **changes})


async def member(talk: Talk, user: str = ENGLISH) -> Member:
    async with talk.database.reading() as session:
        return (await session.scalars(select(Member).where(Member.slack_id == user))).one()


def page(talk: Talk, user: str = ENGLISH) -> str:
    return "\n".join(texts((talk.box.view_of(user) or {}).get("blocks", [])))


async def test_a_member_says_who_they_are_and_the_last_page_speaks_their_choice(talk: Talk) -> None:
    sent = await saved(talk)
    assert not sent.errors
    row = await member(talk)
    async with talk.database.reading() as session:
        unicef = (await session.scalars(select(Organisation).where(Organisation.key == "unicef"))).one()
    assert row.organisation_id == unicef.id
    assert (row.constituency, row.expertise) == (
        Constituency.CIVIL_SOCIETY,
        ["child_labour", "supply_chains"],
    )
    assert (row.language, row.zone) == ("es", "Africa/Kampala")
    assert (row.quiet_from, row.quiet_until, row.is_findable) == (time(22), time(6, 30), True)
    assert "Guardado" in page(talk)
    assert "Horas sin mensajes: *22:00–06:30*" in page(talk)


async def test_the_settings_show_each_line_and_open_the_form(talk: Talk) -> None:
    await saved(talk, language={"value": "slack"})
    settings = await talk.command("/alliance settings")
    for line in (
        "Organisation: *United Nations Children’s Fund*", "Constituency: *civil society*",
        "Expertise: *child labour*, *supply chains*", "Quiet hours: *22:00–06:30*", "Others may find you",
    ):  # fmt: skip
        assert line in said(settings)
    form = await talk.click("About me", settings)
    held = {block["block_id"]: block["element"] for block in modal(form)["blocks"]}
    assert held["quiet_from"]["initial_time"] == "22:00"
    assert held["zone"]["initial_value"] == "Africa/Kampala"
    assert [one["value"] for one in held["expertise"]["initial_options"]] == ["child_labour", "supply_chains"]
    assert held["findable"]["initial_options"][0]["value"] == "yes"


async def test_what_was_never_said_is_called_so(talk: Talk) -> None:
    settings = await talk.ask("/alliance ajustes", SPANISH)
    assert "Organización: sin indicar" in settings
    assert "Horas sin mensajes: ninguna" in settings
    assert "no le encuentran" in settings


async def test_every_wrong_field_is_named_at_once_and_all_is_kept(talk: Talk) -> None:
    sent = await saved(
        talk, organisation={"value": "xyzzy"}, zone={"value": "Kampala Town"}, quiet_until={"value": None}
    )
    assert set(sent.errors) == {"organisation", "zone", "quiet_until"}
    assert "Asia/Kathmandu" in sent.errors["zone"]
    assert "two different times" in sent.errors["quiet_until"]
    row = await member(talk)
    assert (row.organisation_id, row.constituency, row.expertise) == (None, None, [])
    view = talk.box.view_of(ENGLISH)
    assert view is not None
    mended = {"organisation": {"value": "IOM"}, "zone": {"value": ""}, "quiet_until": {"value": "07:00"}}
    again = await talk.box.submit(ENGLISH, view["id"], mended)
    assert not again.errors


async def test_the_same_hour_twice_is_no_quiet_time(talk: Talk) -> None:
    assert "quiet_until" in (await saved(talk, quiet_until={"value": "22:00"})).errors


async def test_emptied_fields_are_cleared(talk: Talk) -> None:
    await saved(talk)
    nothing: dict[str, dict[str, Any]] = {
        name: {"value": None} for name in ("constituency", "quiet_from", "quiet_until")
    }
    sent = await saved(
        talk, organisation={"value": ""}, zone={"value": ""}, language={"value": "slack"},
        expertise={"value": []}, findable={"value": []}, **nothing,
    )  # fmt: skip
    assert not sent.errors
    row = await member(talk)
    assert (row.organisation_id, row.constituency, row.expertise) == (None, None, [])
    assert (row.language, row.zone, row.quiet_from, row.quiet_until) == (None, None, None, None)
    assert not row.is_findable


async def test_naming_an_organisation_gives_no_right(talk: Talk) -> None:
    await saved(talk, organisation={"value": "IOM"})
    async with talk.database.reading() as session:
        held = select(Role).where(Role.member_id == (await member(talk)).id)
        assert not (await session.scalars(held)).all()
    opened_form = await talk.box.command(ENGLISH, GENERAL, "/update migration")
    values = {"headline": {"value": "Met"}, "body": {"value": "We met."}}
    await talk.box.submit(ENGLISH, modal(opened_form)["id"], values)
    assert "review" in page(talk) or "revis" in page(talk), "it waits for review as any member's does"


async def test_guests_may_say_who_they_are_too(talk: Talk) -> None:
    sent = await saved(talk, GUEST, organisation={"value": ""})
    assert not sent.errors
    assert (await member(talk, GUEST)).is_findable


async def test_the_form_speaks_french_and_its_audit_holds_no_text(talk: Talk) -> None:
    view = await opened(talk, FRENCH)
    assert view["title"]["text"] == "À mon sujet"
    await saved(talk, FRENCH)
    async with talk.database.reading() as session:
        rows = (await session.scalars(select(AuditEntry))).unique().all()
        number = (await member(talk, FRENCH)).id
    acts = [(row.action, row.subject) for row in rows if row.action == "profile_saved"]
    assert acts == [("profile_saved", f"member:{number}")]


async def test_a_mention_shows_the_profile_with_its_button(talk: Talk) -> None:
    answered = await talk.box.message(ENGLISH, GENERAL, f"<@{talk.box.bot_user_id}> alliance profile")
    assert labels(answered)[0] == "About me"


async def test_an_organisation_without_a_name_in_the_reader_s_language_is_kept(talk: Talk) -> None:
    query = select(Organisation).where(Organisation.key == "iom")
    async with talk.database.writing() as session:
        row = (await session.scalars(query)).one()
        names, row.name = row.name, {"en": "Zeppelin Fund"}
    try:
        await saved(talk, FRENCH, organisation={"value": "Zeppelin Fund"})
        view = await opened(talk, FRENCH)
        held = next(block for block in view["blocks"] if block["block_id"] == "organisation")
        assert held["element"]["initial_value"] == "Zeppelin Fund"
        assert not (await talk.box.submit(FRENCH, view["id"], {})).errors
    finally:
        async with talk.database.writing() as session:
            (await session.scalars(query)).one().name = names
