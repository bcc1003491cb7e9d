"""Meetings: their numbers, what is recorded at them, and the report that is made from it and reviewed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from community import roles
from community.rights import actor_of
from sandbox import Outcome
from storage.partial_dates import Status
from storage.tables import AgendaItem, AuditEntry, Event, Group, MeetingNote, Report, Role
from storage.vocabulary import EventKind, ReportState, RoleName, Visibility
from tests.handlers.gatherings import changed, gathering, in_a_week, on
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
from tests.handlers.wishes import MIGRATION, SECRETARIAT, actions, chaired_by, heard, told

EDITOR, SEEN_BY_GUESTS = "U0EDITORX", "C0PATHFND"
POINT: dict[str, Any] = {
    "text_en": {"value": "Fees were discussed"},
    "text_fr": {"value": "Les frais ont été abordés"},
    "text_es": {"value": "Se habló de las tasas"},
}
ENGLISH_ONLY: dict[str, Any] = {"text_en": {"value": "A pilot begins in May"}}
REST: dict[str, Any] = {
    "text_fr": {"value": "Un projet pilote commence en mai"},
    "text_es": {"value": "Un proyecto piloto empieza en mayo"},
}


@pytest.fixture(autouse=True)
async def a_chair(talk: Talk) -> AsyncIterator[None]:
    await chaired_by(talk, SPANISH)
    for user in (SPANISH, EDITOR, GUEST):
        await talk.box.change_user(user, locale="en-US")
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        manager = await actor_of(session, SECRETARIAT, now.date())
        await roles.grant(
            session, manager, EDITOR, RoleName.EDITOR, "", is_deputy=False, today=now.date(), now=now
        )
    yield
    await talk.going.bot.busy.idle()
    async with talk.database.writing() as session:
        await session.execute(update(Group).where(Group.key == MIGRATION).values(channel=None))


async def held(talk: Talk, **values: Any) -> int:
    """A meeting of the Migration group that was held yesterday."""
    when = on(in_a_week(talk) - timedelta(days=8), status=Status.HELD)
    return await gathering(talk, **{"when": when, "number": 3, **values})


async def shipped(talk: Talk, key: str) -> int:
    async with talk.database.reading() as session:
        return (await session.scalars(select(Event.id).where(Event.key == key))).one()


async def opened(talk: Talk, number: int, label: str, user: str = SPANISH, page: str = "record") -> Outcome:
    listing = await talk.command(f"/events {page} {number}", user)
    return await talk.click(label, listing, user)


async def recorded(talk: Talk, number: int, label: str = "Add a point", **typed: Any) -> Outcome:
    form = await opened(talk, number, label)
    return await talk.box.submit(SPANISH, modal(form)["id"], typed)


async def in_review(talk: Talk, number: int, **typed: Any) -> int:
    """A report with one point that was sent for review; its revision."""
    assert not (await recorded(talk, number, **(typed or POINT))).errors
    page = await talk.command(f"/events report {number}", SPANISH)
    assert "waits for review now" in said(await talk.click("Send for review", page, SPANISH))
    return (await report(talk, number)).revision


async def published(talk: Talk, number: int) -> None:
    revision = await in_review(talk, number)
    assert "It is published" in await talk.ask(f"/events report {number} publish {revision}", EDITOR)


async def report(talk: Talk, number: int) -> Report:
    async with talk.database.reading() as session:
        return await session.get_one(Report, number)


async def notes(talk: Talk, number: int) -> list[MeetingNote]:
    async with talk.database.reading() as session:
        query = select(MeetingNote).where(MeetingNote.event_id == number).order_by(MeetingNote.id)
        return list((await session.scalars(query)).unique().all())


async def count(talk: Talk, act: str) -> int:
    async with talk.database.reading() as session:
        query = select(func.count(AuditEntry.id)).where(AuditEntry.action == act)
        return await session.scalar(query) or 0


# The series


async def test_the_meetings_of_the_coordinating_group_are_listed_by_number(talk: Talk) -> None:
    page = await talk.command("/events meetings")
    words = said(page)
    assert words.index("No. 5") < words.index("No. 4") < words.index("No. 3") < words.index("No. 1")
    assert "The record has its agenda, questions or commitments" in words
    assert "Report 2" in labels(page)
    assert "Report 1" not in labels(page), "of the fifth nothing is on record"
    opened_card = await talk.click("Open 2", page)
    assert "*Meeting* · No. 4 · held" in said(opened_card)
    assert "Report" in labels(opened_card)
    assert "Any other business" not in labels(opened_card)


async def test_of_another_group_and_in_french_and_spanish(talk: Talk) -> None:
    await held(talk)
    assert "*No. 3* · Recruitment fees" in await talk.ask("/events meetings migration")
    assert "N° 4" in await talk.ask("/events réunions", FRENCH)
    await talk.box.change_user(SPANISH, locale="es-ES")
    assert "N.º 4" in await talk.ask("/events reuniones", SPANISH)
    assert "could not find an action group" in await talk.ask("/events meetings nothing at all")


async def test_a_meeting_gets_the_next_free_number_of_its_group(talk: Talk) -> None:
    await held(talk)
    number = await gathering(talk)
    form = await opened(talk, number, "Say more", page="manage")
    field = next(block for block in modal(form)["blocks"] if block.get("block_id") == "number")
    assert field["element"]["initial_value"] == "4"
    for typed, sentence in (("3", "has this number already"), ("0", "from 1 to 999"), ("²", "from 1 to 999")):
        sent = await talk.box.submit(SPANISH, modal(form)["id"], {"number": {"value": typed}})
        assert sentence in sent.errors["number"]
    assert not (await talk.box.submit(SPANISH, modal(form)["id"], {"number": {"value": "4"}})).errors
    assert "No. 4" in await talk.ask(f"/events show {number}")
    other = await gathering(talk, group="rule-of-law")
    again = await opened(talk, other, "Say more", user=SECRETARIAT, page="manage")
    field = next(block for block in modal(again)["blocks"] if block.get("block_id") == "number")
    assert field["element"]["initial_value"] == "1", "each group counts its own"


async def test_a_meeting_that_goes_to_another_group_loses_its_number(talk: Talk) -> None:
    number = await gathering(talk, number=3)
    for group, left in ((MIGRATION, 3), ("rule-of-law", None)):
        form = await opened(talk, number, "Change", user=SECRETARIAT, page="manage")
        sent = await talk.box.submit(SECRETARIAT, modal(form)["id"], {"group": {"value": group}})
        assert not sent.errors
        async with talk.database.reading() as session:
            assert (await session.scalars(select(Event.number).where(Event.id == number))).one() == left


async def test_two_who_take_a_number_at_once_get_two(talk: Talk) -> None:
    numbers = [await gathering(talk), await gathering(talk)]
    forms = [
        await opened(talk, number, "Say more", user=user, page="manage")
        for number, user in zip(numbers, (SPANISH, SECRETARIAT), strict=True)
    ]
    sent = await asyncio.gather(
        *(
            talk.box.submit(user, modal(form)["id"], {"number": {"value": "7"}})
            for form, user in zip(forms, (SPANISH, SECRETARIAT), strict=True)
        )
    )
    assert sorted(bool(one.errors) for one in sent) == [False, True]


async def test_what_is_no_meeting_of_a_group_has_no_number(talk: Talk) -> None:
    for number in (await gathering(talk, kind=EventKind.WORKSHOP), await gathering(talk, group=None)):
        form = await opened(talk, number, "Say more", user=SECRETARIAT, page="manage")
        assert "number" not in [block.get("block_id") for block in modal(form)["blocks"]]
    workshop = await gathering(talk, kind=EventKind.WORKSHOP)
    for word in ("record", "report"):
        assert "only meetings are recorded" in await talk.ask(f"/events {word} {workshop}", SPANISH)


# What the record has


async def test_the_fourth_meeting_is_read_from_the_record_at_once(talk: Talk) -> None:
    number = await shipped(talk, "gcg-4")
    for user in (ENGLISH, GUEST):
        pages = [
            await talk.ask(f"/events report {number} page {page}", user, SEEN_BY_GUESTS) for page in (1, 2, 3)
        ]
        assert "What the record has of this meeting" in pages[0]
        assert "No. 4" in pages[0]
        assert "1. *Welcome, and the Chair’s progress report*" in pages[0]
        assert "Questions asked there" in pages[1]
        assert "Answer: The social partners have always been active" in pages[1]
        assert "Commitments made there" in pages[2]
        assert "Contact its mission in New York · Argentina" in pages[2]
        assert "The next meeting: *Fifth meeting of the Global Coordinating Group*" in pages[2]
        assert all("Report of the fourth meeting" in page for page in pages), "each page has its source"
    assert "Ce que le compte rendu dit" in await talk.ask(f"/events rapport {number}", FRENCH)
    async with talk.database.reading() as session:
        assert not (await session.scalars(select(Report))).all()


async def test_it_is_shared_in_a_channel_without_a_name(talk: Talk) -> None:
    number = await shipped(talk, "gcg-4")
    page = await talk.command(f"/events report {number}")
    await talk.click("Share here", page)
    posted = [one for one in talk.box.messages(GENERAL, as_user=FRENCH) if not one["ephemeral"]]
    assert "What the record has" in str(posted)
    assert "<@" not in str(posted)


# Recording


async def test_points_and_decisions_stand_under_their_items_and_decisions_are_counted(talk: Talk) -> None:
    number = await held(talk)
    async with talk.database.writing() as session:
        item = AgendaItem(key="member/item", event_id=number, title={"en": "Fees"}, position=0)
        session.add(item)
        await session.flush()
        chosen = {"item": {"value": str(item.id)}}
    assert "Saved." in str(modal(await recorded(talk, number, "Add a decision", **ENGLISH_ONLY)))
    await recorded(talk, number, "Add a decision", **POINT, **chosen)
    await recorded(talk, number, **POINT, **chosen)
    page = await talk.ask(f"/events report {number}", SPANISH)
    under = page[page.index("1. *Fees*") :]
    assert under.index("• *Decision 1:* Fees were discussed") < under.index("• Fees were discussed")
    assert under.index("Further points") < under.index("*Decision 2:* A pilot begins in May")
    assert "Still wanting: no. 3 (French, Spanish)" in page
    record = await talk.command(f"/events record {number}", SPANISH)
    assert {"Change 1", "Remove 3", "Add a commitment", "Introduction"} <= set(labels(record))
    await talk.ask(f"/events agenda {number} remove {item.id}", SPANISH)
    assert "1. *Fees*" not in await talk.ask(f"/events report {number}", SPANISH)
    assert len(await notes(talk, number)) == 3, "what was said of an item that is gone stays"


async def test_a_text_is_needed_and_nothing_personal(talk: Talk) -> None:
    number = await held(talk)
    sent = await recorded(talk, number)
    assert "at least one" in sent.errors["text_en"]
    sent = await recorded(talk, number, **{**POINT, "text_fr": {"value": "Écrire à sam@example.org"}})
    assert set(sent.errors) == {"text_fr"}
    assert not await notes(talk, number)


async def test_only_organisers_record_and_only_what_has_begun(talk: Talk) -> None:
    number = await held(talk)
    for line in (f"record {number}", f"record {number} remove 1 x", f"report {number} send 1"):
        assert "This is for those who lead the group" in await talk.ask(f"/events {line}", ENGLISH)
    help_page = await talk.command("/alliance help")
    for value in (f"meeting_note {number} point", f"meeting_introduction {number}"):
        forged = await talk.box.action(
            ENGLISH, shown(help_page)["ts"], channel=GENERAL, action_id="open:7", value=value, forged=True
        )
        assert "This is for those who lead the group" in str(modal(forged))
    coming = await gathering(talk)
    assert "has not begun yet" in await talk.ask(f"/events record {coming}", SPANISH)
    await changed(talk, coming, when=on(in_a_week(talk), status=Status.CANCELLED))
    assert "was cancelled" in await talk.ask(f"/events record {coming}", SPANISH)
    for line in ("record", "report", "record x", "report 99999999999", "record 0 remove"):
        assert "Reference number" not in await talk.ask(f"/events {line}", SPANISH)
    assert not await notes(talk, number)


async def test_a_role_that_ended_meanwhile_saves_nothing(talk: Talk) -> None:
    number = await held(talk)
    form = await opened(talk, number, "Add a point")
    async with talk.database.writing() as session:
        await session.execute(delete(Role).where(Role.key.startswith("member/")))
    sent = await talk.box.submit(SPANISH, modal(form)["id"], POINT)
    assert "This is for those who lead the group" in str(modal(sent))
    assert POINT["text_en"]["value"] in str(modal(sent)), "what was typed is not lost"
    assert not await notes(talk, number)


async def test_of_two_who_change_the_same_the_second_loses_nothing(talk: Talk) -> None:
    number = await held(talk)
    await recorded(talk, number, **POINT)
    first = await opened(talk, number, "Change 1")
    second = await opened(talk, number, "Change 1", user=EDITOR)
    one = {"text_en": {"value": "As the chair has it"}}
    assert not (await talk.box.submit(SPANISH, modal(first)["id"], one)).errors
    other = await talk.box.submit(
        EDITOR, modal(second)["id"], {"text_en": {"value": "As the editor *has* it"}}
    )
    assert "nothing of it is lost" in str(modal(other))
    assert "As the editor" in str(modal(other))
    assert [note.text["en"] for note in await notes(talk, number)] == ["As the chair has it"]


async def test_what_was_recorded_is_removed_after_being_asked_once(talk: Talk) -> None:
    number = await held(talk)
    await recorded(talk, number, **POINT)
    page = await talk.command(f"/events record {number}", SPANISH)
    button = next(one for one in buttons(page) if one["text"]["text"] == "Remove 1")
    assert "leaves the report" in button["confirm"]["text"]["text"]
    assert "it is removed" in said(await talk.click("Remove 1", page, SPANISH))
    assert "changed it meanwhile" in await talk.ask(button["value"], SPANISH)
    assert not await notes(talk, number)


async def test_a_commitment_made_there_is_in_the_report(talk: Talk) -> None:
    number = await held(talk, visibility=Visibility.MEMBERS)
    form = await opened(talk, number, "Add a commitment")
    field = next(block for block in modal(form)["blocks"] if block.get("block_id") == "event")
    assert field["element"]["initial_option"]["value"] == str(number)
    typed = {
        "text": {"value": "Send the draft"},
        "day": {"value": in_a_week(talk).isoformat()},
        "concerns": {"value": f"group:{MIGRATION}"},
    }
    assert not (await talk.box.submit(SPANISH, modal(form)["id"], typed)).errors
    assert "Send the draft" in await talk.ask(f"/events report {number}", SPANISH)


# Review


async def test_a_draft_is_seen_by_its_organisers_alone(talk: Talk) -> None:
    number = await held(talk)
    await recorded(talk, number, **POINT)
    assert "*A draft:*" in await talk.ask(f"/events report {number}", SPANISH)
    page = await talk.command(f"/events report {number}", ENGLISH)
    assert "There is no report of this meeting yet" in said(page)
    assert "Fees were discussed" not in said(page)
    assert "Share here" not in labels(page)
    assert "Report" not in labels(await talk.command(f"/events show {number}", ENGLISH))


async def test_a_shipped_meeting_keeps_its_record_in_sight_while_a_report_is_drafted(talk: Talk) -> None:
    number = await shipped(talk, "gcg-4")
    form = await opened(talk, number, "Add a point", user=SECRETARIAT)
    await talk.box.submit(SECRETARIAT, modal(form)["id"], POINT)
    page = await talk.ask(f"/events report {number}", ENGLISH)
    assert "What the record has of this meeting" in page
    assert "Fees were discussed" not in page
    assert "*A draft:*" in await talk.ask(f"/events report {number}", SECRETARIAT)


async def test_from_draft_to_published_in_three_languages(talk: Talk) -> None:
    async with talk.database.writing() as session:
        await session.execute(update(Group).where(Group.key == MIGRATION).values(channel=GENERAL))
    number = await held(talk)
    await in_review(talk, number)
    assert "The report of a meeting waits for review" in await told(talk, EDITOR)
    assert len(await heard(talk, SPANISH)) == 0
    (message,) = await heard(talk, EDITOR)
    done = await talk.box.action(
        EDITOR, message["ts"], channel=message["channel"],
        action_id=next(one for one in _elements(message) if one["text"]["text"] == "Publish")["action_id"],
    )  # fmt: skip
    assert "It is published" in said(done)
    assert "is published" in await told(talk, EDITOR)
    assert "Publish" not in [one["text"]["text"] for one in _elements((await heard(talk, EDITOR))[0])]
    assert (await told(talk, SPANISH)).count("is published") == 1
    (post,) = [one for one in talk.box.messages(GENERAL, as_user=FRENCH) if not one["ephemeral"]]
    assert "The report of *Recruitment fees: what next* is published" in str(post)
    assert "<@" not in str(post)
    assert "Les frais ont été abordés" in await talk.ask(f"/events report {number}", FRENCH)
    await talk.box.change_user(SPANISH, locale="es-ES")
    assert "Se habló de las tasas" in await talk.ask(f"/events informe {number}", SPANISH)
    assert "Fees were discussed" in await talk.ask(f"/events report {number}", GUEST, SEEN_BY_GUESTS)
    assert {"report_sent", "report_published"} <= set(await actions(talk))


async def test_publishing_is_refused_while_a_language_is_wanting(talk: Talk) -> None:
    number = await held(talk)
    form = await opened(talk, number, "Introduction")
    await talk.box.submit(SPANISH, modal(form)["id"], {"text_es": {"value": "Bienvenida"}})
    revision = await in_review(talk, number, **ENGLISH_ONLY)
    refused = await talk.command(f"/events report {number} publish {revision}", EDITOR)
    assert "It was not published" in said(refused)
    assert "the introduction (English, French) · no. 1 (French, Spanish)" in said(refused)
    assert (await report(talk, number)).state is ReportState.IN_REVIEW
    form = await talk.click("Write 1", refused, EDITOR)
    await talk.box.submit(EDITOR, modal(form)["id"], REST)
    form = await talk.click("Write the introduction", refused, EDITOR)
    rest = {"text_en": {"value": "Welcome"}, "text_fr": {"value": "Bienvenue"}}
    assert not (await talk.box.submit(EDITOR, modal(form)["id"], rest)).errors
    page = await talk.command(f"/events report {number}", EDITOR)
    assert "Still wanting" not in said(page)
    assert "It is published" in said(await talk.click("Publish", page, EDITOR))
    assert "Bienvenue" in await talk.ask(f"/events report {number}", FRENCH)


async def test_nothing_is_sent_of_which_nothing_is_recorded(talk: Talk) -> None:
    number = await held(talk)
    assert "Nothing is recorded yet" in await talk.ask(f"/events report {number} send 0", SPANISH)
    assert "Nothing is recorded yet" in await talk.ask(f"/events report {number} publish 0", EDITOR)
    await recorded(talk, number, **POINT)
    page = await talk.command(f"/events record {number}", SPANISH)
    await talk.click("Remove 1", page, SPANISH)
    revision = (await report(talk, number)).revision
    assert "Nothing is recorded yet" in await talk.ask(f"/events report {number} send {revision}", SPANISH)
    assert not await heard(talk, EDITOR)


async def test_a_change_takes_it_back_from_review_and_a_stale_click_says_so(talk: Talk) -> None:
    number = await held(talk)
    revision = await in_review(talk, number)
    await recorded(talk, number, "Add a decision", **POINT)
    assert "was changed since, and is a draft again" in await told(talk, EDITOR)
    stale = await talk.ask(f"/events report {number} publish {revision}", EDITOR)
    assert "changed it meanwhile" in stale
    assert (await report(talk, number)).state is ReportState.DRAFT
    assert "There is no report" in await talk.ask(f"/events report {number}", ENGLISH)
    page = await talk.command(f"/events report {number}", SPANISH)
    await talk.click("Send for review", page, SPANISH)
    assert len(await heard(talk, EDITOR)) == 2
    again = await talk.ask(f"/events report {number} send {revision + 1}", SPANISH)
    assert "changed it meanwhile" in again
    assert len(await heard(talk, EDITOR)) == 2


async def test_two_reviewers_at_once_publish_once(talk: Talk) -> None:
    number = await held(talk)
    revision = await in_review(talk, number)
    line = f"/events report {number} publish {revision}"
    said_to = await asyncio.gather(talk.ask(line, EDITOR), talk.ask(line, SECRETARIAT))
    assert sorted("It is published" in one for one in said_to) == [False, True]
    assert await count(talk, "report_published") == 1
    assert (await told(talk, SPANISH)).count("is published") == 1


async def test_nobody_else_publishes_or_sends_back(talk: Talk) -> None:
    number = await held(talk)
    revision = await in_review(talk, number)
    for user in (SPANISH, ENGLISH, GUEST):
        line = f"/events report {number} publish {revision}"
        assert "This is for the editors" in await talk.ask(line, user, SEEN_BY_GUESTS)
    help_page = await talk.command("/alliance help")
    forged = await talk.box.action(
        ENGLISH, shown(help_page)["ts"], channel=GENERAL, action_id="open:7",
        value=f"report_send_back {number} {revision}", forged=True,
    )  # fmt: skip
    assert "This is for the editors" in str(modal(forged))
    assert (await report(talk, number)).state is ReportState.IN_REVIEW


async def test_it_is_sent_back_with_words_and_comes_again(talk: Talk) -> None:
    number = await held(talk)
    revision = await in_review(talk, number)
    page = await talk.command(f"/events report {number}", EDITOR)
    form = await talk.click("Send back", page, EDITOR)
    words = {"words": {"value": "Please name the date <!channel>"}}
    assert "a draft again" in str(modal(await talk.box.submit(EDITOR, modal(form)["id"], words)))
    heard_of = await told(talk, SPANISH)
    assert "Please name the date &lt;!channel&gt;" in heard_of
    assert "<!channel>" not in heard_of
    assert "was sent back" in await told(talk, EDITOR)
    assert (await report(talk, number)).state is ReportState.DRAFT
    late = await talk.click("Send back", page, EDITOR)
    assert "changed it meanwhile" in str(modal(late))
    again = await talk.ask(f"/events report {number} send {revision + 1}", SPANISH)
    assert "waits for review now" in again
    assert len(await heard(talk, EDITOR)) == 2


# Afterwards


async def test_a_correction_says_so_and_takes_no_language_away(talk: Talk) -> None:
    number = await held(talk)
    await published(talk, number)
    assert "corrected" not in await talk.ask(f"/events report {number}")
    form = await opened(talk, number, "Change 1")
    sent = await talk.box.submit(SPANISH, modal(form)["id"], {"text_fr": {"value": ""}})
    assert "three languages" in sent.errors["text_fr"]
    assert not (
        await talk.box.submit(
            SPANISH, modal(form)["id"],
            {"text_en": {"value": "Fees were dealt with"}, "text_fr": {"value": "Les frais ont été traités"}},
        )
    ).errors  # fmt: skip
    page = await talk.ask(f"/events report {number}")
    assert "Fees were dealt with" in page
    assert "*corrected on " in page
    assert "corrigé le" in await talk.ask(f"/events report {number}", FRENCH)
    sent = await recorded(talk, number, **ENGLISH_ONLY)
    assert set(sent.errors) == {"text_fr", "text_es"}
    assert (await report(talk, number)).state is ReportState.PUBLISHED
    assert "is published" in await told(talk, EDITOR), "the message to reviewers still says what became of it"
    assert len(await heard(talk, SPANISH)) == 1


async def test_a_shared_report_is_drawn_anew_when_it_is_corrected(talk: Talk) -> None:
    number = await held(talk)
    await published(talk, number)
    page = await talk.command(f"/events report {number}")
    await talk.click("Share here", page)
    form = await opened(talk, number, "Change 1")
    await talk.box.submit(SPANISH, modal(form)["id"], {"text_en": {"value": "Fees were dealt with"}})
    await talk.going.bot.busy.idle()
    posted = [one for one in talk.box.messages(GENERAL, as_user=FRENCH) if not one["ephemeral"]]
    assert "Fees were dealt with" in str(posted)
    assert "Fees were discussed" not in str(posted)
    assert "Record" not in [one["text"]["text"] for one in _elements(posted[0])]


async def test_a_report_for_members_is_read_by_no_guest_and_shared_nowhere(talk: Talk) -> None:
    async with talk.database.writing() as session:
        await session.execute(update(Group).where(Group.key == MIGRATION).values(channel=GENERAL))
    number = await held(talk, visibility=Visibility.MEMBERS, name={"en": "Behind doors"})
    await published(talk, number)
    assert "There is no event" in await talk.ask(f"/events report {number}", GUEST, SEEN_BY_GUESTS)
    assert "Behind doors" not in await talk.ask("/events meetings migration", GUEST, SEEN_BY_GUESTS)
    page = await talk.command(f"/events report {number}", ENGLISH)
    assert "Fees were discussed" in said(page)
    assert "Share here" not in labels(page)
    assert not [one for one in talk.box.messages(GENERAL, as_user=FRENCH) if "Behind doors" in str(one)]
    await changed(talk, number, visibility=Visibility.GROUP)
    assert "There is no event" in await talk.ask(f"/events report {number}", ENGLISH)


async def test_hostile_text_pings_nobody_and_stays_text(talk: Talk) -> None:
    number = await held(talk)
    text = "<!channel> *bold* <https://evil.example|here> <@U0SECRETA> &lt;"
    await recorded(talk, number, **{f"text_{code}": {"value": text} for code in ("en", "fr", "es")})
    revision = (await report(talk, number)).revision
    await talk.ask(f"/events report {number} publish {revision}", EDITOR)
    page = await talk.command(f"/events report {number}")
    for bad in ("<!channel>", "<https://evil", "<@U0SECRETA>"):
        assert bad not in str(shown(page)["blocks"])
    assert "&lt;!channel&gt;" in said(page)


async def test_a_long_report_is_read_page_by_page(talk: Talk) -> None:
    number = await held(talk)
    async with talk.database.writing() as session:
        for n in range(30):
            session.add(
                AgendaItem(key=f"member/item-{n}", event_id=number, title={"en": f"Item {n}"}, position=n)
            )
    for n in range(9):
        await recorded(talk, number, text_en={"value": f"{n} " + "word " * 150})
    record = await talk.command(f"/events record {number}", SPANISH)
    assert "Change 7" in labels(record)
    assert "Change 8" in labels(await talk.click("Next page", record, SPANISH))
    seen, page = "", await talk.command(f"/events report {number}", SPANISH)
    for _ in range(20):
        seen += said(page)
        if "Next page" not in labels(page):
            break
        page = await talk.click("Next page", page, SPANISH)
    assert all(f"Item {n}*" in seen for n in range(30))
    assert all(f"• {n} word" in seen for n in range(9))


def _elements(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for block in message["blocks"] if block["type"] == "actions" for one in block["elements"]]
