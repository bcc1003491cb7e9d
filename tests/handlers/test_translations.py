"""Translations that volunteers offer: asked for, offered, reviewed, shown; and what must not happen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from community import roles
from community.rights import actor_of
from handlers.slack import digests
from sandbox import Outcome
from storage.members import member_by_slack_id
from storage.tables import AuditEntry, Delivery, Group, Request, TranslationOffer, Update, UpdateTranslation
from storage.vocabulary import RoleName, UpdateState, Visibility
from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    GENERAL,
    GUEST,
    NEPAL_FOCAL_POINT,
    SPANISH,
    Talk,
    labels,
    modal,
    said,
    texts,
)
from tests.handlers.test_update_life import click_in_message, in_channel, phrase, posted
from tests.handlers.wishes import actions, heard, told

SECRETARIAT, EDITOR, MIGRATION, GUESTS = "U0SECRETA", "U0EDITORX", "C0MIGRATE", "C0PATHFND"
OFFERED: dict[str, dict[str, Any]] = {
    "headline": {"value": "Deuxième réunion tenue en ligne"},
    "body": {"value": "Douze partenaires se sont réunis."},
}


@pytest.fixture(autouse=True)
async def a_group_with_a_channel_and_an_editor(talk: Talk) -> AsyncIterator[None]:
    now = talk.going.bot.clock.now()
    async with talk.database.writing() as session:
        await session.execute(update(Group).where(Group.key == "migration").values(channel=MIGRATION))
        secretariat = await actor_of(session, SECRETARIAT, now.date())
        for who, role, scope in (
            (EDITOR, RoleName.EDITOR, ""),
            (SPANISH, RoleName.CHAIR, "group:migration"),
            (NEPAL_FOCAL_POINT, RoleName.FOCAL_POINT, "place:NP"),
        ):
            await roles.grant(
                session, secretariat, who, role, scope, is_deputy=False, today=now.date(), now=now
            )
    yield
    await talk.going.bot.busy.idle()
    async with talk.database.writing() as session:
        await session.execute(update(Group).where(Group.key == "migration").values(channel=None))


async def opened(talk: Talk, user: str = FRENCH, label: str = "Traduire 1") -> str:
    """The form to offer a translation of the first in the list; its view's id."""
    form = await talk.click(label, await talk.command("/update traduire", user), user)
    assert "translation_offer" in str(modal(form)), modal(form)
    return str(modal(form)["id"])


async def offer(talk: Talk, user: str = FRENCH, **changes: dict[str, Any]) -> Outcome:
    view = await opened(talk, user)
    return await talk.box.submit(user, view, {**OFFERED, **changes})


async def offers(talk: Talk) -> list[TranslationOffer]:
    async with talk.database.reading() as session:
        return list(
            (await session.scalars(select(TranslationOffer).order_by(TranslationOffer.id))).unique().all()
        )


async def states(talk: Talk) -> list[str]:
    return [row.state.value for row in await offers(talk)]


async def translations(talk: Talk) -> list[UpdateTranslation]:
    async with talk.database.reading() as session:
        return list((await session.scalars(select(UpdateTranslation))).unique().all())


async def number(talk: Talk) -> int:
    async with talk.database.reading() as session:
        return int((await session.scalars(select(Update.id).order_by(Update.id.desc()))).first() or 0)


async def forged(talk: Talk, user: str, action: str, value: str, channel: str = GENERAL) -> Outcome:
    """Click a button that the person was never shown."""
    page = await talk.command("/alliance help", user, channel)
    return await talk.box.action(
        user, page.replies[-1]["ts"], channel=channel, action_id=action, value=value, forged=True
    )


def page(talk: Talk, user: str) -> str:
    return "\n".join(texts((talk.box.view_of(user) or {}).get("blocks", [])))


async def corrected(talk: Talk, **changes: dict[str, Any]) -> None:
    form = await talk.click("Cambiar 1", await talk.command("/update mine", SPANISH), SPANISH)
    values = changes or {"body": {"value": "Fourteen partners met."}}
    assert not (await talk.box.submit(SPANISH, modal(form)["id"], values)).errors


async def withdrawn(talk: Talk) -> None:
    await talk.click("Retirar 1", await talk.command("/update mine", SPANISH), SPANISH)


async def sent_back(talk: Talk, words: str = "Which partners?") -> None:
    form = await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Demander un changement")
    await talk.box.submit(EDITOR, modal(form)["id"], {"reason": {"value": words}})


