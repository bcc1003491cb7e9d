"""One newsletter for many readers: its channels and languages, its sections, what editors do with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from community import progress
from community.entries import add
from community.rights import Actor, actor_of
from handlers.slack import failures, newsletters
from sandbox import Outcome
from storage.news import editions_with
from storage.partial_dates import PartialDate
from storage.tables import (
    AuditEntry,
    Change,
    Delivery,
    Edition,
    EditionItem,
    Organisation,
    Pathfinder,
    Place,
    StageChange,
    Update,
)
from storage.vocabulary import Constituency, Stage
from storage.worklist import claim_due
from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    GENERAL,
    LOUNGE,
    SPANISH,
    Talk,
    labels,
    modal,
    said,
    texts,
)
from tests.handlers.test_editions import (
    EDITOR,
    MONDAY,
    SECRETARIAT,
    at,
    editors,
    in_channel,
    number,
    scheduled,
    states,
)
from tests.handlers.test_update_life import click_in_message, phrase, posted
from tests.handlers.wishes import heard, told

__all__ = ["editors"]
MIGRATION = "C0MIGRATE"


@pytest.fixture(autouse=True)
async def as_shipped(talk: Talk) -> AsyncIterator[None]:
    """What is added to the register and to journeys is gone again afterwards."""
    yield
    async with talk.database.writing() as session:
        await session.execute(delete(EditionItem))
        await session.execute(delete(Change))
        await session.execute(delete(StageChange).where(StageChange.said_by_id.is_not(None)))
        await session.execute(delete(Organisation).where(Organisation.key == "weavers"))


async def secretary(session: Any) -> Actor:
    return await actor_of(session, SECRETARIAT, MONDAY.date())


async def reach(talk: Talk, stage: Stage) -> None:
    """Nepal reaches a stage."""
    async with talk.database.writing() as session:
        journeys = select(Pathfinder.id).join(Place, Place.id == Pathfinder.place_id).where(Place.key == "NP")
        last = await progress.last_stage(session, (await session.scalars(journeys)).one())
        now = talk.going.bot.clock.now()
        assert await progress.set_stage(
            session,
            await secretary(session),
            "place:NP",
            stage,
            PartialDate(),
            now,
            seen=progress.seen_as(last),
        )


async def welcome(talk: Talk) -> None:
    async with talk.database.writing() as session:
        row = Organisation(
            key="weavers", name={"en": "Weavers <!channel> Union"}, constituency=Constituency.WORKERS
        )
        await add(session, await secretary(session), row, talk.going.bot.clock.now())


async def edited(talk: Talk, **values: Any) -> dict[str, Any]:
    form = await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Modifier")
    view: dict[str, Any] = modal(form)
    sent = await talk.box.submit(
        EDITOR, view["id"], {name: {"value": value} for name, value in values.items()}
    )
    assert not sent.errors, sent.errors
    return view


async def approve(talk: Talk) -> None:
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")


async def test_one_edition_goes_to_several_channels_each_in_its_language(talk: Talk) -> None:
    await scheduled(talk, channels_fr={"value": [MIGRATION]}, channels_es={"value": [MIGRATION]})
    await posted(talk, SPANISH, language={"value": "es"}, headline={"value": "Segunda reunión"})
    await at(talk, MONDAY - timedelta(hours=20))
    assert len(await heard(talk, EDITOR)) == 1, "one draft for all of them"
    await approve(talk)
    await at(talk, MONDAY)
    assert "*Segunda reunión* · Migration · Spanish" in in_channel(talk)
    french, spanish = [
        "\n".join(texts(message["blocks"])) for message in talk.box.messages(MIGRATION, as_user=SPANISH)
    ]
    assert "la lettre d’information de la semaine 48" in french
    assert "*Segunda reunión* · Migrations · espagnol" in french
    assert "el boletín de la semana 48" in spanish
    assert "*Segunda reunión* · Migración\n" in spanish, "in its own language it is not marked"
    assert len(await states(talk)) == 1
    overview = await talk.ask("/digest", SECRETARIAT)
    assert "<#C0GENERAL> (English), <#C0MIGRATE> (French, Spanish) · once a week" in overview


async def test_a_schedule_is_changed_and_what_was_chosen_stands_in_the_form(talk: Talk) -> None:
    await scheduled(talk, reviewed={"value": []}, themes={"value": ["theme:migration"]})
    form = await talk.click("Change 1", await talk.command("/digest", SECRETARIAT), SECRETARIAT)
    view = modal(form)
    chosen = next(block for block in view["blocks"] if block["block_id"] == "channels_en")["element"]
    assert chosen["initial_conversations"] == [GENERAL]
    channels = {"channels_en": {"value": []}, "channels_fr": {"value": [LOUNGE, MIGRATION]}}
    await talk.box.submit(SECRETARIAT, view["id"], {**channels, "at": {"value": "10:30"}})
    assert "a member of each channel" in str(talk.box.view_of(SECRETARIAT))
    page = await talk.ask("/digest", SECRETARIAT)
    assert "(French), <#C0MIGRATE> (French) · once a week · Monday · 10:30 (Europe/London) · 1 topic" in page
    assert "2. " not in page


async def test_what_a_schedule_lacks_is_said_under_its_field(talk: Talk) -> None:
    await scheduled(talk, leaves_slack={"value": ["yes"]})
    form = await talk.click("A new newsletter", await talk.command("/digest", SECRETARIAT), SECRETARIAT)
    view = modal(form)["id"]
    sent = await talk.box.submit(SECRETARIAT, view, {"zone": {"value": "UTC"}})
    assert set(sent.errors) == {"channels_en"}
    sent = await talk.box.submit(
        SECRETARIAT, view, {"channels_es": {"value": [LOUNGE]}, "leaves_slack": {"value": ["yes"]}}
    )
    assert set(sent.errors) == {"leaves_slack"}


async def test_on_topics_only_what_is_about_them(talk: Talk) -> None:
    await scheduled(talk, reviewed={"value": []}, places={"value": ["place:NP"]})
    await posted(talk, SPANISH)
    await posted(talk, SECRETARIAT, subject={"value": "place:NP"}, headline={"value": "Nepal moves"})
    await reach(talk, Stage.IMPLEMENTING)
    await welcome(talk)
    await at(talk, MONDAY)
    text = in_channel(talk)
    assert "Nepal moves" in text
    assert "Nepal: Implementing" in text
    assert "Second meeting" not in text
    assert "Weavers" not in text


async def test_a_monthly_one_goes_out_on_its_day_once(talk: Talk) -> None:
    await scheduled(talk, cadence={"value": "monthly"}, monthday={"value": "15"}, reviewed={"value": []})
    await posted(talk, SPANISH)
    await at(talk, MONDAY)
    assert in_channel(talk) == ""
    for days in (21, 22, 23, 30):
        await at(talk, MONDAY + timedelta(days=days))
    assert await states(talk) == [("2026-12", "approved", 1)]
    assert in_channel(talk).count("the newsletter of December 2026") == 1
    page = await talk.ask("/digest")
    assert "once a month · day 15 of the month" in page


async def test_stages_partners_promises_and_thanks_are_sections(talk: Talk) -> None:
    await scheduled(talk)
    await posted(
        talk, SPANISH, next_step={"value": "Publish the study"}, next_owner={"value": "IOM"},
        next_due={"value": "2026-11-30"},
    )  # fmt: skip
    await reach(talk, Stage.IMPLEMENTING)
    await welcome(talk)
    await at(talk, MONDAY - timedelta(hours=20))
    assert "1 nouvelle · 1 étape franchie · 1 nouveau partenaire" in (await told(talk, EDITOR)).replace(
        "\u00a0", " "
    )
    await edited(
        talk, introduction="Bonjour", report="Trois pays de plus.", thanks="Merci <@U0COCHAIR>",
        heading="À lire", section="Le nouveau rapport.",
    )  # fmt: skip
    await approve(talk)
    await at(talk, MONDAY)
    messages = talk.box.messages(GENERAL, as_user=FRENCH)
    text = "\n".join(text for message in messages for text in texts(message["blocks"]))
    order = [
        "Bonjour · French", "The Chair’s report on progress", "Trois pays de plus", "Second meeting",
        "Nepal: Implementing", "Weavers &lt;!channel&gt; Union · workers’ organisations", "With thanks to",
        "Merci &lt;@U0COCHAIR&gt;", "À lire", "Le nouveau rapport", "What was promised",
        "Migration: Publish the study · Spanish · to act: IOM · by 30 November 2026", "What is coming",
    ]  # fmt: skip
    places = [text.find(words) for words in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)
    assert [message["pings"] for message in messages] == [[]] * len(messages)


async def test_texts_are_written_in_each_language_and_each_reader_gets_theirs(talk: Talk) -> None:
    await scheduled(talk, channels_fr={"value": [MIGRATION]})
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    await edited(talk, introduction="Chères et chers collègues")
    looked = await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), phrase("fr", "Look at it"))
    assert "Chères et chers collègues\n" in said(looked), "the editor's own language first"
    english = await talk.click("English", looked, EDITOR)
    assert "Chères et chers collègues · French" in said(english)
    form = await talk.click(phrase("fr", "Edit the texts"), english, EDITOR)
    assert "Ces textes sont en *anglais*" in str(modal(form))
    await talk.box.submit(EDITOR, modal(form)["id"], {"introduction": {"value": "Dear colleagues"}})
    await approve(talk)
    await at(talk, MONDAY)
    assert "Dear colleagues\n" in in_channel(talk)
    assert "Chères et chers collègues\n" in in_channel(talk, MIGRATION)


async def test_a_part_that_a_language_lacks_is_shown_in_the_one_that_has_it(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    await edited(talk, introduction="Chères et chers collègues", report="Trois pays de plus.")
    looked = await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), phrase("fr", "Look at it"))
    form = await talk.click(phrase("fr", "Edit the texts"), looked, EDITOR)
    await talk.box.submit(EDITOR, modal(form)["id"], {"introduction": {"value": "Dear colleagues"}})
    looked = await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), phrase("fr", "Look at it"))
    assert "Dear colleagues\n" in said(looked)
    assert "Chères" not in said(looked)
    assert "Trois pays de plus. · French" in said(looked)
    draft = await talk.click(phrase("fr", "Back to the draft"), looked, EDITOR)
    assert "Approuver" in labels(draft)


async def test_what_two_editors_write_at_once_is_not_lost(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    mine = (await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Modifier")).views[-1]
    number_of = await number(talk)
    other = await talk.box.action(
        SECRETARIAT, (await heard(talk, SECRETARIAT))[0]["ts"], channel=talk.box.dm(SECRETARIAT),
        action_id="open:9", value=f"digest_edit {number_of} 1 fr", forged=True,
    )  # fmt: skip
    await talk.box.submit(SECRETARIAT, modal(other)["id"], {"report": {"value": "Trois pays de plus."}})
    await talk.box.submit(EDITOR, mine["id"], {"introduction": {"value": "Chères et chers collègues"}})
    again = talk.box.view_of(EDITOR)
    assert "Chères et chers collègues" in str(again)
    assert "Trois pays de plus." in str(again), "what was left empty takes nothing away"
    await talk.box.submit(EDITOR, again["id"], {})
    looked = said(await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), phrase("fr", "Look at it")))
    assert "Chères et chers collègues" in looked
    assert "Trois pays de plus." in looked


async def test_a_text_that_one_editor_left_alone_stands_as_the_other_changed_it(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    await edited(talk, introduction="Chères et chers collègues", section="À deux\n  lignes", heading="Neuf")
    mine = modal(await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Modifier"))
    assert len(mine["private_metadata"]) < 200
    for text, thanks in (("Bonjour", "Aux douze"), ("Bonsoir", "Aux treize")):
        faster = {"introduction": {"value": text}, "heading": {"value": f"Neuf, {text}"}}
        await talk.box.submit(SECRETARIAT, (await forced(talk))["id"], faster)
        await talk.box.submit(EDITOR, mine["id"], {"thanks": {"value": thanks}})
        mine = talk.box.view_of(EDITOR)
        stand = {block["block_id"]: block["element"] for block in mine["blocks"] if block["type"] == "input"}
        assert stand["introduction"]["initial_value"] == text, "theirs: it was not touched"
        assert stand["heading"]["initial_value"] == f"Neuf, {text}"
        assert stand["section"]["initial_value"] == "À deux\n  lignes"
        assert stand["thanks"]["initial_value"] == thanks, "what was typed"
        # Slack shows what stood there before wherever the ids are the same (slackapi/bolt-js #290).
        assert stand["thanks"]["action_id"] == "value"
        assert stand["introduction"]["action_id"] != "value"
    await talk.box.submit(EDITOR, mine["id"], {})
    saved = modal(await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Modifier"))
    assert [block["element"].get("initial_value") for block in saved["blocks"] if block["type"] == "input"][
        :5
    ] == ["Bonsoir", None, "Aux treize", "Neuf, Bonsoir", "À deux\n  lignes"]


async def test_what_both_editors_wrote_stands_as_the_second_saved_it_after_being_told(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    mine = modal(await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Modifier"))
    other = await forced(talk)
    await talk.box.submit(SECRETARIAT, other["id"], {"introduction": {"value": "Bonjour"}})
    await talk.box.submit(EDITOR, mine["id"], {"introduction": {"value": "Bonsoir"}})
    assert "Bonsoir" in str(talk.box.view_of(EDITOR))
    assert "Bonjour" not in str(talk.box.view_of(EDITOR))
    await talk.box.submit(EDITOR, mine["id"], {})
    looked = said(await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), phrase("fr", "Look at it")))
    assert "Bonsoir" in looked


async def forced(talk: Talk) -> dict[str, Any]:
    """The form for the French texts, open before somebody of the secretariat."""
    async with talk.database.reading() as session:
        row = (await session.scalars(select(Edition))).one()
    opened = await talk.box.action(
        SECRETARIAT, (await heard(talk, SECRETARIAT))[-1]["ts"], channel=talk.box.dm(SECRETARIAT),
        action_id="open:9", value=f"digest_edit {row.id} {row.revision} fr", forged=True,
    )  # fmt: skip
    view: dict[str, Any] = modal(opened)
    return view


async def test_what_went_out_is_only_shown_and_since_when_it_is_out(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    await at(talk, MONDAY + timedelta(hours=3))
    await approve(talk)
    await at(talk, MONDAY + timedelta(hours=5))
    form = await talk.box.action(
        EDITOR, (await heard(talk, EDITOR))[0]["ts"], channel=talk.box.dm(EDITOR), action_id="open:9",
        value=f"digest_edit {await number(talk)} 1", forged=True,
    )  # fmt: skip
    assert not [block for block in modal(form)["blocks"] if block["type"] == "input"]
    page = await talk.ask(f"/digest review {await number(talk)}", SECRETARIAT)
    assert "It went out on 23/11/2026, 13:00" in page, "not at its hour, nine in London: it was approved then"
    assert "23/11/2026, 13:00" in await talk.ask("/digest past", SECRETARIAT)


async def test_what_is_approved_while_all_sending_is_stopped_says_so(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    await talk.ask("/alliance stop now", SECRETARIAT)
    done = await talk.command(f"/digest send {await number(talk)} 1", EDITOR)
    assert "Tous les envois sont suspendus en ce moment" in said(done)
    assert "Elle part maintenant" not in said(done)
    assert in_channel(talk) == ""
    await talk.ask("/alliance start", SECRETARIAT)
    await talk.going.bot.worker.drain()
    await talk.box.settle()
    assert "Second meeting" in in_channel(talk)


async def test_editors_order_and_leave_out_and_what_was_left_out_comes_in_the_next(
    talk: Talk,
) -> None:
    await scheduled(talk)
    for words in ("alpha alpha alpha", "bravo bravo bravo", "charlie charlie charlie"):
        await posted(talk, SPANISH, headline={"value": words})
    await at(talk, MONDAY - timedelta(hours=20))
    async with talk.database.reading() as session:
        ids = list(await session.scalars(select(Update.id).order_by(Update.id)))
    await edited(talk, first=[f"update:{ids[2]}"], hidden=[f"update:{ids[0]}"])
    await posted(talk, SPANISH, headline={"value": "delta delta delta"})
    await edited(talk, introduction="Anew")
    await approve(talk)
    await at(talk, MONDAY)
    text = in_channel(talk)
    assert text.index("charlie") < text.index("bravo") < text.index("delta")
    assert "alpha" not in text
    await at(talk, MONDAY + timedelta(days=6, hours=1))
    await approve(talk)
    await at(talk, MONDAY + timedelta(days=7))
    last = "\n".join(texts(talk.box.messages(GENERAL, as_user=FRENCH)[-1]["blocks"]))
    assert "alpha" in last
    assert "bravo" not in last


async def test_sent_now_it_goes_out_at_once_and_not_again_at_its_hour(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    await approve(talk)
    assert in_channel(talk) == ""
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), phrase("fr", "Send now"))
    assert "Second meeting" in in_channel(talk)
    await at(talk, MONDAY + timedelta(hours=1))
    assert len(talk.box.messages(GENERAL, as_user=FRENCH)) == 1
    assert "Sent late" not in in_channel(talk)


async def test_what_a_dropped_one_held_is_in_the_next(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await reach(talk, Stage.IMPLEMENTING)
    await at(talk, MONDAY - timedelta(hours=20))
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), phrase("fr", "Drop"))
    await at(talk, MONDAY)
    assert in_channel(talk) == ""
    await at(talk, MONDAY + timedelta(days=6, hours=1))
    await approve(talk)
    await at(talk, MONDAY + timedelta(days=7))
    assert "Second meeting" in in_channel(talk)
    assert "Nepal: Implementing" in in_channel(talk)


async def test_a_stage_taken_back_is_gone_from_what_waits_and_said_in_what_was_sent(talk: Talk) -> None:
    await scheduled(talk)
    await reach(talk, Stage.IMPLEMENTING)
    await at(talk, MONDAY - timedelta(hours=20))
    await approve(talk)
    await at(talk, MONDAY)
    assert "Nepal: Implementing" in in_channel(talk)
    async with talk.database.reading() as session:
        change = (await session.scalars(select(Change.id))).one()
    await talk.ask(f"/pathfinder NP change back {change}", SECRETARIAT)
    assert "An entry on Nepal stood here. It was taken back." in in_channel(talk)
    assert len(talk.box.messages(GENERAL, as_user=FRENCH)) == 1


async def test_a_stage_taken_back_before_is_not_told_and_the_approval_is_void(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await reach(talk, Stage.IMPLEMENTING)
    await at(talk, MONDAY - timedelta(hours=20))
    await approve(talk)
    async with talk.database.reading() as session:
        change = (await session.scalars(select(Change.id))).one()
    await talk.ask(f"/pathfinder NP change back {change}", SECRETARIAT)
    assert (await states(talk))[0][1] == "in_review"
    await approve(talk)
    await at(talk, MONDAY)
    assert "Second meeting" in in_channel(talk)
    assert "Nepal" not in in_channel(talk)


async def test_where_it_did_not_arrive_editors_hear_why_and_send_it_there_again(talk: Talk) -> None:
    await scheduled(talk, channels_en={"value": [GENERAL, LOUNGE]})
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    await approve(talk)
    await at(talk, MONDAY)
    for _ in range(2):
        await failures.report(talk.going.bot.services)
        await talk.box.settle()
    reports = [text for message in await heard(talk, EDITOR) for text in texts(message["blocks"])]
    assert len([text for text in reports if "pas partout" in text]) == 1, "told once"
    assert "<#C0LOUNGEX> · 1 message · Je ne suis pas dans ce canal." in "\n".join(reports)
    channels, bot = talk.box._space.channels, talk.box.bot_user_id
    channels[LOUNGE] = replace(channels[LOUNGE], members=(*(channels[LOUNGE].members or ()), bot))
    again = await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), phrase("fr", "Send it there again"))
    assert "<#C0LOUNGEX>" in said(again)
    assert "Second meeting" in in_channel(talk, LOUNGE)
    assert len(talk.box.messages(GENERAL, as_user=FRENCH)) == 1, "and nowhere else"
    assert "If you need it done" in await talk.ask(f"/digest again {await number(talk)}", ENGLISH)


async def test_a_late_one_says_so_around_its_text_and_goes_on_saying_so(talk: Talk) -> None:
    await scheduled(talk, reviewed={"value": []})
    await posted(talk, SPANISH)
    await at(talk, MONDAY + timedelta(hours=5))
    (message,) = talk.box.messages(GENERAL, as_user=FRENCH)
    assert "Sent late: it was due on" in texts(message["blocks"][-1])[0]
    async with talk.database.reading() as session:
        (row,) = (await session.scalars(select(Delivery).where(Delivery.kind == "newsletter"))).all()
    assert "Sent late" not in str(row.payload), "the envelope's line, not the content's"
    mine = await talk.command("/update mine", SPANISH)
    await talk.click(phrase("es", "Withdraw %(n)s", n=1), mine, SPANISH)
    assert "It was withdrawn on" in in_channel(talk)
    assert "Sent late: it was due on" in in_channel(talk)


async def test_one_on_time_that_is_corrected_the_day_after_does_not_say_that_it_is_late(talk: Talk) -> None:
    await scheduled(talk, reviewed={"value": []})
    await posted(talk, SPANISH)
    await at(talk, MONDAY)
    await at(talk, MONDAY + timedelta(days=1))
    mine = await talk.command("/update mine", SPANISH)
    await talk.click(phrase("es", "Withdraw %(n)s", n=1), mine, SPANISH)
    assert "It was withdrawn on" in in_channel(talk)
    assert "Sent late" not in in_channel(talk)


async def test_very_many_updates_are_all_there_a_line_each(talk: Talk) -> None:
    await scheduled(talk, reviewed={"value": []})
    await posted(talk, SPANISH, body={"value": "long " * 100})
    async with talk.database.writing() as session:
        old = (await session.scalars(select(Update))).unique().one()
        names = (
            "author_id",
            "group_id",
            "language",
            "body",
            "visibility",
            "state",
            "published_at",
            "released_at",
        )
        same = {name: getattr(old, name) for name in names}
        session.add_all(
            Update(headline=f"News <number> {n:03}", posted_at=old.posted_at, **same) for n in range(1, 100)
        )
    talk.box.clock.at(MONDAY)
    await talk.box.settle()
    await newsletters.send(talk.going.bot.services)
    async with talk.database.reading() as session:
        rows = (await session.scalars(select(Delivery).where(Delivery.kind == "newsletter"))).all()
        assert (await session.scalars(select(Edition))).unique().one().state.value == "approved"
    text = str([row.payload for row in rows])
    assert all(f"News &lt;number&gt; {n:03}" in text for n in range(1, 100))
    assert len(rows) == 5


async def test_what_was_corrected_and_reviewed_anew_is_news_for_the_next_one(talk: Talk) -> None:
    """It was published before the last edition was made, but not at that moment."""
    await scheduled(talk, reviewed={"value": []})
    await posted(talk, SPANISH)
    async with talk.database.writing() as session:
        await session.execute(update(Update).values(state="in_review"))
    await at(talk, MONDAY)
    assert in_channel(talk) == ""
    async with talk.database.writing() as session:
        now = MONDAY + timedelta(days=2)
        await session.execute(update(Update).values(state="published", released_at=now))
    await at(talk, MONDAY + timedelta(days=7))
    assert "Second meeting" in in_channel(talk)


async def test_the_acts_of_editors_are_in_the_audit(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    await edited(talk, introduction="Bonjour")
    await approve(talk)
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), phrase("fr", "Send now"))
    async with talk.database.reading() as session:
        acts = list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert [act for act in acts if act.startswith("edition")] == [
        "edition_edited", "edition_approved", "edition_sent_now",
    ]  # fmt: skip


async def changed(talk: Talk, **values: dict[str, Any]) -> Outcome:
    """The secretariat changes the first schedule."""
    form = await talk.click("Change 1", await talk.command("/digest", SECRETARIAT), SECRETARIAT)
    sent = await talk.box.submit(SECRETARIAT, modal(form)["id"], values)
    assert not sent.errors, sent.errors
    await talk.box.settle()
    return sent


async def withdraw(talk: Talk, n: int = 1) -> None:
    mine = await talk.command("/update mine", SPANISH)
    await talk.click(phrase("es", "Withdraw %(n)s", n=n), mine, SPANISH)


@pytest.mark.parametrize("cadence", ["monthly", "daily"])
async def test_another_cadence_leaves_what_went_out_readable_and_repeats_nothing(
    talk: Talk, cadence: str
) -> None:
    await scheduled(talk, reviewed={"value": []})
    await posted(talk, SPANISH)
    await at(talk, MONDAY)
    async with talk.database.writing() as session:  # of before the last edition, and never a topic of it
        old = (await session.scalars(select(Update))).unique().one()
        names = ("author_id", "group_id", "language", "body", "visibility", "state")
        same = {name: getattr(old, name) for name in names}
        long_ago = MONDAY - timedelta(days=4)
        session.add(Update(headline="Stale news", posted_at=long_ago, released_at=long_ago, **same))
    await changed(talk, cadence={"value": cadence})
    assert "Newsletter of week 48 of 2026" in await talk.ask("/digest past")
    await withdraw(talk, 2)
    assert "the newsletter of week 48 of 2026" in in_channel(talk)
    assert "It was withdrawn on" in in_channel(talk)
    await at(talk, MONDAY + timedelta(days=40))
    assert "Stale news" not in in_channel(talk)


@pytest.mark.parametrize("is_approved", [True, False])
async def test_an_ended_one_sends_nothing_more_whatever_was_approved(
    talk: Talk, *, is_approved: bool
) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    if is_approved:
        await approve(talk)
    await talk.click("End 1", await talk.command("/digest", SECRETARIAT), SECRETARIAT)
    await at(talk, MONDAY + timedelta(hours=1))
    assert in_channel(talk) == ""
    assert (await states(talk))[0][1] == "dropped"
    assert "never goes out" in await told(talk, SECRETARIAT), "the editors see it on their draft"


async def test_a_changed_one_waits_anew_and_goes_where_it_goes_now(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    await approve(talk)
    await changed(talk, channels_en={"value": [MIGRATION]})
    assert (await states(talk))[0][1:] == ("in_review", 2)
    await approve(talk)
    await at(talk, MONDAY)
    assert in_channel(talk) == ""
    assert "Second meeting" in in_channel(talk, MIGRATION)


async def test_a_change_that_readers_do_not_see_leaves_the_approval(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    await approve(talk)
    await changed(talk, quiet={"value": "say_so"}, at={"value": "10:00"})
    await at(talk, MONDAY)
    assert "Second meeting" in in_channel(talk), "at the hour that was approved"


async def test_what_waits_when_review_is_no_longer_wanted_is_not_forgotten(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await posted(talk, SPANISH, headline={"value": "The one that stays"})
    await at(talk, MONDAY - timedelta(hours=20))
    await changed(talk, reviewed={"value": []})
    await withdraw(talk)
    await approve(talk)
    await at(talk, MONDAY)
    assert "Second meeting" in in_channel(talk)


async def test_what_stands_in_a_channel_that_was_taken_off_is_kept_right(talk: Talk) -> None:
    await scheduled(talk, reviewed={"value": []}, channels_fr={"value": [MIGRATION]})
    await posted(talk, SPANISH)
    await at(talk, MONDAY)
    await changed(talk, channels_en={"value": []})
    await withdraw(talk)
    assert "Second meeting" not in in_channel(talk)
    assert "It was withdrawn on" in in_channel(talk), "still in the language in which it went there"
    assert "Second meeting" not in in_channel(talk, MIGRATION)


async def test_what_did_not_arrive_is_sent_again_as_it_reads_by_then(talk: Talk) -> None:
    await scheduled(talk, reviewed={"value": []}, channels_en={"value": [GENERAL, LOUNGE]})
    await posted(talk, SPANISH)
    await at(talk, MONDAY)
    await withdraw(talk)
    channels, bot = talk.box._space.channels, talk.box.bot_user_id
    channels[LOUNGE] = replace(channels[LOUNGE], members=(*(channels[LOUNGE].members or ()), bot))
    await talk.ask(f"/digest again {await number(talk)}", SECRETARIAT)
    await talk.box.settle()
    assert "It was withdrawn on" in in_channel(talk, LOUNGE)
    assert "Second meeting" not in in_channel(talk, LOUNGE)


async def under_way(talk: Talk) -> None:
    """The worker of another machine, whose clock is a little ahead, has just taken the newsletter's part."""
    async with talk.database.writing() as session:
        taken = await claim_due(session, MONDAY + timedelta(seconds=5), "other", timedelta(minutes=2), 20)
        assert [row.kind for row, _ in taken] == ["newsletter"]


