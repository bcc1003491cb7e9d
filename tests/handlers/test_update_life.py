"""An update from its first word to its withdrawal, as everybody sees it, in each language."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select, update

from community import roles
from community.members import choose_language
from community.rights import actor_of
from sandbox import Outcome
from storage.tables import AuditEntry, Delivery, Group, Update, UpdateTranslation
from storage.vocabulary import RoleName
from templates.catalogues import catalogue
from tests.handlers.talk import ENGLISH, FRENCH, GENERAL, GUEST, SPANISH, Talk, modal, texts
from tests.handlers.wishes import told

SECRETARIAT, EDITOR, MIGRATION = "U0SECRETA", "U0EDITORX", "C0MIGRATE"
FILLED: dict[str, dict[str, Any]] = {
    "headline": {"value": "Second meeting held online"},
    "body": {"value": "Twelve partners met and agreed on the research agenda."},
}


@pytest.fixture(autouse=True)
async def a_group_with_a_channel_and_an_editor(talk: Talk) -> AsyncIterator[None]:
    now = talk.going.bot.clock.now()
    async with talk.database.writing() as session:
        await session.execute(update(Group).where(Group.key == "migration").values(channel=MIGRATION))
        secretariat = await actor_of(session, SECRETARIAT, now.date())
        for who, role, scope in ((EDITOR, RoleName.EDITOR, ""), (SPANISH, RoleName.CHAIR, "group:migration")):
            await roles.grant(
                session, secretariat, who, role, scope, is_deputy=False, today=now.date(), now=now
            )
    yield
    await talk.going.bot.busy.idle()
    async with talk.database.writing() as session:
        await session.execute(update(Group).where(Group.key == "migration").values(channel=None))


def phrase(in_language: str, message: str, **values: Any) -> str:
    return catalogue(in_language).gettext(message) % values


async def posted(talk: Talk, user: str, text: str = "migration", **changes: dict[str, Any]) -> Outcome:
    opened = await talk.box.command(user, GENERAL, f"/update {text}")
    return await talk.box.submit(user, modal(opened)["id"], {**FILLED, **changes})


async def stored(talk: Talk) -> Update:
    async with talk.database.reading() as session:
        return (await session.scalars(select(Update).order_by(Update.id.desc()))).unique().first()  # type: ignore[return-value]


def in_channel(talk: Talk, channel: str = MIGRATION) -> str:
    """What the bot's messages in a channel say now."""
    found = talk.box.messages(channel, as_user=SECRETARIAT)
    return "\n".join(text for message in found for text in texts(message["blocks"]))


async def click_in_message(talk: Talk, user: str, channel: str, label: str) -> Outcome:
    """Click a button in the last message of a channel that has it."""
    for message in reversed(talk.box.messages(channel, as_user=user)):
        for block in message["blocks"]:
            for element in block.get("elements", []) if block["type"] == "actions" else []:
                if element["text"]["text"] == label:
                    return await talk.box.action(
                        user, message["ts"], channel=channel, action_id=element["action_id"]
                    )
    raise AssertionError(f"no button {label!r} before {user}")