async def test_a_translation_from_the_queue_to_where_it_is_read(talk: Talk) -> None:
    await posted(talk, SPANISH)
    listed = await talk.command("/update traduire", FRENCH)
    assert "À traduire en français" in said(listed)
    assert "1 nouvelle attend une traduction en français" in said(listed)
    assert "1. *Second meeting held online* · Migrations · espagnol · d’aujourd’hui" in said(listed)
    form = await talk.click("Traduire 1", listed, FRENCH)
    assert modal(form)["title"]["text"] == "Proposer une traduction"
    above = "".join(text for one in modal(form)["blocks"] if one["type"] == "section" for text in texts(one))
    assert "Second meeting held online" in above
    assert "Twelve partners met and agreed on the research agenda." in above
    fields = [one["block_id"] for one in modal(form)["blocks"] if one["type"] == "input"]
    assert fields == ["headline", "body"]
    assert not (await talk.box.submit(FRENCH, modal(form)["id"], OFFERED)).errors
    assert "Votre traduction est relue" in page(talk, FRENCH)

    # it waits: the editors have it with the original, nobody else sees it
    for person in (EDITOR, SECRETARIAT):
        before = await told(talk, person)
        assert "Douze partenaires se sont réunis." in before
        assert "Twelve partners met" in before
    assert await told(talk, SPANISH) == "", "only the editors are told"
    assert "Douze partenaires" not in await talk.ask("/actiongroup migration more", FRENCH)
    again = await talk.command("/update traduire", FRENCH)
    assert "Votre traduction attend une relecture" in said(again)
    assert labels(again) == ["Modifier 1", "Retirer 1"]
    assert "_Offered, waits for review._" in await talk.ask("/update translate fr", ENGLISH)

    # approved: it is the update's translation, with the volunteer's name, and they hear of it
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    assert await states(talk) == ["published"]
    assert "est désormais affichée, avec votre nom" in await told(talk, FRENCH)
    (given,) = await translations(talk)
    assert (given.language, given.headline, given.by.slack_id, given.revision) == (
        "fr", "Deuxième réunion tenue en ligne", FRENCH, 1,
    )  # fmt: skip
    card = await talk.ask("/actiongroup migration more", FRENCH)
    assert "*Deuxième réunion tenue en ligne*" in card
    assert "traduit de" in card or "traduction" in card
    assert "Rien n’attend" in await talk.ask("/update traduire", FRENCH)
    assert "Approve" not in str(
        talk.box.messages(talk.box.dm(SECRETARIAT), as_user=SECRETARIAT)[-1]["blocks"]
    )
    made = [act for act in await actions(talk) if "translat" in act or "offer" in act]
    assert made == ["translation_offered", "offer_published"]
    async with talk.database.reading() as session:
        assert {row.state.value for row in await session.scalars(select(Delivery))} == {"sent"}
        subjects = {row.subject for row in (await session.scalars(select(AuditEntry))).unique()}
    assert f"offer:{(await offers(talk))[0].id}" in subjects


async def test_the_same_in_spanish_with_its_own_words(talk: Talk) -> None:
    await posted(talk, EDITOR, language={"value": "en"})
    async with talk.database.writing() as session:  # nobody's own group
        member = await member_by_slack_id(session, NEPAL_FOCAL_POINT)
        assert member is not None
        member.locale = "es-ES"
        member.language = "es"
    listed = await talk.command("/update traducir", NEPAL_FOCAL_POINT)
    assert "Por traducir al español" in said(listed)
    form = await talk.click("Traducir 1", listed, NEPAL_FOCAL_POINT)
    values = {"headline": {"value": "Segunda reunión"}, "body": {"value": "Doce socios."}}
    assert not (await talk.box.submit(NEPAL_FOCAL_POINT, modal(form)["id"], values)).errors
    await click_in_message(talk, SECRETARIAT, talk.box.dm(SECRETARIAT), "Approve")
    assert "Su traducción *Segunda reunión* se muestra desde ahora" in await told(talk, NEPAL_FOCAL_POINT)
    assert "*Segunda reunión*" in await talk.ask("/actiongroup migration more", SPANISH)


