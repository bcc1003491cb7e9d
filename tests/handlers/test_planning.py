"""Events as people plan them, from a form's first field to what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from handlers.slack.forms import submitted
from sandbox import Outcome
from storage.partial_dates import Precision, Status
from storage.tables import Delivery, Event, EventAudience, Place
from storage.vocabulary import EventState, Visibility
from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    GENERAL,
    GUEST,
    SPANISH,
    Talk,
    labels,
    modal,
    said,
    shown,
    texts,
)
from tests.handlers.wishes import actions, chaired_by, told

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECRETARIAT, EDITOR = "U0SECRETA", "U0EDITORX"
TOMORROW: dict[str, dict[str, Any]] = {
    "name": {"value": "Recruitment fees: what next"},
    "first": {"value": "2026-11-22"},
    "starts_at": {"value": "15:00"},
    "zone": {"value": "Bangkok"},
    "group": {"value": "migration"},
}


@pytest.fixture(autouse=True)
async def a_chair(talk: Talk) -> AsyncIterator[None]:
    talk.box.clock.at(NOW)
    await talk.box.settle()
    await chaired_by(talk, SPANISH)
    yield
    await talk.going.bot.busy.idle()
    async with talk.database.writing() as session:
        await session.execute(delete(EventAudience))


async def planned(talk: Talk, user: str = SPANISH, **changes: Any) -> Outcome:
    opened = await talk.box.command(user, GENERAL, "/events add")
    return await talk.box.submit(user, modal(opened)["id"], {**TOMORROW, **changes})


async def opened(talk: Talk, label: str, user: str = SPANISH) -> Outcome:
    """The form that a button of the page to manage the latest event opens."""
    row = await stored(talk)
    page = await talk.command(f"/events manage {row.id}", user)
    return await talk.click(label, page, user)


async def sent(talk: Talk, form: Outcome, user: str = SPANISH, **values: Any) -> Outcome:
    return await talk.box.submit(user, modal(form)["id"], values)


async def stored(talk: Talk) -> Event:
    """The event that was added last."""
    async with talk.database.reading() as session:
        query = select(Event).where(Event.added_at.is_not(None)).order_by(Event.id.desc())
        found = (await session.scalars(query)).unique().first()
        assert found is not None
        return found


def screen(outcome: Outcome) -> str:
    """What the modal says."""
    return "\n".join(texts(modal(outcome)["blocks"]))


def option(value: str) -> dict[str, Any]:
    return {"value": value}


async def test_a_chair_adds_an_event_and_everybody_sees_it_in_their_own_time(talk: Talk) -> None:
    outcome = await planned(talk)
    assert "Está en el calendario" in screen(outcome)
    assert "15:00 (hora de Bangkok)" in screen(outcome)
    card = await talk.ask(f"/events show {(await stored(talk)).id}", FRENCH)
    assert "22 novembre 2026" in card
    assert "15:00 (heure locale, Bangkok), 08:00" in card, "in Dakar it is eight"
    assert "Recruitment" in await talk.ask("/events migration")
    assert "Recruitment" not in await talk.ask("/events Nepal")


async def test_it_says_what_is_wrong_under_each_field_and_keeps_the_rest(talk: Talk) -> None:
    outcome = await planned(
        talk,
        first={"value": "2026-11-22"},
        last={"value": "2026-11-20"},
        zone={"value": "Bangkkok"},
        place={"value": "Blorptang"},
        capacity={"value": "many"},
    )
    assert set(outcome.errors or {}) == {"last", "zone", "place", "capacity"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at": {"value": "14:00"}}, "ends_at"),
        ({"ends_at": {"value": "16:00"}, "starts_at": {"value": None}}, "ends_at"),
        ({"exact": option("month")}, "starts_at"),
        ({"first": {"value": None}}, "first"),
        ({"first": {"value": "2026-11-01"}}, "first"),
        ({"status": option("held")}, "status"),
        ({"zone": {"value": "Europe/Paris"}, "first": {"value": "2027-03-28"},
          "starts_at": {"value": "02:30"}}, "starts_at"),
        ({"visibility": option("group"), "group": option("-")}, "visibility"),
        ({"name": {"value": "Call +33 6 12 34 56 78"}}, "name"),
        ({"capacity": {"value": "0"}}, "capacity"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_on_its_field(
    talk: Talk, changes: dict[str, Any], field: str
) -> None:
    outcome = await planned(talk, **changes)
    assert set(outcome.errors or {}) == {field}


async def test_an_hour_that_comes_twice_is_taken_as_the_first_and_said_so(talk: Talk) -> None:
    outcome = await planned(
        talk, ENGLISH, zone={"value": "Europe/Paris"}, first={"value": "2027-10-31"},
        starts_at={"value": "02:30"},
    )  # fmt: skip
    assert "comes twice" in screen(outcome)
    instant = (await stored(talk)).when.instant()
    assert instant is not None
    assert instant.astimezone(UTC) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("exact", "first", "last", "said_so"),
    [
        ("day", "2027-07-05", "2027-07-07", "5–7 July 2027"),
        ("month", "2027-07-05", None, "July 2027"),
        ("year", "2027-07-05", None, "2027"),
        ("before", "2027-07-01", None, "before July 2027"),
        ("morning", "2027-07-05", None, "5 July 2027, in the morning"),
        ("yearly", "2027-03-21", None, "every year"),
        ("unknown", None, None, "announced, date not stated"),
    ],
)
async def test_each_way_to_know_a_date_is_said_as_exactly_as_it_is_known(
    talk: Talk, exact: str, first: str | None, last: str | None, said_so: str
) -> None:
    await planned(
        talk, exact=option(exact), first={"value": first}, last={"value": last},
        starts_at={"value": None},
    )  # fmt: skip
    row = await stored(talk)
    assert said_so in await talk.ask(f"/events show {row.id}")
    assert "Recruitment" in await talk.ask("/events migration")
    form = await opened(talk, "Cambiar")
    again = await sent(talk, form)
    assert not again.errors, "what the form shows of it is taken again"
    assert (await stored(talk)).when == row.when


async def test_a_members_event_waits_and_is_put_in_by_whose_group_it_is(talk: Talk) -> None:
    outcome = await planned(talk, ENGLISH)
    assert "looked at before it stands in the calendar" in screen(outcome)
    assert "Recruitment" not in await talk.ask("/events migration")
    assert "Recruitment" in await told(talk, SPANISH)
    assert "Recruitment" in await talk.ask("/events proposed", ENGLISH)
    page = await talk.command("/events proposed", SPANISH)
    done = await talk.click("Incluir 1", page, SPANISH)
    assert "Está en el calendario" in said(done)
    assert "Recruitment" in await talk.ask("/events migration")
    assert "stands in the calendar now" in await told(talk, ENGLISH)
    assert [one for one in await actions(talk) if one.startswith("event_")] == [
        "event_proposed", "event_listed",
    ]  # fmt: skip


async def test_two_who_decide_at_once_decide_once(talk: Talk) -> None:
    await planned(talk, ENGLISH)
    row = await stored(talk)
    await talk.command(f"/events decline {row.id}", SPANISH)
    late = await talk.command(f"/events accept {row.id}", SECRETARIAT)
    assert "decided already" in said(late)
    assert (await stored(talk)).state is EventState.DECLINED
    assert "not put into the calendar" in await told(talk, ENGLISH)


async def test_who_may_not_cannot_by_a_forged_command(talk: Talk) -> None:
    await planned(talk)
    row = await stored(talk)
    for command in (f"manage {row.id}", f"confirm {row.id} {row.revision}"):
        assert "This is for those who lead the group" in await talk.ask(f"/events {command}", ENGLISH)
        refused = await talk.ask(f"/events {command}", GUEST, "C0PATHFND")
        assert "Esto corresponde a quienes dirigen el grupo" in refused
    assert "Manage" not in labels(await talk.command(f"/events show {row.id}", ENGLISH))
    proposed = await planned(talk, ENGLISH)
    assert "looked at before it stands in the calendar" in screen(proposed)
    mine = await stored(talk)
    await talk.ask(f"/events accept {mine.id}", ENGLISH)
    assert (await stored(talk)).state is EventState.PROPOSED, "nobody accepts their own"


async def test_guests_add_nothing_and_see_what_is_public_only(talk: Talk) -> None:
    form = await talk.box.command(GUEST, "C0PATHFND", "/events add")
    assert "las personas invitadas leen" in screen(form)
    await planned(talk, visibility=option("members"))
    row = await stored(talk)
    assert row.visibility is Visibility.MEMBERS
    assert "Recruitment" in await talk.ask("/events migration", ENGLISH)
    assert "Recruitment" not in await talk.ask("/events migration", GUEST, "C0PATHFND")
    assert "Recruitment" not in await talk.ask(f"/events show {row.id}", GUEST, "C0PATHFND")
    assert "Recruitment" not in await talk.ask("/actiongroup migration", GUEST, "C0PATHFND")


async def test_what_is_for_the_group_alone_others_do_not_see(talk: Talk) -> None:
    await planned(talk, visibility=option("group"))
    row = await stored(talk)
    assert "Recruitment" in await talk.ask("/events migration", SPANISH)
    assert "Recruitment" not in await talk.ask("/events", ENGLISH)
    assert "Recruitment" not in await talk.ask(f"/events show {row.id}", ENGLISH)
    shared = await talk.click("Compartir aquí", await talk.command("/events", SPANISH), SPANISH)
    assert "Recruitment" not in str([one for one in shared.replies if not one["ephemeral"]])


async def test_the_rest_is_said_in_a_second_form(talk: Talk) -> None:
    await planned(talk)
    form = await opened(talk, "Añadir detalles")
    await sent(
        talk, form,
        about={"value": "How recruitment fees end."}, link={"value": "https://meet.example.org/x"},
        zones={"value": "Nairobi, Europe/Paris"},
        places={"value": ["place:NP"]},
        themes={"value": ["migration"]},
    )  # fmt: skip
    card = await talk.ask(f"/events show {(await stored(talk)).id}")
    assert "How recruitment fees end." in card
    assert "11:00 (Nairobi)" in card
    assert "For: Nepal" in card
    assert "On: migration" in card
    assert "meet.example.org" not in card, "the link is for who is registered"
    assert "Recruitment" in await talk.ask("/events Nepal"), "it concerns Nepal"
    assert "Recruitment" in await talk.ask("/pathfinder Nepal more")
    wrong = await sent(
        talk, await opened(talk, "Añadir detalles"), link={"value": "meet"}, zones={"value": "Mars"}
    )
    assert set(wrong.errors or {}) == {"link", "zones"}


async def test_a_tentative_one_is_confirmed_once(talk: Talk) -> None:
    await planned(talk, status=option("tentative"))
    row = await stored(talk)
    assert "tentatively 22 November 2026" in await talk.ask(f"/events show {row.id}")
    page = await talk.command(f"/events manage {row.id}", SPANISH)
    await talk.click("Confirmar la fecha", page, SPANISH)
    assert (await stored(talk)).when.status is Status.PLANNED
    again = await talk.ask(f"/events confirm {row.id} {row.revision}", SPANISH)
    assert "entretanto" in again, "that was the revision before"


async def test_a_month_cannot_be_confirmed_before_it_has_a_day(talk: Talk) -> None:
    await planned(talk, exact=option("month"), starts_at={"value": None}, status=option("tentative"))
    row = await stored(talk)
    assert "Confirmar la fecha" not in labels(await talk.command(f"/events manage {row.id}", SPANISH))
    await talk.ask(f"/events confirm {row.id} {row.revision}", SPANISH)
    assert (await stored(talk)).when.status is Status.TENTATIVE


async def test_a_moved_one_says_from_when_it_was_moved(talk: Talk) -> None:
    await planned(talk)
    form = await opened(talk, "Cambiar la fecha")
    await sent(talk, form, first={"value": "2026-12-03"}, words={"value": "Se necesita más tiempo"})
    row = await stored(talk)
    card = await talk.ask(f"/events show {row.id}")
    assert "3 December 2026" in card
    assert "Moved from 22 November 2026" in card
    assert "Se necesita más tiempo" in card
    assert row.revision == 1


async def test_one_without_a_new_date_is_to_be_confirmed(talk: Talk) -> None:
    await planned(talk)
    form = await opened(talk, "Cambiar la fecha")
    await sent(talk, form, exact=option("unknown"), first={"value": None}, starts_at={"value": None})
    row = await stored(talk)
    assert row.when.precision is Precision.UNKNOWN
    assert row.when.status is Status.TO_BE_CONFIRMED
    assert "Moved from 22 November 2026" in await talk.ask(f"/events show {row.id}")


async def test_a_cancelled_one_stays_on_record_as_such(talk: Talk) -> None:
    await planned(talk)
    await sent(talk, await opened(talk, "Cancelarlo"))
    row = await stored(talk)
    assert "cancelled (was 22 November 2026)" in await talk.ask(f"/events show {row.id}")
    assert {"Cambiar la fecha", "Cancelarlo", "Qué resultó de él"}.isdisjoint(
        labels(await talk.command(f"/events manage {row.id}", SPANISH))
    )


async def test_what_came_of_it_is_recorded_afterwards_and_not_before(talk: Talk) -> None:
    await planned(talk)
    row = await stored(talk)
    page = await talk.command(f"/events manage {row.id}", SPANISH)
    assert {"Qué resultó de él", "Asistencia"}.isdisjoint(labels(page)), "nothing came of what lies ahead"
    talk.box.clock.at(NOW + timedelta(days=3))
    await talk.box.settle()
    form = await opened(talk, "Qué resultó de él")
    talk.box.clock.at(NOW)
    early = await sent(talk, form, outcome={"value": "Todo bien"})
    assert set(early.errors or {}) == {"outcome"}
    talk.box.clock.at(NOW + timedelta(days=3))
    await talk.box.settle()
    assert "no result is recorded" in await talk.ask(f"/events show {row.id}")
    await sent(
        talk, await opened(talk, "Qué resultó de él"), outcome={"value": "Acuerdo sobre las comisiones"}
    )
    card = await talk.ask(f"/events show {row.id}")
    assert "held on 22 November 2026" in card
    assert "Acuerdo sobre las comisiones" in card


async def test_two_forms_at_once_lose_nothing(talk: Talk) -> None:
    await planned(talk)
    first = await opened(talk, "Cambiar")
    second = await opened(talk, "Change", SECRETARIAT)
    await sent(talk, first, name={"value": "The first"})
    lost = await sent(talk, second, SECRETARIAT, name={"value": "The second"})
    assert "The second" in screen(lost), "what was typed is said back"
    assert (await stored(talk)).name == {"es": "The first"}


async def test_one_form_sent_twice_adds_one_event(talk: Talk) -> None:
    opened_form = await talk.box.command(SPANISH, GENERAL, "/events add")
    view = modal(opened_form)["id"]
    await talk.box.submit(SPANISH, view, TOMORROW)
    async with talk.database.reading() as session:
        query = select(Event).where(Event.added_at.is_not(None))
        assert len((await session.scalars(query)).unique().all()) == 1


async def test_a_clash_and_bad_hours_are_said_to_who_plans(talk: Talk) -> None:
    await planned(talk)
    outcome = await planned(
        talk, name={"value": "Another call"}, starts_at={"value": "15:30"},
    )  # fmt: skip
    assert "Al mismo tiempo" in screen(outcome)
    assert "Recruitment" in screen(outcome)
    late = await planned(talk, name={"value": "A third"}, starts_at={"value": "23:30"})
    assert "Al mismo tiempo" not in screen(late), "they do not overlap"
    night = await planned(talk, name={"value": "A fourth"}, starts_at={"value": "09:00"})
    assert "Fuera del horario laboral" in screen(night)
    card = await talk.ask(f"/events show {(await stored(talk)).id}", ENGLISH)
    assert "working hours" not in card


async def test_markup_in_a_name_pings_nobody(talk: Talk) -> None:
    await planned(talk, name={"value": "<!channel> *all* & <@U0MEMBERX>"})
    card = await talk.command(f"/events show {(await stored(talk)).id}")
    listed = await talk.command("/events migration")
    for outcome in (card, listed):
        marked = [
            text for block in shown(outcome)["blocks"] if block["type"] == "section" for text in texts(block)
        ]
        assert "<!channel>" not in "".join(marked)
        assert "<@U0MEMBERX>" not in "".join(marked)


async def test_a_country_not_on_record_yet_can_hold_one(talk: Talk) -> None:
    await planned(talk, SECRETARIAT, group=option("-"), place={"value": "Kenya"})
    row = await stored(talk)
    assert "Kenya" in await talk.ask(f"/events show {row.id}")
    assert "Kenya" in await talk.ask("/pathfinder Kenya")
    async with talk.database.writing() as session:
        await session.execute(update(Event).where(Event.id == row.id).values(place_id=None))
        await session.execute(delete(Place).where(Place.key == "KE"))


async def test_a_shared_card_follows_what_becomes_of_the_event(talk: Talk) -> None:
    await planned(talk)
    row = await stored(talk)
    await talk.click("Share here", await talk.command(f"/events show {row.id}"))
    await sent(talk, await opened(talk, "Cancelarlo"))
    await talk.going.bot.busy.idle()
    shared = [m for m in talk.box.messages(GENERAL, as_user=ENGLISH) if "Recruitment" in str(m)]
    assert "cancelled" in str(shared[-1])
    async with talk.database.reading() as session:
        assert (await session.scalars(select(Delivery).where(Delivery.about == f"event:{row.id}"))).first()


async def test_what_is_not_for_everybody_any_more_leaves_the_channels_and_is_shared_in_none(
    talk: Talk,
) -> None:
    await planned(talk)
    show = f"/events show {(await stored(talk)).id}"
    await talk.click("Share here", await talk.command(show))
    card = await talk.command(show, FRENCH)
    await sent(talk, await opened(talk, "Cambiar"), visibility=option("members"))
    await talk.going.bot.busy.idle()
    shared = [m for m in talk.box.messages(GENERAL) if m["by_bot"] and not m["ephemeral"]]
    assert "A card stood here" in str(shared[-1])
    assert "Recruitment" not in str(shared)
    late = await talk.click("Partager ici", card, FRENCH)
    assert "Je ne l’ai pas partagé" in said(late)
    assert all(one["ephemeral"] for one in late.replies)
    await sent(talk, await opened(talk, "Cambiar"), visibility=option("public"))
    await talk.going.bot.busy.idle()
    assert "Recruitment" in str([m for m in talk.box.messages(GENERAL) if m["by_bot"] and not m["ephemeral"]])


async def test_what_waits_stands_on_the_home_of_who_decides(talk: Talk) -> None:
    await planned(talk, ENGLISH)
    for user, waits in ((SPANISH, True), (ENGLISH, False)):
        await talk.box.open_home(user)
        home = talk.box.home_of(user)
        assert home is not None
        assert ("Un evento propuesto: *Recruitment" in "\n".join(texts(home["blocks"]))) is waits


async def test_a_day_that_is_in_no_calendar_is_refused_on_its_field(talk: Talk) -> None:
    form = await talk.box.command(SPANISH, GENERAL, "/events add")
    view = modal(form)
    state = {
        block["block_id"]: {"value": {"type": "plain_text_input", "value": ""}}
        for block in view["blocks"]
        if block["type"] == "input"
    }
    assert state
    services = talk.going.bot.services
    values = {name: {"value": {"type": "x", **given}} for name, given in FORGED.items()}
    made = {**view, "state": {"values": {**state, **values}}}
    answer = await submitted(talk.going.bot.desk, services, SPANISH, made)
    assert answer["response_action"] == "errors"
    assert set(answer["errors"]) == {"first"}


FORGED: dict[str, dict[str, Any]] = {
    "name": {"value": "February"},
    "kind": {"selected_option": {"value": "meeting"}},
    "exact": {"selected_option": {"value": "day"}},
    "first": {"selected_date": "2027-02-31"},
    "status": {"selected_option": {"value": "planned"}},
    "group": {"selected_option": {"value": "migration"}},
    "visibility": {"selected_option": {"value": "public"}},
}


async def test_a_cancelled_one_is_neither_near_nor_offered_for_calendars(talk: Talk) -> None:
    await planned(talk)
    row = await stored(talk)
    assert "in 1 day" in await talk.ask(f"/events show {row.id}")
    await sent(talk, await opened(talk, "Cancelarlo"))
    for asked in (f"/events show {row.id}", "/events migration"):
        text = await talk.ask(asked)
        assert "cancelled (was 22 November 2026)" in text
        assert not any(said_too in text for said_too in ("in 1 day", "15:00", "Add to my calendar"))


async def test_whoever_may_not_manage_one_hears_that_the_chair_may(talk: Talk) -> None:
    await planned(talk)
    refused = await talk.ask(f"/events manage {(await stored(talk)).id}", FRENCH)
    assert "Ceci est réservé à qui dirige le groupe" in refused


async def test_guests_are_not_offered_what_they_may_not_add(talk: Talk) -> None:
    assert "Add an event" in labels(await talk.command("/events"))
    assert "Añadir un evento" not in labels(await talk.command("/events", GUEST, "C0PATHFND"))


async def test_a_chairs_form_has_their_group_chosen_already(talk: Talk) -> None:
    chosen = {}
    for user in (SPANISH, ENGLISH):
        form = modal(await talk.box.command(user, GENERAL, "/events add"))
        field = next(block for block in form["blocks"] if block.get("block_id") == "group")
        chosen[user] = field["element"]["initial_option"]["value"]
    assert chosen == {SPANISH: "migration", ENGLISH: "-"}
