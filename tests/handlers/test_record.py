"""The record changed by those whose it is: added, changed, confirmed, ended, taken back; and the nudge."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot import ticking
from community import record, roles
from community.members import ensure_member, forget_claims
from community.record import FactDraft
from community.rights import actor_of
from handlers.slack.record import nudge
from sandbox import Outcome
from storage.changes import Change
from storage.partial_dates import PartialDate
from storage.tables import (
    AuditEntry,
    Delivery,
    Event,
    Fact,
    Group,
    Member,
    Place,
    Registration,
    Role,
    StageChange,
)
from storage.vocabulary import EventKind, FactKind, RegistrationState, RoleName
from templates.slack import record as templates_of_record
from tests.handlers.conftest import keep, put_back
from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    GENERAL,
    NEPAL_FOCAL_POINT,
    SPANISH,
    Talk,
    buttons,
    labels,
    modal,
    said,
    shown,
    texts,
)
from tests.handlers.wishes import told

SECRETARIAT, EDITOR = "U0SECRETA", "U0EDITORX"
PLAN = {
    "kind": {"value": "plan"},
    "text": {"value": "Second plan on child labour"},
    "state": {"value": "draft"},
    "when": {"value": "by 2027-06"},
}
PLAN_OF_NEPAL = "National action plan on child labour"


@pytest.fixture(autouse=True)
async def as_shipped(talk: Talk) -> AsyncIterator[None]:
    """The shipped rows stand again afterwards as they did before; the roles are given."""
    async with talk.database.writing() as session:
        kept = await keep(session, Fact, StageChange, Event, Group)
        now, day = talk.going.bot.clock.now(), talk.going.bot.clock.now().date()
        secretariat = await actor_of(session, SECRETARIAT, day)
        for who, role, scope in (
            (SPANISH, RoleName.CHAIR, "group:migration"),
            (NEPAL_FOCAL_POINT, RoleName.FOCAL_POINT, "place:NP"),
            (EDITOR, RoleName.EDITOR, ""),
        ):
            await roles.grant(session, secretariat, who, role, scope, is_deputy=False, today=day, now=now)
    yield
    async with talk.database.writing() as session:
        await put_back(session, kept)


async def stands(
    talk: Talk, user: str = NEPAL_FOCAL_POINT, text: str = "/pathfinder Nepal change"
) -> Outcome:
    return await talk.command(text, user)


async def opened(talk: Talk, label: str, user: str = NEPAL_FOCAL_POINT) -> dict[str, Any]:
    form = await talk.click(label, await stands(talk, user), user)
    view: dict[str, Any] = modal(form)
    return view


async def added(talk: Talk, user: str = NEPAL_FOCAL_POINT, **changes: dict[str, Any]) -> Outcome:
    view = await opened(talk, "Add to the record", user)
    return await talk.box.submit(user, view["id"], {**PLAN, **changes})


async def numbered(talk: Talk, text: str) -> int:
    """Under which number an entry stands on the page."""
    page = said(await stands(talk))
    return int(next(m[1] for m in re.finditer(r"(?m)^(\d+)\. (.*)$", page) if text in m[2]))


async def changed(talk: Talk, entry: str = PLAN_OF_NEPAL, /, **values: dict[str, Any]) -> Outcome:
    view = await opened(talk, f"Change {await numbered(talk, entry)}")
    return await talk.box.submit(NEPAL_FOCAL_POINT, view["id"], values)


async def one(talk: Talk, key: str = "NP/action-plan") -> Fact:
    async with talk.database.reading() as session:
        return (await session.scalars(select(Fact).where(Fact.key == key))).one()


async def acts(talk: Talk) -> list[str]:
    async with talk.database.reading() as session:
        query = select(AuditEntry.action).where(AuditEntry.action.like("record_%")).order_by(AuditEntry.id)
        return list((await session.scalars(query)).all())


def page(talk: Talk, user: str = NEPAL_FOCAL_POINT) -> str:
    return "\n".join(texts(talk.box.view_of(user)))


def field(view: dict[str, Any], name: str) -> dict[str, Any]:
    element: dict[str, Any] = next(b for b in view["blocks"] if b.get("block_id") == name)["element"]
    return element


async def test_a_focal_point_adds_a_fact_and_the_card_says_who_said_it_and_when(talk: Talk) -> None:
    sent = await added(talk)
    assert not sent.errors
    assert "it stands in the record now" in page(talk)
    today = talk.going.bot.clock.now()
    card = await talk.ask("/pathfinder Nepal")
    who = f"said by <@{NEPAL_FOCAL_POINT}>, {today.day} {today:%B %Y}"
    assert f"Second plan on child labour · being drafted · before July 2027 · {who}\n" in card
    assert card.count("said by") == 1, "what documents say is not said by anybody"
    assert "possibly out of date" not in card
    assert await acts(talk) == ["record_added"]


async def test_in_a_channel_nobody_is_named_or_pinged(talk: Talk) -> None:
    await added(talk, text={"value": "A plan <!channel> of *theirs* <@U0EDITORX>"})
    card = await talk.command("/pathfinder Nepal")
    await talk.click("Share here", card)
    posted = str(
        next(m for m in reversed(talk.box.messages(GENERAL)) if "A plan" in str(m["blocks"]))["blocks"]
    )
    assert "said by a member of this workspace" in posted
    assert NEPAL_FOCAL_POINT not in posted
    assert "<!channel>" not in posted
    assert "<@U0EDITORX>" not in posted
    assert "<!channel>" not in said(card)


@pytest.mark.parametrize(
    ("user", "text", "who"),
    [
        (ENGLISH, "/pathfinder Nepal change", "This is for the focal points"),
        (NEPAL_FOCAL_POINT, "/pathfinder Viet Nam change", "This is for the focal points"),
        (NEPAL_FOCAL_POINT, "/actiongroup migration change", "This is for those who lead the group"),
        (SPANISH, "/pathfinder Nepal change earlier", "los puntos focales"),
        (FRENCH, "/actiongroup migrations modifier", "réservé à qui dirige le groupe"),
        (EDITOR, "/pathfinder Nepal modifier", "aux points focaux"),
    ],
)
async def test_others_are_told_who_may(talk: Talk, user: str, text: str, who: str) -> None:
    assert who in await talk.ask(text, user)
    async with talk.database.reading() as session:
        entry = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()))).first()
    assert entry is not None
    assert (entry.action, entry.subject) == ("refused", "change_record")


async def test_forged_clicks_by_others_do_nothing(talk: Talk) -> None:
    await added(talk)
    before = await one(talk)
    async with talk.database.reading() as session:
        change = (await session.scalars(select(Change))).one()
    help_page = await talk.command("/alliance help")
    for value, kind in (
        (f"record_fact place:NP fact:{before.id}", "open:7"),
        ("record_fact place:NP", "open:7"),
        ("record_stage place:NP", "open:7"),
        ("record_status group:migration", "open:7"),
        (f"/pathfinder NP change confirm {before.id}", "do:7"),
        (f"/pathfinder NP change back {change.id}", "do:7"),
        (f"/pathfinder VN change confirm {before.id}", "do:7"),
    ):
        outcome = await talk.box.action(
            ENGLISH, shown(help_page)["ts"], channel=GENERAL, action_id=kind, value=value, forged=True
        )
        assert "If you need it done" in str(modal(outcome) if kind == "open:7" else shown(outcome))
    after = await one(talk)
    assert (after.said_at, after.ended_at) == (None, None)
    assert await acts(talk) == ["record_added"]


async def test_a_role_that_ended_meanwhile_saves_nothing(talk: Talk) -> None:
    view = await opened(talk, "Add to the record")
    async with talk.database.writing() as session:
        await session.execute(delete(Role).where(Role.key.like("member/%")))
    await talk.box.submit(NEPAL_FOCAL_POINT, view["id"], PLAN)
    assert "This is for the focal points" in page(talk)
    assert await acts(talk) == []


async def test_a_changed_fact_loses_its_document_and_its_old_translations(talk: Talk) -> None:
    sent = await changed(
        talk, text={"value": "Plan on all forms of child labour"}, state={"value": "adopted"}
    )
    assert not sent.errors
    row = await one(talk)
    assert (row.text, row.source_id, row.locator) == ({"en": "Plan on all forms of child labour"}, None, None)
    line = next(x for x in (await talk.ask("/pathfinder Nepal")).split("\n") if "all forms" in x)
    assert "adopted · said by" in line
    assert "[1]" not in line
    assert "Plan on all forms of child labour (en inglés)" in await talk.ask("/pathfinder Nepal", SPANISH)


async def test_who_changes_only_how_far_it_has_come_keeps_the_translations(talk: Talk) -> None:
    await changed(talk, state={"value": "adopted"})
    row = await one(talk)
    assert set(row.text) == {"en", "fr", "es"}
    assert row.source_id is None
    assert "adopted" in await talk.ask("/pathfinder Nepal")


async def test_the_form_holds_what_stands_and_a_wrong_date_is_said_under_its_field(talk: Talk) -> None:
    view = await opened(talk, f"Change {await numbered(talk, PLAN_OF_NEPAL)}")
    assert field(view, "text")["initial_value"] == PLAN_OF_NEPAL
    assert field(view, "state")["initial_option"]["value"] == "approved"
    for wrong in ("next spring", "2027-13", "by 9999", "0001"):
        sent = await talk.box.submit(NEPAL_FOCAL_POINT, view["id"], {"when": {"value": wrong}})
        assert set(sent.errors) == {"when"}
        assert "2027-03" in sent.errors["when"]
    sent = await talk.box.submit(NEPAL_FOCAL_POINT, view["id"], {"when": {"value": "2027-03-15"}})
    assert not sent.errors
    assert "15 March 2027" in await talk.ask("/pathfinder Nepal")


async def test_still_true_keeps_the_document_beside_who_said_so(talk: Talk) -> None:
    sent = await changed(talk, act={"value": "confirm"})
    assert not sent.errors
    assert "confirmed as of today" in page(talk)
    row = await one(talk)
    assert row.source_id is not None
    line = next(x for x in (await talk.ask("/pathfinder Nepal")).split("\n") if PLAN_OF_NEPAL in x)
    assert "_[1] lines 124–125_ · said by" in line
    await changed(talk, act={"value": "confirm"})
    assert await acts(talk) == ["record_confirmed"], "twice on a day is once"


async def test_saving_what_stands_unchanged_is_a_confirmation(talk: Talk) -> None:
    await changed(talk)
    assert await acts(talk) == ["record_confirmed"]
    assert (await one(talk)).source_id is not None


async def test_no_longer_true_takes_it_off_the_card(talk: Talk) -> None:
    await changed(talk, act={"value": "end"})
    assert PLAN_OF_NEPAL not in await talk.ask("/pathfinder Nepal")
    assert (await one(talk)).ended_at is not None
    assert await acts(talk) == ["record_ended"]


async def test_an_entry_that_is_gone_meanwhile_opens_no_form(talk: Talk) -> None:
    number = await numbered(talk, PLAN_OF_NEPAL)
    listing = await stands(talk)
    await changed(talk, act={"value": "end"})
    form = await talk.click(f"Change {number}", listing, NEPAL_FOCAL_POINT)
    assert "changed or taken away meanwhile" in str(modal(form))


async def test_two_people_change_one_entry_and_the_second_gets_their_words_back(talk: Talk) -> None:
    number = await numbered(talk, PLAN_OF_NEPAL)
    first = await opened(talk, f"Change {number}")
    second = await opened(talk, f"Change {number}", SECRETARIAT)
    await talk.box.submit(NEPAL_FOCAL_POINT, first["id"], {"text": {"value": "The first text"}})
    await talk.box.submit(SECRETARIAT, second["id"], {"text": {"value": "The second text"}})
    assert "changed or taken away meanwhile" in page(talk, SECRETARIAT)
    assert "The second text" in page(talk, SECRETARIAT)
    assert (await one(talk)).text == {"en": "The first text"}
    assert await acts(talk) == ["record_changed"]


async def test_of_two_who_save_in_the_same_moment_one_is_told(talk: Talk) -> None:
    number = await numbered(talk, PLAN_OF_NEPAL)
    views = {
        user: (await opened(talk, f"Change {number}", user))["id"]
        for user in (NEPAL_FOCAL_POINT, SECRETARIAT)
    }
    await asyncio.gather(
        *(talk.box.submit(user, view, {"text": {"value": f"By {user}"}}) for user, view in views.items())
    )
    assert await acts(talk) == ["record_changed"]
    assert sum("changed or taken away meanwhile" in page(talk, user) for user in views) == 1


async def test_a_long_record_is_paged_with_its_numbers(talk: Talk) -> None:
    first = await talk.command("/actiongroup migration change", SECRETARIAT)
    assert "Change 7" in labels(first)
    assert "Change 8" not in labels(first)
    second = await talk.click("Next page", first, SECRETARIAT)
    assert {"Change 8", "Previous page"} <= set(labels(second))
    assert "\n8. *" in said(second)
    for number in range(6):
        view = await opened(talk, "Add to the record", SECRETARIAT)
        await talk.box.submit(SECRETARIAT, view["id"], {**PLAN, "text": {"value": f"Plan {number}"}})
    earlier = await stands(talk, text="/pathfinder NP change earlier")
    assert "Take back 6" not in labels(earlier)
    assert "Take back 6" in labels(await talk.click("Next page", earlier, NEPAL_FOCAL_POINT))


async def test_the_same_form_sent_twice_adds_one_fact(talk: Talk) -> None:
    view = await opened(talk, "Add to the record")
    await asyncio.gather(
        *(talk.box.submit(NEPAL_FOCAL_POINT, view["id"], PLAN) for _ in range(2)), return_exceptions=True
    )
    assert await acts(talk) == ["record_added"]


async def test_a_change_is_taken_back_once_and_all_is_as_before(talk: Talk) -> None:
    before = await one(talk)
    await changed(talk, text={"value": "Something else"}, when={"value": "2027"})
    earlier = await stands(talk, text="/pathfinder NP change earlier")
    assert f"{PLAN_OF_NEPAL} · date not stated → Something else · 2027" in said(earlier)
    back = next(b for b in buttons(earlier) if b["text"]["text"] == "Take back 1")
    assert "confirm" in back
    done = await talk.click("Take back 1", earlier, NEPAL_FOCAL_POINT)
    assert "it says again what it said before" in said(done)
    assert "*taken back*" in said(done)
    after = await one(talk)
    for column in Fact.__table__.columns:
        assert getattr(after, column.key) == getattr(before, column.key), column.key
    again = await talk.box.action(
        NEPAL_FOCAL_POINT,
        shown(done)["ts"],
        channel=GENERAL,
        action_id="do:9",
        value=back["value"],
        forged=True,
    )
    assert "taken back before" in str(shown(again))
    assert await acts(talk) == ["record_changed", "record_taken_back"]


async def test_what_was_changed_since_is_not_taken_back(talk: Talk) -> None:
    await changed(talk, text={"value": "One text"})
    await changed(talk, "One text", text={"value": "Another text"})
    earlier = await stands(talk, text="/pathfinder NP change earlier")
    refused = await talk.click("Take back 2", earlier, NEPAL_FOCAL_POINT)
    assert "changed again since" in said(refused)
    assert (await one(talk)).text == {"en": "Another text"}
    await talk.click("Take back 1", refused, NEPAL_FOCAL_POINT)
    last = await talk.click(
        "Take back 2", await stands(talk, text="/pathfinder NP change earlier"), NEPAL_FOCAL_POINT
    )
    assert "it says again" in said(last)
    assert PLAN_OF_NEPAL in await talk.ask("/pathfinder Nepal")


async def test_what_was_added_or_ended_can_be_taken_back(talk: Talk) -> None:
    await added(talk)
    await changed(talk, act={"value": "end"})
    assert PLAN_OF_NEPAL not in await talk.ask("/pathfinder Nepal")
    for label in ("Take back 1", "Take back 2"):
        earlier = await stands(talk, text="/pathfinder NP change earlier")
        assert "it says again" in said(await talk.click(label, earlier, NEPAL_FOCAL_POINT))
    card = await talk.ask("/pathfinder Nepal")
    assert PLAN_OF_NEPAL in card
    assert "Second plan" not in card


async def test_a_stage_is_set_and_taken_back(talk: Talk) -> None:
    view = await opened(talk, "Set the stage")
    assert field(view, "stage")["initial_option"]["value"] == "roadmap"
    late = await talk.box.submit(NEPAL_FOCAL_POINT, view["id"], {"when": {"value": "2099"}})
    assert "still to come" in late.errors["when"]
    filled = {"stage": {"value": "implementing"}, "when": {"value": "2026-03"}}
    await talk.box.submit(NEPAL_FOCAL_POINT, view["id"], filled)
    card = await talk.ask("/pathfinder Nepal")
    assert f"Stage: *Implementing* ●●●●●○ · March 2026 · said by <@{NEPAL_FOCAL_POINT}>" in card
    assert "derived" not in card.split("\n")[1]
    earlier = await stands(talk, text="/pathfinder NP change earlier")
    assert "*Stage*: Implementing · March 2026" in said(earlier)
    await talk.click("Take back 1", earlier, NEPAL_FOCAL_POINT)
    assert "Stage: *Priorities and roadmap*" in await talk.ask("/pathfinder Nepal")


async def test_of_two_stages_set_at_once_the_second_is_told(talk: Talk) -> None:
    first, second = await opened(talk, "Set the stage"), await opened(talk, "Set the stage", SECRETARIAT)
    await talk.box.submit(NEPAL_FOCAL_POINT, first["id"], {"stage": {"value": "implementing"}})
    await talk.box.submit(SECRETARIAT, second["id"], {"stage": {"value": "reporting"}})
    assert "changed or taken away meanwhile" in page(talk, SECRETARIAT)
    assert "*Implementing*" in await talk.ask("/pathfinder Nepal")


async def test_what_became_of_a_workshop(talk: Talk) -> None:
    view = await opened(talk, "Change 1")
    assert (field(view, "when")["initial_value"], field(view, "status")["initial_option"]["value"]) == (
        "2019-02-07",
        "held",
    )
    late = await talk.box.submit(NEPAL_FOCAL_POINT, view["id"], {"when": {"value": "2099-01-01"}})
    assert "still to come" in late.errors["when"]
    filled = {
        "when": {"value": "2027-02"},
        "status": {"value": "to_be_confirmed"},
        "note": {"value": "Put off"},
    }
    await talk.box.submit(NEPAL_FOCAL_POINT, view["id"], filled)
    card = await talk.ask("/pathfinder Nepal")
    assert "*Pathfinder workshop* · February 2027, to be confirmed" in card
    assert "Put off" in card
    earlier = await stands(talk, text="/pathfinder NP change earlier")
    assert "held on 7 February 2019 → Put off · February 2027, to be confirmed" in said(earlier)
    await talk.click("Take back 1", earlier, NEPAL_FOCAL_POINT)
    assert "held on 7 February 2019 _[1] line 93_\n" in await talk.ask("/pathfinder Nepal")


async def test_guests_of_a_workshop_hear_once_that_its_date_is_another(talk: Talk) -> None:
    async with talk.database.reading() as session:
        query = (
            select(Event.id)
            .join(Event.place)
            .where(Event.kind == EventKind.PATHFINDER_WORKSHOP, Place.key == "NP")
        )
        number = (await session.scalars(query)).one()
    async with talk.database.writing() as session:
        member, now = await ensure_member(session, FRENCH), talk.going.bot.clock.now()
        session.add(
            Registration(
                event_id=number, member_id=member.id, state=RegistrationState.REGISTERED, at=now,
                changed_at=now,
            )
        )  # fmt: skip
    for _ in range(2):
        view = await opened(talk, "Change 1")
        filled = {"when": {"value": "2027-02-03"}, "status": {"value": "planned"}}
        await talk.box.submit(NEPAL_FOCAL_POINT, view["id"], filled)
    await talk.box.settle()
    assert (await told(talk, FRENCH)).count("3 février 2027") == 1


async def test_a_chair_sets_the_status_and_the_work_plan_in_spanish(talk: Talk) -> None:
    listing = await stands(talk, SPANISH, "/actiongroup migración cambiar")
    form = await talk.click("Indicar el estado", listing, SPANISH)
    await talk.box.submit(SPANISH, modal(form)["id"], {"status": {"value": "stalled"}})
    form = await talk.click(
        "Cambiar 1", await stands(talk, SPANISH, "/actiongroup migración cambiar"), SPANISH
    )
    assert field(modal(form), "language")["initial_option"]["value"] == "es"
    await talk.box.submit(
        SPANISH,
        modal(form)["id"],
        {"state": {"value": "under_way"}, "when": {"value": "antes de 2027-06"}},
    )
    card = await talk.ask("/actiongroup migration")
    assert "Status: *At a standstill*" in card
    assert card.count(f"said by <@{SPANISH}>") == 2
    assert "under way" in card
    assert "before June 2027" in card
    assert "[1]" not in card.split("\n")[1]


async def test_a_kind_of_a_country_does_not_go_with_a_group(talk: Talk) -> None:
    now = talk.going.bot.clock.now()
    draft = FactDraft(FactKind.LAW, "A law", "en", None, None, "", PartialDate())
    async with talk.database.writing() as session:
        actor = await actor_of(session, SPANISH, now.date())
        with pytest.raises(record.Invalid) as refusal:
            await record.add_fact(session, actor, "group:migration", draft, now)
        number = await record.add_fact(
            session,
            actor,
            "group:migration",
            FactDraft(FactKind.NEXT_STEP, "Meet", "en", None, None, "", PartialDate()),
            now,
        )
        assert await record.end_fact(session, actor, number, now)
        assert not await record.end_fact(session, actor, number, now)
        assert not await record.change_fact(session, actor, number, draft, now)
    assert refusal.value.field == "kind"


async def test_a_country_that_is_no_pathfinder_gets_its_card(talk: Talk) -> None:
    assert "not on record as a pathfinder" in await talk.ask("/pathfinder Norway change", SECRETARIAT)


async def test_the_page_and_the_form_in_french(talk: Talk) -> None:
    await talk.box.change_user(NEPAL_FOCAL_POINT, locale="fr-FR")
    listing = await stands(talk, text="/pathfinder Népal modifier")
    assert labels(listing)[:2] == ["Compléter la fiche", "Indiquer l’étape"]
    form = await talk.click("Modifier 2", listing, NEPAL_FOCAL_POINT)
    assert modal(form)["title"]["text"] == "Modifier la fiche"
    filled = {"text": {"value": "Plan d’action révisé"}, "when": {"value": "d’ici 2027-06"}}
    await talk.box.submit(NEPAL_FOCAL_POINT, modal(form)["id"], filled)
    assert "C’est fait" in page(talk)
    assert (await one(talk)).text == {"fr": "Plan d’action révisé"}
    card = await talk.ask("/pathfinder Népal", FRENCH)
    assert "Plan d’action révisé · approbation obtenue · avant juillet 2027" in card
    assert f"selon <@{NEPAL_FOCAL_POINT}>, " in card


async def aged(talk: Talk, days: int, key: str = "member/%") -> None:
    """What members said is that much older."""
    at = talk.going.bot.clock.now() - timedelta(days=days)
    async with talk.database.writing() as session:
        await session.execute(
            update(Fact).where(Fact.said_at.is_not(None), Fact.key.like(key)).values(said_at=at)
        )


async def say(talk: Talk, user: str, scope: str) -> None:
    """Somebody adds a next step to the record of a group or place of theirs."""
    now = talk.going.bot.clock.now()
    async with talk.database.writing() as session:
        actor = await actor_of(session, user, now.date())
        draft = FactDraft(FactKind.NEXT_STEP, "A step", "en", None, None, "", record.read_when(""))
        await record.add_fact(session, actor, scope, draft, now)


async def nudged(talk: Talk) -> list[Delivery]:
    await nudge(talk.going.bot.services)
    await talk.box.settle()
    async with talk.database.reading() as session:
        query = select(Delivery).where(Delivery.kind == "nudge").order_by(Delivery.id)
        return list((await session.scalars(query)).all())


async def test_what_nobody_confirmed_for_long_is_marked_and_its_focal_point_is_asked_once(talk: Talk) -> None:
    await added(talk)
    assert await nudged(talk) == [], "what was said today is not asked about, nor what is shipped"
    await aged(talk, 366)
    assert "possibly out of date" in await talk.ask("/pathfinder Nepal")
    for _ in range(2):
        (told,) = await nudged(talk)
        assert (told.channel, told.about) == (NEPAL_FOCAL_POINT, "place:NP")
    async with talk.database.writing() as session:
        await forget_claims(session, talk.going.bot.clock.now() + timedelta(days=30))
    assert len(await nudged(talk)) == 1, "nor when old claims are tidied away"
    assert told.payload["blocks"][0]["text"]["text"] == "Is this still true?"
    assert "Second plan" in str(told.payload)


async def test_still_true_in_the_nudge_confirms_it(talk: Talk) -> None:
    await added(talk)
    await aged(talk, 366)
    (told,) = await nudged(talk)
    assert told.room is not None
    value = next(e["value"] for b in told.payload["blocks"] if b["type"] == "actions" for e in b["elements"])
    assert re.fullmatch(r"/pathfinder NP change confirm \d+", value)
    clicked = await talk.box.action(NEPAL_FOCAL_POINT, str(told.ts), channel=told.room, action_id="do:0")
    assert "confirmed as of today" in str(shown(clicked))
    assert "possibly out of date" not in await talk.ask("/pathfinder Nepal")
    assert len(await nudged(talk)) == 1


async def test_who_confirms_before_the_clock_comes_is_not_asked(talk: Talk) -> None:
    await added(talk)
    await aged(talk, 366)
    await changed(talk, "Second plan", act={"value": "confirm"})
    assert await nudged(talk) == []


async def test_said_anew_and_old_again_it_is_asked_again(talk: Talk) -> None:
    await added(talk)
    await aged(talk, 800)
    await nudged(talk)
    await aged(talk, 366)
    assert len(await nudged(talk)) == 2


async def test_if_nobody_is_responsible_it_waits_for_somebody(talk: Talk) -> None:
    await added(talk, SECRETARIAT)
    await aged(talk, 366)
    async with talk.database.writing() as session:
        await session.execute(delete(Role).where(Role.key.like("member/%")))
    assert await nudged(talk) == []
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        who = await actor_of(session, SECRETARIAT, now.date())
        for person in (ENGLISH, FRENCH):
            await roles.grant(
                session,
                who,
                person,
                RoleName.FOCAL_POINT,
                "place:NP",
                is_deputy=False,
                today=now.date(),
                now=now,
            )
        await session.execute(update(Member).where(Member.slack_id == FRENCH).values(is_active=False))
    assert [told.channel for told in await nudged(talk)] == [ENGLISH]


async def test_the_clock_itself_goes_by_the_settings(talk: Talk) -> None:
    await added(talk)
    talk.box.clock.advance(367 * 24 * 3600)
    await talk.box.settle()
    (told,) = await nudged(talk)
    assert told.channel == NEPAL_FOCAL_POINT


async def test_the_nudge_is_in_the_readers_language_and_outside_their_quiet_hours(talk: Talk) -> None:
    await added(talk, text={"value": "A plan <!channel> of *theirs*"})
    await aged(talk, 366)
    now = talk.going.bot.clock.now()
    async with talk.database.writing() as session:
        await session.execute(
            update(Member)
            .where(Member.slack_id == NEPAL_FOCAL_POINT)
            .values(
                language="es",
                zone="UTC",
                quiet_from=(now - timedelta(hours=1)).time(),
                quiet_until=(now + timedelta(hours=2)).time(),
            )
        )
    (told,) = await nudged(talk)
    assert "¿Sigue siendo cierto?" in str(told.payload)
    assert "posiblemente desactualizado" in str(told.payload)
    assert "<!channel>" not in str(told.payload)
    assert told.ts is None
    assert timedelta(hours=1) < told.due_at - now <= timedelta(hours=2)


async def test_the_hourly_work_nudges_and_one_failure_stops_nothing_else(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    async def broken(*_args: object) -> None:
        raise OSError("the disk is full")

    await added(talk)
    await aged(talk, 366)
    monkeypatch.setattr(ticking.privacy, "tidy", broken)
    clock_work = ticking.ticking(talk.going.bot)
    for job in clock_work.get_jobs():
        await job.func(*job.args)
    clock_work.shutdown(wait=False)
    assert "clock_work_failed" in log.getvalue()
    async with talk.database.reading() as session:
        assert (await session.scalars(select(Delivery).where(Delivery.kind == "nudge"))).all()


async def test_one_nudge_that_breaks_stops_no_other_and_is_given_once_it_works(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    await added(talk)
    await say(talk, SPANISH, "group:migration")
    await aged(talk, 366)
    whole = templates_of_record.nudge

    def breaks(templates: Any, voice: Any, one: Any, **rest: Any) -> Any:
        if one.scope == "place:NP":
            raise ValueError("no such word")
        return whole(templates, voice, one, **rest)

    with monkeypatch.context() as broken:
        broken.setattr(templates_of_record, "nudge", breaks)
        assert [told.channel for told in await nudged(talk)] == [SPANISH]
    assert "nudge_failed" in log.getvalue()
    for _ in range(2):
        assert [told.channel for told in await nudged(talk)] == [SPANISH, NEPAL_FOCAL_POINT]


async def test_a_group_whose_key_is_as_long_as_may_be_is_shared_and_nudged(talk: Talk) -> None:
    key = f"{'a' * 60}-2"
    async with talk.database.writing() as session:
        await session.execute(update(Group).where(Group.key == "migration").values(key=key))
    shared = await talk.click("Share here", await talk.command(f"/actiongroup {key}"))
    assert "Reference number" not in said(shared)
    await say(talk, SPANISH, f"group:{key}")
    await aged(talk, 366)
    (told,) = await nudged(talk)
    async with talk.database.reading() as session:
        (card,) = (await session.scalars(select(Delivery).where(Delivery.kind == "card"))).all()
    assert told.about == card.about == f"group:{key}"


async def test_work_of_the_clock_that_a_stop_cuts_off_is_no_error(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    begun, for_ever = asyncio.Event(), asyncio.Event()

    async def hangs(*_args: object) -> None:
        begun.set()
        await for_ever.wait()

    monkeypatch.setattr(ticking.digests, "send", hangs)
    clock_work = ticking.ticking(talk.going.bot)
    (job,) = (one for one in clock_work.get_jobs() if one.args == (ticking.send_due,))
    job.modify(next_run_time=datetime.now(UTC))
    await begun.wait()
    clock_work.shutdown(wait=False)
    await talk.going.bot.busy.idle()
    await asyncio.sleep(0)
    assert "error" not in log.getvalue()


async def test_the_clock_ticks_on_when_the_machine_s_was_set_back(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """APScheduler keeps its next run by the machine's clock: two hours back, and it lies two hours ahead."""
    monkeypatch.setattr(ticking, "LOOK", 0.01)
    clock_work = ticking.ticking(talk.going.bot)
    clock_work.pause()
    for job in clock_work.get_jobs():
        job.modify(next_run_time=datetime.now(UTC) + job.trigger.interval + timedelta(hours=2))
    keeping = asyncio.create_task(ticking.keep_going(clock_work))
    await asyncio.sleep(0.2)
    keeping.cancel()
    now, jobs = datetime.now(UTC), clock_work.get_jobs()
    clock_work.shutdown(wait=False)
    assert [job.id for job in jobs if job.next_run_time - now > job.trigger.interval] == []


def test_dates_come_back_as_they_were_written() -> None:
    for text in ("", "2027", "2027-03", "2027-03-15", "2021..2022", "2027-03-01..2027-03-05", "by 2027-06"):
        assert PartialDate.parse(text).compact() == text
    for text in ("before 2027-07", "by 2027-06-15", "by 2030"):
        assert PartialDate.parse(PartialDate.parse(text).compact()) == PartialDate.parse(text)


async def test_what_looks_like_a_case_does_not_enter_the_record(talk: Talk) -> None:
    sent = await added(
        talk, text={"value": "A 12-year-old girl was found"}, owner={"value": "amina@example.org"}
    )
    assert set(sent.errors) == {"text", "owner"}
    assert "Nobody’s case belongs here" in sent.errors["text"]
    assert await acts(talk) == []


async def test_a_shared_card_says_what_the_record_says_now(talk: Talk) -> None:
    await talk.click("Share here", await talk.command("/pathfinder Nepal"))
    await added(talk, text={"value": "A plan that is quite new"})
    (card,) = talk.box.messages("C0GENERAL", as_user=EDITOR)
    assert "A plan that is quite new" in str(card["blocks"])
    assert card["pings"] == []
