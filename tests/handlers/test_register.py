"""`/alliance manage`: the secretariat keeps the register and stops who must stop; nobody else can."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from community import roles
from community.rights import actor_of
from handlers.slack import register as handled
from sandbox import Outcome
from storage.tables import (
    AuditEntry,
    Change,
    Delivery,
    Event,
    Fact,
    Group,
    Member,
    Organisation,
    Pathfinder,
    Place,
    Representative,
    Role,
    StageChange,
    Update,
)
from storage.vocabulary import RoleName, UpdateState, Visibility
from templates.mrkdwn import plain
from tests.handlers.conftest import forget, keep, put_back
from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    GENERAL,
    GUEST,
    SPANISH,
    Talk,
    buttons,
    labels,
    said,
    shown,
    texts,
)

SECRETARIAT, EDITOR = "U0SECRETA", "U0EDITORX"
KEPT = (StageChange, Pathfinder, Fact, Event, Role, Group, Organisation, Place)
"""What these tests may change of what is shipped, in an order in which rows can be deleted."""


@pytest.fixture(autouse=True)
async def as_it_was(talk: Talk) -> AsyncIterator[None]:
    """Whatever a test changes of the shipped rows is put back."""
    async with talk.database.reading() as session:
        kept = await keep(session, *KEPT)
    yield
    await talk.going.bot.busy.idle()
    await forget(talk.database)
    async with talk.database.writing() as session:
        await put_back(session, kept)


async def manage(talk: Talk, user: str = SECRETARIAT, text: str = "manage") -> Outcome:
    return await talk.command(f"/alliance {text}", user)


async def opened(talk: Talk, label: str, user: str = SECRETARIAT) -> dict[str, Any]:
    form = await talk.click(label, await manage(talk, user), user)
    return dict(form.views[-1])


async def fill(talk: Talk, view: dict[str, Any], user: str = SECRETARIAT, **typed: Any) -> Outcome:
    values = {name: {"value": value} for name, value in typed.items()}
    return await talk.box.submit(user, view["id"], values)


def modal(talk: Talk, user: str = SECRETARIAT) -> dict[str, Any]:
    view = talk.box.view_of(user)
    assert view is not None
    return dict(view)


async def sent(talk: Talk, label: str, **typed: Any) -> Outcome:
    return await fill(talk, await opened(talk, label), **typed)


async def next_form(talk: Talk, label: str, **typed: Any) -> dict[str, Any]:
    outcome = await sent(talk, label, **typed)
    assert not outcome.errors, outcome.errors
    return modal(talk)


async def add_group(talk: Talk, name: str, **typed: Any) -> None:
    outcome = await sent(talk, "Add a group", name_en=name, **typed)
    assert not outcome.errors, outcome.errors


async def every(talk: Talk, column: Any, *where: Any) -> list[Any]:
    async with talk.database.reading() as session:
        found = await session.scalars(select(column).where(*where))
        return list(found.unique().all() if isinstance(column, type) else found.all())


async def direct(talk: Talk, slack_id: str) -> list[str]:
    return [str(row.payload) for row in await every(talk, Delivery, Delivery.channel == slack_id)]


async def test_the_page_says_what_the_register_holds(talk: Talk) -> None:
    page = await manage(talk)
    assert "11 pathfinders · 6 groups · 50 organisations" in said(page)
    assert "Nobody is stopped from posting." in said(page)
    assert labels(page) == [
        "Add a country or body",
        "Add a group",
        "Add an organisation",
        "Change a group",
        "Rename a country or body",
        "Change an organisation",
        "Merge two entries",
        "Confirm a representative",
        "Stop somebody from posting",
        "Erase a person",
    ]


async def test_a_country_is_added_as_a_pathfinder(talk: Talk) -> None:
    outcome = await sent(
        talk, "Add a country or body", name="kenia", region="africa", stage="preparing", body=[]
    )
    assert not outcome.errors
    assert "Kenya is a pathfinder from now on" in str(modal(talk))
    card = await talk.ask("/pathfinder Kenya")
    assert "Preparing" in card
    assert "12 pathfinders" in said(await manage(talk))
    (stage,) = await every(talk, StageChange, StageChange.said_by_id.is_not(None))
    assert stage.said_at is not None
    assert [place.key for place in await every(talk, Place, Place.code == "KE")] == ["KE"]
    again = await sent(talk, "Add a country or body", name="KE", region="africa", stage="workshop")
    assert "pathfinder already" in again.errors["name"]


async def test_a_country_without_a_stage_is_no_pathfinder(talk: Talk) -> None:
    outcome = await sent(talk, "Add a country or body", name="Togo", region="africa")
    assert not outcome.errors
    assert "it is no pathfinder" in str(modal(talk))
    assert "11 pathfinders" in said(await manage(talk))
    again = await sent(talk, "Add a country or body", name="Togo", region="africa")
    assert "with a stage it becomes a pathfinder" in again.errors["stage"]


async def test_an_unclear_or_unknown_country_is_said_under_its_field(talk: Talk) -> None:
    for typed, words in (("Congo", "type its whole name"), ("Xyzzyland", "I know no country called so")):
        outcome = await sent(talk, "Add a country or body", name=typed, region="africa", stage="interest")
        assert words in outcome.errors["name"]
    assert "11 pathfinders" in said(await manage(talk))


async def test_a_regional_body_is_added_and_found_in_three_languages(talk: Talk) -> None:
    outcome = await sent(
        talk,
        "Add a country or body",
        name="EU",
        body=["yes"],
        name_fr="Union des essais",
        name_es="Unión de Ensayos",
        region="europe_central_asia",
        stage="interest",
    )
    assert not outcome.errors
    assert "Union des essais" in await talk.ask("/pathfinder union des essais", FRENCH)
    assert "Unión de Ensayos" in await talk.ask("/pathfinder eu", SPANISH)
    (place,) = await every(talk, Place, Place.names.is_not(None), Place.key.like("own-%"))
    assert (place.key, place.code) == ("own-eu", None), "a key of two letters would be a country"
    country = await sent(talk, "Add a country or body", name="Nepal", body=["yes"], region="africa")
    assert "called so already" in country.errors["name"]


async def test_a_group_is_added_with_all_it_says(talk: Talk) -> None:
    await add_group(
        talk,
        "Child Labour in Fishing",
        name_fr="Travail des enfants dans la pêche",
        aliases="fishing, pêche",
        about="Boats and harbours <!channel>",
        status="starting",
        policy="open",
        channel=GENERAL,
    )
    card = await talk.command("/actiongroup fishing")
    assert "Child Labour in Fishing" in said(card)
    assert "Starting" in said(card)
    assert "<!channel>" not in str(shown(card))
    assert "Travail des enfants dans la pêche" in await talk.ask("/actiongroup pêche", FRENCH)
    (group,) = await every(talk, Group, Group.key == "child-labour-in-fishing")
    assert (group.policy.value, group.channel, group.kind.value) == ("open", GENERAL, "thematic")
    again = await sent(talk, "Add a group", name_en="Fishing", name_fr="Migrations")
    assert "called so already" in again.errors["name_en"]
    assert "called so already" in again.errors["name_fr"], "both are said at once"


async def test_a_group_is_changed_and_what_it_said_is_kept(talk: Talk) -> None:
    view = await next_form(talk, "Change a group", group="migration")
    held = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    assert held["name_en"]["initial_value"] == "Migration"
    assert held["name_es"]["initial_value"] == "Migración"
    outcome = await fill(talk, view, name_en="People on the Move", policy="nomination", status="stalled")
    assert not outcome.errors
    listing = await talk.ask("/actiongroup")
    assert "People on the Move" in listing
    assert "People on the Move" in await talk.ask("/actiongroup migration"), "the earlier name answers"
    assert "Migración" in await talk.ask("/actiongroup migration", SPANISH), "other languages stay"
    changes = await every(talk, Change, Change.row.startswith("group:"))
    assert {change.act for change in changes} == {"changed"}
    before = {name: value for change in changes for name, value in (change.before or {}).items()}
    assert before["name"]["en"] == "Migration"
    assert before["policy"] is None
    assert "kind" not in before, "only what changed"


async def test_who_names_a_groups_channel_does_not_say_its_status_anew(talk: Talk) -> None:
    form = await next_form(talk, "Change a group", group="migration")
    await fill(talk, form, channel="C0MIGRATE")
    card = await talk.ask("/actiongroup migration")
    assert "<#C0MIGRATE>" in card
    assert "said by" not in card


async def test_of_two_changes_the_later_wins_and_both_are_on_record(talk: Talk) -> None:
    first = await next_form(talk, "Change a group", group="migration")
    async with talk.database.writing() as session:
        row = (await session.scalars(select(Group).where(Group.key == "migration"))).unique().one()
        row.channel = "C0LOUNGEX"
    assert not (await fill(talk, first, channel=GENERAL)).errors
    (change,) = await every(talk, Change)
    assert change.before["channel"] == "C0LOUNGEX"
    assert change.after["channel"] == GENERAL


async def test_a_country_is_renamed_found_by_both_names_and_named_as_usual_again(talk: Talk) -> None:
    view = await next_form(talk, "Rename a country or body", place="Népal")
    assert not (await fill(talk, view, name_en="Nepal (Himalaya)", aliases="Himal land")).errors
    card = await talk.ask("/pathfinder Nepal")
    assert "Nepal (Himalaya)" in card
    assert "Nepal (Himalaya)" in await talk.ask("/pathfinder himal land")
    french = await talk.ask("/pathfinder NP", FRENCH)
    assert "Népal" in french
    assert "Himalaya" not in french, "a language without a name of its own has the usual one"
    view = await next_form(talk, "Rename a country or body", place="NP")
    assert not (await fill(talk, view, name_en="")).errors
    card = await talk.ask("/pathfinder Nepal (Himalaya)")
    assert "Himalaya" not in card
    assert "Nepal" in card
    taken = await fill(
        talk,
        await next_form(talk, "Rename a country or body", place="NP"),
        name_en="Kenya",
        aliases="AU, Chile",
    )
    assert set(taken.errors) == {"name_en", "aliases"}


async def test_a_country_that_is_not_on_record_can_be_renamed(talk: Talk) -> None:
    view = await next_form(talk, "Rename a country or body", place="Kenya")
    assert not (await fill(talk, view, name_fr="République du Kenya")).errors
    assert "République du Kenya" in await talk.ask("/pathfinder kenya", FRENCH)
    assert "11 pathfinders" in said(await manage(talk))


async def test_an_organisation_is_added_and_changed(talk: Talk) -> None:
    outcome = await sent(
        talk, "Add an organisation", name_en="Fisher Union", short="FU", constituency="workers"
    )
    assert not outcome.errors
    assert "51 organisations" in said(await manage(talk))
    view = await next_form(talk, "Change an organisation", organisation="fisher")
    assert not (await fill(talk, view, name_en="Fishers’ Union", constituency="civil_society")).errors
    (row,) = await every(talk, Organisation, Organisation.key == "fisher-union")
    assert (row.name["en"], row.short["fr"], row.constituency.value) == (
        "Fishers’ Union",
        "FU",
        "civil_society",
    )
    (change,) = await every(talk, Change, Change.act == "changed")
    assert change.before["name"] == {"en": "Fisher Union"}
    unclear = await sent(talk, "Change an organisation", organisation="xyzzy")
    assert "type its whole name" in unclear.errors["organisation"]


async def posted(talk: Talk, slack_id: str, group: str, headline: str) -> None:
    """An update that was published."""
    now = talk.going.bot.clock.now()
    async with talk.database.writing() as session:
        author = (await session.scalars(select(Member.id).where(Member.slack_id == slack_id))).one()
        about = (await session.scalars(select(Group.id).where(Group.key == group))).one()
        session.add(
            Update(
                author_id=author, group_id=about, language="en", headline=headline, body="It moved.",
                visibility=Visibility.PUBLIC, state=UpdateState.PUBLISHED, posted_at=now, published_at=now,
            )
        )  # fmt: skip


async def merged(talk: Talk, kind: str, this: str, into: str) -> dict[str, Any]:
    return await next_form(talk, "Merge two entries", kind=kind, this=this, into=into)


async def test_two_groups_become_one_after_being_asked(talk: Talk) -> None:
    await add_group(talk, "Fishing <!channel>")
    await add_group(talk, "Fisheries at Sea")
    await posted(talk, SECRETARIAT, "fishing-channel", "Nets were mended")
    view = await merged(talk, "group", "Fishing <!channel>", "fisheries")
    assert "1 update" in str(view)
    assert "<!channel>" not in str(view["blocks"][0])
    assert "Fishing" in await talk.ask("/actiongroup"), "nothing is done yet"
    assert not (await fill(talk, view, sure=["yes"])).errors
    assert "went into Fisheries at Sea" in str(modal(talk))
    listing = await talk.ask("/actiongroup")
    assert "Fishing" not in listing
    card = await talk.ask("/actiongroup fishing")
    assert "Fisheries at Sea" in card
    assert "Nets were mended" in card
    assert "group_merged" in await every(talk, AuditEntry.action)


async def test_a_card_that_was_shared_is_drawn_anew(talk: Talk) -> None:
    await add_group(talk, "Fishing")
    await add_group(talk, "Fisheries at Sea")
    card = await talk.command("/actiongroup fishing", SECRETARIAT)
    await talk.click("Share here", card, SECRETARIAT)
    view = await next_form(talk, "Change a group", group="fishing")
    assert not (await fill(talk, view, name_en="Fishing Boats", status="active")).errors
    (shared,) = await every(talk, Delivery, Delivery.kind == "card")
    assert "Fishing Boats" in str(shared.payload)
    await fill(talk, await merged(talk, "group", "Fishing Boats", "Fisheries at Sea"), sure=["yes"])
    (shared,) = await every(talk, Delivery, Delivery.kind == "card")
    assert "Fisheries at Sea" in str(shared.payload)
    assert "Fishing Boats" not in str(shared.payload)


async def test_the_same_merger_twice_is_refused_and_nothing_breaks(talk: Talk) -> None:
    await add_group(talk, "Fishing")
    await add_group(talk, "Fisheries at Sea")
    view = await merged(talk, "group", "Fishing", "Fisheries at Sea")
    await asyncio.gather(*(fill(talk, view, sure=["yes"]) for _ in range(2)), return_exceptions=True)
    assert (await every(talk, AuditEntry.action)).count("group_merged") == 1
    second = await sent(talk, "Merge two entries", kind="group", this="Fishing", into="Fisheries at Sea")
    assert "the same entry already" in second.errors["into"]


async def test_somebody_faster_is_said_and_a_country_stays(talk: Talk) -> None:
    for name in ("Fishing", "Fisheries at Sea", "Harbours"):
        await add_group(talk, name)
    view = await merged(talk, "group", "Fishing", "Harbours")
    async with talk.database.writing() as session:
        rows = {row.key: row for row in (await session.scalars(select(Group))).unique()}
        rows["fishing"].merged_into_id = rows["fisheries-at-sea"].id
    assert "meanwhile" in (await fill(talk, view, sure=["yes"])).errors["sure"]
    country = await sent(talk, "Merge two entries", kind="place", this="Nepal", into="African Union")
    assert "A country stays as it is" in country.errors["this"]
    assert "Nepal" in await talk.ask("/pathfinder Nepal")


async def test_a_role_given_in_an_old_form_goes_to_the_group_that_stayed(talk: Talk) -> None:
    await add_group(talk, "Fishing")
    await add_group(talk, "Fisheries at Sea")
    await fill(talk, await merged(talk, "group", "Fishing", "Fisheries at Sea"), sure=["yes"])
    now = talk.going.bot.clock.now()
    async with talk.database.writing() as session:
        actor = await actor_of(session, SECRETARIAT, now.date())
        await roles.grant(
            session,
            actor,
            ENGLISH,
            RoleName.CHAIR,
            "group:fishing",
            is_deputy=False,
            today=now.date(),
            now=now,
        )
    assert f"<@{ENGLISH}>" in await talk.ask("/actiongroup fisheries")


async def test_a_representative_is_confirmed_once_and_ended(talk: Talk) -> None:
    for _ in range(2):
        outcome = await sent(talk, "Confirm a representative", person=ENGLISH, organisation="iom")
        assert not outcome.errors
    assert len(await every(talk, Representative)) == 1
    page = await manage(talk)
    assert f"1. <@{ENGLISH}> · since" in said(page)
    assert "International Organization for Migration" in said(page)
    async with talk.database.reading() as session:
        actor = await actor_of(session, ENGLISH, talk.going.bot.clock.now().date())
    assert RoleName.CHAIR in {held.role for held in actor.held}
    button = next(b for b in buttons(page) if b["text"]["text"] == "End 1")
    assert "no longer act" in button["confirm"]["text"]["text"]
    ended = await talk.click("End 1", page, SECRETARIAT)
    assert "Done: this has ended." in said(ended)
    assert f"<@{ENGLISH}>" not in said(ended)
    number = button["value"].rpartition(" ")[2]
    again = await manage(talk, text=f"manage end {number}")
    assert "somebody was faster" in said(again)
    unclear = await sent(talk, "Confirm a representative", person=ENGLISH, organisation="xyzzy")
    assert "type its whole name" in unclear.errors["organisation"]


async def test_a_member_is_stopped_told_so_and_may_post_again(talk: Talk) -> None:
    await talk.ask("/update mine", SPANISH)
    outcome = await sent(talk, "Stop somebody from posting", person=SPANISH)
    assert not outcome.errors
    (told,) = await direct(talk, SPANISH)
    assert "La secretaría" in told
    assert f"<@{SECRETARIAT}>" in told
    form = await talk.box.command(SPANISH, GENERAL, "/update migration")
    assert "La secretaría le ha impedido publicar" in str(form.views[-1])
    assert "Nepal" in await talk.ask("/pathfinder Nepal", SPANISH), "they read as before"
    again = await sent(talk, "Stop somebody from posting", person=SPANISH)
    assert not again.errors
    assert len(await direct(talk, SPANISH)) == 1, "told once"
    page = await manage(talk)
    assert f"1. <@{SPANISH}>" in said(page)
    lifted = await talk.click("Let 1 post again", page, SECRETARIAT)
    assert "they can post again" in said(lifted)
    assert "Nobody is stopped" in said(lifted)
    assert len(await direct(talk, SPANISH)) == 2
    form = await talk.box.command(SPANISH, GENERAL, "/update migration")
    assert any(block["type"] == "input" for block in form.views[-1]["blocks"])
    button = next(b for b in buttons(page) if b["text"]["text"] == "Let 1 post again")
    twice = await talk.command(button["value"], SECRETARIAT)
    assert "somebody was faster" in said(twice)
    assert len(await direct(talk, SPANISH)) == 2
    acts = await every(talk, AuditEntry.action)
    assert (acts.count("member_stopped"), acts.count("member_lifted")) == (1, 1)


async def test_who_is_stopped_while_writing_gets_all_of_it_back(talk: Talk) -> None:
    form = await talk.box.command(SPANISH, GENERAL, "/update migration")
    await sent(talk, "Stop somebody from posting", person=SPANISH)
    typed = {"headline": "Doce *socios*", "body": "Uno & dos.\n\n" + "& " * 1_200 + "el final."}
    refused = await fill(talk, form.views[-1], SPANISH, subject="group:migration", **typed)
    assert not refused.errors
    page = plain("\n".join(texts(modal(talk, SPANISH)["blocks"])))
    assert "La secretaría le ha impedido publicar" in page
    for part in (typed["headline"], "Uno & dos.", "& el final."):
        assert part in page, part
    assert page.count("&") == 1_201, "longer than a section, and whole"
    assert await every(talk, Update.id) == []
    assert "refused" in await every(talk, AuditEntry.action)


async def test_what_a_stopped_member_posted_stays(talk: Talk) -> None:
    await posted(talk, SPANISH, "migration", "Segunda reunión")
    await sent(talk, "Stop somebody from posting", person=SPANISH)
    assert "Segunda reunión" in await talk.ask("/actiongroup migration")


async def test_nobody_stops_themselves(talk: Talk) -> None:
    outcome = await sent(talk, "Stop somebody from posting", person=SECRETARIAT)
    assert "cannot stop yourself" in outcome.errors["person"]
    assert not any(await every(talk, Member.is_stopped))


async def test_a_long_page_is_turned(talk: Talk) -> None:
    await manage(talk)
    async with talk.database.writing() as session:
        await session.execute(update(Member).where(Member.slack_id != SECRETARIAT).values(is_stopped=True))
    many = len([one for one in await every(talk, Member.is_stopped) if one])
    assert many > 7
    first = await manage(talk)
    assert "Let 7 post again" in labels(first)
    assert "Let 8 post again" not in labels(first)
    second = await talk.click("Next page", first, SECRETARIAT)
    assert "Let 8 post again" in labels(second)
    assert "Previous page" in labels(second)


@pytest.mark.parametrize("user", [ENGLISH, EDITOR, GUEST])
async def test_nobody_else_sees_or_does_any_of_it(talk: Talk, user: str) -> None:
    async with talk.database.writing() as session:
        member = (await session.scalars(select(Member).where(Member.slack_id == SPANISH))).one()
        member.is_stopped = True
    number = (await every(talk, Member.id, Member.slack_id == SPANISH))[0]
    for text in ("manage", f"manage lift {number}", "manage end 1", "manage page 2"):
        channel = "C0PATHFND" if user == GUEST else GENERAL
        answer = await talk.command(f"/alliance {text}", user, channel)
        assert len(labels(answer)) == 0
        assert "organisation" not in said(answer)
    assert (await every(talk, Member.is_stopped, Member.slack_id == SPANISH)) == [True]
    assert (await every(talk, AuditEntry.action)).count("refused") == 4


async def test_a_forged_click_opens_none_of_the_forms(talk: Talk) -> None:
    help_page = await talk.command("/alliance help")
    for name in handled.questions.OFFERED:
        forged = await talk.box.action(
            ENGLISH,
            shown(help_page)["ts"],
            channel=GENERAL,
            action_id="open:7",
            value=f"{name[1]} ",
            forged=True,
        )
        assert "This is for the secretariat" in str(forged.views[-1])


async def test_a_right_lost_meanwhile_saves_nothing(talk: Talk) -> None:
    stop = await opened(talk, "Stop somebody from posting")
    async with talk.database.writing() as session:
        await session.execute(delete(Role).where(Role.key.startswith("setting/")))
    await fill(talk, stop, person=ENGLISH)
    assert "This is for the secretariat" in str(modal(talk))
    assert not any(await every(talk, Member.is_stopped))
    assert not await direct(talk, ENGLISH)


async def test_who_is_stopped_manages_nothing_whatever_they_hold(talk: Talk) -> None:
    async with talk.database.writing() as session:
        await session.execute(update(Member).where(Member.slack_id == SECRETARIAT).values(is_stopped=True))
    assert labels(await manage(talk)) == []


async def test_the_register_in_french_and_in_spanish(talk: Talk) -> None:
    await talk.box.change_user(SECRETARIAT, locale="fr-FR")
    page = await manage(talk, text="gérer")
    assert "Personne n’est empêché de publier." in said(page).replace("\u00a0", " ")
    form = await talk.click(labels(page)[0], page, SECRETARIAT)
    wrong = await fill(talk, dict(form.views[-1]), name="Congo", region="africa", stage="interest")
    assert "nom complet" in wrong.errors["name"]
    await talk.box.change_user(SECRETARIAT, locale="es-ES")
    page = await manage(talk, text="gestionar")
    assert "11 países pioneros" in said(page)
    form = await talk.click("Fusionar dos entradas", page, SECRETARIAT)
    assert form.views[-1]["title"]["text"] == "Fusionar dos entradas"