async def test_after_a_change_is_asked_for_it_is_sent_again_and_the_old_one_cannot_be_approved(
    talk: Talk,
) -> None:
    await posted(talk, SPANISH)
    await offer(talk)
    (first,) = await offers(talk)
    await sent_back(talk)
    assert await states(talk) == ["change_asked"]
    assert "Which partners?" in await told(talk, FRENCH)
    assert "Which partners?" in await talk.ask("/update traduire", FRENCH)
    form = await click_in_message(talk, FRENCH, talk.box.dm(FRENCH), phrase("fr", "Change it"))
    held = {one["block_id"]: one["element"].get("initial_value") for one in modal(form)["blocks"]
            if one["type"] == "input"}  # fmt: skip
    assert held == {name: one["value"] for name, one in OFFERED.items()}, "what was typed comes back"
    changed = {"body": {"value": "La CSI, l’OIE et dix autres."}}
    assert not (await talk.box.submit(FRENCH, modal(form)["id"], changed)).errors
    assert await states(talk) == ["withdrawn", "in_review"]
    late = await forged(talk, SECRETARIAT, "do:9", f"/update translate approve {first.id}")
    assert "Somebody was faster" in said(late)
    assert await translations(talk) == [], "the text that was sent back is never shown"
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    assert [row.body for row in await translations(talk)] == ["La CSI, l’OIE et dix autres."]


async def test_a_declined_one_goes_nowhere_and_its_volunteer_reads_why(talk: Talk) -> None:
    await posted(talk, SPANISH)
    await offer(talk)
    form = await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Refuser")
    await talk.box.submit(EDITOR, modal(form)["id"], {"reason": {"value": "A machine wrote this"}})
    assert await states(talk) == ["declined"]
    assert "A machine wrote this" in await told(talk, FRENCH)
    assert await translations(talk) == []
    assert labels(await talk.command("/update traduire", FRENCH)) == ["Traduire 1"], "it waits still"


async def test_two_decisions_at_once_have_one_effect_and_the_second_learns_who(talk: Talk) -> None:
    await posted(talk, SPANISH)
    await offer(talk)
    (row,) = await offers(talk)
    pages = {who: await talk.command("/alliance help", who) for who in (EDITOR, SECRETARIAT)}
    await asyncio.gather(
        *(
            talk.box.action(
                who, shown.replies[-1]["ts"], channel=GENERAL, action_id="do:9",
                value=f"/update translate approve {row.id}", forged=True,
            )
            for who, shown in pages.items()
        )
    )  # fmt: skip
    await talk.going.bot.busy.idle()
    assert await states(talk) == ["published"]
    assert (await actions(talk)).count("offer_published") == 1
    assert len(await heard(talk, FRENCH)) == 1
    (decided,) = await offers(talk)
    assert decided.decided_by is not None
    late = await forged(talk, EDITOR, "do:9", f"/update translate approve {row.id}")
    assert "Quelqu’un a été plus rapide" in said(late)
    assert f"<@{decided.decided_by.slack_id}>" in said(late)


async def test_who_declines_too_late_gets_their_words_back_and_learns_who_was_faster(talk: Talk) -> None:
    await posted(talk, SPANISH)
    await offer(talk)
    form = await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Refuser")
    await click_in_message(talk, SECRETARIAT, talk.box.dm(SECRETARIAT), "Approve")
    await talk.box.submit(EDITOR, modal(form)["id"], {"reason": {"value": "my careful words"}})
    assert "my careful words" in page(talk, EDITOR)
    assert f"<@{SECRETARIAT}>" in page(talk, EDITOR)
    assert await states(talk) == ["published"]


async def test_nobody_decides_on_their_own_offer(talk: Talk) -> None:
    await posted(talk, NEPAL_FOCAL_POINT, "Nepal")
    await forged(talk, EDITOR, "open:9", f"translation_offer {await number(talk)} fr")
    view = talk.box.view_of(EDITOR)
    assert view is not None
    assert not (await talk.box.submit(EDITOR, view["id"], OFFERED)).errors
    assert "Deuxième réunion" not in await told(talk, EDITOR)
    assert "Deuxième réunion" not in await talk.ask("/update review", EDITOR)
    (row,) = await offers(talk)
    for value in (f"/update translate approve {row.id}", f"/update translate show {row.id}"):
        refused = await forged(talk, EDITOR, "do:9", value)
        assert "Vous l’avez proposée vous-même" in said(refused)
    await forged(talk, EDITOR, "open:9", f"translation_reason decline {row.id}")
    assert "Vous l’avez proposée vous-même" in page(talk, EDITOR)
    assert await states(talk) == ["in_review"]
    await click_in_message(talk, SECRETARIAT, talk.box.dm(SECRETARIAT), "Approve")
    assert await states(talk) == ["published"]


