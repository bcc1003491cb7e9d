"""Following: who hears of an update at once, why, and how it ends."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from community import roles
from community.folding import fold
from community.names import HOUSE_LANGUAGES
from community.rights import actor_of
from handlers.slack import words
from storage.tables import Subscription
from storage.vocabulary import Cadence, RoleName
from templates.catalogues import catalogue
from templates.terms import PHRASES
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
from tests.handlers.test_update_life import click_in_message, phrase, posted
from tests.handlers.wishes import heard, told

SECRETARIAT = "U0SECRETA"
OF_A_CHANNEL = {"channel": {"value": GENERAL}, "groups": {"value": ["group:migration"]}}


@pytest.mark.parametrize("language", HOUSE_LANGUAGES)
@pytest.mark.parametrize("cadence", Cadence)
def test_how_often_may_be_said_as_it_is_shown(cadence: Cadence, language: str) -> None:
    shown = catalogue(language).gettext(PHRASES[Cadence, cadence.value])
    assert words.named_cadence(f"Nepal {shown}") == ("Nepal", shown)
    assert words.cadence(shown) is cadence


@pytest.fixture(autouse=True)
async def chairs(talk: Talk) -> None:
    now = talk.going.bot.clock.now()
    async with talk.database.writing() as session:
        secretariat = await actor_of(session, SECRETARIAT, now.date())
        for who, role, scope in (
            (SPANISH, RoleName.CHAIR, "group:migration"),
            (NEPAL_FOCAL_POINT, RoleName.FOCAL_POINT, "place:NP"),
        ):
            await roles.grant(
                session, secretariat, who, role, scope, is_deputy=False, today=now.date(), now=now
            )


async def follows(talk: Talk) -> list[tuple[str, bool]]:
    async with talk.database.reading() as session:
        rows = (await session.scalars(select(Subscription).order_by(Subscription.id))).unique()
        return [(row.key.partition(">")[2], row.ended_at is None) for row in rows]


async def how_often(talk: Talk) -> list[str]:
    async with talk.database.reading() as session:
        rows = (await session.scalars(select(Subscription).order_by(Subscription.id))).unique()
        return [row.cadence.value for row in rows if row.ended_at is None]


async def test_whoever_follows_hears_at_once_in_their_language_and_why(talk: Talk) -> None:
    assert "Done: you hear of it" in await talk.ask("/alliance follow group:migration")
    await talk.ask("/alliance suivre group:migration", FRENCH)
    await posted(talk, SPANISH)
    assert "You get this because you follow Migration." in await told(talk, ENGLISH)
    assert "Vous recevez ceci parce que vous suivez Migrations." in await told(talk, FRENCH)
    assert await told(talk, SPANISH) == "", "whoever wrote it is not told"
    assert await told(talk, NEPAL_FOCAL_POINT) == "", "nor who does not follow"


async def test_what_is_followed_may_be_named_as_people_name_it(talk: Talk) -> None:
    assert "Done: you hear of it" in await talk.ask("/alliance follow Nepal")
    weekly = await talk.ask("/alliance seguir migración semanal", SPANISH)
    assert "*Migración* · una vez por semana" in weekly
    assert "*Népal*" in await talk.ask("/alliance suivre Népal", FRENCH)
    topics = [("place:NP", True), ("group:migration", True), ("place:NP", True)]
    assert await follows(talk) == topics
    assert "nothing more comes of it" in await talk.ask("/alliance unfollow Nepal")
    assert await follows(talk) == [("place:NP", False), *topics[1:]]


@pytest.mark.parametrize(
    ("typed", "user", "often"),
    [
        ("follow Nepal at once", ENGLISH, "at_once"),
        ("follow Nepal At Once", ENGLISH, "at_once"),
        ("seguir Nepal al momento", SPANISH, "at_once"),
        ("suivre Népal immédiatement", FRENCH, "at_once"),
        ("follow action group on migration weekly", ENGLISH, "weekly"),
        ("follow place:NP at once", ENGLISH, "at_once"),
    ],
)
async def test_how_often_may_be_said_in_two_words(talk: Talk, typed: str, user: str, often: str) -> None:
    topic = "group:migration" if "migration" in typed else "place:NP"
    await talk.ask(f"/alliance follow {topic} monthly", user)
    await talk.ask(f"/alliance {typed}", user)
    assert await follows(talk) == [(topic, True)]
    assert await how_often(talk) == [often]


async def test_who_says_nothing_of_how_often_changes_nothing_of_it(talk: Talk) -> None:
    await talk.ask("/alliance follow Nepal weekly")
    await talk.ask("/alliance follow Nepal")
    assert await how_often(talk) == ["weekly"]
    await talk.ask("/alliance unfollow Nepal")
    await talk.ask("/alliance follow Nepal")
    assert await how_often(talk) == ["at_once"], "begun anew"


async def test_how_often_alone_is_nothing_to_follow(talk: Talk) -> None:
    assert "nothing to follow called “at once”" in await talk.ask("/alliance follow at once")


@pytest.mark.parametrize("word", ["follow", "unfollow"])
@pytest.mark.parametrize("name", ["astronomy", "Switzerland", "Guinea ecuatorial o así"])
async def test_a_name_that_nothing_can_be_followed_by_leads_to_the_choice(
    talk: Talk, name: str, word: str
) -> None:
    page = await talk.command(f"/alliance {word} {name}")
    assert f"nothing to follow called “{name}”" in said(page)
    assert "Choose what I follow" in labels(page)
    assert await follows(talk) == []


async def test_two_reasons_are_one_message(talk: Talk) -> None:
    await talk.ask("/alliance follow place:NP")
    await talk.ask("/alliance follow theme:child_labour")
    await posted(talk, NEPAL_FOCAL_POINT, "Nepal", theme={"value": "child_labour"})
    (message,) = await heard(talk, ENGLISH)
    assert "Nepal, child labour" in "\n".join(texts(message["blocks"]))


async def test_one_click_in_the_message_ends_it(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration")
    await posted(talk, SPANISH)
    done = await click_in_message(talk, ENGLISH, talk.box.dm(ENGLISH), "Follow no more: Migration")
    assert "nothing more comes of it" in said(done)
    await posted(talk, SPANISH, headline={"value": "Quite another thing happened"})
    assert "Quite another" not in await told(talk, ENGLISH)
    again = await click_in_message(talk, ENGLISH, talk.box.dm(ENGLISH), "Follow no more: Migration")
    assert "not followed any more" in said(again)


async def test_what_one_follows_is_chosen_in_one_form(talk: Talk) -> None:
    page = await talk.command("/alliance follow", FRENCH)
    assert "Vous ne suivez encore rien" in said(page)
    form = await talk.click("Choisir ce que je suis", page, FRENCH)
    places = next(block for block in modal(form)["blocks"] if block["block_id"] == "places")
    names = [option["text"]["text"] for option in places["element"]["options"]]
    assert names == sorted(names, key=fold), "one finds a country in the alphabet, in one's own language"
    sent = await talk.box.submit(
        FRENCH,
        modal(form)["id"],
        {
            "groups": {"value": ["group:migration"]}, "places": {"value": ["place:NP"]},
            "cadence": {"value": "weekly"},
        },
    )  # fmt: skip
    assert not sent.errors
    assert await follows(talk) == [("group:migration", True), ("place:NP", True)]
    page = await talk.command("/alliance follow", FRENCH)
    assert "1. *Migrations* · une fois par semaine" in said(page)
    form = await talk.click("Choisir ce que je suis", page, FRENCH)
    await talk.box.submit(FRENCH, modal(form)["id"], {"groups": {"value": []}})
    assert await follows(talk) == [("group:migration", False), ("place:NP", True)]


async def test_choosing_one_more_thing_leaves_alone_how_often_the_others_come(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration daily")
    await talk.ask("/alliance follow place:NP weekly")
    form = await talk.click("Choose what I follow", await talk.command("/alliance follow"))
    sent = await talk.box.submit(ENGLISH, modal(form)["id"], {"themes": {"value": ["theme:data"]}})
    assert not sent.errors
    assert await how_often(talk) == ["daily", "weekly", "at_once"]
    form = await talk.click("Choose what I follow", await talk.command("/alliance follow"))
    await talk.box.submit(ENGLISH, modal(form)["id"], {"cadence": {"value": "monthly"}})
    assert await how_often(talk) == ["monthly"] * 3, "unless one says so"
    form = await talk.click("Choose what I follow", await talk.command("/alliance follow"))
    await talk.box.submit(ENGLISH, modal(form)["id"], {"groups": {"value": []}})
    assert await how_often(talk) == ["monthly"] * 2


async def test_what_is_for_members_reaches_no_guest_and_no_channel(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration", GUEST, "C0PATHFND")
    await talk.ask("/alliance follow group:migration", ENGLISH)
    page = await talk.command("/alliance follow", SPANISH)
    form = await talk.click("Hacer que un canal siga", page, SPANISH)
    await talk.box.submit(
        SPANISH,
        modal(form)["id"],
        {"channel": {"value": GENERAL}, "groups": {"value": ["group:migration"]}},
    )
    await posted(talk, SPANISH, visibility={"value": "members"})
    assert "Second meeting" in await told(talk, ENGLISH)
    assert await told(talk, GUEST) == ""
    assert talk.box.messages(GENERAL, as_user=FRENCH) == []
    await posted(talk, SPANISH, headline={"value": "Something that everybody may read"})
    assert "everybody may read" in await told(talk, GUEST)
    (message,) = talk.box.messages(GENERAL, as_user=FRENCH)
    assert "everybody may read" in str(message["blocks"])


async def test_a_channel_follows_no_more_when_who_may_says_so_in_it(talk: Talk) -> None:
    page = await talk.command("/alliance follow", SPANISH)
    form = await talk.click("Hacer que un canal siga", page, SPANISH)
    await talk.box.submit(
        SPANISH,
        modal(form)["id"],
        {"channel": {"value": GENERAL}, "groups": {"value": ["group:migration"]}},
    )
    await posted(talk, SPANISH)
    refused = await click_in_message(talk, ENGLISH, GENERAL, "Not in this channel any more: Migration")
    assert "If you need it done" in said(refused)
    assert await follows(talk) == [("group:migration", True)]
    await click_in_message(talk, SPANISH, GENERAL, "Not in this channel any more: Migration")
    assert await follows(talk) == [("group:migration", False)]


async def test_a_channel_that_is_to_follow_nothing_is_asked_what(talk: Talk) -> None:
    form = await talk.click(
        "Hacer que un canal siga", await talk.command("/alliance follow", SPANISH), SPANISH
    )
    values = {"channel": {"value": GENERAL}}
    sent = await talk.box.submit(SPANISH, modal(form)["id"], values)
    assert sent.errors == {"groups": phrase("es", "Please choose at least one group, country or theme.")}
    assert await follows(talk) == []
    sent = await talk.box.submit(SPANISH, modal(form)["id"], {**values, "themes": {"value": ["theme:data"]}})
    assert not sent.errors
    assert await follows(talk) == [("theme:data", True)]


async def test_who_holds_no_role_is_offered_no_channel(talk: Talk) -> None:
    assert "Let a channel follow" not in labels(await talk.command("/alliance follow", ENGLISH))
    page = await talk.command("/alliance help", ENGLISH)
    forged = await talk.box.action(
        ENGLISH,
        page.replies[-1]["ts"],
        channel=GENERAL,
        action_id="open:9",
        value="follow_channel",
        forged=True,
    )
    assert "If you need it done" in str(modal(forged))


async def test_somebody_who_left_stops_nobody_else(talk: Talk) -> None:
    for user in (ENGLISH, FRENCH):
        await talk.ask("/alliance follow group:migration", user)
    await talk.box.change_user(FRENCH, deleted=True)
    await posted(talk, SPANISH)
    assert "Second meeting" in await told(talk, ENGLISH)


async def test_a_topic_that_is_not_there_is_said_so(talk: Talk) -> None:
    assert "I do not know what to do with" in await talk.ask("/alliance follow group:nosuch")


async def test_a_correction_reaches_who_follows_no_more_but_read_it(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration")
    await posted(talk, SPANISH)
    await talk.ask("/alliance unfollow group:migration")
    mine = await talk.command("/update mine", SPANISH)
    form = await talk.click(phrase("es", "Change %(n)s", n=1), mine, SPANISH)
    await talk.box.submit(SPANISH, modal(form)["id"], {"body": {"value": "Thirteen partners met."}})
    assert "Thirteen partners met." in await told(talk, ENGLISH)
    assert "Twelve partners" not in await told(talk, ENGLISH)
