"""`/alliance concern`: where to turn, entered by the secretariat, asked by anybody, kept nowhere."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from sandbox import Outcome
from storage.tables import AuditEntry, HelpLine, metadata
from tests.handlers.talk import ENGLISH, FRENCH, GENERAL, GUEST, SPANISH, Talk, labels, modal, said, shown

SECRETARIAT = "U0SECRETA"
LINE = {
    "country": {"value": "Népal"},
    "name": {"value": "Labour inspectorate *example*"},
    "contact": {"value": "+000 000 <!channel>"},
    "note": {"value": "Sunday to Friday; Nepali, English"},
}


async def entered(talk: Talk, **changes: dict[str, str]) -> Outcome:
    page = await talk.command("/alliance concern Nepal", SECRETARIAT)
    form = await talk.click("Add a help line", page, SECRETARIAT)
    return await talk.box.submit(SECRETARIAT, modal(form)["id"], {**LINE, **changes})


async def test_none_is_shipped_and_none_is_invented(talk: Talk) -> None:
    answer = await talk.ask("/alliance concern Nepal")
    assert "has entered nobody yet" in answer
    assert "labour inspectorate, police or child protection" in answer
    assert "emergency services" in answer


async def test_what_the_secretariat_enters_is_shown_there_and_only_there(talk: Talk) -> None:
    sent = await entered(talk)
    assert not sent.errors
    nepal = await talk.ask("/alliance concern népal", FRENCH)
    assert "Labour inspectorate" in nepal
    assert "Sunday to Friday" in nepal
    assert "has entered nobody yet" in await talk.ask("/alliance concern Chile")


async def test_one_for_everywhere_stands_in_every_country(talk: Talk) -> None:
    await entered(talk, country={"value": ""})
    for question in ("/alliance concern", "/alliance concern Chile"):
        assert "Labour inspectorate" in await talk.ask(question)
    assert "has entered nobody yet" in await talk.ask("/alliance concern Chile"), (
        "it is not the country's own"
    )


async def test_markup_in_it_pings_nobody(talk: Talk) -> None:
    await entered(talk)
    outcome = await talk.command("/alliance concern Nepal")
    assert shown(outcome)["pings"] == []
    assert "&lt;!channel&gt;" in said(outcome)


@pytest.mark.parametrize("country", ["xyzzy", "Congo", "African Union"])
async def test_a_country_that_is_not_clear_is_said_under_its_field(talk: Talk, country: str) -> None:
    sent = await entered(talk, country={"value": country})
    assert "its ISO code would be clear" in sent.errors["country"]


async def test_the_form_knows_the_country_it_was_opened_in(talk: Talk) -> None:
    page = await talk.command("/alliance concern Fiji", SECRETARIAT)
    form = await talk.click("Add a help line", page, SECRETARIAT)
    assert modal(form)["blocks"][0]["element"]["initial_value"] == "Fiji"


async def test_it_is_taken_away_after_being_asked_once(talk: Talk) -> None:
    await entered(talk)
    page = await talk.command("/alliance concern Nepal", SECRETARIAT)
    gone = await talk.click("Remove 1", page, SECRETARIAT)
    assert "it is not shown any more" in said(gone)
    assert "Labour inspectorate" not in await talk.ask("/alliance concern Nepal")
    async with talk.database.reading() as session:
        assert (await session.scalars(select(HelpLine))).one().removed_at is not None, "the row stays"


async def test_only_the_secretariat_adds_and_removes(talk: Talk) -> None:
    await entered(talk)
    outcome = await talk.command("/alliance concern Nepal")
    assert not [block for block in shown(outcome)["blocks"] if block["type"] == "actions"]
    async with talk.database.reading() as session:
        number = (await session.scalars(select(HelpLine.id))).one()
    assert "This is for the secretariat" in await talk.ask(f"/alliance concern remove {number}")
    assert "Labour inspectorate" in await talk.ask("/alliance concern Nepal")


async def test_what_is_told_there_is_neither_said_back_nor_kept(talk: Talk, log: io.StringIO) -> None:
    told = "a girl named Xyzqwert works in a brick kiln"
    for ask in (talk.ask(f"/alliance concern {told}"), talk.ask(f"/alliance concern {told}", FRENCH)):
        answer = await ask
        assert "Xyzqwert" not in answer
    mention = f"<@{talk.box.bot_user_id}> concern {told}"
    outcome = await talk.box.message(ENGLISH, GENERAL, mention)
    assert outcome.replies[-1]["ephemeral"]
    assert "Xyzqwert" not in str(outcome.replies)
    assert "Xyzqwert" not in log.getvalue()
    async with talk.database.reading() as session:
        for table in metadata.sorted_tables:
            rows = (await session.execute(select(table))).all()
            assert "Xyzqwert" not in str(rows), table.name
        by_people = select(AuditEntry).where(AuditEntry.actor_id.is_not(None))
        assert (await session.scalars(by_people)).all() == [], "who asked is not written down"


async def test_a_city_or_a_slip_is_led_to_its_country_by_a_button(talk: Talk) -> None:
    for typed, person, meant in (
        ("Lima", ENGLISH, "Peru"), ("Lima", FRENCH, "Pérou"), ("Nepl", SPANISH, "Nepal"),
    ):  # fmt: skip
        outcome = await talk.command(f"/alliance concern {typed}", person)
        assert meant in labels(outcome), typed
        assert typed not in said(outcome).replace(meant, "")
        country = said(await talk.click(meant, outcome, person)).partition("\n")[0]
        assert country.endswith(meant)


async def test_a_guest_is_answered_too(talk: Talk) -> None:
    assert "emergencia" in await talk.ask("/alliance concern", GUEST, "C0PATHFND")


async def test_in_spanish_by_its_own_word(talk: Talk) -> None:
    assert "A quién dirigirse: Nepal" in await talk.ask("/alliance preocupación Nepal", SPANISH)