async def test_who_leads_the_group_decides_and_gives_translations_directly(talk: Talk) -> None:
    await posted(talk, SPANISH)
    listed = await talk.command("/update translate fr", SPANISH)
    form = await talk.click("Traducir 1", listed, SPANISH)
    assert modal(form)["callback_id"] == "update_translate", "theirs is shown at once"
    chosen = next(one for one in modal(form)["blocks"] if one.get("block_id") == "language")
    assert chosen["element"]["initial_option"]["value"] == "fr"
    await offer(talk)
    listed = await talk.command("/update translate fr", SPANISH)
    shown = await talk.click("Revisar 1", listed, SPANISH)
    assert "Douze partenaires se sont réunis." in said(shown)
    assert labels(shown) == ["Aprobar", "Pedir un cambio", "Rechazar"]
    await talk.click("Aprobar", shown, SPANISH)
    assert await states(talk) == ["published"]


async def test_a_lead_of_something_else_a_member_and_a_guest_decide_on_nothing(talk: Talk) -> None:
    await posted(talk, SPANISH)
    await offer(talk)
    (row,) = await offers(talk)
    for user, channel in ((NEPAL_FOCAL_POINT, GENERAL), (ENGLISH, GENERAL), (GUEST, GUESTS)):
        for value in (f"/update translate approve {row.id}", f"/update translate show {row.id}"):
            refused = await forged(talk, user, "do:9", value, channel)
            assert "Douze partenaires" not in said(refused)
            assert any(word in said(refused) for word in ("This is for", "Esto corresponde"))
        await forged(talk, user, "open:9", f"translation_reason decline {row.id}", channel)
        assert "What should change" not in page(talk, user)
        await forged(talk, user, "open:9", f"translation_offer revise {row.id}", channel)
        assert "Douze partenaires" not in page(talk, user)
        await forged(talk, user, "do:9", f"/update translate withdraw {row.id}", channel)
    assert await states(talk) == ["in_review"]
    assert await translations(talk) == []


async def test_guests_and_who_was_stopped_offer_nothing_and_ask_for_nothing(talk: Talk) -> None:
    await posted(talk, SPANISH)
    which = await number(talk)
    assert "personas invitadas" in await talk.ask("/update translate", GUEST, GUESTS)
    await forged(talk, GUEST, "open:9", f"translation_offer {which} en", GUESTS)
    assert "Twelve partners" not in page(talk, GUEST)
    await forged(talk, GUEST, "do:9", f"/update translate ask {which}", GUESTS)
    view = await opened(talk)
    async with talk.database.writing() as session:
        member = await member_by_slack_id(session, FRENCH)
        assert member is not None
        member.is_stopped = True
    assert "secrétariat" in await talk.ask("/update traduire", FRENCH)
    await talk.box.submit(FRENCH, view, OFFERED)
    assert "secrétariat" in page(talk, FRENCH)
    assert await offers(talk) == []
    async with talk.database.reading() as session:
        assert (await session.scalars(select(Request))).first() is None


async def test_what_is_for_a_group_waits_before_its_members_alone(talk: Talk) -> None:
    await posted(talk, SPANISH, visibility={"value": "group"})
    which = await number(talk)
    assert "Second meeting" not in await talk.ask("/update translate", ENGLISH)
    await forged(talk, ENGLISH, "open:9", f"translation_offer {which} en")
    assert "Twelve partners" not in page(talk, ENGLISH)
    assert "Second meeting" in await talk.ask("/update translate fr", SPANISH)
    await posted(talk, SPANISH, headline={"value": "For all of us"}, visibility={"value": "members"})
    assert "For all of us" in await talk.ask("/update translate", ENGLISH)


async def test_what_was_narrowed_meanwhile_takes_no_offer_and_closes_what_waits(talk: Talk) -> None:
    await posted(talk, SPANISH)
    await offer(talk)
    other = await talk.click("Translate 1", await talk.command("/update translate", ENGLISH), ENGLISH)
    await corrected(talk, visibility={"value": "group"})
    assert await states(talk) == ["withdrawn"]
    assert "n’est donc plus nécessaire" in await told(talk, FRENCH)
    await talk.box.submit(
        ENGLISH, modal(other)["id"], {"headline": {"value": "H"}, "body": {"value": "My words"}}
    )
    assert "My words" in page(talk, ENGLISH), "said back"
    assert len(await offers(talk)) == 1


