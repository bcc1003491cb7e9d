"""Registering for an event: seats, the waiting list, the link, who is registered and how many came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from sandbox import Outcome
from storage.partial_dates import Status
from storage.tables import (
    Attendance,
    AuditEntry,
    Delivery,
    Group,
    Member,
    Membership,
    Organisation,
    Registration,
)
from storage.vocabulary import Constituency, RegistrationState, Visibility
from tests.handlers.gatherings import LINK, changed, gathering, in_a_week, on, stands_for
from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    GENERAL,
    GUEST,
    NEPAL_FOCAL_POINT,
    SPANISH,
    Talk,
    buttons,
    labels,
    modal,
    said,
    shown,
)
from tests.handlers.wishes import chaired_by, heard, told

SECRETARIAT = "U0SECRETA"
SEEN_BY_GUESTS = "C0PATHFND"
PEOPLE = (ENGLISH, FRENCH, SPANISH, NEPAL_FOCAL_POINT)


@pytest.fixture(autouse=True)
async def everybody_stands_for_somebody(talk: Talk) -> AsyncIterator[None]:
    for user in (*PEOPLE, GUEST):
        await stands_for(talk, user, Constituency.CIVIL_SOCIETY)
    yield
    await talk.going.bot.busy.idle()


async def registrations(talk: Talk) -> list[tuple[str, RegistrationState]]:
    async with talk.database.reading() as session:
        query = select(Member.slack_id, Registration.state).join(
            Registration, Registration.member_id == Member.id
        )
        return [(who, state) for who, state in await session.execute(query.order_by(Registration.id))]


async def seats(talk: Talk) -> set[str]:
    return {who for who, state in await registrations(talk) if state is RegistrationState.REGISTERED}


async def join(talk: Talk, number: int, *users: str) -> None:
    for user in users:
        await talk.ask(f"/events register {number}", user, SEEN_BY_GUESTS if user == GUEST else GENERAL)


async def test_the_button_on_the_card_registers_at_once(talk: Talk) -> None:
    number = await gathering(talk)
    card = await talk.command(f"/events show {number}")
    assert labels(card)[0] == "Register"
    done = await talk.click("Register", card)
    assert "You are registered for *Recruitment fees: what next*, for: civil society." in said(done)
    assert LINK.replace("&", "&amp;") in said(done), "the link comes with the confirmation"
    assert await registrations(talk) == [(ENGLISH, RegistrationState.REGISTERED)]
    again = await talk.command(f"/events show {number}")
    assert "You are registered." in said(again)
    assert "Register" not in labels(again)
    assert "Withdraw" in labels(again)


async def test_what_one_registered_for_comes_first_on_ones_own_home(talk: Talk) -> None:
    number = await gathering(talk)
    await talk.box.open_home(ENGLISH)
    assert "Nothing of your own groups" in str(talk.box.home_of(ENGLISH))
    await join(talk, number, ENGLISH)
    await talk.box.open_home(ENGLISH)
    assert "Nothing of your own groups" not in str(talk.box.home_of(ENGLISH))
    assert "Recruitment fees" in str(talk.box.home_of(ENGLISH))
    await talk.ask(f"/events withdraw {number}")
    await talk.box.open_home(ENGLISH)
    assert "Nothing of your own groups" in str(talk.box.home_of(ENGLISH))


async def test_without_a_number_it_asks_for_one_and_the_card_shows_it(talk: Talk) -> None:
    number = await gathering(talk)
    for words in ("register", "inscription", "inscripción", "désinscrire", "anular", "ver", "voir"):
        assert "needs the number of an event" in await talk.ask(f"/events {words}")
    assert f"Event {number}" in await talk.ask(f"/events show {number}")


async def test_twice_is_once_and_says_so(talk: Talk) -> None:
    number = await gathering(talk)
    await join(talk, number, ENGLISH)
    again = await talk.ask(f"/events register {number}")
    assert "You are registered for *Recruitment fees: what next*." in again
    assert len(await registrations(talk)) == 1
    async with talk.database.reading() as session:
        acts = list(await session.scalars(select(AuditEntry.action)))
    assert acts.count("event_registered") == 1


async def test_a_form_asks_for_the_constituency_that_nobody_knows(talk: Talk) -> None:
    number = await gathering(talk)
    await stands_for(talk, ENGLISH, None)
    asked = await talk.command(f"/events register {number}")
    assert "For which constituency" in said(asked)
    assert not await registrations(talk)
    form = await talk.click("Choose your constituency", asked)
    chosen = {"constituency": {"value": "media"}}
    sent = await talk.box.submit(ENGLISH, modal(form)["id"], chosen)
    assert not sent.errors
    assert "for: media" in str(talk.box.view_of(ENGLISH))
    assert await seats(talk) == {ENGLISH}


async def test_the_same_form_sent_twice_makes_one_row(talk: Talk) -> None:
    number = await gathering(talk)
    await stands_for(talk, ENGLISH, None)
    form = await talk.click("Choose your constituency", await talk.command(f"/events register {number}"))
    values = {"constituency": {"value": "media"}}
    sending = (talk.box.submit(ENGLISH, modal(form)["id"], values) for _ in range(2))
    await asyncio.gather(*sending, return_exceptions=True)
    assert len(await registrations(talk)) == 1


async def test_the_organisation_of_a_profile_says_the_constituency(talk: Talk) -> None:
    number = await gathering(talk)
    async with talk.database.writing() as session:
        iom = (await session.scalars(select(Organisation.id).where(Organisation.key == "iom"))).one()
        query = update(Member).where(Member.slack_id == ENGLISH)
        await session.execute(query.values(constituency=None, organisation_id=iom))
    assert "for: UN agencies" in await talk.ask(f"/events register {number}")


async def test_whoever_comes_late_waits_and_knows_their_place(talk: Talk) -> None:
    number = await gathering(talk, capacity=1)
    await join(talk, number, ENGLISH, FRENCH)
    waits = await talk.ask(f"/events register {number}", SPANISH)
    assert "el número 2 de la lista de espera" in waits
    assert "secret-room" not in waits
    assert "secret-room" not in await talk.ask(f"/events link {number}", SPANISH)
    card = await talk.command(f"/events show {number}", SPANISH)
    assert "número 2 de la lista de espera" in said(card)
    assert "secret-room" not in str(shown(card))
    assert "numéro 1 sur la liste d’attente" in await talk.ask(f"/events register {number}", FRENCH)


async def test_a_withdrawal_moves_the_next_one_up_and_tells_them_once(talk: Talk) -> None:
    number = await gathering(talk, capacity=1)
    await join(talk, number, ENGLISH, FRENCH, NEPAL_FOCAL_POINT)
    card = await talk.command(f"/events show {number}")
    asks = next(one for one in buttons(card) if one["text"]["text"] == "Withdraw")
    assert "whoever waits longest" in asks["confirm"]["text"]["text"]
    assert "not registered for" in said(await talk.click("Withdraw", card))
    assert await seats(talk) == {FRENCH}
    assert "Une place s’est libérée" in await told(talk, FRENCH)
    assert "secret-room" in await told(talk, FRENCH)
    assert len(await heard(talk, FRENCH)) == 1
    assert not await heard(talk, NEPAL_FOCAL_POINT)
    await talk.ask(f"/events withdraw {number}")
    assert await seats(talk) == {FRENCH}, "withdrawing twice frees one seat"
    assert len(await heard(talk, FRENCH)) == 1


async def test_after_several_withdrawals_the_order_holds_and_who_comes_back_is_last(talk: Talk) -> None:
    number = await gathering(talk, capacity=1)
    await join(talk, number, ENGLISH, FRENCH, SPANISH, NEPAL_FOCAL_POINT)
    await talk.ask(f"/events withdraw {number}", FRENCH)
    await join(talk, number, FRENCH)
    assert "numéro 3 sur la liste" in await talk.ask(f"/events register {number}", FRENCH)
    await talk.ask(f"/events withdraw {number}", ENGLISH)
    assert await seats(talk) == {SPANISH}
    await talk.ask(f"/events withdraw {number}", SPANISH)
    assert await seats(talk) == {NEPAL_FOCAL_POINT}
    await talk.ask(f"/events withdraw {number}", NEPAL_FOCAL_POINT)
    assert await seats(talk) == {FRENCH}
    assert len(await heard(talk, FRENCH)) == 1


async def test_of_two_at_the_same_instant_one_gets_the_last_seat(talk: Talk) -> None:
    number = await gathering(talk, capacity=1)
    await asyncio.gather(*(talk.box.command(user, GENERAL, f"/events register {number}") for user in PEOPLE))
    await talk.going.bot.busy.idle()
    states = [state for _, state in await registrations(talk)]
    assert sorted(states) == [RegistrationState.REGISTERED, *[RegistrationState.WAITING] * 3]


async def test_more_seats_let_those_who_wait_in_by_their_order(talk: Talk) -> None:
    await chaired_by(talk, SPANISH)
    number = await gathering(talk, capacity=1)
    await join(talk, number, ENGLISH, FRENCH, NEPAL_FOCAL_POINT, GUEST)
    page = await talk.command(f"/events manage {number}", SPANISH)
    form = await talk.click(labels(page)[0], page, SPANISH)
    refused = await talk.box.submit(SPANISH, modal(form)["id"], {"capacity": {"value": "0"}})
    assert "capacity" in refused.errors
    await talk.box.submit(SPANISH, modal(form)["id"], {"capacity": {"value": "3"}})
    assert await seats(talk) == {ENGLISH, FRENCH, NEPAL_FOCAL_POINT}
    assert len(await heard(talk, FRENCH)) == len(await heard(talk, NEPAL_FOCAL_POINT)) == 1
    assert not await heard(talk, GUEST)
    form = await talk.click(labels(page)[0], page, SPANISH)
    refused = await talk.box.submit(SPANISH, modal(form)["id"], {"capacity": {"value": "2"}})
    assert "capacity" in refused.errors, "below those who are registered"
    assert len(await seats(talk)) == 3


async def test_who_left_slack_holds_no_seat(talk: Talk) -> None:
    number = await gathering(talk, capacity=1)
    await join(talk, number, ENGLISH, FRENCH)
    await talk.box.change_user(ENGLISH, deleted=True)
    await join(talk, number, SPANISH)
    assert await seats(talk) >= {FRENCH}
    assert SPANISH not in await seats(talk), "who waited longer goes first"


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("cancelled", "was cancelled, so there is nothing to register for"),
        ("held", "is over"),
        ("past", "is over"),
        ("none", "takes no registrations here"),
    ],
)
async def test_there_is_a_sentence_where_one_cannot_register(talk: Talk, what: str, sentence: str) -> None:
    day = in_a_week(talk)
    values: dict[str, dict[str, Any]] = {
        "cancelled": {"when": on(day, status=Status.CANCELLED)},
        "held": {"when": on(day - timedelta(days=9), status=Status.HELD)},
        "past": {"when": on(day - timedelta(days=9))},
        "none": {"takes_registrations": False},
    }
    number = await gathering(talk, **values[what])
    assert sentence in await talk.ask(f"/events register {number}")
    assert "Register" not in labels(await talk.command(f"/events show {number}"))
    assert not await registrations(talk)


async def test_guests_register_for_what_is_public_only(talk: Talk) -> None:
    public = await gathering(talk)
    members = await gathering(talk, visibility=Visibility.MEMBERS)
    assert "Su inscripción en" in await talk.ask(f"/events register {public}", GUEST, SEEN_BY_GUESTS)
    refused = await talk.ask(f"/events register {members}", GUEST, SEEN_BY_GUESTS)
    assert "Recruitment" not in refused
    assert await seats(talk) == {GUEST}


async def test_a_groups_own_event_is_for_those_who_belong_to_it(talk: Talk) -> None:
    number = await gathering(talk, visibility=Visibility.GROUP)
    for word in ("register", "link", "withdraw", "registered", "agenda", "show"):
        assert "Recruitment" not in await talk.ask(f"/events {word} {number}")
    assert not await registrations(talk)
    await talk.ask("/actiongroup migration join")
    await chaired_by(talk, ENGLISH)
    await join(talk, number, ENGLISH)
    assert await seats(talk) == {ENGLISH}


async def test_who_left_the_group_neither_moves_up_nor_has_the_link(talk: Talk) -> None:
    number = await gathering(talk, visibility=Visibility.GROUP, capacity=1)
    async with talk.database.writing() as session:
        group = (await session.scalars(select(Group.id).where(Group.key == "migration"))).one()
        for member in await session.scalars(select(Member.id).where(Member.slack_id.in_(PEOPLE))):
            session.add(Membership(group_id=group, member_id=member, since=date(2026, 1, 1)))
    await join(talk, number, ENGLISH, FRENCH, NEPAL_FOCAL_POINT)
    await talk.ask("/actiongroup migration leave", FRENCH)
    await talk.ask("/actiongroup migration leave", ENGLISH)
    assert "secret-room" not in await talk.ask(f"/events link {number}", ENGLISH)
    await talk.ask(f"/events withdraw {number}", ENGLISH)
    assert await seats(talk) == {NEPAL_FOCAL_POINT}
    assert not await heard(talk, FRENCH)


async def test_somebody_who_was_stopped_does_not_register(talk: Talk) -> None:
    number = await gathering(talk)
    async with talk.database.writing() as session:
        await session.execute(update(Member).where(Member.slack_id == ENGLISH).values(is_stopped=True))
    assert "has stopped you" in await talk.ask(f"/events register {number}")
    assert not await registrations(talk)


async def test_the_link_is_for_the_registered_alone(talk: Talk) -> None:
    await chaired_by(talk, SPANISH)
    number = await gathering(talk, capacity=1)
    await join(talk, number, ENGLISH, FRENCH)
    assert "secret-room" in await talk.ask(f"/events link {number}")
    assert "secret-room" in await talk.ask(f"/events show {number}")
    for user in (FRENCH, NEPAL_FOCAL_POINT, GUEST):
        for line in ("link", "show", "agenda", "attendance"):
            outcome = await talk.box.command(user, SEEN_BY_GUESTS, f"/events {line} {number}")
            assert "secret-room" not in str([outcome.replies, outcome.updated, outcome.calls])
    for line in ("/events", "/events migration", "/actiongroup migration", f"/events registered {number}"):
        outcome = await talk.command(line, SPANISH if "registered" in line else ENGLISH)
        assert "secret-room" not in str([outcome.replies, outcome.updated])


async def test_no_shared_card_tells_the_link_or_whose_view_it_was(talk: Talk) -> None:
    number = await gathering(talk)
    await join(talk, number, ENGLISH)
    card = await talk.command(f"/events show {number}")
    await talk.click("Share here", card)
    listing = await talk.command("/events")
    await talk.click("Share here", listing)
    await join(talk, number, FRENCH)  # the card is drawn anew
    await talk.going.bot.busy.idle()
    posted = str(talk.box.messages(GENERAL, as_user=SPANISH))
    assert "Recruitment" in posted
    assert "secret-room" not in posted
    assert "You are registered" not in posted
    async with talk.database.reading() as session:
        shared = [
            row.payload for row in await session.scalars(select(Delivery).where(Delivery.kind == "card"))
        ]
    assert shared
    assert "secret-room" not in str(shared)


async def test_a_forged_click_shares_neither_link_nor_names(talk: Talk) -> None:
    await chaired_by(talk, ENGLISH)
    number = await gathering(talk)
    await join(talk, number, ENGLISH, FRENCH)
    card = await talk.command(f"/events show {number}")
    for word in ("link", "registered", "register", "withdraw"):
        await talk.box.action(
            ENGLISH, shown(card)["ts"], channel=GENERAL, action_id="share:0",
            value=f"/events {word} {number}", forged=True,
        )  # fmt: skip
    await talk.going.bot.busy.idle()
    posted = str([one for one in talk.box.messages(GENERAL, as_user=SPANISH) if not one["ephemeral"]])
    assert "secret-room" not in posted
    assert FRENCH not in posted
    assert await seats(talk) == {ENGLISH, FRENCH}


async def test_organisers_see_who_is_registered_and_nobody_else_does(talk: Talk) -> None:
    await chaired_by(talk, SPANISH)
    number = await gathering(talk, capacity=2)
    await stands_for(talk, FRENCH, Constituency.MEDIA)
    await join(talk, number, ENGLISH, FRENCH, NEPAL_FOCAL_POINT)
    page = await talk.ask(f"/events registered {number}", SPANISH)
    assert f"<@{ENGLISH}> · sociedad civil" in page
    assert f"<@{FRENCH}> · medios" in page
    assert f"<@{NEPAL_FOCAL_POINT}>" not in page, "who waits is a number"
    assert "*2 personas" in page
    for user in (ENGLISH, NEPAL_FOCAL_POINT):
        refused = await talk.ask(f"/events registered {number}", user)
        assert f"<@{FRENCH}>" not in refused
        assert "This is for" in refused
    assert "Who is registered" not in labels(await talk.command(f"/events show {number}"))


async def test_many_are_registered_on_several_pages(talk: Talk) -> None:
    number = await gathering(talk)
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        for n in range(300):
            member = Member(slack_id=f"U9{n:05}")
            session.add(member)
            await session.flush()
            session.add(
                Registration(
                    event_id=number, member_id=member.id, state=RegistrationState.REGISTERED,
                    constituency=Constituency.OTHER, at=now, changed_at=now,
                )
            )  # fmt: skip
    first = await talk.command(f"/events registered {number}", SECRETARIAT)
    assert "Next page" in labels(first)
    seen, page = said(first), first
    while "Next page" in labels(page):
        page = await talk.click("Next page", page, SECRETARIAT)
        seen += said(page)
    assert all(f"<@U9{n:05}>" in seen for n in range(300))


async def test_others_see_places_left_and_no_small_count(talk: Talk) -> None:
    number = await gathering(talk, capacity=10)
    await stands_for(talk, FRENCH, Constituency.MEDIA)
    await join(talk, number, ENGLISH, FRENCH)
    card = await talk.ask(f"/events show {number}", SPANISH)
    assert "8 plazas" in card
    assert "sociedad civil 1" not in card
    assert "medios de comunicación 1" not in card


async def attended(talk: Talk, number: int, user: str = SECRETARIAT, **counts: str) -> Outcome:
    form = await talk.box.command(user, GENERAL, f"/events attendance {number}")
    values = {kind: {"value": count} for kind, count in counts.items()}
    return await talk.box.submit(user, modal(form)["id"], values)


async def past(talk: Talk, **values: Any) -> int:
    return await gathering(talk, when=on(in_a_week(talk) - timedelta(days=9), status=Status.HELD), **values)


async def counted(talk: Talk) -> dict[str, int]:
    async with talk.database.reading() as session:
        rows = await session.scalars(select(Attendance))
        return {(row.constituency or row.region or Constituency.OTHER).value: row.count for row in rows}


async def test_the_organiser_records_how_many_came(talk: Talk) -> None:
    number = await past(talk)
    sent = await attended(
        talk, number, governments="40", civil_society="41", media="3", experts="2", africa="86"
    )
    assert not sent.errors
    assert await counted(talk) == {
        "governments": 40, "civil_society": 41, "media": 3, "experts": 2, "africa": 86,
    }  # fmt: skip
    card = await talk.ask(f"/events show {number}")
    assert "*86 people came.*" in card
    assert "civil society 41 · governments 40 · fewer than five: media, experts" in card
    assert "media 3" not in card
    replaced = await attended(talk, number, governments="50")
    assert not replaced.errors
    assert (await counted(talk))["governments"] == 50


async def test_one_small_count_is_not_told_by_the_total(talk: Talk) -> None:
    number = await past(talk)
    await attended(talk, number, governments="40", civil_society="41", media="3")
    card = await talk.ask(f"/events show {number}")
    assert "*84 people came.*" in card
    assert "civil society 41 · not shown, as some are fewer than five: governments, media" in card
    assert "governments 40" not in card


async def test_an_absent_region_is_said_where_that_tells_no_small_count(talk: Talk) -> None:
    number = await past(talk)
    await attended(talk, number, africa="40", americas="0")
    assert "nobody: Americas" in await talk.ask(f"/events show {number}")
    await attended(talk, number, africa="40", americas="0", arab_states="2")
    card = await talk.ask(f"/events show {number}")
    assert "nobody" not in card
    assert "fewer than five: Americas, Arab States" in card


async def test_what_is_no_number_is_said_on_its_field_and_nothing_is_lost(talk: Talk) -> None:
    number = await past(talk)
    sent = await attended(
        talk, number, governments="many", media="-1", experts="100001", academia="²", other="7"
    )
    assert set(sent.errors) == {"governments", "media", "experts", "academia"}
    assert "in figures" in sent.errors["governments"]
    assert "below nought" in sent.errors["media"]
    assert await counted(talk) == {}


async def test_nobody_else_records_it_and_not_before_it_has_begun(talk: Talk) -> None:
    number = await past(talk)
    form = await talk.box.command(ENGLISH, GENERAL, f"/events attendance {number}")
    assert "This is for" in str(modal(form))
    ahead = await gathering(talk)
    early = await talk.box.command(SECRETARIAT, GENERAL, f"/events attendance {ahead}")
    assert "has not begun" in str(modal(early))
    form = await talk.box.command(SECRETARIAT, GENERAL, f"/events attendance {number}")
    await changed(talk, number, when=on(date(2030, 1, 1), status=Status.CANCELLED))
    await talk.box.submit(SECRETARIAT, modal(form)["id"], {"media": {"value": "9"}})
    assert await counted(talk) == {}


async def test_the_organiser_finds_what_was_recorded_in_the_form(talk: Talk) -> None:
    number = await past(talk)
    await attended(talk, number, media="3")
    form = await talk.box.command(SECRETARIAT, GENERAL, f"/events attendance {number}")
    field = next(one for one in modal(form)["blocks"] if one.get("block_id") == "media")
    assert field["element"]["initial_value"] == "3"


async def test_in_french(talk: Talk) -> None:
    number = await gathering(talk, name={"en": "*Fees* <!channel>"}, capacity=1)
    done = await talk.command(f"/events inscription {number}", FRENCH)
    assert "est faite, au titre de" in said(done)
    assert "<!channel>" not in str(shown(done))
    assert "&lt;!channel&gt;" in said(done)
    assert "est annulée" in await talk.ask(f"/events désister {number}", FRENCH)
    assert "pas d’inscription" in await talk.ask(f"/events lien {number}", FRENCH)


@pytest.mark.parametrize("typed", ["", "0", "²", "99999999999999999999", "nought", "1 2"])
async def test_what_is_no_event_registers_for_none(talk: Talk, typed: str) -> None:
    for word in ("register", "withdraw", "link", "registered"):
        answered = await talk.ask(f"/events {word} {typed}".strip())
        assert "Reference number" not in answered
    assert not await registrations(talk)


async def test_nothing_of_it_is_in_the_audit_but_the_act(talk: Talk) -> None:
    number = await gathering(talk)
    await join(talk, number, ENGLISH)
    async with talk.database.reading() as session:
        one = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "event_registered"))).one()
        assert one.subject == f"event:{number}"