@pytest.mark.parametrize("act", ["hold", "drop", "send"])
async def test_what_is_under_way_is_out_and_nobody_holds_it_any_more(talk: Talk, act: str) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(seconds=10))
    await approve(talk)
    await under_way(talk)
    done = await talk.ask(f"/digest {act} {await number(talk)} 1", SECRETARIAT)
    assert "Somebody was faster" in done
    assert await states(talk) == [("2026-W48", "approved", 1)]
    async with talk.database.reading() as session:
        parts = await session.scalars(select(Delivery.state).where(Delivery.kind == "newsletter"))
        assert [state.value for state in parts] == ["claimed"]


async def test_what_is_withdrawn_while_it_is_under_way_is_corrected_there(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(seconds=10))
    await approve(talk)
    await under_way(talk)
    await withdraw(talk)
    assert await states(talk) == [("2026-W48", "approved", 1)]
    async with talk.database.reading() as session:
        (row,) = (await session.scalars(select(Delivery).where(Delivery.kind == "newsletter"))).all()
    assert (row.state.value, row.wanted) == ("claimed", 2)
    assert "It was withdrawn on" in str(row.payload)


async def test_a_promise_that_is_withdrawn_is_in_no_newsletter_whatever_was_approved(talk: Talk) -> None:
    """It stands among what lies ahead, in an edition that does not hold its update."""
    await scheduled(talk)
    await posted(talk, SPANISH, next_step={"value": "Publish the study"}, next_due={"value": "2026-12-03"})
    await at(talk, MONDAY - timedelta(hours=20))
    await approve(talk)
    await at(talk, MONDAY)
    await posted(talk, SPANISH, headline={"value": "Another week, another meeting"})
    await at(talk, MONDAY + timedelta(days=6, hours=4))
    await approve(talk)
    assert "Publish the study" in str(await waiting_parts(talk))
    await withdraw(talk, 2)
    assert (await states(talk))[1][1:] == ("approved", 1), "it does not hold the update"
    assert "Publish the study" not in str(await waiting_parts(talk))
    assert "Publish the study" not in in_channel(talk), "nor in what was sent"
    await at(talk, MONDAY + timedelta(days=7))
    assert "Another week, another meeting" in in_channel(talk)
    assert "Publish the study" not in in_channel(talk)


