"""Commitments from the promise to what became of it: recorded, told, late, done, dropped, handed over."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from community import commitments, news, promising, roles
from community.commitment_drafts import Draft
from community.rights import actor_of
from handlers.slack.forms import submitted
from sandbox import Outcome
from storage.tables import AuditEntry, Commitment
from storage.vocabulary import Cadence, EventState, RoleName, Visibility
from tests.handlers.gatherings import gathering
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
from tests.handlers.test_editions import scheduled
from tests.handlers.wishes import chaired_by, heard, told

SECRETARIAT, EDITOR = "U0SECRETA", "U0EDITORX"
SEEN_BY_GUESTS = "C0PATHFND"
NOBODY: dict[str, Any] = {"person": {"value": None}}
HOSTILE = "Send <!channel> the *list* to <@U0SECRETA>"


def day(talk: Talk, ahead: int = 0) -> str:
    return (talk.going.bot.clock.now().date() + timedelta(days=ahead)).isoformat()


async def opened(
    talk: Talk, user: str = ENGLISH, text: str = "Send the summary", channel: str = GENERAL
) -> Outcome:
    return await talk.box.command(user, channel, f"/commitments add {text}".strip())


async def recorded(
    talk: Talk, user: str = ENGLISH, text: str = "Send the summary", **changes: dict[str, Any]
) -> Outcome:
    """Fill in and send the form; due in ten days, unless something else is said."""
    form = await opened(talk, user, text)
    filled = {"day": {"value": day(talk, 10)}, **changes}
    sent = await talk.box.submit(user, modal(form)["id"], filled)
    await talk.box.settle()
    return sent


async def made(talk: Talk) -> list[Commitment]:
    """What people recorded."""
    async with talk.database.reading() as session:
        query = select(Commitment).where(Commitment.added_at.is_not(None)).order_by(Commitment.id)
        return list((await session.scalars(query)).unique())


async def last(talk: Talk) -> Commitment:
    return (await made(talk))[-1]


async def give(talk: Talk, who: str, role: RoleName, scope: str) -> int:
    now = talk.going.bot.clock.now()
    async with talk.database.writing() as session:
        secretariat = await actor_of(session, SECRETARIAT, now.date())
        return await roles.grant(
            session, secretariat, who, role, scope, is_deputy=False, today=now.date(), now=now
        )


async def represent(talk: Talk, who: str, organisation: str) -> None:
    now = talk.going.bot.clock.now()
    async with talk.database.writing() as session:
        secretariat = await actor_of(session, SECRETARIAT, now.date())
        await roles.confirm_representative(session, secretariat, who, organisation, now.date(), now)


async def make_late(talk: Talk, number: int, days: int = 3) -> None:
    async with talk.database.writing() as session:
        gone = talk.going.bot.clock.now().date() - timedelta(days=days)
        late = update(Commitment).where(Commitment.id == number)
        await session.execute(late.values(when_start=None, when_end=gone, when_precision="deadline"))


def page(talk: Talk, user: str = ENGLISH) -> str:
    return str(talk.box.view_of(user))


async def shipped(talk: Talk) -> dict[str, int]:
    """The numbers of the commitments on record, by what follows `gcg-4/` in their keys."""
    async with talk.database.reading() as session:
        rows = await session.execute(
            select(Commitment.key, Commitment.id).where(Commitment.added_at.is_(None))
        )
        return {key.removeprefix("gcg-4/"): number for key, number in rows}


ON_RECORD = {
    # facts.md 5b: owner and due date in English, French and Spanish
    "survey": ("Chair of the Alliance", "Présidence de l’Alliance", "Presidencia de la Alianza", None),
    "gbn-plan": (
        "Global Business Network, ILO", "Global Business Network, OIT", "Global Business Network, OIT",
        ("shortly", "prochainement", "en breve"),
    ),
    "migration-next": (
        "Co-chairs of the Migration group", "Coprésidence du groupe Migration",
        "Copresidencia del grupo de Migración", None,
    ),
    "conflict-future": (
        "UNICEF with the Secretariat", "UNICEF avec le secrétariat", "UNICEF con la secretaría",
        ("September 2019 (worked out", "septembre 2019 (par déduction", "septiembre de 2019 (por deducción"),
    ),
    "finance-briefing": (
        "Chair of the Alliance", "Présidence de l’Alliance", "Presidencia de la Alianza",
        ("May 2019 (worked out", "mai 2019 (par déduction", "mayo de 2019 (por deducción"),
    ),
    "abidjan-summary": (
        "Secretariat", "Secrétariat", "Secretaría",
        ("15 May 2019 (worked out", "15 mai 2019 (par déduction", "15 de mayo de 2019 (por deducción"),
    ),
    "governments": (
        "Secretariat", "Secrétariat", "Secretaría", ("ongoing", "en continu", "de forma continua"),
    ),
    "conference-details": (
        "Global March", "Global March", "Global March",
        ("as soon as possible", "dès que possible", "lo antes posible"),
    ),
    "hlpf-argentina": ("Argentina", "Argentine", "Argentina", ("July 2019", "juillet 2019", "julio de 2019")),
    "MR-second-workshop": (
        "Mauritania", "Mauritanie", "Mauritania",
        ("before July 2019", "avant juillet 2019", "antes de julio de 2019"),
    ),
    "rapporteur-report": ("Delta 8.7", "Delta 8.7", "Delta 8.7", None),
}  # fmt: skip
NO_DATE = ("no date stated", "aucune date indiquée", "sin fecha indicada")
NO_RESULT = ("the record gives no result", "n’indique pas de résultat", "no indica resultado")


# What is on record


@pytest.mark.parametrize("who", range(3))
async def test_a_fresh_installation_shows_the_23_with_owners_and_dates_as_on_record(
    talk: Talk, who: int
) -> None:
    user = (ENGLISH, FRENCH, SPANISH)[who]
    pages = [await talk.ask(f"/commitments page {number}", user) for number in range(1, 5)]
    whole = "\n".join(pages)
    numbers = await shipped(talk)
    assert len(numbers) == 23
    assert all(f"*{number}.*" in whole for number in numbers.values())
    for key, told_in in ON_RECORD.items():
        owner, due = told_in[who], (told_in[3] or NO_DATE)[who]
        entry = next(part for part in whole.split(f"*{numbers[key]}.*")[1:])[:400]
        assert f"{owner} · {due}" in entry, key
        assert "line" in entry or "ligne" in entry or "línea" in entry, "its place in the document"
    mauritania = whole.split(f"*{numbers['MR-second-workshop']}.*")[1][:400]
    assert NO_RESULT[who] in mauritania
    assert "late since" not in whole, "an old record nags nobody"
    assert await talk.ask("/commitments page 99", user) == pages[3]


async def test_what_is_only_on_record_is_neither_late_nor_told_nor_on_home(talk: Talk) -> None:
    assert "Nothing here is late" in await talk.ask("/commitments overdue", SECRETARIAT)
    async with talk.database.reading() as session:
        today = talk.going.bot.clock.now().date()
        assert await commitments.due_between(session, date(2019, 1, 1), today) == []
        ahead = await news.outlook(session, Cadence.WEEKLY, talk.going.bot.clock.now(), "UTC")
        assert ahead.promised == ()
    await talk.box.open_home(SECRETARIAT)
    assert "What I promised" not in str(talk.box.home_of(SECRETARIAT))
    assert "Secretariat · July 2019" in await talk.ask("/commitments mine", SECRETARIAT)


async def test_filters_by_meeting_group_country_organisation_and_in_other_words(talk: Talk) -> None:
    assert "Global March" in await talk.ask("/commitments Global March")
    argentina = await talk.ask("/commitments argentine", FRENCH)
    assert "Prendre contact avec sa mission" in argentina
    mauritania = await talk.ask("/commitments Mauritanie", FRENCH)
    assert mauritania.startswith("Engagements · Mauritanie")
    assert "Tenir un second atelier" in mauritania
    assert "Global March" not in mauritania
    assert "Send details" not in await talk.ask("/commitments supply chains")
    everything = await talk.ask("/commitments")
    number = (await shipped(talk))["survey"]
    card = await talk.ask(f"/commitments {number}")
    assert "Circulate a survey" in card
    assert "Made at: Fourth meeting of the Global Coordinating Group" in card
    async with talk.database.reading() as session:
        event = (await session.get_one(Commitment, number)).event_id
    of_meeting = await talk.ask(f"/commitments réunion {event}", FRENCH)
    assert of_meeting.startswith("Engagements · Quatrième réunion")
    assert "23 in all" in everything
    assert "23 au total" in of_meeting
    assert "I do not know what “xyzzyx” stands for here" in await talk.ask("/commitments xyzzyx")
    assert "I do not know what “99999” stands for" in await talk.ask("/commitments 99999")


# Recording


async def test_a_member_records_their_own_in_one_form(talk: Talk) -> None:
    form = await opened(talk)
    assert [call.kind for call in form.calls if call.kind.startswith("views.")] == [
        "views.open", "views.update",
    ]  # fmt: skip
    sent = await talk.box.submit(ENGLISH, modal(form)["id"], {"day": {"value": day(talk, 10)}})
    assert not sent.errors
    assert "Recorded" in page(talk)
    row = await last(talk)
    assert row.text == {"en": "Send the summary"}
    listing = await talk.ask("/commitments mine")
    due = row.when.end
    assert due is not None
    assert f"*{row.id}.* Send the summary\n<@{ENGLISH}> · by {due.day} {due:%B %Y}" in listing
    assert await heard(talk, ENGLISH) == [], "nobody is told of their own"
    assert listing.startswith("Commitments · mine")
    first = await talk.ask("/commitments")
    assert first.index("Send the summary") < first.index("Give participants"), "people's before the record's"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"person": {"value": None}}, "person", "who promised it"),
        ({"role": {"value": "secretariat:"}}, "role", "Only one of the three"),
        ({"organisation": {"value": "ILO"}}, "organisation", "Only one of the three"),
        ({**NOBODY, "organisation": {"value": "Xyzzy Ltd"}}, "organisation", "whole name"),
        ({"person": {"value": GUEST}}, "person", "cannot take on"),
        ({"person": {"value": "U0OTHERBT"}}, "person", "cannot take on"),
        ({"person": {"value": FRENCH}}, "person", "You can record what you"),
        ({**NOBODY, "role": {"value": "secretariat:"}}, "role", "You can record what you"),
        ({**NOBODY, "organisation": {"value": "ILO"}}, "organisation", "You can record what you"),
        (
            {**NOBODY, "role": {"value": "chair:group:migration"}, "concerns": {"value": "group:ceag"}},
            "concerns",
            "another group or country",
        ),
        ({"day": {"value": "2020-01-01"}}, "day", "has passed"),
        ({"day": {"value": None}}, "day", "Please choose the day"),
        ({"due": {"value": "soon"}}, "day", "goes without a day"),
        ({"due": {"value": "year"}, "day": {"value": "2020-12-31"}}, "day", "has passed"),
        ({"visibility": {"value": "group"}}, "visibility", "Only what is about an action group"),
    ],
)
async def test_what_is_wrong_is_said_under_its_field_and_nothing_is_lost(
    talk: Talk, changes: dict[str, Any], field: str, sentence: str
) -> None:
    sent = await recorded(talk, **changes)
    assert sentence in sent.errors[field]
    assert await made(talk) == []
    view = talk.box.view_of(ENGLISH)
    assert view is not None
    again: dict[str, Any] = {"person": {"value": ENGLISH}, "role": {"value": None}}
    again["organisation"] = {"value": ""}
    again["text"] = {"value": "Send the summary"}
    again |= {"concerns": {"value": None}, "due": {"value": "by_day"}, "day": {"value": day(talk, 5)}}
    mended = await talk.box.submit(ENGLISH, view["id"], {**again, "visibility": {"value": "public"}})
    assert not mended.errors
    assert (await last(talk)).text == {"en": "Send the summary"}


async def test_blanks_are_no_text(talk: Talk) -> None:
    form = await opened(talk)
    filled = {"text": {"value": "   "}, "day": {"value": day(talk, 5)}}
    sent = await talk.box.submit(ENGLISH, modal(form)["id"], filled)
    assert "write something" in sent.errors["text"]
    assert await made(talk) == []


async def test_several_wrong_fields_are_said_at_once(talk: Talk) -> None:
    sent = await recorded(talk, **NOBODY, day={"value": "2020-01-01"}, visibility={"value": "group"})
    assert set(sent.errors) == {"person", "day", "visibility"}


async def test_yesterday_is_measured_by_the_askers_own_day(talk: Talk) -> None:
    talk.box.clock.at(datetime(2026, 11, 24, 20, tzinfo=UTC))
    await talk.box.settle()
    today = {"value": "2026-11-24"}
    assert not (await recorded(talk, ENGLISH, day=today)).errors
    sent = await recorded(talk, NEPAL_FOCAL_POINT, day=today)
    assert "has passed" in sent.errors["day"], "in Kathmandu it is tomorrow already"


@pytest.mark.parametrize(
    ("due", "on", "told_as"),
    [
        ("on_day", "2027-03-15", "15 March 2027"),
        ("by_day", "2027-03-15", "by 15 March 2027"),
        ("month", "2027-03-15", "March 2027"),
        ("before_month", "2027-07-09", "before July 2027"),
        ("year", "2027-03-15", "2027"),
        ("soon", None, "as soon as possible"),
        ("ongoing", None, "ongoing"),
        ("none", None, "no date stated"),
    ],
)
async def test_a_due_date_is_as_exact_as_was_said(talk: Talk, due: str, on: str | None, told_as: str) -> None:
    await recorded(talk, due={"value": due}, day={"value": on})
    assert f"<@{ENGLISH}> · {told_as}" in await talk.ask("/commitments mine")
    french = (await talk.ask(f"/commitments {(await last(talk)).id}", FRENCH)).split("Échéance\u00a0: ")[1]
    assert french.startswith({"soon": "dès que possible", "none": "aucune date indiquée"}.get(due, ""))


async def test_the_form_and_the_list_in_french_and_spanish(talk: Talk) -> None:
    form = await opened(talk, FRENCH, "Envoyer le résumé")
    assert modal(form)["title"]["text"] == "Noter un engagement"
    sent = await talk.box.submit(FRENCH, modal(form)["id"], {"day": {"value": "2020-01-01"}})
    assert "Ce jour est passé" in sent.errors["day"]
    await recorded(talk, FRENCH, "Envoyer le résumé")
    await make_late(talk, (await last(talk)).id)
    for words in ("miens", "en retard", "mes en retard"):
        listed = await talk.ask(f"/commitments {words}", FRENCH)
        assert "Envoyer le résumé" in listed, words
        assert "en retard depuis le" in listed
    await recorded(talk, SPANISH, "Enviar el resumen")
    assert "Enviar el resumen" in await talk.ask("/commitments mías", SPANISH)
    assert "Envoyer le résumé (en francés)" in await talk.ask("/commitments atrasados", SPANISH)


async def test_what_looks_like_a_case_is_asked_about_once(talk: Talk) -> None:
    sent = await recorded(talk, text="Call the mother of the girl named Anna, +41 22 799 61 11")
    assert not sent.errors
    assert await made(talk) == []
    assert "This looks like a person’s details" in page(talk)
    view = talk.box.view_of(ENGLISH)
    assert view is not None
    await talk.box.submit(ENGLISH, view["id"], {})
    assert len(await made(talk)) == 1, "whoever insists is believed"


async def test_markup_and_pings_are_words_wherever_it_is_shown(talk: Talk) -> None:
    await chaired_by(talk, SPANISH)
    await recorded(talk, SPANISH, HOSTILE, person={"value": FRENCH}, concerns={"value": "group:migration"})
    await make_late(talk, (await last(talk)).id)
    answers = [
        await talk.command("/commitments", ENGLISH),
        await talk.command(f"/commitments {(await last(talk)).id}", ENGLISH),
        await talk.command("/actiongroup migration", ENGLISH),
    ]
    for answer in answers:
        assert "&lt;!channel&gt;" in said(answer)
        assert "<!channel>" not in str(shown(answer)["blocks"])
        assert shown(answer)["pings"] == [] or SECRETARIAT not in shown(answer)["pings"]
    (message,) = await heard(talk, FRENCH)
    assert "<!channel>" not in str(message)


async def test_a_message_is_saved_with_its_text_and_its_address(talk: Talk) -> None:
    wrote = await talk.box.message(SPANISH, GENERAL, "I will send the <!here> list by Friday")
    form = await talk.box.shortcut(ENGLISH, "save_as_commitment", GENERAL, wrote.ts)
    view = modal(form)
    typed = next(block["element"] for block in view["blocks"] if block["block_id"] == "text")
    assert typed["initial_value"].startswith("I will send the")
    assert "A link to the message" in str(view)
    await talk.box.submit(ENGLISH, view["id"], {"day": {"value": day(talk, 3)}})
    row = await last(talk)
    assert row.link is not None
    assert wrote.ts is not None
    assert row.link.endswith(f"/archives/{GENERAL}/p{wrote.ts.replace('.', '')}")
    assert f"<{row.link}|The message in which it was made>" in await talk.ask(f"/commitments {row.id}")


async def test_the_same_form_sent_twice_records_one(talk: Talk) -> None:
    form = await opened(talk)
    filled = {"day": {"value": day(talk, 10)}}
    await asyncio.gather(
        *(talk.box.submit(ENGLISH, modal(form)["id"], filled) for _ in range(2)), return_exceptions=True
    )
    assert len(await made(talk)) == 1


async def test_guests_record_nothing_and_read_what_is_public(talk: Talk) -> None:
    await recorded(talk, text="Public promise")
    await recorded(talk, text="For members", visibility={"value": "members"})
    refused = await opened(talk, GUEST, channel=SEEN_BY_GUESTS)
    assert "miembros de este espacio" in str(modal(refused))
    listed = await talk.ask("/commitments", GUEST, SEEN_BY_GUESTS)
    assert "Public promise" in listed
    assert "For members" not in listed
    hidden = (await last(talk)).id
    assert "For members" not in await talk.ask(f"/commitments {hidden}", GUEST, SEEN_BY_GUESTS)
    assert "For members" in await talk.ask("/commitments", FRENCH)
    assert labels(await talk.command("/commitments", GUEST, SEEN_BY_GUESTS))[0] == "Los míos"


async def test_what_is_for_a_group_is_seen_by_its_own_people_only(talk: Talk) -> None:
    await chaired_by(talk, SPANISH)
    own = {"concerns": {"value": "group:migration"}, "visibility": {"value": "group"}}
    await recorded(talk, SPANISH, "Only among us", **own)
    number = (await last(talk)).id
    assert "Only among us" in await talk.ask("/commitments migration", SPANISH)
    assert "Only among us" in await talk.ask("/actiongroup migration", SPANISH)
    for command in ("/commitments", f"/commitments {number}", "/actiongroup migration"):
        assert "Only among us" not in await talk.ask(command, ENGLISH)
    done = await talk.ask(f"/commitments done {number}", ENGLISH)
    assert "Only among us" not in done
    assert (await last(talk)).outcome is None


# Who hears of it


async def test_a_chair_records_for_somebody_who_hears_of_it_once(talk: Talk) -> None:
    await chaired_by(talk, SPANISH)
    await recorded(
        talk, SPANISH, "Share the plan", person={"value": FRENCH}, concerns={"value": "group:migration"}
    )
    (message,) = await heard(talk, FRENCH)
    text = await told(talk, FRENCH)
    assert f"<@{SPANISH}> a noté un engagement de votre part" in text
    assert "Share the plan (en anglais)" not in text
    assert "C’est fait" in str(message["blocks"])
    assert await heard(talk, SPANISH) == []
    number = (await last(talk)).id
    done = next(
        element for block in message["blocks"] if block["type"] == "actions"
        for element in block["elements"] if element["text"]["text"] == "C’est fait"
    )  # fmt: skip
    await talk.box.action(FRENCH, message["ts"], channel=message["channel"], action_id=done["action_id"])
    assert (await last(talk)).outcome == "done"
    listed = await talk.ask("/commitments hechos", SPANISH)
    assert f"*{number}.* Share the plan" in listed
    assert f"*Hecho*, según <@{FRENCH}>" in listed


async def test_a_change_is_told_in_the_same_message_and_a_new_owner_in_their_own(talk: Talk) -> None:
    await chaired_by(talk, SPANISH)
    about = {"concerns": {"value": "group:migration"}}
    await recorded(talk, SPANISH, "Share the plan", person={"value": FRENCH}, **about)
    number = (await last(talk)).id
    for text, owner in (("Share both plans", FRENCH), ("Share all plans", ENGLISH)):
        form = await talk.box.command(SPANISH, GENERAL, f"/commitments change {number}")
        changes = {"text": {"value": text}, "person": {"value": owner}}
        assert not (await talk.box.submit(SPANISH, modal(form)["id"], changes)).errors
        await talk.box.settle()
    (message,) = await heard(talk, FRENCH)
    assert "Share both plans" in str(message)
    assert "Share all plans" in await told(talk, ENGLISH)
    assert "Share all plans" not in await talk.ask("/commitments miens", FRENCH)


async def test_a_role_and_an_organisation_hear_of_theirs(talk: Talk) -> None:
    await give(talk, NEPAL_FOCAL_POINT, RoleName.FOCAL_POINT, "place:NP")
    await recorded(talk, SECRETARIAT, "Draft the roadmap", **NOBODY, role={"value": "focal_point:place:NP"})
    assert "Draft the roadmap" in await told(talk, NEPAL_FOCAL_POINT)
    assert f"Focal point · Nepal (<@{NEPAL_FOCAL_POINT}>)" in await talk.ask("/commitments Nepal")
    await represent(talk, FRENCH, "unicef")
    await recorded(talk, SECRETARIAT, "Fund the study", **NOBODY, organisation={"value": "unicef"})
    assert "Fund the study" in await told(talk, FRENCH)
    assert "Fund the study" in await talk.ask("/commitments miens", FRENCH)
    assert "Fund the study" in await talk.ask("/commitments UNICEF", ENGLISH)
    await recorded(talk, FRENCH, "Lend a room", **NOBODY, organisation={"value": "UNICEF"})
    assert (await last(talk)).text == {"fr": "Lend a room"}, "whoever acts for it may promise for it"


async def test_a_commitment_of_a_role_stays_with_the_role_when_it_is_handed_over(talk: Talk) -> None:
    held = await give(talk, SPANISH, RoleName.CHAIR, "group:migration")
    await recorded(talk, SPANISH, "Call the meeting", **NOBODY, role={"value": "chair:group:migration"})
    number = (await last(talk)).id
    assert "Call the meeting" in await talk.ask("/commitments mine", SPANISH)
    now = talk.going.bot.clock.now()
    async with talk.database.writing() as session:
        secretariat = await actor_of(session, SECRETARIAT, now.date())
        await roles.hand_over(session, secretariat, held, ENGLISH, now.date(), now)
    assert "Call the meeting" in await talk.ask("/commitments mine", ENGLISH)
    assert "Call the meeting" not in await talk.ask("/commitments mine", SPANISH)
    async with talk.database.reading() as session:
        today = now.date()
        (due,) = await commitments.due_between(session, today, today + timedelta(days=20))
    assert ENGLISH in due.owners
    assert SPANISH not in due.owners
    assert due.promised.id == number
    assert "Thank you: this is done" in await talk.ask(f"/commitments done {number}", ENGLISH)


# What became of it


async def test_done_by_a_button_and_opened_again(talk: Talk) -> None:
    await recorded(talk)
    number = (await last(talk)).id
    listing = await talk.command("/commitments mine")
    done = await talk.click(f"Done: {number}", listing)
    assert "Thank you: this is done" in said(done)
    assert "You have promised nothing that is open" in await talk.ask("/commitments mine")
    again = await talk.click("Open it again", done)
    assert "This is open again" in said(again)
    assert (await last(talk)).revision == 2
    async with talk.database.reading() as session:
        acts = list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert [act for act in acts if act.startswith("commitment")] == [
        "commitment_added", "commitment_done", "commitment_reopened",
    ]  # fmt: skip


async def test_two_at_once_have_one_effect_and_the_other_is_told_how_it_stands(talk: Talk) -> None:
    await recorded(talk)
    number = (await last(talk)).id
    answers = await asyncio.gather(
        talk.command(f"/commitments done {number}", ENGLISH),
        talk.command(f"/commitments done {number}", SECRETARIAT),
    )
    texts = sorted(said(answer).split("\n")[0] for answer in answers)
    assert texts == ["Somebody was faster. This is how it stands:", "Thank you: this is done."]
    row = await last(talk)
    assert row.revision == 1


async def test_dropping_asks_why_and_shows_it(talk: Talk) -> None:
    await recorded(talk)
    number = (await last(talk)).id
    listing = await talk.command("/commitments mine")
    form = await talk.click(f"Drop {number}", listing)
    assert "Send the summary" in str(modal(form)), "what it is about stands above"
    empty = await talk.box.submit(ENGLISH, modal(form)["id"], {"reason": {"value": " "}})
    assert "Please write something" in empty.errors["reason"]
    await talk.box.submit(ENGLISH, modal(form)["id"], {"reason": {"value": "The <!here> money ran out"}})
    assert "dropped" in page(talk)
    shown_to_all = await talk.ask("/commitments done", FRENCH)
    assert "“The &lt;!here&gt; money ran out”" in shown_to_all.replace("«\u00a0", "“").replace("\u00a0»", "”")
    typed = await talk.box.command(ENGLISH, GENERAL, f"/commitments drop {number}")
    assert "Somebody was faster" in str(modal(typed))


async def test_a_form_to_drop_what_was_done_meanwhile_drops_nothing(talk: Talk) -> None:
    await recorded(talk)
    number = (await last(talk)).id
    form = await talk.box.command(ENGLISH, GENERAL, f"/commitments drop {number}")
    await talk.ask(f"/commitments done {number}", SECRETARIAT)
    await talk.box.submit(ENGLISH, modal(form)["id"], {"reason": {"value": "No <!here> money"}})
    assert "Somebody was faster" in page(talk)
    assert "No &lt;!here&gt; money" in page(talk), "what was typed is not lost"
    assert (await last(talk)).outcome == "done"


async def test_changing_keeps_what_was_not_touched_and_knows_who_was_faster(talk: Talk) -> None:
    await recorded(talk, due={"value": "month"}, day={"value": "2027-03-15"})
    number = (await last(talk)).id
    first = await talk.box.command(ENGLISH, GENERAL, f"/commitments change {number}")
    second = await talk.box.command(SECRETARIAT, GENERAL, f"/commitments change {number}")
    assert "As it stands: March 2027" in str(modal(first))
    await talk.box.submit(ENGLISH, modal(first)["id"], {"text": {"value": "Send the long summary"}})
    row = await last(talk)
    assert (row.text, row.when.start) == ({"en": "Send the long summary"}, date(2027, 3, 1))
    await talk.box.submit(SECRETARIAT, modal(second)["id"], {"text": {"value": "Send nothing"}})
    assert "Somebody was faster" in page(talk, SECRETARIAT)
    assert "Send the long summary" in page(talk, SECRETARIAT), "how it stands"
    assert "Send nothing" in page(talk, SECRETARIAT), "what was typed is not lost"
    assert (await last(talk)).text == {"en": "Send the long summary"}


async def test_what_is_late_already_can_be_changed_but_not_moved_to_the_past(talk: Talk) -> None:
    await recorded(talk)
    number = (await last(talk)).id
    await make_late(talk, number)
    form = await talk.box.command(ENGLISH, GENERAL, f"/commitments change {number}")
    past = {"due": {"value": "by_day"}, "day": {"value": day(talk, -1)}}
    sent = await talk.box.submit(ENGLISH, modal(form)["id"], past)
    assert "has passed" in sent.errors["day"]
    keep: dict[str, Any] = {
        "due": {"value": "keep"},
        "day": {"value": None},
        "text": {"value": "Send it soon"},
    }
    assert not (await talk.box.submit(ENGLISH, modal(form)["id"], keep)).errors
    assert "Send it soon" in await talk.ask("/commitments overdue")


async def test_who_takes_up_what_is_on_record_makes_it_theirs(talk: Talk) -> None:
    number = (await shipped(talk))["pathfinder-toolkit"]
    form = await talk.box.command(SECRETARIAT, GENERAL, f"/commitments change {number}")
    filled = {"due": {"value": "by_day"}, "day": {"value": day(talk, 4)}}
    sent = await talk.box.submit(SECRETARIAT, modal(form)["id"], filled)
    assert not sent.errors
    try:
        listed = await talk.ask("/commitments mine", SECRETARIAT)
        assert listed.index("Finish the toolkit") < listed.index("Keep seeking")
        async with talk.database.reading() as session:
            today = talk.going.bot.clock.now().date()
            (due,) = await commitments.due_between(session, today, today + timedelta(days=5))
            assert (due.promised.id, due.owners) == (number, (SECRETARIAT,))
            assert due.promised.text["fr"].startswith("Achever"), "its translations stay"
    finally:
        async with talk.database.writing() as session:
            mend = update(Commitment).where(Commitment.id == number)
            await session.execute(
                mend.values(when_precision="unknown", when_start=None, when_end=None, when_status=None)
            )


async def test_without_the_right_nothing_is_done_by_command_click_or_form(talk: Talk) -> None:
    await recorded(talk)
    number = (await last(talk)).id
    listing = await talk.command("/commitments", FRENCH)
    assert not [label for label in labels(listing) if str(number) in label]
    for command in (f"/commitments done {number}", f"/commitments open {number}"):
        assert "Ceci est réservé" in await talk.ask(command, FRENCH)
    forged = await talk.box.action(
        FRENCH, shown(listing)["ts"], channel=GENERAL, action_id="do:7",
        value=f"/commitments done {number}", forged=True,
    )  # fmt: skip
    assert "Ceci est réservé" in said(forged)
    for form in ("commitment_drop", "commitment_change"):
        refused = await talk.box.action(
            FRENCH, shown(listing)["ts"], channel=GENERAL, action_id="open:7", value=f"{form} {number}",
            forged=True,
        )  # fmt: skip
        assert "Ceci est réservé" in str(modal(refused))
    row = await last(talk)
    assert (row.outcome, row.revision) == (None, 0)


async def test_an_editor_records_for_all_and_ends_only_what_they_recorded(talk: Talk) -> None:
    await give(talk, EDITOR, RoleName.EDITOR, "")
    await recorded(talk, ENGLISH, "Hers")
    hers = (await last(talk)).id
    assert "réservé" in await talk.ask(f"/commitments done {hers}", EDITOR)
    assert not (await recorded(talk, EDITOR, "Sienne", person={"value": ENGLISH})).errors
    assert "Merci" in await talk.ask(f"/commitments faits {(await last(talk)).id}", EDITOR)


# Where else it stands


async def test_late_ones_come_first_and_say_since_when(talk: Talk) -> None:
    await recorded(talk, text="Later", day={"value": day(talk, 30)})
    await recorded(talk, text="Sooner", day={"value": day(talk, 3)})
    await recorded(talk, text="Some time", due={"value": "none"}, day={"value": None})
    await recorded(talk, text="Missed")
    await make_late(talk, (await last(talk)).id)
    listed = await talk.ask("/commitments")
    order = [listed.index(text) for text in ("Missed", "Sooner", "Later", "Some time", "Give participants")]
    assert order == sorted(order)
    since = talk.going.bot.clock.now().date() - timedelta(days=2)
    assert f"*late since {since.day} {since:%B %Y}*" in listed
    assert "Sooner" not in await talk.ask("/commitments overdue")


async def test_home_shows_ones_own_late_ones_first_with_buttons(talk: Talk) -> None:
    await recorded(talk, text="Sooner", day={"value": day(talk, 3)})
    await recorded(talk, text="Missed")
    await make_late(talk, (await last(talk)).id)
    await talk.box.open_home(ENGLISH)
    home = str(talk.box.home_of(ENGLISH))
    assert "What I promised" in home
    assert home.index("Missed") < home.index("Sooner")
    view = talk.box.home_of(ENGLISH)
    assert view is not None
    label = f"Done: {(await last(talk)).id}"
    rows = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
    done = next(element for row in rows for element in row if element["text"]["text"] == label)
    await talk.box.action(ENGLISH, view["id"], action_id=done["action_id"])
    assert "Thank you: this is done" in page(talk)
    home = str(talk.box.home_of(ENGLISH))
    assert "Sooner" in home
    assert "Missed" not in home
    await talk.box.open_home(FRENCH)
    assert "Ce que j’ai promis" not in str(talk.box.home_of(FRENCH)), "nothing promised, no section"


async def test_home_lists_no_more_than_five(talk: Talk) -> None:
    for number in range(6):
        await recorded(talk, text=f"Promise {number}", day={"value": day(talk, 5 + number)})
    await talk.box.open_home(ENGLISH)
    home = str(talk.box.home_of(ENGLISH))
    assert "Promise 4" in home
    assert "Promise 5" not in home
    assert "/commitments mine" in home


async def test_cards_show_what_concerns_them_three_at_most(talk: Talk) -> None:
    await give(talk, NEPAL_FOCAL_POINT, RoleName.FOCAL_POINT, "place:NP")
    for number in range(4):
        await recorded(
            talk, NEPAL_FOCAL_POINT, f"Step {number}", concerns={"value": "place:NP"},
            day={"value": day(talk, 5 + number)},
        )  # fmt: skip
    card = await talk.ask("/pathfinder Nepal")
    assert "*What was promised*" in card
    assert "Step 2" in card
    assert "Step 3" not in card
    assert "`/commitments NP`" in card
    assert "Step 3" in await talk.ask("/commitments NP")
    assert "What was promised" not in await talk.ask("/pathfinder Chile")


async def test_a_shared_card_is_drawn_anew(talk: Talk) -> None:
    await chaired_by(talk, SPANISH)
    card = await talk.command("/actiongroup migration", SPANISH)
    await talk.click(labels(card)[0], card, SPANISH)
    await recorded(talk, SPANISH, "Call the meeting", concerns={"value": "group:migration"})
    await talk.box.settle()
    in_channel = str(talk.box.messages(GENERAL, as_user=ENGLISH))
    assert "Call the meeting" in in_channel
    await talk.ask(f"/commitments done {(await last(talk)).id}", SPANISH)
    await talk.box.settle()
    assert "Call the meeting" not in str(talk.box.messages(GENERAL, as_user=ENGLISH))


async def test_the_newsletter_names_what_is_due_and_public_and_no_person(talk: Talk) -> None:
    await chaired_by(talk, SPANISH)
    await scheduled(talk)
    about = {"concerns": {"value": "group:migration"}}
    await recorded(talk, SPANISH, "Public promise", **about)
    await recorded(talk, SPANISH, "Within", **about, visibility={"value": "members"})
    await recorded(talk, SPANISH, "Far off", **about, day={"value": day(talk, 300)})
    await recorded(talk, SPANISH, "By the chair", **NOBODY, role={"value": "chair:group:migration"})
    page = await talk.command("/digest", ENGLISH)
    preview = said(await talk.click("Preview 1", page, ENGLISH))
    assert "What was promised" in preview
    line = next(line for line in preview.split("\n") if "Public promise" in line)
    due = talk.going.bot.clock.now().date() + timedelta(days=10)
    assert line == f"• Migration: Public promise (in Spanish) · by {due.day} {due:%B %Y}"
    assert "By the chair (in Spanish) · to act: Chair · by" in preview
    assert "Within" not in preview
    assert "Far off" not in preview


async def test_a_page_of_many_has_all_its_buttons(talk: Talk) -> None:
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        actor = await actor_of(session, SECRETARIAT, now.date())
        for number in range(30):
            draft = Draft(f"Promise {number}", "en", person=ENGLISH, visibility=Visibility.PUBLIC)
            await promising.add(session, actor, draft, now.date(), now)
    listing = await talk.command("/commitments page 2")
    assert len(buttons(listing)) <= 25
    assert {"Next page", "Previous page", "Record a commitment", "Mine"} <= set(labels(listing))
    assert said(listing).count("Promise") == 7


# What is not to be seen


def as_sent(view: dict[str, Any], **chosen: str) -> dict[str, Any]:
    """A form as somebody sends it who forged what they chose: it never stood in the menu."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            given = {name.removeprefix("initial_"): value for name, value in element.items()}
            option, user = given.get("option"), given.get("user")
            more = {"selected_option": option, "selected_user": user, "value": given.get("value")}
            state[block["block_id"]] = {"value": {"type": element["type"], **more}}
    for field, value in chosen.items():
        state[field] = {"value": {"type": "static_select", "selected_option": {"value": value}}}
    return {**view, "state": {"values": state}}