@pytest.mark.parametrize("language", ["en", "fr", "es"])
async def test_the_life_of_an_update(talk: Talk, language: str) -> None:
    author = FRENCH
    async with talk.database.writing() as session:
        for person in (author, EDITOR, SECRETARIAT):
            await choose_language(session, person, language)

    # posted: the editors get it with its text, nobody else sees it
    await posted(talk, author)
    assert (await stored(talk)).state.value == "in_review"
    assert "Twelve partners met" in await told(talk, EDITOR)
    assert "Twelve partners met" in await told(talk, SECRETARIAT), "no channel is set: each of them hears"
    assert "Second meeting" not in in_channel(talk)

    # an editor asks for a change, straight from the message: the author hears, with the editor's words
    ask = phrase(language, "Ask for a change")
    form = await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), ask)
    await talk.box.submit(EDITOR, modal(form)["id"], {"reason": {"value": "Which partners?"}})
    assert "Which partners?" in await told(talk, author)
    assert phrase(language, "a change is asked for") in await told(talk, SECRETARIAT), "said in its place"

    # the author changes it from that very message: what was typed is there
    form = await click_in_message(talk, author, talk.box.dm(author), phrase(language, "Change it"))
    body = next(block for block in modal(form)["blocks"] if block["block_id"] == "body")
    assert body["element"]["initial_value"] == FILLED["body"]["value"]
    await talk.box.submit(author, modal(form)["id"], {"body": {"value": "ITUC, IOE and ten others met."}})
    assert (await stored(talk)).revision == 2

    # approved: it stands in the group's channel and on the card, and the author hears
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), phrase(language, "Approve"))
    assert (await stored(talk)).state.value == "published"
    assert "ITUC, IOE and ten others met." in in_channel(talk)
    assert phrase(
        language, "Your update *%(headline)s* is published.", headline="Second meeting held online"
    ) in (await told(talk, author))

    # translated: shown in that language, marked
    other = "es" if language == "en" else "en"
    listed = await talk.command("/update published", EDITOR)
    form = await talk.click(phrase(language, "Translate %(n)s", n=1), listed, EDITOR)
    await talk.box.submit(
        EDITOR,
        modal(form)["id"],
        {
            "language": {"value": other}, "headline": {"value": "A given headline"},
            "body": {"value": "The given text."},
        },
    )  # fmt: skip
    reader = SPANISH if other == "es" else ENGLISH
    card = await talk.ask("/actiongroup migration", reader)
    assert "*A given headline*" in card
    assert phrase(other, "· translated from %(language)s", language="").strip() in card

    # revised after it was published, by the chair: it changes where it stands, with the date, and is kept
    published = await talk.command("/update published", SPANISH)
    form = await talk.click(
        "Cambiar 1" if "Cambiar 1" in str(published.replies) else "Modificar 1", published, SPANISH
    )
    await talk.box.submit(SPANISH, modal(form)["id"], {"body": {"value": "Fourteen organisations met."}})
    assert "Fourteen organisations met." in in_channel(talk)
    assert "ITUC, IOE" not in in_channel(talk)
    assert "corrected" in in_channel(talk), "the channel speaks English"
    card = await talk.ask("/actiongroup migration more", reader)
    assert "Fourteen organisations met." in card
    assert "The given text." not in card, "a translation of what was corrected is not shown"

    # withdrawn: gone from the card, a dated note in the channel, the rows stay
    mine = await talk.command("/update mine", author)
    await talk.click(phrase(language, "Withdraw %(n)s", n=1), mine, author)
    assert "Fourteen" not in in_channel(talk)
    assert "It was withdrawn on" in in_channel(talk)
    assert "Second meeting" not in await talk.ask("/actiongroup migration more", reader)
    async with talk.database.reading() as session:
        acts = [
            row.action for row in (await session.scalars(select(AuditEntry).order_by(AuditEntry.id))).unique()
        ]
        assert len((await session.scalars(select(UpdateTranslation))).unique().all()) == 1
        states = {row.state.value for row in await session.scalars(select(Delivery))}
    assert [act for act in acts if act.startswith("update_")] == [
        "update_posted", "update_change_asked", "update_revised", "update_published", "update_translated",
        "update_revised", "update_withdrawn",
    ]  # fmt: skip
    assert states == {"sent"}, "nothing waits, nothing failed"


async def test_a_new_chair_posts_at_the_first_try(talk: Talk) -> None:
    """The walk of a new chair: three interactions and four filled fields at most."""
    interactions = 0
    await talk.box.command(ENGLISH, GENERAL, "/alliance help")
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        secretariat = await actor_of(session, SECRETARIAT, now.date())
        await roles.grant(
            session, secretariat, ENGLISH, RoleName.CHAIR, "group:migration",
            is_deputy=False, today=now.date(), now=now,
        )  # fmt: skip
    opened = await talk.box.command(ENGLISH, GENERAL, "/update migration")
    interactions += 1
    view = modal(opened)
    asked = [
        block for block in view["blocks"]
        if block["type"] == "input" and not block["optional"]
        and not any(key.startswith("initial_") for key in block["element"])
    ]  # fmt: skip
    assert [block["block_id"] for block in asked] == ["headline", "body"], "all else is filled in already"
    assert all(block["label"]["text"] for block in view["blocks"])
    sent = await talk.box.submit(ENGLISH, view["id"], FILLED)
    interactions += 1
    assert not sent.errors
    assert interactions <= 3
    assert len(FILLED) <= 4
    assert "Published" in str(talk.box.view_of(ENGLISH))
    assert "Second meeting held online" in await talk.ask("/actiongroup migration")
    assert "Second meeting held online" in in_channel(talk)


async def test_two_wrong_fields_have_two_errors_and_all_is_kept(talk: Talk) -> None:
    opened = await talk.box.command(SPANISH, GENERAL, "/update Nepal")
    values = {**FILLED, "link": {"value": "nowhere"}, "visibility": {"value": "group"}}
    sent = await talk.box.submit(SPANISH, modal(opened)["id"], values)
    assert set(sent.errors) == {"link", "visibility"}
    assert "https://" in sent.errors["link"]
    again = await talk.box.submit(
        SPANISH, modal(opened)["id"], {"link": {"value": ""}, "visibility": {"value": "public"}}
    )
    assert not again.errors
    assert (await stored(talk)).headline == "Second meeting held online"


