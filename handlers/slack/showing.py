"""The card of one event, with all that its reader may know of it and do with it."""

from __future__ import annotations

from dataclasses import replace

from community import agendas, attendance, clashes, events, feeding, meetings, seating
from community.errors import NotFound
from community.events import Happening
from community.rights import Action, Actor, may
from community.sight import sight_of
from handlers.slack import calendars, observances, pictures
from handlers.slack.asking import Ask
from storage.events import Event
from storage.sight import Sight
from templates import pictures as drawings
from templates.messages import Message
from templates.slack import agendas as programmes
from templates.slack import events as said
from templates.slack import meetings as minutes
from templates.slack import registrations as registering
from templates.slack.events import Shown


async def card(ask: Ask, number: int, what: str = "") -> Message:
    """The card of an event, by its id; `what` was just done to it. Raises `NotFound`.

    Its organisers see it wherever it is for themselves, whether they belong to its group or not.
    """
    actor, row = await ask.actor(), await events.row_of(ask.session, number)
    organises = may(actor, Action.MANAGE_EVENT, events.about(row))
    seen = await sight(ask, actor)
    if row.state is not None or not (seen.sees(row) or (organises and not ask.for_guests)):
        raise NotFound("event", str(number))
    found = events.happening(row, ask.today, now=ask.voice.now)
    shown = await _shown(ask, actor, row, found, seen, manages=organises and not ask.shared)
    return said.card(ask.templates, ask.voice, found, shown, shared=ask.shared, what=what)


async def sight(ask: Ask, actor: Actor) -> Sight:
    """What the answer may show."""
    return await sight_of(ask.session, actor, ask.day, to_guests=ask.for_guests)


async def _shown(
    ask: Ask, actor: Actor, row: Event, found: Happening, seen: Sight, *, manages: bool
) -> Shown:
    now = ask.voice.now
    seats = await seating.seats(ask.session, actor, row, now, to_channel=ask.voice.to_channel)
    there = manages or await agendas.there(ask.session, row.id)
    readable = await meetings.readable(ask.session, row, now, manages=manages)
    came = await attendance.of_event(ask.session, found.id)
    picture = None
    if came and came.constituencies.exact:
        picture = pictures.of_event(ask, drawings.participation(ask.voice, found, came), found.id)
    shown = Shown(
        seats=seats,
        came=came,
        picture=picture,
        file=await calendars.file_of(ask, found),
        links=await feeding.links(ask.session, found.id, seen, ask.today),
        buttons=(
            *registering.buttons(ask.voice, found, seats),
            *programmes.buttons(ask.voice, found, there=there),
            *observances.buttons(ask, actor, found),
            *minutes.buttons(ask.voice, found, readable=readable, to_members=not ask.for_guests),
        ),
    )
    if not manages:
        return shown
    zone = ask.services.default_reader.zone
    return replace(
        shown,
        may_manage=True,
        clashes=await clashes.clashes(ask.session, found, ask.today, seen),
        awkward=await clashes.awkward(ask.session, found, zone, ask.day),
    )
