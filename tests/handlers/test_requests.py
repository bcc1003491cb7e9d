"""What members ask of those who decide, who hears of it, and what comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time

import pytest
from sqlalchemy import delete, select

from community import requests, roles
from community.rights import actor_of
from sandbox import Outcome
from storage.tables import (
    Change,
    Delivery,
    Group,
    Member,
    Pathfinder,
    Place,
    StageChange,
    Update,
)
from storage.vocabulary import RequestKind, RoleName, Stage, UpdateState, Visibility
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
    shown,
)
from tests.handlers.wishes import (
    MIGRATION,
    SECRETARIAT,
    actions,
    asked_to_join,
    chaired_by,
    heard,
    memberships,
    offered,
    stored,
    told,
)

EDITOR = "U0EDITORX"


@pytest.fixture(autouse=True)
async def as_it_was(talk: Talk) -> AsyncIterator[None]:
    yield
    await talk.going.bot.busy.idle()
    async with talk.database.writing() as session:
        made = select(Pathfinder.id).join(Place).where(Place.code.in_(("KE", "TG")))
        numbers = list(await session.scalars(made))
        await session.execute(delete(Change))
        await session.execute(delete(StageChange).where(StageChange.pathfinder_id.in_(numbers)))
        await session.execute(delete(Pathfinder).where(Pathfinder.id.in_(numbers)))
        await session.execute(delete(Place).where(Place.code.in_(("KE", "TG"))))


@pytest.fixture
async def chaired(talk: Talk) -> None:
    await chaired_by(talk, SPANISH)


async def interest(talk: Talk, country: str = "Kenya", user: str = ENGLISH, note: str = "") -> Outcome:
    opened = await talk.command("/pathfinder interest", user)
    values = {"country": {"value": country}, "note": {"value": note}}
    return await talk.box.submit(user, modal(opened)["id"], values)


def page(talk: Talk, user: str) -> str:
    return str(talk.box.view_of(user))


async def test_a_form_says_a_country_s_interest_and_the_secretariat_hears_it(talk: Talk) -> None:
    await interest(talk, "kenia", note="The ministry of labour stands behind it.")
    assert "you hear from me" in page(talk, ENGLISH)
    (row,) = await stored(talk)
    assert (row.kind, row.about) == (RequestKind.INTEREST, "KE")
    message = await told(talk, SECRETARIAT)
    assert f"<@{ENGLISH}> writes that *Kenya* is interested" in message
    assert "The ministry of labour stands behind it." in message
    assert "interested" not in await told(talk, EDITOR)


async def test_a_country_that_is_not_clear_is_said_under_its_field(talk: Talk) -> None:
    for typed in ("xyzzy", "Nigeri", "Guinea Bisau Conakry"):
        sent = await interest(talk, typed)
        assert "ISO code" in sent.errors["country"]
    assert await stored(talk) == []


async def test_who_is_a_pathfinder_already_need_not_ask(talk: Talk) -> None:
    sent = await interest(talk, "Nepal")
    assert "already" in sent.errors["country"]
    assert await stored(talk) == []


async def test_the_country_typed_after_the_command_stands_in_the_form(talk: Talk) -> None:
    opened = await talk.command("/pathfinder interés Togo", SPANISH)
    view = modal(opened)
    assert view["title"]["text"] == "Ser país pionero"
    assert view["blocks"][0]["element"]["initial_value"] == "Togo"


async def test_a_mention_gives_a_button_that_opens_the_form(talk: Talk) -> None:
    answered = await talk.box.message(ENGLISH, GENERAL, f"<@{talk.box.bot_user_id}> pathfinder interest Togo")
    assert "Express interest" in labels(answered)
    form = await talk.click("Express interest", answered)
    assert modal(form)["blocks"][0]["element"]["initial_value"] == "Togo"


async def test_accepting_makes_a_pathfinder_that_has_said_its_interest(talk: Talk) -> None:
    await interest(talk)
    assert "not on record" in await talk.ask("/pathfinder Kenya")
    listing = await talk.command("/alliance requests", SECRETARIAT)
    await talk.click("Accept 1", listing, SECRETARIAT)
    async with talk.database.reading() as session:
        journey = (await session.scalars(select(Pathfinder).join(Place).where(Place.code == "KE"))).one()
        query = select(StageChange).where(StageChange.pathfinder_id == journey.id)
        (stage,) = (await session.scalars(query)).unique().all()
        secretariat = (await session.scalars(select(Member).where(Member.slack_id == SECRETARIAT))).one()
    assert (stage.stage, stage.said_by_id) == (Stage.INTEREST, secretariat.id)
    assert stage.said_at is not None
    card = await talk.ask("/pathfinder Kenya")
    assert "Interest expressed" in card
    everything = await talk.ask("/pathfinder")
    everything += await talk.ask("/pathfinder page 2")
    assert "Region not stated" in everything
    assert "• *Kenya* · Interest expressed" in everything
    assert "*Kenya*: it is on record as a pathfinder now" in await told(talk, ENGLISH)


async def test_accepting_twice_the_same_country_makes_one_pathfinder(talk: Talk) -> None:
    await interest(talk)
    await interest(talk, user=SPANISH)
    for _ in range(2):
        await talk.click("Accept 1", await talk.command("/alliance requests", SECRETARIAT), SECRETARIAT)
    async with talk.database.reading() as session:
        query = select(StageChange).join(Pathfinder).join(Place).where(Place.code == "KE")
        assert len((await session.scalars(query)).unique().all()) == 1
    assert "el interés de *Kenya*" in await told(talk, SPANISH)


async def test_asking_the_same_twice_makes_one_and_is_said_so(talk: Talk) -> None:
    await interest(talk)
    await interest(talk, "KE")
    assert "asked this already" in page(talk, ENGLISH)
    assert len(await stored(talk)) == 1
    assert len(await heard(talk, SECRETARIAT)) == 1


async def test_the_same_form_sent_twice_at_once_asks_once(talk: Talk) -> None:
    opened = await talk.command("/pathfinder interest", ENGLISH)
    view, values = modal(opened)["id"], {"country": {"value": "Kenya"}, "note": {"value": ""}}
    await asyncio.gather(*(talk.box.submit(ENGLISH, view, values) for _ in range(2)), return_exceptions=True)
    assert len(await stored(talk)) == 1


@pytest.mark.usefixtures("chaired")
async def test_joining_by_nomination_is_decided_by_the_group_s_chair(talk: Talk) -> None:
    await asked_to_join(talk, note="I work on recruitment fees")
    assert await memberships(talk) == []
    assert "quisiera unirse a *Migración*" in await told(talk, SPANISH)
    assert await heard(talk, SECRETARIAT) == [], "the chair hears of it, not the secretariat"
    listing = await talk.command("/alliance solicitudes", SPANISH)
    assert "I work on recruitment fees" in said(listing)
    await talk.click("Aceptar 1", listing, SPANISH)
    assert len(await memberships(talk)) == 1
    assert "Welcome: you are a member of *Migration* now" in await told(talk, ENGLISH)
    assert f"<@{SPANISH}>" in await told(talk, ENGLISH)


async def test_without_anybody_who_leads_the_secretariat_hears_of_it(talk: Talk) -> None:
    await asked_to_join(talk)
    assert f"<@{ENGLISH}> would like to join *Migration*" in await told(talk, SECRETARIAT)


@pytest.mark.usefixtures("chaired")
async def test_who_stands_for_a_chairing_organisation_hears_of_it_too(talk: Talk) -> None:
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        secretariat = await actor_of(session, SECRETARIAT, now.date())
        await roles.confirm_representative(session, secretariat, NEPAL_FOCAL_POINT, "iom", now.date(), now)
    await asked_to_join(talk)
    assert "would like to join" in await told(talk, NEPAL_FOCAL_POINT)
    assert "quisiera unirse" in await told(talk, SPANISH)


@pytest.mark.usefixtures("chaired")
@pytest.mark.usefixtures("chaired")
async def test_the_message_to_those_who_decide_changes_in_place(talk: Talk) -> None:
    await asked_to_join(talk)
    (message,) = await heard(talk, SPANISH)
    assert [
        e["text"]["text"] for b in message["blocks"] if b["type"] == "actions" for e in b["elements"]
    ] == [
        "Aceptar",
        "Rechazar",
    ]
    await talk.box.action(SPANISH, message["ts"], channel=talk.box.dm(SPANISH), action_id="do:0")
    changed = next(one for one in await heard(talk, SPANISH) if one["ts"] == message["ts"])
    assert f"Aceptada por <@{SPANISH}>" in str(changed["blocks"])
    assert "actions" not in [block["type"] for block in changed["blocks"]]
    assert len(await memberships(talk)) == 1


@pytest.mark.usefixtures("chaired")
async def test_declining_takes_a_friendly_word_that_the_asker_reads(talk: Talk) -> None:
    await asked_to_join(talk, FRENCH)
    listing = await talk.command("/alliance requests", SPANISH)
    form = await talk.click("Rechazar 1", listing, SPANISH)
    word = "Por ahora somos muchos <!channel> *gracias*"
    await talk.box.submit(SPANISH, modal(form)["id"], {"word": {"value": word}})
    assert await memberships(talk) == []
    (message,) = await heard(talk, FRENCH)
    assert "n’a pas pu être retenu" in str(message["blocks"])
    assert "Por ahora somos muchos &lt;!channel&gt;" in str(message["blocks"])
    assert "!channel" not in message["pings"]
    assert "group_joined" not in await actions(talk)
    assert "join_declined" in await actions(talk)


async def test_two_who_decide_at_once_decide_once_and_the_second_hears_it(talk: Talk) -> None:
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        secretariat = await actor_of(session, SECRETARIAT, now.date())
        await roles.grant(
            session, secretariat, EDITOR, RoleName.SECRETARIAT, "", is_deputy=True, today=now.date(), now=now
        )
    await asked_to_join(talk)
    first = await talk.command("/alliance requests", SECRETARIAT)
    second = await talk.command("/alliance demandes", EDITOR)
    slow = await talk.click("Refuser 1", second, EDITOR)
    await talk.click("Accept 1", first, SECRETARIAT)
    late = await talk.click("Accepter 1", second, EDITOR)
    assert "plus rapide" in said(late)
    await talk.box.submit(EDITOR, modal(slow)["id"], {"word": {"value": "Not <!here> yet"}})
    assert "plus rapide" in page(talk, EDITOR)
    assert "Not &lt;!here&gt; yet" in page(talk, EDITOR), "what was typed is not lost"
    assert len(await memberships(talk)) == 1
    assert (await actions(talk)).count("join_accepted") == 1
    assert "join_declined" not in await actions(talk)
    assert len(await heard(talk, ENGLISH)) == 1, "one outcome is told"
    for decider in (SECRETARIAT, EDITOR):
        (message,) = await heard(talk, decider)
        assert f"<@{SECRETARIAT}>" in str(message["blocks"])


@pytest.mark.usefixtures("chaired")
async def test_forged_clicks_decide_nothing_and_are_written_down(talk: Talk) -> None:
    await offered(talk, FRENCH)
    (row,) = await stored(talk)
    for who in (FRENCH, SPANISH):
        listing = await talk.command("/alliance help", who)
        forged = await talk.box.action(
            who, shown(listing)["ts"], channel=GENERAL, action_id="do:9",
            value=f"/alliance requests accept {row.id}", forged=True,
        )  # fmt: skip
        assert "la secretaría" in said(forged) or "au secrétariat" in said(forged)
    opened = await talk.box.action(
        SPANISH, shown(listing)["ts"], channel=GENERAL, action_id="open:9",
        value=f"request_decline {row.id}", forged=True,
    )  # fmt: skip
    assert "Esto corresponde a la secretaría" in str(modal(opened))
    (row,) = await stored(talk)
    assert row.state.value == "open"
    assert (await actions(talk)).count("refused") == 3
    for number in ("0", "999999999", "99999999999999999999", "x"):
        await talk.ask(f"/alliance requests accept {number}", SECRETARIAT)


async def test_others_see_that_nothing_waits_for_them(talk: Talk) -> None:
    await offered(talk, FRENCH)
    assert "Nothing waits for your decision" in await talk.ask("/alliance requests", ENGLISH)
    async with talk.database.reading() as session:
        day = talk.going.bot.clock.now().date()
        assert await requests.waiting(session, await actor_of(session, ENGLISH, day)) == ()
        (one,) = await requests.waiting(session, await actor_of(session, SECRETARIAT, day))
    assert one.kind is RequestKind.CHAIR


async def test_a_report_is_the_editors_to_decide(talk: Talk) -> None:
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        author = (await session.scalars(select(Member).where(Member.slack_id == FRENCH))).one()
        group = (await session.scalars(select(Group).where(Group.key == MIGRATION))).one()
        post = Update(
            author_id=author.id, group_id=group.id, headline="A name too many", body="...", language="en",
            visibility=Visibility.PUBLIC,
            state=UpdateState.PUBLISHED, posted_at=now, published_at=now,
        )  # fmt: skip
        session.add(post)
        await session.flush()
        guest = await actor_of(session, GUEST, now.date())
        first = await requests.ask(session, guest, RequestKind.REPORT, update_id=post.id, now=now)
        again = await requests.ask(session, guest, RequestKind.REPORT, update_id=post.id, now=now)
        secretariat = await actor_of(session, SECRETARIAT, now.date())
        await roles.grant(
            session, secretariat, EDITOR, RoleName.EDITOR, "", is_deputy=False, today=now.date(), now=now
        )
    assert first.new
    assert again == replace(first, new=False)
    listing = await talk.command("/alliance demandes", EDITOR)
    assert "A name too many" in said(listing)
    await talk.click("Accepter 1", listing, EDITOR)
    assert "La redacción ha mirado la publicación" in await told(talk, GUEST)
    assert "A name too many" not in await told(talk, GUEST), "it may be one that guests do not see"


async def test_a_full_list_is_paged_longest_wait_first(talk: Talk) -> None:
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        actor = await actor_of(session, ENGLISH, now.date())
        for code in ("KE", "TG", "BJ", "GH", "SN", "ML", "NE", "TD", "CM"):
            await requests.ask(session, actor, RequestKind.INTEREST, about=code, note="x " * 400, now=now)
    first = await talk.command("/alliance requests", SECRETARIAT)
    assert "1. <@U0NEWMEMB> writes that *Kenya*" in said(first)
    assert labels(first).count("Next page") == 1
    second = await talk.click("Next page", first, SECRETARIAT)
    assert "9. <@U0NEWMEMB> writes that *Cameroon*" in said(second)
    assert [label for label in labels(second) if label.startswith("Accept")] == ["Accept 8", "Accept 9"]


async def test_quiet_hours_hold_a_message_back_and_a_decision_meanwhile_makes_it_needless(talk: Talk) -> None:
    now = talk.going.bot.clock.now()
    async with talk.database.writing() as session:
        member = (await session.scalars(select(Member).where(Member.slack_id == SECRETARIAT))).one()
        member.zone = "UTC"
        member.quiet_from, member.quiet_until = time((now.hour - 1) % 24), time((now.hour + 2) % 24)
    await asked_to_join(talk)
    assert await heard(talk, SECRETARIAT) == []
    await talk.click("Accept 1", await talk.command("/alliance requests", SECRETARIAT), SECRETARIAT)
    async with talk.database.reading() as session:
        query = select(Delivery).where(Delivery.channel == SECRETARIAT)
        (row,) = (await session.scalars(query)).all()
    assert row.state.value == "cancelled"


async def test_the_secretariat_s_channel_hears_where_there_is_one(talk: Talk) -> None:
    services = talk.going.bot.services
    object.__setattr__(services, "secretariat_channel", "G0EDITORS")  # a setting, read at the start
    try:
        await offered(talk, note="<!channel> *me*")
        await talk.going.bot.busy.idle()
        message = talk.box.messages("G0EDITORS", as_user=SECRETARIAT)[-1]
        assert f"<@{ENGLISH}> offers to chair" in str(message["blocks"]), "who decides must know who asks"
        assert message["pings"] == [f"@{ENGLISH}"]
        assert await heard(talk, SECRETARIAT) == []
        await talk.click("Accept 1", await talk.command("/alliance requests", SECRETARIAT), SECRETARIAT)
        await talk.going.bot.busy.idle()
        changed = talk.box.messages("G0EDITORS", as_user=SECRETARIAT)[-1]
        assert changed["ts"] == message["ts"]
        assert f"Accepted by <@{SECRETARIAT}>" in str(changed["blocks"])
    finally:
        object.__setattr__(services, "secretariat_channel", None)
