"""The life of an update: posted, reviewed, sent back, changed, approved, withdrawn; in three languages."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from community import posted as posted_updates
from community import roles
from community.members import claim
from community.rights import actor_of
from handlers.slack import forms as handled
from sandbox import Outcome
from storage.tables import AuditEntry, Member, Update, UpdateRevision
from storage.vocabulary import RoleName
from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    GENERAL,
    GUEST,
    NEPAL_FOCAL_POINT,
    SPANISH,
    Talk,
    modal,
    said,
)

SECRETARIAT, EDITOR = "U0SECRETA", "U0EDITORX"
FILLED: dict[str, dict[str, Any]] = {
    "headline": {"value": "Second meeting held online"},
    "body": {"value": "Twelve partners met and agreed on the research agenda."},
}


@pytest.fixture(autouse=True)
async def roles_are_given(talk: Talk) -> None:
    async with talk.database.writing() as session:
        now, day = talk.going.bot.clock.now(), talk.going.bot.clock.now().date()
        secretariat = await actor_of(session, SECRETARIAT, day)
        for who, role, scope in (
            (SPANISH, RoleName.CHAIR, "group:migration"),
            (NEPAL_FOCAL_POINT, RoleName.FOCAL_POINT, "place:NP"),
            (EDITOR, RoleName.EDITOR, ""),
        ):
            await roles.grant(session, secretariat, who, role, scope, is_deputy=False, today=day, now=now)


async def form(talk: Talk, user: str, text: str = "migration") -> Outcome:
    return await talk.box.command(user, GENERAL, f"/update {text}".strip())


async def posted(talk: Talk, user: str, text: str = "migration", **changes: dict[str, Any]) -> Outcome:
    opened = await form(talk, user, text)
    return await talk.box.submit(user, modal(opened)["id"], {**FILLED, **changes})


async def stored(talk: Talk) -> list[Update]:
    async with talk.database.reading() as session:
        return list((await session.scalars(select(Update).order_by(Update.id))).unique().all())


async def states(talk: Talk) -> list[str]:
    return [row.state.value for row in await stored(talk)]


def page(talk: Talk, user: str) -> str:
    return str(talk.box.view_of(user))


async def test_a_chair_publishes_in_two_interactions_and_two_fields(talk: Talk) -> None:
    opened = await form(talk, SPANISH)
    assert [call.kind for call in opened.calls if call.kind.startswith("views.")] == [
        "views.open",
        "views.update",
    ]
    view = modal(opened)
    chosen = {
        block["block_id"]: block["element"].get("initial_option", {}).get("value") for block in view["blocks"]
    }
    assert chosen["subject"] == "group:migration"
    assert chosen["language"] == "es"
    sent = await talk.box.submit(SPANISH, view["id"], FILLED)
    assert not sent.errors
    assert await states(talk) == ["published"]
    assert "Publicada" in page(talk, SPANISH)
    card = await talk.ask("/actiongroup migration")
    assert "*Second meeting held online* · Spanish ·" in card
    assert f"<@{SPANISH}>" in card


async def test_a_member_s_update_waits_and_an_editor_approves_it(talk: Talk) -> None:
    await posted(talk, ENGLISH)
    assert await states(talk) == ["in_review"]
    assert "Second meeting" not in await talk.ask("/actiongroup migration")
    assert "waits for review" in await talk.ask("/update mine", ENGLISH)
    listing = await talk.command("/update relecture", EDITOR)
    assert "Second meeting held online" in said(listing)
    done = await talk.click("Approuver 1", listing, EDITOR)
    assert "C’est fait" in said(done)
    assert await states(talk) == ["published"]
    assert "Second meeting held online" in await talk.ask("/actiongroup migration", FRENCH)


async def test_a_focal_point_publishes_on_their_own_country_only(talk: Talk) -> None:
    await posted(talk, NEPAL_FOCAL_POINT, "Nepal")
    await posted(talk, NEPAL_FOCAL_POINT, "Chile")
    assert await states(talk) == ["published", "in_review"]
    assert "Second meeting held online" in await talk.ask("/pathfinder Nepal")


async def test_the_whole_life_of_an_update(talk: Talk) -> None:
    await posted(talk, FRENCH, "migrations")
    listing = await talk.command("/update review", EDITOR)
    asked = await talk.click("Demander un changement 1", listing, EDITOR)
    await talk.box.submit(EDITOR, modal(asked)["id"], {"reason": {"value": "Which partners?"}})
    assert await states(talk) == ["change_asked"]
    mine = await talk.command("/update mes", FRENCH)
    assert "un changement est demandé" in said(mine)
    assert "Which partners?" in said(mine)
    again = await talk.click("Modifier 1", mine, FRENCH)
    body = next(block for block in modal(again)["blocks"] if block["block_id"] == "body")
    assert body["element"]["initial_value"] == FILLED["body"]["value"], "what was typed comes back"
    await talk.box.submit(FRENCH, modal(again)["id"], {"body": {"value": "ITUC, IOE and ten others met."}})
    assert await states(talk) == ["in_review"]
    async with talk.database.reading() as session:
        (before,) = (await session.scalars(select(UpdateRevision))).all()
    assert before.body == FILLED["body"]["value"], "the earlier text is kept"
    await talk.click("Approuver 1", await talk.command("/update review", EDITOR), EDITOR)
    assert "ITUC, IOE" in await talk.ask("/actiongroup migration more")
    await talk.click("Retirer 1", await talk.command("/update mine", FRENCH), FRENCH)
    assert await states(talk) == ["withdrawn"]
    assert "Second meeting" not in await talk.ask("/actiongroup migration more")
    in_order = select(AuditEntry).order_by(AuditEntry.id)
    async with talk.database.reading() as session:
        actions = [row.action for row in (await session.scalars(in_order)).unique().all()]
    assert actions[-5:] == [
        "update_posted", "update_change_asked", "update_revised", "update_published", "update_withdrawn",
    ]  # fmt: skip


async def test_two_editors_at_once_publish_once_and_the_second_hears_it(talk: Talk) -> None:
    await posted(talk, ENGLISH)
    first = await talk.command("/update review", EDITOR)
    second = await talk.command("/update review", SECRETARIAT)
    await talk.click("Approuver 1", first, EDITOR)
    late = await talk.click("Approve 1", second, SECRETARIAT)
    assert "Somebody was faster" in said(late)
    async with talk.database.reading() as session:
        published = select(AuditEntry).where(AuditEntry.action == "update_published")
        assert len((await session.scalars(published)).unique().all()) == 1


async def test_a_text_changed_meanwhile_is_not_approved_unseen(talk: Talk) -> None:
    await posted(talk, ENGLISH)
    looked_at = await talk.command("/update review", EDITOR)
    mine = await talk.command("/update mine", ENGLISH)
    again = await talk.click("Change 1", mine, ENGLISH)
    await talk.box.submit(ENGLISH, modal(again)["id"], {"headline": {"value": "Quite another headline"}})
    late = await talk.click("Approuver 1", looked_at, EDITOR)
    assert "plus rapide" in said(late)
    assert "Quite another headline" in said(late), "the list shows how it stands now"
    assert await states(talk) == ["in_review"]


async def test_declining_gives_a_reason_that_the_author_reads(talk: Talk) -> None:
    await posted(talk, ENGLISH)
    asked = await talk.click("Refuser 1", await talk.command("/update review", EDITOR), EDITOR)
    await talk.box.submit(EDITOR, modal(asked)["id"], {"reason": {"value": "Told already in May"}})
    assert "declined · <@U0EDITORX>: Told already in May" in await talk.ask("/update mine")


async def test_an_editor_who_is_too_late_gets_their_words_back(talk: Talk) -> None:
    await posted(talk, ENGLISH)
    listing = await talk.command("/update review", EDITOR)
    asked = await talk.click("Refuser 1", listing, EDITOR)
    await talk.click("Approve 1", await talk.command("/update review", SECRETARIAT), SECRETARIAT)
    await talk.box.submit(EDITOR, modal(asked)["id"], {"reason": {"value": "my long careful words"}})
    assert "my long careful words" in page(talk, EDITOR)
    assert await states(talk) == ["published"]


async def test_guests_post_nothing_and_see_only_what_is_public(talk: Talk) -> None:
    opened = await talk.box.command(GUEST, "C0PATHFND", "/update migration")
    assert "las personas invitadas leen, siguen y avisan" in str(modal(opened))
    await posted(talk, SPANISH, visibility={"value": "members"})
    assert "Second meeting" not in await talk.ask("/actiongroup migration", GUEST, "C0PATHFND")
    assert "Second meeting" in await talk.ask("/actiongroup migration", ENGLISH)


async def test_what_is_for_members_is_not_shared_in_a_channel(talk: Talk) -> None:
    await posted(talk, SPANISH, visibility={"value": "members"})
    card = await talk.command("/actiongroup migration")
    shared = await talk.click("Share here", card)
    assert "Second meeting" not in str([m for m in shared.replies if not m["ephemeral"]])


async def test_what_is_for_members_is_not_said_in_a_thread_that_others_read(talk: Talk) -> None:
    await posted(talk, SPANISH, visibility={"value": "members"})
    mention = f"<@{talk.box.bot_user_id}> actiongroup migration"
    outcome = await talk.box.message(ENGLISH, GENERAL, mention)
    assert "Co-chairs" in said(outcome)
    assert "Second meeting" not in said(outcome)


async def test_a_wrong_link_is_said_under_its_field_and_the_rest_is_kept(talk: Talk) -> None:
    sent = await posted(talk, SPANISH, link={"value": "not an address"})
    assert "https://" in sent.errors["link"]
    view = talk.box.view_of(SPANISH)
    assert view is not None
    again = await talk.box.submit(SPANISH, view["id"], {"link": {"value": "https://example.org/"}})
    assert not again.errors
    assert await states(talk) == ["published"]


async def test_the_same_form_sent_twice_is_one_update(talk: Talk) -> None:
    opened = await form(talk, SPANISH)
    view = modal(opened)["id"]
    await asyncio.gather(*(talk.box.submit(SPANISH, view, FILLED) for _ in range(2)), return_exceptions=True)
    assert await states(talk) == ["published"]


async def test_if_the_database_is_away_while_saving_nothing_typed_is_lost(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await form(talk, SPANISH)

    async def away(*_given: Any, **_others: Any) -> Any:
        raise OSError("gone")

    monkeypatch.setattr(handled, "claim", away)
    sent = await talk.box.submit(SPANISH, modal(opened)["id"], FILLED)
    assert "Todo lo que escribió sigue aquí" in next(iter(sent.errors.values()))
    monkeypatch.setattr(handled, "claim", claim)
    assert not (await talk.box.submit(SPANISH, modal(opened)["id"], FILLED)).errors
    assert await states(talk) == ["published"]


async def test_forged_clicks_change_nothing_that_is_not_theirs(talk: Talk) -> None:
    await posted(talk, FRENCH)
    (row,) = await stored(talk)
    mine = await talk.command("/alliance help", ENGLISH)
    for action, value in (
        ("do:9", f"/update mine withdraw {row.id}"),
        ("do:9", f"/update review approve {row.id} 1"),
    ):
        forged = await talk.box.action(
            ENGLISH, mine.replies[-1]["ts"], channel=GENERAL, action_id=action, value=value, forged=True
        )
        assert "If you need it done" in said(forged)
    opened = await talk.box.action(
        ENGLISH, mine.replies[-1]["ts"], channel=GENERAL, action_id="open:9",
        value=f"update_post revise {row.id}", forged=True,
    )  # fmt: skip
    assert "Twelve partners" not in str(modal(opened))
    assert await states(talk) == ["in_review"]


async def test_markup_in_an_update_is_shown_as_text(talk: Talk) -> None:
    await posted(
        talk, SPANISH, headline={"value": "*Bold* <!channel> news"}, body={"value": "> quote `code` <@U1>"}
    )
    outcome = await talk.command("/actiongroup migration more")
    assert outcome.replies[-1]["pings"] == [f"@{SPANISH}"], "the author alone, and only before one reader"
    assert "&lt;!channel&gt;" in said(outcome)


async def test_a_shared_card_pings_nobody(talk: Talk) -> None:
    await posted(talk, SPANISH)
    shared = await talk.click("Share here", await talk.command("/actiongroup migration"))
    (post,) = [message for message in shared.replies if not message["ephemeral"]]
    assert "Second meeting" in str(post["blocks"])
    assert post["pings"] == []


async def test_who_was_stopped_posts_nothing_any_more(talk: Talk) -> None:
    async with talk.database.writing() as session:
        member = (await session.scalars(select(Member).where(Member.slack_id == SPANISH))).one()
        member.is_stopped = True
    opened = await form(talk, SPANISH)
    assert "La secretaría le ha impedido publicar" in str(modal(opened))
    async with talk.database.writing() as session:
        member = (await session.scalars(select(Member).where(Member.slack_id == SPANISH))).one()
        assert (
            await posted_updates.own(
                session, await actor_of(session, SPANISH, talk.going.bot.clock.now().date())
            )
            == ()
        )


async def test_nothing_waits_is_said_so(talk: Talk) -> None:
    assert "Nothing waits" in await talk.ask("/update review", SECRETARIAT)
    assert "You have posted none yet" in await talk.ask("/update mine")


async def test_where_to_turn_stands_on_a_line_of_its_own(talk: Talk) -> None:
    sent = await posted(talk, ENGLISH, body={"value": "The victim, born on 3 March 2011, +221 77 123 45 67"})
    assert ":•" not in str(talk.box.view_of(ENGLISH)).replace(" ", "")
    assert "• the labour inspectorate" in str(talk.box.view_of(ENGLISH))
    assert not sent.errors