async def test_a_second_volunteer_hears_that_one_waits_and_keeps_what_they_typed(talk: Talk) -> None:
    await posted(talk, SPANISH)
    listed = await talk.command("/update translate fr", ENGLISH)
    form = await talk.click("Translate 1", listed, ENGLISH)
    await offer(talk)
    sent = await talk.box.submit(ENGLISH, modal(form)["id"], OFFERED)
    assert "waits for review already" in sent.errors["headline"]
    assert f"<@{FRENCH}>" not in str(sent.errors)
    assert len(await offers(talk)) == 1
    assert labels(await talk.command("/update translate fr", ENGLISH)) == []
    await sent_back(talk)  # one that was sent back stands in nobody's way
    assert not (await talk.box.submit(ENGLISH, modal(form)["id"], OFFERED)).errors
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    assert await states(talk) == ["withdrawn", "published"]
    assert "Une autre traduction" in await told(talk, FRENCH), "and its volunteer is told"


async def test_two_volunteers_at_once_make_one_offer(talk: Talk) -> None:
    await posted(talk, SPANISH)
    views = [
        (
            user,
            (await talk.click(label, await talk.command("/update translate fr", user), user)).views[-1]["id"],
        )
        for user, label in ((FRENCH, "Traduire 1"), (ENGLISH, "Translate 1"))
    ]
    sent = await asyncio.gather(*(talk.box.submit(user, view, OFFERED) for user, view in views))
    assert sorted(bool(one.errors) for one in sent) == [False, True]
    assert await states(talk) == ["in_review"]


async def test_a_correction_meanwhile_is_said_and_the_old_text_is_not_approved(talk: Talk) -> None:
    await posted(talk, SPANISH)
    await offer(talk)
    (row,) = await offers(talk)
    listed = await talk.command("/update review", EDITOR)
    assert "Approuver 1" in labels(listed)
    await corrected(talk)
    assert "La nouvelle a été corrigée depuis" in await told(talk, EDITOR)
    assert "The update was corrected since" in await told(talk, SECRETARIAT)
    late = await talk.click("Approuver 1", listed, EDITOR)
    assert "n’a donc pas été approuvée" in said(late)
    assert "Approuver 1" not in labels(await talk.command("/update review", EDITOR))
    assert await states(talk) == ["in_review"]
    assert await translations(talk) == []
    await sent_back(talk, "Please look again")
    assert "a été corrigée depuis votre traduction" in await told(talk, FRENCH)
    form = await click_in_message(talk, FRENCH, talk.box.dm(FRENCH), phrase("fr", "Change it"))
    assert "Fourteen partners met." in page(talk, FRENCH), "the text as it is now"
    assert "Douze partenaires" in str(modal(form))
    await talk.box.submit(FRENCH, modal(form)["id"], {"body": {"value": "Quatorze partenaires."}})
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    assert [(one.body, one.revision) for one in await translations(talk)] == [("Quatorze partenaires.", 2)]
    assert row.id != (await offers(talk))[-1].id


async def test_a_correction_while_somebody_types_shows_them_the_new_text_first(talk: Talk) -> None:
    await posted(talk, SPANISH)
    view = await opened(talk)
    await corrected(talk)
    sent = await talk.box.submit(FRENCH, view, OFFERED)
    assert not sent.errors
    assert "La nouvelle a été modifiée entre-temps" in page(talk, FRENCH)
    assert "Fourteen partners met." in page(talk, FRENCH)
    assert await offers(talk) == []
    again = talk.box.view_of(FRENCH)
    assert again is not None
    assert OFFERED["body"]["value"] in str(again["blocks"]), "what was typed stands there still"
    await talk.box.submit(FRENCH, again["id"], {})
    assert [row.revision for row in await offers(talk)] == [2]


async def test_a_withdrawn_update_closes_its_offers_and_their_volunteers_hear_it(talk: Talk) -> None:
    await posted(talk, SPANISH)
    await offer(talk)
    (row,) = await offers(talk)
    await withdrawn(talk)
    assert await states(talk) == ["withdrawn"]
    assert "votre traduction n’est donc plus nécessaire" in await told(talk, FRENCH)
    late = await forged(talk, SECRETARIAT, "do:9", f"/update translate approve {row.id}")
    assert "Somebody was faster" in said(late)
    assert await translations(talk) == []
    assert "Second meeting" not in await talk.ask("/update traduire", FRENCH)


async def test_a_translation_of_an_earlier_text_waits_again_and_is_marked(talk: Talk) -> None:
    await posted(talk, SPANISH)
    await offer(talk)
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    await corrected(talk)
    listed = await talk.command("/update traduire", FRENCH)
    assert "La traduction existante est celle d’un texte antérieur" in said(listed)
    form = await talk.click("Traduire 1", listed, FRENCH)
    assert OFFERED["body"]["value"] in str(modal(form)), "what stood there is a beginning"


