"""`/events register`, `withdraw`, `link`, `registered` and `attendance`, each with the number of an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from community import attendance, deliveries, events, registrations, seating
from community.deliveries import Outgoing
from community.errors import NotFound
from community.registrations import Moved, Registered
from community.rights import Action, may
from community.sight import sight_of
from handlers.slack import cards, hearing, words
from handlers.slack.asking import Answer, Ask
from handlers.slack.desk import Desk, Filled, Form
from storage.vocabulary import Constituency
from templates.messages import Message
from templates.slack import registrations as said

SEAT = "seat"
"""The kind of delivery that tells somebody who waited that they have a seat."""


def register(desk: Desk) -> None:
    """Put the forms on the desk; the commands are `/events`'s."""
    desk.form(Form(said.REGISTER, open_register, submit_register))
    desk.form(Form(said.ATTENDANCE, open_attendance, submit_attendance))


async def answer_register(ask: Ask) -> Message:
    """Register for the event of that number, with the constituency of one's profile."""
    _own(ask)
    async with ask.services.database.writing() as session:
        return await _registered(replace(ask, session=session), words.number(ask.text), None)


async def open_register(ask: Ask) -> Mapping[str, Any]:
    """The form that asks for the constituency."""
    actor, number = await ask.actor(), words.number(ask.text)
    sight = await sight_of(ask.session, actor, ask.day)
    return said.register(ask.voice, await events.one(ask.session, number, ask.today, sight))


async def submit_register(filled: Filled) -> Message:
    """Register with the constituency that was chosen."""
    chosen = Constituency(filled.values["constituency"])
    return await _registered(filled.ask, words.number(filled.metadata), chosen)


async def answer_withdraw(ask: Ask) -> Message:
    """Give up one's seat, or one's place on the waiting list."""
    _own(ask)
    async with ask.services.database.writing() as session:
        inside = replace(ask, session=session)
        actor, number = await inside.actor(), words.number(ask.text)
        came = await registrations.withdraw(session, actor, number, ask.voice.now, ask.day)
        return await _told(inside, came)


async def answer_link(ask: Ask) -> Message:
    """Where one joins online, for those who have a seat."""
    _own(ask)
    actor, number = await ask.actor(), words.number(ask.text)
    came = await registrations.link_for(ask.session, actor, number, ask.voice.now, ask.day)
    return said.came(ask.templates, ask.voice, came)


async def answer_registered(ask: Ask) -> Message:
    """Who is registered, for the organisers."""
    _own(ask)
    found = await seating.guests(ask.session, await ask.actor(), words.number(ask.text), ask.day)
    voice = replace(ask.voice, to_channel=False)  # it is shown to nobody else, wherever it was asked
    return said.guests(ask.templates, voice, found, page=ask.page)


async def answer_attendance(ask: Ask) -> Message:
    """How many came; for the organisers, the form is a click away."""
    actor, number = await ask.actor(), words.number(ask.text)
    sight = await sight_of(ask.session, actor, ask.day, to_guests=ask.for_guests)
    event = await events.one(ask.session, number, ask.today, sight)
    came = await attendance.of_event(ask.session, number)
    records = not ask.shared and may(actor, Action.MANAGE_EVENT, event.subject)
    return said.attendance(ask.templates, ask.voice, event, came, records=records)


async def open_attendance(ask: Ask) -> Mapping[str, Any]:
    """The form for how many came."""
    actor, number = await ask.actor(), words.number(ask.text)
    found = await attendance.to_record(ask.session, actor, number, ask.voice.now, ask.today)
    return said.record(ask.voice, *found)


async def submit_attendance(filled: Filled) -> Message:
    """Keep how many came."""
    ask, number = filled.ask, words.number(filled.metadata)
    await attendance.record(ask.session, await ask.actor(), number, filled.values, ask.voice.now)
    event = await events.one(ask.session, number, ask.today)
    came = await attendance.of_event(ask.session, number)
    await cards.redraw(ask, event.ref)
    return said.attendance(ask.templates, ask.voice, event, came, records=True, saved=True)


async def tell_moved(ask: Ask, number: int, moved: Sequence[Moved]) -> None:
    """Tell those who moved up from the waiting list, each once, in the transaction that moved them."""
    if not moved:
        return
    row = await events.row_of(ask.session, number)
    messages, drawn = [], dict[tuple[str, str], Message]()
    keys = {one.slack_id: one.key for one in moved}
    for there in await hearing.at_each(ask, list(keys)):
        same, to = (there.voice.language, there.voice.zone), there.channel
        event = events.happening(row, there.voice.today)
        if same not in drawn:
            drawn[same] = said.moved(ask.templates, there.voice, event, row.link)
        payload = drawn[same].payload()
        outgoing = Outgoing(keys[to], event.ref, SEAT, to, there.voice.language, payload)
        messages.append((outgoing, there.due))
    await deliveries.put_all(ask.session, messages, ask.voice.now)


async def _registered(ask: Ask, number: int, constituency: Constituency | None) -> Message:
    came = await registrations.register(
        ask.session, await ask.actor(), ask.user, number, ask.voice.now, ask.day, constituency
    )
    return await _told(ask, came)


async def _told(ask: Ask, came: Registered) -> Message:
    """Tell whoever moved up by it, and keep the shared cards current."""
    await tell_moved(ask, came.event.id, came.moved)
    await cards.redraw(ask, came.event.ref)
    return said.came(ask.templates, ask.voice, came)


def _own(ask: Ask) -> None:
    """What is for one person's eyes is not shared with a channel. Raises `NotFound`."""
    if ask.shared:
        raise NotFound("command", ask.text)


ANSWERS: Mapping[str, Answer] = {
    "register": answer_register,
    "withdraw": answer_withdraw,
    "link": answer_link,
    "registered": answer_registered,
    "attendance": answer_attendance,
}
"""Words after `/events`, and who answers each."""