@pytest.mark.parametrize(
    "hidden", [{"visibility": Visibility.GROUP}, {"state": EventState.PROPOSED}], ids=["group", "proposed"]
)
async def test_nothing_is_promised_at_a_meeting_that_one_does_not_see(
    talk: Talk, hidden: dict[str, Any]
) -> None:
    number = await gathering(talk, name={"en": "Behind closed doors"}, **hidden)
    forged = as_sent(modal(await opened(talk)), event=str(number), due="none")
    answer = await submitted(talk.going.bot.desk, talk.going.bot.services, ENGLISH, forged)
    assert answer["response_action"] == "errors"
    assert "Behind closed doors" not in str(answer)
    assert await made(talk) == []


async def test_who_changes_it_does_not_take_away_the_meeting_that_they_do_not_see(talk: Talk) -> None:
    await recorded(talk)
    number = (await last(talk)).id
    meeting = await gathering(talk, name={"en": "Behind closed doors"}, visibility=Visibility.GROUP)
    async with talk.database.writing() as session:
        await session.execute(update(Commitment).where(Commitment.id == number).values(event_id=meeting))
    form = await talk.box.command(ENGLISH, GENERAL, f"/commitments change {number}")
    assert "Behind closed doors" not in str(modal(form))
    await talk.box.submit(ENGLISH, modal(form)["id"], {"text": {"value": "Send it today"}})
    row = await last(talk)
    assert (row.text["en"], row.event_id) == ("Send it today", meeting)


async def test_a_year_out_of_all_reach_is_said_on_its_field(talk: Talk) -> None:
    sent = await recorded(talk, due={"value": "before_month"}, day={"value": "0001-01-01"})
    assert set(sent.errors) == {"day"}
    assert "from 1900 to 2200" in sent.errors["day"]
