"""An event's agenda: items and hours, who presents them and in whose place, and what an event feeds into."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community import agendas
from sandbox import Outcome
from storage.partial_dates import PartialDate, Precision, Status
from storage.tables import AgendaItem, AuditEntry, Event, FeedsInto, Speaker
from storage.vocabulary import Visibility
from tests.handlers.gatherings import changed, gathering, in_a_week, on
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
)
from tests.handlers.wishes import chaired_by, heard, told

SECRETARIAT = "U0SECRETA"
OPENING: dict[str, Any] = {
    "title": {"value": "Fees, and who pays them"},
    "format": {"value": "plenary"},
    "starts_at": {"value": "15:00"},
    "ends_at": {"value": "15:30"},
    "people": {"value": [ENGLISH]},
}


@pytest.fixture(autouse=True)
async def a_chair(talk: Talk) -> AsyncIterator[None]:
    await chaired_by(talk, SPANISH)
    await talk.box.change_user(SPANISH, locale="en-US")
    yield
    await talk.going.bot.busy.idle()


async def opened(talk: Talk, number: int, label: str, user: str = SPANISH) -> Outcome:
    page = await talk.command(f"/events agenda {number}", user)
    return await talk.click(label, page, user)


async def added(talk: Talk, number: int, **changes: Any) -> Outcome:
    form = await opened(talk, number, "Add an item")
    return await talk.box.submit(SPANISH, modal(form)["id"], {**OPENING, **changes})


async def items(talk: Talk, number: int) -> list[AgendaItem]:
    async with talk.database.reading() as session:
        query = select(AgendaItem).where(AgendaItem.event_id == number).order_by(AgendaItem.position)
        return list((await session.scalars(query)).unique().all())


async def titles(talk: Talk, number: int) -> list[str]:
    return [one.title["en"] for one in await items(talk, number)]


async def test_an_item_stands_on_the_agenda_with_its_hours_in_two_zones(talk: Talk) -> None:
    number = await gathering(talk)
    assert "No agenda is on record yet" in await talk.ask(f"/events agenda {number}")
    sent = await added(talk, number)
    assert not sent.errors
    page = await talk.ask(f"/events agenda {number}", FRENCH)
    assert "1. *Fees, and who pays them (en anglais)* · plénière" in page
    assert "15:00–15:30 (heure locale, Bangkok), 08:00–08:30 chez vous" in page
    assert f"<@{ENGLISH}>" in page
    card = await talk.command(f"/events show {number}", FRENCH)
    assert "Ordre du jour" in labels(card)


async def test_a_member_is_told_once_that_they_present(talk: Talk) -> None:
    number = await gathering(talk)
    await added(talk, number)
    assert "You are on the agenda of *Recruitment fees: what next*" in await told(talk, ENGLISH)
    form = await opened(talk, number, "Change 1")
    await talk.box.submit(SPANISH, modal(form)["id"], {"title": {"value": "Who pays the fees"}})
    assert len(await heard(talk, ENGLISH)) == 1
    assert "Who pays the fees" in await talk.ask(f"/events agenda {number}")


async def test_a_new_item_stands_before_what_begins_later_and_moves_up_by_a_click(talk: Talk) -> None:
    number = await gathering(talk)
    await added(talk, number, title={"value": "Second"})
    await added(talk, number, title={"value": "First"}, starts_at={"value": "14:00"}, ends_at={"value": None})
    await added(talk, number, title={"value": "Last"}, starts_at={"value": None}, ends_at={"value": None})
    assert await titles(talk, number) == ["First", "Second", "Last"]
    page = await talk.command(f"/events agenda {number}", SPANISH)
    assert "Move up 1" not in labels(page)
    moved = await talk.click("Move up 3", page, SPANISH)
    assert "one place further up" in said(moved)
    assert await titles(talk, number) == ["First", "Last", "Second"]


async def test_an_item_is_removed_after_being_asked_once(talk: Talk) -> None:
    number = await gathering(talk)
    await added(talk, number)
    page = await talk.command(f"/events agenda {number}", SPANISH)
    button = next(one for one in buttons(page) if one["text"]["text"] == "Remove 1")
    assert "leave the agenda" in button["confirm"]["text"]["text"]
    assert "the item is removed" in said(await talk.click("Remove 1", page, SPANISH))
    again = await talk.ask(button["value"], SPANISH)
    assert "somebody was faster" in again
    async with talk.database.reading() as session:
        assert not (await session.scalars(select(Speaker).where(Speaker.key.like("member/%")))).all()


async def test_a_speaker_is_replaced_and_stays_on_record(talk: Talk) -> None:
    number = await gathering(talk)
    await added(talk, number)
    form = await opened(talk, number, "Replace a speaker")
    assert f"<@{ENGLISH}>" in str(modal(form)["blocks"]), "a menu mentions nobody: the list above does"
    (item,) = await items(talk, number)
    sent = await talk.box.submit(
        SPANISH, modal(form)["id"],
        {"speaker": {"value": str(item.speakers[0].id)}, "people": {"value": FRENCH}},
    )  # fmt: skip
    assert not sent.errors
    page = await talk.ask(f"/events agenda {number}")
    assert f"<@{FRENCH}>, in place of <@{ENGLISH}>" in page
    assert "Vous êtes à l’ordre du jour" in await told(talk, FRENCH)
    assert "Somebody else presents in your place" in await told(talk, ENGLISH)
    assert len(await heard(talk, FRENCH)) == 1
    (item,) = await items(talk, number)
    form = await opened(talk, number, "Replace a speaker")
    values = {"speaker": {"value": str(item.speakers[1].id)}, "name": {"value": "The Minister"}}
    again = await talk.box.submit(SPANISH, modal(form)["id"], values)
    assert not again.errors
    assert f"The Minister, in place of <@{FRENCH}>, <@{ENGLISH}>" in await talk.ask(
        f"/events agenda {number}"
    )


async def test_exactly_one_comes_instead_and_one_who_was_replaced_is_gone(talk: Talk) -> None:
    number = await gathering(talk)
    await added(talk, number)
    (item,) = await items(talk, number)
    who = {"speaker": {"value": str(item.speakers[0].id)}}
    form = await opened(talk, number, "Replace a speaker")
    none = await talk.box.submit(SPANISH, modal(form)["id"], who)
    assert "exactly one" in none.errors["people"]
    two = {**who, "people": {"value": FRENCH}, "organisations": {"value": "IOM"}}
    assert "exactly one" in (await talk.box.submit(SPANISH, modal(form)["id"], two)).errors["people"]
    other = await opened(talk, number, "Replace a speaker", SECRETARIAT)
    unclear = {**who, "people": {"value": None}, "organisations": {"value": "Nobody at all"}}
    sent = await talk.box.submit(SPANISH, modal(form)["id"], unclear)
    assert "organisations" in sent.errors
    right = {**who, "people": {"value": None}, "organisations": {"value": "IOM"}}
    assert not (await talk.box.submit(SPANISH, modal(form)["id"], right)).errors
    late = await talk.box.submit(SECRETARIAT, modal(other)["id"], {**who, "people": {"value": FRENCH}})
    assert "speaker" in late.errors
    assert "International Organization for Migration (IOM), in place of" in await talk.ask(
        f"/events agenda {number}"
    )


async def test_members_organisations_and_names_present_together(talk: Talk) -> None:
    number = await gathering(talk)
    sent = await added(
        talk, number, people={"value": [ENGLISH, FRENCH, NEPAL_FOCAL_POINT]},
        organisations={"value": "ILO; unesco"}, name={"value": "A worker, *herself* <!channel>"},
    )  # fmt: skip
    assert not sent.errors
    page = await talk.command(f"/events agenda {number}")
    assert "International Labour Organization (ILO)" in said(page)
    assert "<!channel>" not in str(shown(page))
    assert "&lt;!channel&gt;" in said(page)
    form = await opened(talk, number, "Change 1")
    kept = {
        block["block_id"]: block["element"] for block in modal(form)["blocks"] if block["type"] == "input"
    }
    assert kept["people"]["initial_users"] == [ENGLISH, FRENCH, NEPAL_FOCAL_POINT]
    assert kept["organisations"]["initial_value"].startswith("International Labour Organization; ")
    sent = await talk.box.submit(SPANISH, modal(form)["id"], {"people": {"value": [FRENCH]}})
    assert not sent.errors
    (item,) = await items(talk, number)
    assert len(item.speakers) == 4
    assert len(await heard(talk, FRENCH)) == 1


async def test_in_a_channel_nobody_is_pinged(talk: Talk) -> None:
    number = await gathering(talk)
    await added(talk, number)
    page = await talk.command(f"/events agenda {number}", SPANISH)
    await talk.click("Share here", page, SPANISH)
    posted = [one for one in talk.box.messages(GENERAL, as_user=NEPAL_FOCAL_POINT) if not one["ephemeral"]]
    assert "Fees, and who pays them" in str(posted)
    assert "<@" not in str(posted)
    assert "Add an item" not in str(posted)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"ends_at": {"value": "14:59"}}, "ends_at", "before the beginning"),
        ({"ends_at": {"value": "15:00"}}, "ends_at", "before the beginning"),
        ({"starts_at": {"value": None}}, "ends_at", "when it begins"),
        ({"title": {"value": " "}}, "title", "write something"),
        ({"title": {"value": "Ask sam@example.org"}}, "title", "details"),
        ({"organisations": {"value": "No such body"}}, "organisations", "whole name"),
    ],
)
async def test_what_is_wrong_is_said_on_its_field(
    talk: Talk, changes: dict[str, Any], field: str, sentence: str
) -> None:
    number = await gathering(talk)
    sent = await added(talk, number, **changes)
    assert sentence in sent.errors[field]
    assert not await items(talk, number)
    again = await talk.box.submit(
        SPANISH, talk.box.view_of(SPANISH)["id"], {**OPENING, "organisations": {"value": ""}}
    )
    assert not again.errors
    assert len(await items(talk, number)) == 1


async def test_an_hour_that_the_clocks_skip_is_refused_and_one_they_repeat_is_the_first(talk: Talk) -> None:
    spring, autumn = datetime(2027, 3, 28, tzinfo=UTC).date(), datetime(2027, 10, 31, tzinfo=UTC).date()
    when = PartialDate(Precision.DAY, spring, spring, Status.PLANNED, None, time(1), None, "Europe/Paris")
    number = await gathering(talk, when=when)
    hours = {"starts_at": {"value": "02:30"}, "ends_at": {"value": None}}
    sent = await added(talk, number, **hours)
    assert "skip" in sent.errors["starts_at"]
    when = PartialDate(Precision.DAY, autumn, autumn, Status.PLANNED, None, time(1), None, "Europe/Paris")
    await changed(talk, number, when=when)
    form = await opened(talk, number, "Add an item")
    assert "twice counts the first time" in str(modal(form))
    sent = await talk.box.submit(SPANISH, modal(form)["id"], {**OPENING, **hours})
    assert not sent.errors
    async with talk.database.reading() as session:
        (one,) = await agendas.presentations(session, autumn, autumn)
        assert one.starts is not None
        assert one.starts.astimezone(UTC).hour == 0


async def test_an_item_of_several_days_has_one_of_them(talk: Talk) -> None:
    first = in_a_week(talk)
    number = await gathering(talk, when=on(first, first + timedelta(days=2)))
    sent = await added(talk, number, day={"value": (first + timedelta(days=3)).isoformat()})
    assert "does not take place" in sent.errors["day"]
    sent = await added(talk, number, day={"value": (first + timedelta(days=1)).isoformat()})
    assert not sent.errors
    async with talk.database.reading() as session:
        assert not await agendas.presentations(session, first, first)
        (one,) = await agendas.presentations(session, first, first + timedelta(days=1))
        assert one.day == first + timedelta(days=1)
        assert one.member.slack_id == ENGLISH
        assert one.starts is not None
        assert one.starts.isoformat().endswith("T15:00:00+07:00")


async def test_nobody_presents_at_what_is_not_confirmed_or_was_given_away(talk: Talk) -> None:
    day = in_a_week(talk)
    number = await gathering(talk)
    await added(talk, number, starts_at={"value": None}, ends_at={"value": None})
    async with talk.database.reading() as session:
        (one,) = await agendas.presentations(session, day, day)
        assert one.starts is not None
        assert one.starts.hour == 15, "the event's own hour"
    for status in (Status.TENTATIVE, Status.CANCELLED, Status.TO_BE_CONFIRMED):
        await changed(talk, number, when=on(day, status=status))
        async with talk.database.reading() as session:
            assert not await agendas.presentations(session, day, day)
    await changed(talk, number, when=on(day))
    form = await opened(talk, number, "Replace a speaker")
    (item,) = await items(talk, number)
    await talk.box.submit(
        SPANISH, modal(form)["id"],
        {"speaker": {"value": str(item.speakers[0].id)}, "people": {"value": FRENCH}},
    )  # fmt: skip
    async with talk.database.reading() as session:
        assert [one.member.slack_id for one in await agendas.presentations(session, day, day)] == [FRENCH]


async def test_the_same_form_sent_twice_adds_one_item(talk: Talk) -> None:
    number = await gathering(talk)
    form = await opened(talk, number, "Add an item")
    sending = (talk.box.submit(SPANISH, modal(form)["id"], OPENING) for _ in range(2))
    await asyncio.gather(*sending, return_exceptions=True)
    assert len(await items(talk, number)) == 1
    assert len(await heard(talk, ENGLISH)) == 1


async def test_nobody_else_changes_an_agenda_whatever_they_click(talk: Talk) -> None:
    number = await gathering(talk)
    await added(talk, number)
    (item,) = await items(talk, number)
    page = await talk.command(f"/events agenda {number}", FRENCH)
    assert not {"Add an item", "Change 1", "Remove 1", "Replace a speaker"} & set(labels(page))
    for form in (f"agenda_item {number}", f"agenda_item {number} {item.id}", f"agenda_speaker {number}"):
        forged = await talk.box.action(
            ENGLISH, shown(await talk.command(f"/events agenda {number}"))["ts"], channel=GENERAL,
            action_id="open:7", value=form, forged=True,
        )  # fmt: skip
        assert "This is for" in str(modal(forged))
    for word in (f"remove {item.id}", f"up {item.id}"):
        assert "This is for" in await talk.ask(f"/events agenda {number} {word}")
    assert len(await items(talk, number)) == 1


async def test_an_item_of_another_event_is_not_touched(talk: Talk) -> None:
    mine, other = await gathering(talk), await gathering(talk, group=None)
    await added(talk, mine)
    (item,) = await items(talk, mine)
    for line in (
        f"{other} remove {item.id}",
        f"{mine} remove 99999",
        f"{mine} remove ²",
        f"{mine} nonsense 1",
    ):
        answered = await talk.ask(f"/events agenda {line}", SPANISH)
        assert "Reference number" not in answered
    assert len(await items(talk, mine)) == 1


async def test_the_agenda_of_a_groups_own_event_is_not_for_others(talk: Talk) -> None:
    number = await gathering(talk, visibility=Visibility.GROUP)
    await added(talk, number)
    assert "Fees, and who pays" in await talk.ask(f"/events agenda {number}", SPANISH)
    assert "Fees" not in await talk.ask(f"/events agenda {number}", NEPAL_FOCAL_POINT)


async def test_many_items_are_turned_page_by_page(talk: Talk) -> None:
    number = await gathering(talk)
    async with talk.database.writing() as session:
        session.add_all(
            AgendaItem(key=f"member/{n}", event_id=number, position=n, title={"en": f"Item no. {n}"})
            for n in range(14)
        )
    page = await talk.command(f"/events agenda {number}", SPANISH)
    assert "Page 1 of 3" in said(page)
    page = await talk.click("Next page", page, SPANISH)
    assert "7. *Item no. 6*" in said(page)
    assert "Change 7" in labels(page)


async def shipped(talk: Talk, key: str) -> int:
    async with talk.database.reading() as session:
        return (await session.scalars(select(Event.id).where(Event.key == key))).one()


async def test_the_agendas_of_the_record_stand_with_who_came_in_whose_place(talk: Talk) -> None:
    page = await talk.command(f"/events agenda {await shipped(talk, 'gcm-1')}")
    assert "11:00–11:10 (Bangkok time)" in said(page)
    assert "(PIANGO), in place of the speaker whom PIANGO had announced" in said(page)
    assert "Questions of clarification" in said(page)
    page = await talk.ask(f"/events agenda {await shipped(talk, 'gcg-4')}", FRENCH)
    assert "1. *Accueil, et rapport de la présidence sur les progrès*" in page
    assert "Présidence de l’Alliance" in page


async def links(talk: Talk) -> list[tuple[int, int]]:
    async with talk.database.reading() as session:
        return [(row.event_id, row.into_id) for row in await session.scalars(select(FeedsInto))]


async def test_the_results_of_an_event_go_into_a_later_one_and_both_cards_say_so(talk: Talk) -> None:
    day = in_a_week(talk)
    first = await gathering(talk)
    later = await gathering(talk, name={"en": "The review"}, when=on(day + timedelta(days=30)))
    done = await talk.ask(f"/events feeds {first} {later}", SPANISH)
    assert "the results of *Recruitment fees: what next* go into *The review*" in done
    assert "already" in await talk.ask(f"/events feeds {first} {later}", SPANISH)
    assert "Its results go into: The review (planned for" in await talk.ask(f"/events show {first}")
    card = await talk.ask(f"/events show {later}", FRENCH)
    assert "Reprend les résultats de\u00a0: Recruitment fees" in card
    assert await links(talk) == [(first, later)]
    ended = await talk.ask(f"/events feeds {first} not {later}", SPANISH)
    assert "linked no more" in ended
    assert "are not linked" in await talk.ask(f"/events feeds {first} not {later}", SPANISH)
    assert not await links(talk)


async def test_no_event_feeds_into_itself_round_in_a_circle_or_back_in_time(talk: Talk) -> None:
    one, two, three = [await gathering(talk, name={"en": f"No. {n}"}) for n in range(3)]
    over = await gathering(talk, name={"en": "Long ago"}, when=on(in_a_week(talk) - timedelta(days=400)))
    for pair in ((one, two), (two, three)):
        await talk.ask("/events feeds {} {}".format(*pair), SPANISH)
    assert "cannot go into itself" in await talk.ask(f"/events feeds {one} {one}", SPANISH)
    assert "in a circle" in await talk.ask(f"/events feeds {three} {one}", SPANISH)
    assert "ended before" in await talk.ask(f"/events feeds {one} {over}", SPANISH)
    assert await links(talk) == [(one, two), (two, three)]
    for line in ("", "1", "x y", f"{one} and {two}", f"{one} 99999", "99999 1"):
        assert "Reference number" not in await talk.ask(f"/events feeds {line}".strip(), SPANISH)
    assert len(await links(talk)) == 2


async def test_only_who_organises_the_first_event_links_it(talk: Talk) -> None:
    first, later = await gathering(talk), await gathering(talk)
    assert "This is for" in await talk.ask(f"/events feeds {first} {later}", ENGLISH)
    assert not await links(talk)
    async with talk.database.reading() as session:
        acts = list(await session.scalars(select(AuditEntry.action)))
    assert "event_linked" not in acts


async def test_a_hidden_event_is_named_on_no_card(talk: Talk) -> None:
    first = await gathering(talk)
    hidden = await gathering(talk, name={"en": "Behind doors"}, visibility=Visibility.GROUP)
    await talk.ask(f"/events feeds {first} {hidden}", SPANISH)
    assert await links(talk) == [(first, hidden)]
    assert "Behind doors" not in await talk.ask(f"/events show {first}", NEPAL_FOCAL_POINT)
    assert "Behind doors" in await talk.ask(f"/events show {first}", SPANISH)