async def test_what_looks_like_a_case_is_asked_about_and_flagged(talk: Talk) -> None:
    await posted(talk, SPANISH)
    view = await opened(talk)
    await talk.box.submit(FRENCH, view, {**OFFERED, "body": {"value": "Écrivez à amina.k@example.org."}})
    assert await offers(talk) == []
    again = talk.box.view_of(FRENCH)
    assert again is not None
    assert "/alliance signalement" in page(talk, FRENCH)
    assert "Twelve partners" in page(talk, FRENCH), "the original stands there still"
    await talk.box.submit(FRENCH, again["id"], {})
    assert await states(talk) == ["in_review"]
    assert "Please look twice" in await told(talk, SECRETARIAT)
    listed = await talk.command("/update review", SECRETARIAT)
    assert "Please look twice" in said(listed)
    assert "a person’s details" in str(listed.replies[-1]["blocks"][-1]), "asked once before it is approved"


async def test_markup_in_an_offer_pings_nobody(talk: Talk) -> None:
    await posted(talk, SPANISH)
    words = {"headline": {"value": "<!channel> *vite*"}, "body": {"value": "<@U0MEMBERX> &amp; <!here> `x`"}}
    await offer(talk, **words)
    for message in await heard(talk, EDITOR):
        assert set(message["pings"]) <= {f"@{FRENCH}"}, "its volunteer alone, by our own hand"
        sections = [block for block in message["blocks"] if block["type"] != "header"]
        assert "<!channel>" not in str(sections), "a heading is plain text"
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    for message in await heard(talk, FRENCH):
        assert "@channel" not in message["pings"]
    card = await talk.command("/actiongroup migration more", FRENCH)
    assert "&lt;!channel&gt;" in said(card)
    assert "@channel" not in card.replies[-1]["pings"]