async def test_much_the_same_is_shown_before_it_is_posted_and_posted_if_one_insists(talk: Talk) -> None:
    await posted(talk, SPANISH)
    again = await posted(talk, SPANISH, headline={"value": "The second meeting was held online"})
    assert not again.errors
    view = talk.box.view_of(SPANISH)
    assert view is not None
    assert "Second meeting held online" in view["blocks"][0]["text"]["text"]
    typed = next(block for block in view["blocks"] if block["block_id"] == "headline")
    assert typed["element"]["initial_value"] == "The second meeting was held online"
    async with talk.database.reading() as session:
        assert len((await session.scalars(select(Update))).unique().all()) == 1, "not posted yet"
    await talk.box.submit(SPANISH, view["id"], {})
    async with talk.database.reading() as session:
        assert len((await session.scalars(select(Update))).unique().all()) == 2


@pytest.mark.parametrize(
    "body",
    [
        "Call Amina on +977 1 4261 231 about it.",
        "A 12-year-old girl was found at the mill.",
        "Écrivez à amina.k@example.org.",
        "Un niño de 9 años trabajaba allí.",
        "Passport no. AB1234567 was kept by the agency.",
    ],
)
async def test_what_looks_like_a_case_is_stopped_even_for_a_chair(talk: Talk, body: str) -> None:
    await posted(talk, SPANISH, body={"value": body})
    view = talk.box.view_of(SPANISH)
    assert view is not None
    assert "/alliance denuncia" in "\n".join(texts(view["blocks"]))
    assert in_channel(talk) == ""
    await talk.box.submit(SPANISH, view["id"], {})
    assert (await stored(talk)).state.value == "in_review", "an editor looks at it first, a chair's too"
    assert in_channel(talk) == ""
    assert (
        "vérifier" in await told(talk, EDITOR)
        or "double" in await told(talk, EDITOR)
        or "deux fois" in (await told(talk, EDITOR))
    )


async def test_a_next_step_stands_in_the_record_as_long_as_its_update_does(talk: Talk) -> None:
    await posted(
        talk, SPANISH, next_step={"value": "Publish the agenda"}, next_owner={"value": "IOM"},
        next_due={"value": "2027-01-31"},
    )  # fmt: skip
    card = await talk.ask("/actiongroup migration", ENGLISH)
    assert "Publish the agenda (in Spanish) · to act: IOM (in Spanish) · before February 2027" in card
    await talk.click("Retirar 1", await talk.command("/update mine", SPANISH), SPANISH)
    assert "Publish the agenda" not in await talk.ask("/actiongroup migration more", ENGLISH)


async def test_a_date_or_an_owner_without_a_step_is_said_under_the_step(talk: Talk) -> None:
    sent = await posted(talk, SPANISH, next_due={"value": "2027-01-31"})
    assert set(sent.errors) == {"next_step"}


async def test_files_are_named_and_linked(talk: Talk) -> None:
    file = {"id": "F1", "name": "agenda.pdf", "permalink": "https://example.slack.com/files/agenda.pdf"}
    await posted(talk, SPANISH, files={"value": [file]})
    assert (await stored(talk)).files == [
        {"id": "F1", "name": "agenda.pdf", "url": "https://example.slack.com/files/agenda.pdf"}
    ]
    assert "<https://example.slack.com/files/agenda.pdf|agenda.pdf>" in in_channel(talk)


async def test_what_is_for_the_group_is_seen_by_the_group_alone(talk: Talk) -> None:
    await posted(talk, SPANISH, visibility={"value": "group"})
    assert "Second meeting" not in await talk.ask("/actiongroup migration", ENGLISH)
    assert "Second meeting" not in await talk.ask("/actiongroup migration", GUEST, "C0PATHFND")
    assert "Second meeting" in await talk.ask("/actiongroup migration", SPANISH)
    assert "Second meeting" in in_channel(talk), "the group's own channel"
    shared = await talk.click(
        "Compartir aquí", await talk.command("/actiongroup migration", SPANISH), SPANISH
    )
    assert "Second meeting" not in str([m for m in shared.replies if not m["ephemeral"]])


async def test_what_was_narrowed_goes_from_where_it_may_not_stand(talk: Talk) -> None:
    await posted(talk, SPANISH)
    assert "Second meeting" in in_channel(talk)
    mine = await talk.command("/update mine", SPANISH)
    form = await talk.click(phrase("es", "Change %(n)s", n=1), mine, SPANISH)
    await talk.box.submit(SPANISH, modal(form)["id"], {"visibility": {"value": "members"}})
    assert "Second meeting" not in in_channel(talk)
    assert "shown here no more" in in_channel(talk)