async def test_open_public_questions_are_told_without_who_asked_and_not_once_they_are_withdrawn(
    talk: Talk,
) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    for text, visibility, hidden in (
        ("Who pays <!channel> for it?", "public", []), ("A hidden one?", "public", ["yes"]),
        ("For members alone?", "members", []),
    ):  # fmt: skip
        opened = await talk.command("/ask new", FRENCH)
        values = {"to": "group:migration", "text": text, "visibility": visibility, "hidden": hidden}
        filled = {name: {"value": value} for name, value in values.items()}
        await talk.box.submit(FRENCH, modal(opened)["id"], filled)
    await at(talk, MONDAY - timedelta(hours=20))
    await approve(talk)
    waits = str(await waiting_parts(talk))
    assert "Who pays &lt;!channel&gt; for it?" in waits
    assert "A hidden one?" in waits
    assert "For members alone?" not in waits
    assert "humanitarian settings" not in waits, "what is shipped is told by nobody"
    assert FRENCH not in waits
    asked = await talk.command("/ask mine", FRENCH)
    card = await talk.click("Afficher 3", asked, FRENCH)
    await talk.click("Retirer", card, FRENCH)
    assert "Who pays" not in str(await waiting_parts(talk))
    await at(talk, MONDAY)
    sent = in_channel(talk, GENERAL)
    assert "*Questions still open*\n• A hidden one?" in sent
    assert "To: Migration · asked " in sent
    assert "Who pays" not in sent
    assert not any(message["pings"] for message in talk.box.messages(GENERAL, as_user=FRENCH))