async def test_an_approved_one_stands_in_what_was_sent_and_in_the_next_digest(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration", FRENCH)
    await talk.ask("/alliance follow group:migration daily", NEPAL_FOCAL_POINT)
    async with talk.database.writing() as session:
        member = await member_by_slack_id(session, NEPAL_FOCAL_POINT)
        assert member is not None
        member.language = "fr"
    await posted(talk, SPANISH)
    assert "Second meeting" in await told(talk, FRENCH)
    await offer(talk)
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    posts = [
        one for one in await heard(talk, FRENCH) if "Deuxième réunion tenue en ligne" in str(one["blocks"])
    ]
    assert any("Douze partenaires" in str(one["blocks"]) for one in posts), "drawn anew where it stands"
    assert "Twelve partners" in in_channel(talk), "the channel speaks another language"
    in_two_days = talk.going.bot.clock.now() + timedelta(days=2)
    talk.box.clock.at(in_two_days.replace(hour=6))  # a quarter to twelve in Kathmandu
    await talk.box.settle()
    await digests.send(talk.going.bot.services)
    await talk.box.settle()
    assert "*Deuxième réunion tenue en ligne*" in await told(talk, NEPAL_FOCAL_POINT)


async def test_a_missing_translation_is_asked_for_once_and_answered(talk: Talk) -> None:
    await posted(talk, SPANISH, headline={"value": "The first"})
    await posted(talk, SPANISH, headline={"value": "A second and newer one"})
    message = next(one for one in talk.box.messages(MIGRATION) if "The first" in str(one["blocks"]))
    button = next(
        element for block in message["blocks"] if block["type"] == "actions" for element in block["elements"]
        if element["text"]["text"] == "Ask for a translation"
    )  # fmt: skip
    for _ in range(2):
        asked = await talk.box.action(FRENCH, message["ts"], channel=MIGRATION, action_id=button["action_id"])
        assert "C’est noté" in said(asked)
    listed = await talk.ask("/update traduire", FRENCH)
    assert listed.index("The first") < listed.index("A second"), "what is asked for comes first"
    assert "*1 personne la demande*" in listed
    assert "personne la demande" not in await talk.ask("/update translate", SECRETARIAT)
    assert "1 request" not in await talk.ask("/alliance requests", SECRETARIAT)
    form = await talk.click("Translate 1", await talk.command("/update translate fr", ENGLISH), ENGLISH)
    await talk.box.submit(ENGLISH, modal(form)["id"], OFFERED)
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    assert "La traduction que vous avez demandée est là" in await told(talk, FRENCH)
    assert "Douze partenaires se sont réunis." in await told(talk, FRENCH)
    async with talk.database.reading() as session:
        (row,) = (await session.scalars(select(Request))).unique().all()
    assert row.state.value == "accepted"
    again = await forged(talk, FRENCH, "do:9", f"/update translate ask {row.update_id}")
    assert "existe déjà dans votre langue" in said(again)


async def test_a_volunteer_takes_an_offer_back(talk: Talk) -> None:
    await posted(talk, SPANISH)
    await offer(talk)
    back = await talk.click("Retirer 1", await talk.command("/update traduire", FRENCH), FRENCH)
    assert labels(back) == ["Traduire 1"]
    assert await states(talk) == ["withdrawn"]
    assert "Approve" not in str(
        talk.box.messages(talk.box.dm(SECRETARIAT), as_user=SECRETARIAT)[-1]["blocks"]
    )
    assert await told(talk, FRENCH) == "", "nobody is told of their own act"


async def test_the_review_lists_offers_after_updates(talk: Talk) -> None:
    await posted(talk, SPANISH)
    await offer(talk)
    await posted(talk, ENGLISH, headline={"value": "Quite another matter"})
    listed = await talk.command("/update review", SECRETARIAT)
    assert said(listed).index("1. *Quite another matter*") < said(listed).index("2. *Deuxième réunion")
    assert labels(listed) == [
        "Approve 1", "Ask for a change 1", "Decline 1",
        "Approve 2", "Ask for a change 2", "Decline 2", "Read it all 2",
    ]  # fmt: skip
    done = await talk.click("Approve 2", listed, SECRETARIAT)
    assert "Done. Whoever offered it hears of it." in said(done)
    rest = await talk.click("What else waits", done, SECRETARIAT)
    assert "Quite another matter" in said(rest)
    assert "Deuxième" not in said(rest)


async def test_home_shows_what_waits_to_translate_and_to_review(talk: Talk) -> None:
    await posted(talk, SPANISH)
    await talk.box.open_home(FRENCH)
    assert "1 nouvelle attend une traduction en français" in str(talk.box.home_of(FRENCH))
    await offer(talk)
    await talk.box.open_home(EDITOR)
    home = "\n".join(texts((talk.box.home_of(EDITOR) or {})["blocks"]))
    assert "Deuxième réunion tenue en ligne" in home
    assert "Douze partenaires" in home
    await sent_back(talk)
    await talk.box.open_home(FRENCH)
    assert "Which partners?" in str(talk.box.home_of(FRENCH))
    await talk.box.open_home(GUEST)
    assert "update translate" not in str(talk.box.home_of(GUEST))


async def test_the_queue_turns_its_pages_and_is_newest_first(talk: Talk) -> None:
    await posted(talk, SPANISH)
    async with talk.database.writing() as session:
        old = (await session.scalars(select(Update))).unique().one()
        same = {name: getattr(old, name) for name in ("author_id", "group_id", "body", "posted_at")}
        session.add_all(
            Update(
                headline=f"News number {n}", language="es", visibility=Visibility.MEMBERS, **same,
                state=UpdateState.PUBLISHED, published_at=old.posted_at - timedelta(days=n),
            )
            for n in range(1, 10)
        )  # fmt: skip
    first = await talk.command("/update translate", ENGLISH)
    assert "10 updates wait for a translation into English" in said(first)
    assert labels(first) == [f"Translate {n}" for n in range(1, 8)] + ["Next page"]
    assert "2. *News number 1* · Migration · Spanish · 1 day old" in said(first)
    second = await talk.click("Next page", first, ENGLISH)
    assert labels(second) == ["Translate 8", "Translate 9", "Translate 10", "Previous page"]
    for page_number in (0, 99):
        assert "News number" in await talk.ask(f"/update translate en page {page_number}", ENGLISH)


async def test_a_language_that_nobody_speaks_here_is_said_so(talk: Talk) -> None:
    assert "I do not know the language “klingon”" in await talk.ask("/update translate klingon", ENGLISH)
    assert "Waiting" not in await talk.ask("/update translate show 99999999999", SECRETARIAT)
    assert "Reference number" not in await talk.ask("/update translate approve x", SECRETARIAT)


async def test_long_texts_are_read_whole_by_who_decides(talk: Talk) -> None:
    body = "\n\n".join(f"Paragraph {n} of the original, with & and < in it." for n in range(1, 50))[:2_450]
    await posted(talk, SPANISH, body={"value": body})
    mine = "\n\n".join(f"Paragraphe {n} de la traduction, avec & et < dedans." for n in range(1, 60))[:2_990]
    await offer(talk, body={"value": mine})
    whole = await click_in_message(talk, SECRETARIAT, talk.box.dm(SECRETARIAT), "Read it all")
    seen = said(whole)
    while "Next page" in labels(whole):
        whole = await talk.click("Next page", whole, SECRETARIAT)
        seen += said(whole)
    assert all(f"Paragraphe {n} de" in seen for n in range(1, 50))
    assert all(f"Paragraph {n} of" in seen for n in range(1, 45))
    await talk.click("Approve", whole, SECRETARIAT)
    assert [row.body for row in await translations(talk)] == [mine]


async def test_a_translation_that_is_given_directly_takes_the_place_of_what_waits(talk: Talk) -> None:
    await posted(talk, SPANISH)
    form = await talk.click("Traducir 1", await talk.command("/update translate fr", SPANISH), SPANISH)
    await offer(talk)
    assert labels(await talk.command("/update translate es", ENGLISH)) == [], "it is in Spanish"
    direct = {"language": {"value": "fr"}, "headline": {"value": "Réunion"}, "body": {"value": "Douze."}}
    assert not (await talk.box.submit(SPANISH, modal(form)["id"], direct)).errors
    assert await states(talk) == ["withdrawn"]
    assert [row.headline for row in await translations(talk)] == ["Réunion"]
    assert "Une autre traduction" in await told(talk, FRENCH)


async def test_what_was_translated_meanwhile_is_said_and_what_was_typed_stays(talk: Talk) -> None:
    await posted(talk, SPANISH)
    view = await opened(talk)
    form = await talk.click("Traducir 1", await talk.command("/update translate fr", SPANISH), SPANISH)
    direct = {"language": {"value": "fr"}, "headline": {"value": "Réunion"}, "body": {"value": "Douze."}}
    await talk.box.submit(SPANISH, modal(form)["id"], direct)
    sent = await talk.box.submit(FRENCH, view, OFFERED)
    assert "existe déjà" in sent.errors["headline"]
    assert await offers(talk) == []


async def test_an_update_that_is_reviewed_again_holds_its_offers_until_then(talk: Talk) -> None:
    await posted(talk, ENGLISH)
    await talk.click("Approve 1", await talk.command("/update review", SECRETARIAT), SECRETARIAT)
    await offer(talk)
    (row,) = await offers(talk)
    form = await talk.click("Change 1", await talk.command("/update mine", ENGLISH), ENGLISH)
    await talk.box.submit(ENGLISH, modal(form)["id"], {"body": {"value": "Eleven partners met."}})
    assert "The update is not shown at present" in await told(talk, SECRETARIAT)
    late = await forged(talk, SECRETARIAT, "do:9", f"/update translate approve {row.id}")
    assert "was not approved" in said(late)
    await talk.click("Approve 1", await talk.command("/update review", SECRETARIAT), SECRETARIAT)
    assert await states(talk) == ["in_review"], "its volunteer did nothing wrong"
    assert "The update was corrected since" in await told(talk, SECRETARIAT)


async def test_who_sleeps_hears_in_the_morning_what_became_of_their_offer(talk: Talk) -> None:
    await posted(talk, SPANISH)
    await offer(talk)
    async with talk.database.writing() as session:
        member = await member_by_slack_id(session, FRENCH)
        assert member is not None
        member.quiet_from, member.quiet_until, member.zone = time(0, 0), time(23, 59), "UTC"
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    assert await told(talk, FRENCH) == ""
    async with talk.database.reading() as session:
        query = select(Delivery).where(Delivery.kind == "outcome")
        assert [row.state.value for row in await session.scalars(query)] == ["pending"]


async def test_nothing_but_signs_is_offered_reviewed_and_shown_all_the_same(talk: Talk) -> None:
    body, head = "&<>* " * 500, "&<>*" * 37
    for n in range(3):
        await posted(talk, SPANISH, headline={"value": f"{n}{head}"[:150]}, body={"value": body})
        if (talk.box.view_of(SPANISH) or {}).get("submit"):
            await talk.box.submit(SPANISH, talk.box.view_of(SPANISH)["id"], {})  # type: ignore[index]
    assert "&amp;" in await talk.ask("/update traduire", FRENCH)
    sent = await offer(talk, headline={"value": head}, body={"value": "&<>* " * 600})
    assert not sent.errors
    assert "&amp;" in await told(talk, EDITOR)
    assert "Approuver 1" in labels(await talk.command("/update review", EDITOR))
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    assert await states(talk) == ["published"]
    assert "&amp;" in await talk.ask("/actiongroup migration more", FRENCH)