async def test_a_shared_card_follows_what_it_shows(talk: Talk) -> None:
    await posted(talk, SPANISH)
    await talk.click("Share here", await talk.command("/actiongroup migration"))
    assert "Second meeting" in in_channel(talk, GENERAL)
    await talk.click("Retirar 1", await talk.command("/update mine", SPANISH), SPANISH)
    assert "Second meeting" not in in_channel(talk, GENERAL)


async def test_anybody_can_report_a_post_and_nobody_else_learns_it(talk: Talk) -> None:
    await posted(talk, SPANISH)
    form = await click_in_message(talk, ENGLISH, MIGRATION, "Report")
    await talk.box.submit(ENGLISH, modal(form)["id"], {"note": {"value": "The date is wrong"}})
    assert "The date is wrong" in await told(talk, EDITOR)
    assert "The date is wrong" not in await told(talk, SPANISH)
    assert "Thank you" in str(talk.box.view_of(ENGLISH))


async def test_an_editor_who_withdraws_somebodys_post_tells_them(talk: Talk) -> None:
    await posted(talk, SPANISH)
    listed = await talk.command("/update published", EDITOR)
    await talk.click("Retirer 1", listed, EDITOR)
    assert "fue retirada" in await told(talk, SPANISH) or "se retiró" in await told(talk, SPANISH)


async def test_somebody_else_may_not_translate_it(talk: Talk) -> None:
    await posted(talk, SPANISH)
    row = await stored(talk)
    page = await talk.command("/alliance help", ENGLISH)
    forged = await talk.box.action(
        ENGLISH, page.replies[-1]["ts"], channel=GENERAL, action_id="open:9",
        value=f"update_translate {row.id}", forged=True,
    )  # fmt: skip
    assert "If you need it done" in str(modal(forged))
    assert "Twelve partners" not in str(modal(forged))


async def test_a_deactivated_author_stops_nothing(talk: Talk) -> None:
    await posted(talk, ENGLISH)
    await talk.box.change_user(ENGLISH, deleted=True)
    listing = await talk.command("/update review", EDITOR)
    await talk.click("Approuver 1", listing, EDITOR)
    assert "Second meeting held online" in in_channel(talk)
    async with talk.database.reading() as session:
        failed = [row for row in await session.scalars(select(Delivery)) if row.state.value == "failed"]
    assert [(row.channel, row.reason) for row in failed] == [(ENGLISH, "user_disabled")]


@pytest.mark.parametrize("channel", ["C0NOWHERE", "C0LOUNGEX"])
async def test_a_channel_that_is_gone_or_without_the_bot_is_recorded_and_nothing_is_stuck(
    talk: Talk, channel: str
) -> None:
    async with talk.database.writing() as session:
        await session.execute(update(Group).where(Group.key == "migration").values(channel=channel))
    sent = await posted(talk, SPANISH)
    assert not sent.errors
    assert "Second meeting held online" in await talk.ask("/actiongroup migration")
    async with talk.database.reading() as session:
        (row,) = [row for row in await session.scalars(select(Delivery)) if row.kind == "post"]
    assert row.state.value == "failed"
    assert row.reason in ("channel_not_found", "not_in_channel")


async def test_the_editors_channel_gets_it_once_where_one_is_set(talk: Talk) -> None:
    services = talk.going.bot.services
    object.__setattr__(services, "editors_channel", "G0EDITORS")
    try:
        await posted(talk, ENGLISH)
        assert "Twelve partners met" in in_channel(talk, "G0EDITORS")
        assert await told(talk, EDITOR) == ""
        await click_in_message(talk, EDITOR, "G0EDITORS", "Approve")
        assert "Approve" not in str(talk.box.messages("G0EDITORS")[-1]["blocks"]), "decided: no buttons"
    finally:
        object.__setattr__(services, "editors_channel", None)


async def test_who_reads_it_where_they_follow_is_not_pinged_by_words(talk: Talk) -> None:
    await posted(
        talk, SPANISH, headline={"value": "<!channel> *news*"}, body={"value": "<@U0MEMBERX> & <!here>"}
    )
    (message,) = talk.box.messages(MIGRATION)
    assert message["pings"] == [f"@{SPANISH}"], "its author alone, whose own act it is"


async def test_an_author_hears_that_an_editor_corrected_what_stands(talk: Talk) -> None:
    await posted(talk, SPANISH)
    listed = await talk.command("/update published", EDITOR)
    form = await talk.click(phrase("fr", "Change %(n)s", n=1), listed, EDITOR)
    await talk.box.submit(EDITOR, modal(form)["id"], {"headline": {"value": "Third meeting held"}})
    heard = await told(talk, SPANISH)
    assert "*Third meeting held* fue corregida" in heard
    assert "se publicó" not in heard
    assert "está publicada" not in heard