async def waiting_parts(talk: Talk) -> list[Any]:
    async with talk.database.reading() as session:
        rows = await session.scalars(select(Delivery).where(Delivery.kind == "newsletter"))
        return [row.payload for row in rows if row.state.value == "pending"]


async def test_what_does_not_change_what_it_says_leaves_an_approval(talk: Talk) -> None:
    await scheduled(talk, groups={"value": ["group:migration"]})
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    await approve(talk)
    await posted(talk, SPANISH, headline={"value": "Meanwhile"}, next_step={"value": "X"})
    await withdraw(talk, 1)
    assert (await states(talk))[0][1:] == ("approved", 1)


async def test_what_is_withdrawn_while_it_is_being_composed_is_not_in_it(talk: Talk) -> None:
    await scheduled(talk, reviewed={"value": []})
    await posted(talk, SPANISH)
    await posted(talk, SPANISH, headline={"value": "The one that stays"})
    talk.box.clock.at(MONDAY)
    await talk.box.settle()
    async with talk.database.writing() as session:
        first = select(Update.id).order_by(Update.id).limit(1).scalar_subquery()
        await session.execute(update(Update).where(Update.id == first).values(state="withdrawn"))
        assert await editions_with(session, 0) == []
        composing = asyncio.create_task(newsletters.send(talk.going.bot.services))
        await asyncio.sleep(0.5)
    await composing
    await talk.box.settle()
    assert "The one that stays" in in_channel(talk)
    assert "Second meeting" not in in_channel(talk)
    assert "stood here" not in in_channel(talk), "it was never in it"


async def test_a_stage_taken_back_while_its_edition_was_dropped_is_in_none(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await reach(talk, Stage.IMPLEMENTING)
    await at(talk, MONDAY - timedelta(hours=20))
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), phrase("fr", "Drop"))
    async with talk.database.reading() as session:
        change = (await session.scalars(select(Change.id))).one()
    await talk.ask(f"/pathfinder NP change back {change}", SECRETARIAT)
    await at(talk, MONDAY + timedelta(days=6, hours=1))
    await approve(talk)
    await at(talk, MONDAY + timedelta(days=7))
    assert "Second meeting" in in_channel(talk)
    assert "taken back" not in in_channel(talk)
