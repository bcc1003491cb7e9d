"""Calendars: subscribed to in Slack, read by calendar programs over the web, each with what is for it."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from ical.calendar_stream import IcsCalendarStream
from sqlalchemy import delete, insert, select, update

from community.following import follow
from community.members import ensure_member
from community.rights import actor_of
from handlers.links import Links
from handlers.slack.answering import answer
from storage.partial_dates import PartialDate, Precision, Status
from storage.tables import (
    Event,
    EventAudience,
    Group,
    Member,
    Membership,
    Place,
    Registration,
)
from storage.vocabulary import (
    Cadence,
    EventKind,
    EventState,
    GroupKind,
    RegistrationState,
    Visibility,
)
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
from tests.handlers.wishes import actions, chaired_by

NUMBERS = itertools.count(1)
SEEN_BY_GUESTS = "C0PATHFND"
JOIN = "https://meet.example.org/secret-room"
OWN = re.compile(r"/calendar/[^/]+\.ics")
ADDRESS = re.compile(r"<(http[^|>]+\.ics)>")


@pytest.fixture
async def web(talk: Talk) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{talk.going.port}", trust_env=False, headers={"Accept-Language": "en"}
    ) as client:
        yield client


async def added(talk: Talk, called: str, *, group: str = "", place: str = "", **columns: Any) -> int:
    """An event that people added, two weeks from now; its id."""
    day = talk.going.bot.clock.now().date() + timedelta(days=14)
    async with talk.database.writing() as session:
        row = Event(
            **{
                "key": f"event/calendars-{next(NUMBERS)}", "kind": EventKind.MEETING, "name": {"en": called},
                "when": PartialDate(Precision.DAY, day, day, Status.PLANNED), "link": JOIN,
                "visibility": Visibility.PUBLIC, "added_at": talk.going.bot.clock.now(), **columns,
            }
        )  # fmt: skip
        if group:
            row.group_id = await session.scalar(select(Group.id).where(Group.key == group))
        if place:
            row.place_id = await session.scalar(select(Place.id).where(Place.key == place))
        session.add(row)
        await session.flush()
        return row.id


async def member(talk: Talk, user: str) -> int:
    async with talk.database.writing() as session:
        return (await ensure_member(session, user)).id


async def joined(talk: Talk, user: str, group: str) -> None:
    number = await member(talk, user)
    async with talk.database.writing() as session:
        group_id = await session.scalar(select(Group.id).where(Group.key == group))
        session.add(Membership(group_id=group_id, member_id=number, since=date(2026, 1, 1)))


async def registered(talk: Talk, user: str, event: int, state: RegistrationState) -> None:
    number, now = await member(talk, user), talk.going.bot.clock.now()
    async with talk.database.writing() as session:
        session.add(Registration(event_id=event, member_id=number, state=state, at=now, changed_at=now))


async def addresses(talk: Talk, user: str = ENGLISH, text: str = "/events subscribe") -> list[str]:
    """The addresses that the answer shows, as they can be copied."""
    found = ADDRESS.findall(await talk.ask(text, user, SEEN_BY_GUESTS if user == GUEST else GENERAL))
    assert found
    return [address.partition(str(talk.going.port))[2] for address in found]


async def own(talk: Talk, user: str = ENGLISH) -> str:
    return next(one for one in await addresses(talk, user) if one.startswith("/calendar/"))


async def calendar(web: httpx.AsyncClient, address: str, status: int = 200) -> str:
    read = await web.get(address)
    assert read.status_code == status, (address, read.status_code, read.text)
    assert read.headers["content-type"] == "text/calendar; charset=utf-8"
    IcsCalendarStream.calendar_from_ics(read.text)
    return read.text


def names(text: str) -> set[str]:
    return {str(event.summary) for event in IcsCalendarStream.calendar_from_ics(text).events}


# For everybody


async def test_what_is_public_is_there_for_everybody_and_nothing_else(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await added(talk, "Open to all")
    await added(talk, "Without a word on it", visibility=None)
    await added(talk, "For members", visibility=Visibility.MEMBERS)
    await added(talk, "For the group", visibility=Visibility.GROUP, group="migration")
    await added(talk, "Only proposed", state=EventState.PROPOSED)
    await added(talk, "Some day", when=PartialDate(status=Status.PLANNED))
    await added(talk, "Long over", when=PartialDate.parse("2025-01-07"))
    await added(talk, "Over, but not long ago", when=PartialDate.parse("2026-02-07", status=Status.HELD))
    text = await calendar(web, "/en/calendar.ics")
    found = names(text)
    assert {"Open to all", "Without a word on it", "Over, but not long ago", "Human Rights Day"} <= found
    assert not {"For members", "For the group", "Only proposed", "Some day", "Long over"} & found
    assert "meet.example" not in text


async def test_it_speaks_the_language_of_its_address(talk: Talk, web: httpx.AsyncClient) -> None:
    for language, title, day in (
        ("en", "Alliance 8.7", "World Day against Child Labour"),
        ("fr", "Alliance 8.7", "Journée mondiale contre le travail des enfants"),
        ("es", "Alianza 8.7", "Día Mundial contra el Trabajo Infantil"),
    ):
        text = await calendar(web, f"/{language}/calendar.ics")
        assert f"\r\nX-WR-CALNAME:{title}\r\n" in text
        assert day in names(text)
    assert (await web.get("/de/calendar.ics")).status_code == 404


async def test_a_group_and_a_country_have_their_own(talk: Talk, web: httpx.AsyncClient) -> None:
    await added(talk, "Of Migration", group="migration")
    await added(talk, "In Nepal", place="NP")
    both = await added(talk, "Elsewhere, for both")
    async with talk.database.writing() as session:
        group = await session.scalar(select(Group.id).where(Group.key == "migration"))
        place = await session.scalar(select(Place.id).where(Place.key == "NP"))
        session.add_all(
            [EventAudience(event_id=both, group_id=group), EventAudience(event_id=both, place_id=place)]
        )
    text = await calendar(web, "/en/calendar/group/migration.ics")
    assert names(text) == {"Of Migration", "Elsewhere, for both"}
    assert "NAME:Alliance 8.7: Migration" in text
    text = await calendar(web, "/fr/calendar/place/NP.ics")
    assert names(text) == {"In Nepal (en anglais)", "Elsewhere, for both (en anglais)"}
    assert "NAME:Alliance 8.7\u00a0: Népal" in text
    assert names(await calendar(web, "/en/calendar/place/african-union.ics")) == set()
    for nothing in ("group/none", "place/XX", "event/17", "group/NP"):
        assert (await web.get(f"/en/calendar/{nothing}.ics")).status_code == 404


async def test_who_subscribed_to_a_group_that_went_into_another_reads_on(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    async with talk.database.writing() as session:
        kept = await session.scalar(select(Group.id).where(Group.key == "migration"))
        session.add(Group(key="went", kind=GroupKind.THEMATIC, name={"en": "Went"}, merged_into_id=kept))
    try:
        await added(talk, "Of Migration", group="migration")
        assert names(await calendar(web, "/en/calendar/group/went.ics")) == {"Of Migration"}
    finally:
        async with talk.database.writing() as session:
            await session.execute(delete(Group).where(Group.key == "went"))


async def test_an_event_is_a_file(talk: Talk, web: httpx.AsyncClient) -> None:
    number = await added(talk, "Open to all", place="NP")
    text = await calendar(web, f"/es/events/{number}.ics")
    assert names(text) == {"Open to all (en inglés)"}
    read = await web.get(f"/es/events/{number}.ics")
    assert read.headers["content-disposition"] == f'attachment; filename="event-{number}.ics"'
    hidden = [
        await added(talk, "For members", visibility=Visibility.MEMBERS),
        await added(talk, "Proposed", state=EventState.PROPOSED),
        await added(talk, "Some day", when=PartialDate()),
        0,
        10**12,
    ]
    for one in hidden:
        assert (await web.get(f"/en/events/{one}.ics")).status_code == 404


async def test_who_has_it_already_gets_a_nod(talk: Talk, web: httpx.AsyncClient) -> None:
    number = await added(talk, "Open to all")
    first = await web.get("/en/calendar.ics")
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["last-modified"].endswith("GMT")
    again = await web.get("/en/calendar.ics", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = await web.head("/en/calendar.ics")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == first.headers["etag"]
    async with talk.database.writing() as session:
        await session.execute(update(Event).where(Event.id == number).values(name={"en": "Renamed"}))
    changed = await web.get("/en/calendar.ics", headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert "Renamed" in names(changed.text)


async def test_a_moved_and_a_cancelled_event_keep_their_name_for_programs(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    number = await added(talk, "Second meeting")
    read = await calendar(web, f"/en/events/{number}.ics")
    before = IcsCalendarStream.calendar_from_ics(read).events[0]
    moved = PartialDate.parse("2027-03-28", status=Status.PLANNED, hours="09:00", zone="Europe/Paris")
    for revision, when in ((1, moved), (2, replace(moved, status=Status.CANCELLED))):
        async with talk.database.writing() as session:
            row = await session.get_one(Event, number)
            row.when, row.revision, row.changed_at = when, revision, talk.going.bot.clock.now()
        read = await calendar(web, "/en/calendar.ics")
        event = next(one for one in IcsCalendarStream.calendar_from_ics(read).events if one.uid == before.uid)
        assert event.sequence == revision
        assert event.dtstart.astimezone(UTC) == datetime(2027, 3, 28, 7, tzinfo=UTC)
        assert event.dtend is None, "nobody said how long it takes"
    assert event.status.value == "CANCELLED"
    assert before.uid.endswith("@127.0.0.1")


async def test_hostile_words_forge_nothing(talk: Talk, web: httpx.AsyncClient) -> None:
    count = len(names(await calendar(web, "/en/calendar.ics")))
    await added(
        talk, "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:forged\r\n", about={"en": "a\nATTACH:https://x\u2028y"},
        venue={"en": "Room; 5, \\north"},
    )  # fmt: skip
    text = await calendar(web, "/en/calendar.ics")
    assert len(names(text)) == count + 1
    assert "forged" not in names(text)
    assert not re.search(r"\r\n(ATTACH|SUMMARY:forged)", text)
    assert "LOCATION:Room\\; 5\\, \\\\north" in text


async def test_of_a_great_many_each_is_there_once(talk: Talk, web: httpx.AsyncClient) -> None:
    day = talk.going.bot.clock.now().date() + timedelta(days=3)
    rows = [
        {
            "key": f"event/many-{n}", "kind": EventKind.MEETING, "name": {"en": f"Number {n}"}, "themes": [],
            "zones": [], "languages": [], "revision": 0, "takes_registrations": False, "derived": False,
            "when_precision": Precision.DAY, "when_start": day, "when_end": day, "when_inferred": False,
            "added_at": talk.going.bot.clock.now(),
        }
        for n in range(1_001)
    ]  # fmt: skip
    async with talk.database.writing() as session:
        await session.execute(insert(Event.__table__), rows)
    found = names(await calendar(web, "/en/calendar.ics"))
    assert {f"Number {n}" for n in range(1_001)} <= found


# One's own


async def test_ones_own_has_what_concerns_one_and_not_what_is_others(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await joined(talk, ENGLISH, "migration")
    async with talk.database.writing() as session:
        actor = await actor_of(session, ENGLISH, talk.going.bot.clock.now().date())
        await follow(session, actor, "place:NP", Cadence.WEEKLY, talk.going.bot.clock.now())
    await added(talk, "Of my group", group="migration")
    await added(talk, "For my group alone", group="migration", visibility=Visibility.GROUP)
    await added(talk, "In a country that I follow, for members", place="NP", visibility=Visibility.MEMBERS)
    seat = await added(talk, "Where I have a place", group="supply-chains", visibility=Visibility.MEMBERS)
    await registered(talk, ENGLISH, seat, RegistrationState.REGISTERED)
    waits = await added(talk, "Where I wait")
    await registered(talk, ENGLISH, waits, RegistrationState.WAITING)
    theirs = await added(talk, "Where another has a place")
    await registered(talk, SPANISH, theirs, RegistrationState.REGISTERED)
    await added(talk, "Of another group", group="supply-chains")
    await added(
        talk, "For another group alone", group="supply-chains", place="NP", visibility=Visibility.GROUP
    )
    await added(talk, "In another country", place="MG")
    await added(talk, "Proposed", group="migration", state=EventState.PROPOSED)
    text = await calendar(web, await own(talk))
    assert names(text) == {
        "Of my group", "For my group alone", "In a country that I follow, for members",
        "Where I have a place",
    }  # fmt: skip
    assert "meet.example" not in text
    assert text.count("CLASS:PRIVATE") == 3
    read = await web.get(await own(talk))
    assert read.headers["cache-control"] == "private, no-cache"


async def test_a_chair_has_the_events_of_the_group_in_their_language(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await chaired_by(talk, SPANISH)
    await added(talk, "Secret", name={"es": "Para el grupo"}, group="migration", visibility=Visibility.GROUP)
    text = await calendar(web, await own(talk, SPANISH))
    assert names(text) == {"Para el grupo"}
    assert "NAME:Mi Alianza 8.7" in text


async def test_a_guest_has_what_is_public_only(talk: Talk, web: httpx.AsyncClient) -> None:
    await joined(talk, GUEST, "migration")
    await added(talk, "Open to all", group="migration")
    await added(talk, "For members", group="migration", visibility=Visibility.MEMBERS)
    assert names(await calendar(web, await own(talk, GUEST))) == {"Open to all (en inglés)"}


async def test_a_new_address_voids_the_old_one(talk: Talk, web: httpx.AsyncClient) -> None:
    await joined(talk, ENGLISH, "migration")
    await added(talk, "Of my group", group="migration")
    page = await talk.command("/events subscribe")
    assert shown(page)["ephemeral"]
    old = await own(talk)
    renewed = await talk.click("A new address", page)
    assert "Done: your calendar has a new address" in said(renewed)
    new = await own(talk)
    assert new != old
    assert names(await calendar(web, new)) == {"Of my group"}
    gone = await calendar(web, old, status=410)
    assert "Of my group" not in gone
    assert names(gone) == {"This calendar has another address now"}
    assert (await web.get(old)).headers["cache-control"] == "no-store"
    again = await talk.ask("/events subscribe new 0")
    assert "it is the one below" in again, "the same click twice counts once"
    assert await own(talk) == new
    assert "Done" in await talk.ask("/events subscribe new")
    assert await own(talk) != new
    assert (await actions(talk)).count("calendar_renewed") == 2


async def test_it_is_asked_once_before_an_address_is_void(talk: Talk) -> None:
    page = await talk.command("/events subscribe")
    button = next(b for b in buttons(page) if b["text"]["text"] == "A new address")
    assert "will get nothing more" in button["confirm"]["text"]["text"]


async def test_nobody_makes_up_an_address(talk: Talk, web: httpx.AsyncClient) -> None:
    address = await own(talk)
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    links = talk.going.bot.services.links
    number = await member(talk, ENGLISH)
    forged = Links(links.base, "x" * 32).own_calendar(number, 0).removeprefix(links.base)
    stranger = links.own_calendar(10**9, 0).removeprefix(links.base)
    event = links.own_event(number, 0, 1).removeprefix(links.base).removeprefix("event/")
    flipped = ("A" if token[-1] != "A" else "B") + token[1:]
    for wrong, status in (
        (f"/{forged}", 404), (f"/calendar/{event}", 404), (f"/calendar/{flipped}.ics", 404),
        ("/calendar/x.ics", 404), (f"/event/{token}.ics", 404), (f"/{stranger}", 410),
    ):  # fmt: skip
        assert names(await calendar(web, wrong, status)) == {"This calendar has another address now"}
    assert names(await calendar(web, f"/calendar/{token}")) == set(), "with or without its ending"


async def test_who_left_slack_has_none_any_more(talk: Talk, web: httpx.AsyncClient) -> None:
    address = await own(talk)
    await talk.box.change_user(ENGLISH, deleted=True)
    await talk.box.settle()
    async with talk.database.reading() as session:
        assert not (await session.scalars(select(Member.is_active).where(Member.slack_id == ENGLISH))).one()
    await calendar(web, address, status=410)


# In Slack


async def test_where_one_subscribes_is_told_in_three_languages(talk: Talk, web: httpx.AsyncClient) -> None:
    for user, word, title, new, public in (
        (ENGLISH, "subscribe", "Events in your own calendar", "A new address", "/en/calendar.ics"),
        (
            FRENCH,
            "abonnement",
            "Les événements dans votre calendrier",
            "Une nouvelle adresse",
            "/fr/calendar.ics",
        ),
        (SPANISH, "suscribirse", "Los eventos en su calendario", "Una dirección nueva", "/es/calendar.ics"),
    ):
        page = await talk.command(f"/events {word}", user)
        assert said(page).startswith(title)
        assert new in labels(page)
        found = await addresses(talk, user, f"/events {word}")
        assert public in found
        for address in found:
            await calendar(web, address)


async def test_a_group_or_a_country_is_named_after_it(talk: Talk, web: httpx.AsyncClient) -> None:
    text = await talk.ask("/events subscribe Népal", FRENCH)
    assert "*Népal*" in text
    assert "/fr/calendar/place/NP.ics>" in text
    found = await addresses(talk, ENGLISH, "/events subscribe migration")
    assert found[0] == "/en/calendar/group/migration.ics"
    assert len(found) == 3
    (new_zealand, *_) = await addresses(talk, ENGLISH, "/events subscribe New Zealand")
    assert new_zealand == "/en/calendar/place/NZ.ics", "it is no wish for a new address"
    assert names(await calendar(web, new_zealand)) == set()
    assert "could not find" in await talk.ask("/events subscribe Atlantis")


async def test_the_own_address_is_shown_to_nobody_else(talk: Talk) -> None:
    mentioned = await talk.box.message(ENGLISH, GENERAL, f"<@{talk.box.bot_user_id}> events subscribe")
    assert shown(mentioned)["ephemeral"]
    assert "is for you alone" in said(mentioned)
    assert not OWN.search(said(mentioned))
    page = await talk.command("/events")
    forged = await talk.box.action(
        ENGLISH,
        shown(page)["ts"],
        channel=GENERAL,
        action_id="share:7",
        value="/events subscribe",
        forged=True,
    )
    assert not OWN.search(str([*forged.replies, *forged.updated]))
    everybody = "\n".join(
        text for message in talk.box.messages(GENERAL, as_user=FRENCH) for text in texts(message["blocks"])
    )
    assert "is for you alone" in everybody
    assert "/calendar.ics" in everybody


async def test_without_a_secret_those_for_everybody_are_offered(talk: Talk) -> None:
    services = replace(talk.going.bot.services, links=Links("https://a.example/"))
    answered = await answer(talk.going.bot.desk, services, "/events subscribe", ENGLISH)
    text = "\n".join(texts(list(answered.message.blocks)))
    assert "not possible here yet" in text
    assert "<https://a.example/en/calendar.ics>" in text
    assert "A new address" not in text


async def test_somebody_not_met_yet_is_not_refused(talk: Talk) -> None:
    services = talk.going.bot.services
    answered = await answer(talk.going.bot.desk, services, "/events subscribe new", "U0UNKNOWN")
    text = "\n".join(texts(list(answered.message.blocks)))
    assert "/en/calendar.ics" in text
    assert "Reference number" not in text
    assert "calendar_renewed" not in await actions(talk)


async def test_the_list_leads_there(talk: Talk) -> None:
    listing = await talk.command("/events")
    assert "Events in your own calendar" in said(await talk.click("In my calendar", listing))
    assert "In my calendar" not in labels(await talk.command("/events past"))


async def test_a_card_has_its_event_as_a_file(talk: Talk, web: httpx.AsyncClient) -> None:
    number = await added(talk, "Open to all")
    assert f"/en/events/{number}.ics|Add to my calendar>" in await talk.ask(f"/events show {number}")
    assert "|Ajouter à mon calendrier>" in await talk.ask(f"/events show {number}", FRENCH)
    undated = await added(talk, "Some day", when=PartialDate(status=Status.PLANNED))
    assert "Add to my calendar" not in await talk.ask(f"/events show {undated}")


async def test_a_card_for_members_has_a_file_for_its_reader_alone(talk: Talk, web: httpx.AsyncClient) -> None:
    number = await added(talk, "For members", visibility=Visibility.MEMBERS)
    card = await talk.command(f"/events show {number}")
    found = re.search(r"<http://[^/]+(/event/[^|]+\.ics)\|Add to my calendar>", said(card))
    assert found
    assert names(await calendar(web, found[1])) == {"For members"}
    read = await web.get(found[1])
    assert "attachment" in read.headers["content-disposition"]
    assert read.headers["cache-control"].startswith("private")
    async with talk.database.writing() as session:
        await session.execute(update(Event).where(Event.id == number).values(visibility=Visibility.GROUP))
    await calendar(web, found[1], status=410)
    async with talk.database.writing() as session:
        await session.execute(update(Event).where(Event.id == number).values(visibility=Visibility.MEMBERS))
    await talk.ask("/events subscribe new")
    await calendar(web, found[1], status=410)


async def test_an_organiser_outside_the_group_has_the_file_of_its_event(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    number = await added(talk, "For the group", group="migration", visibility=Visibility.GROUP)
    card = await talk.command(f"/events show {number}", "U0SECRETA")
    found = re.search(r"<http://[^/]+(/event/[^|]+\.ics)\|Add to my calendar>", said(card))
    assert found
    assert names(await calendar(web, found[1])) == {"For the group"}
