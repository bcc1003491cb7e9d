"""Who hears of what becomes of an event: its guests of its date, who decides of what was proposed."""

from __future__ import annotations

from dataclasses import replace

from community import deliveries, registrations
from community.agendas import speakers_of
from community.deliveries import Outgoing
from community.events import Happening
from community.reminding import REMINDER
from handlers.slack import hearing
from handlers.slack.asking import Ask
from handlers.slack.hearing import Destination
from storage.partial_dates import Status
from templates.messages import Message
from templates.slack import events as said

NOTICE, PROPOSAL = "event_notice", "event_proposal"
"""The kinds of delivery about an event: to those who are registered, and to who decides on a proposal."""


async def tell_change(ask: Ask, before: Happening, event: Happening) -> None:
    """Tell its guests what became of an event's date, if that concerns them; reminders are put down anew."""
    await deliveries.call_off(ask.session, event.ref, (REMINDER,))
    was, now = before.when.status, event.when.status
    if now is Status.CANCELLED:
        what = "cancelled" if was is not now else ""
    elif now is Status.HELD:
        what = ""
    elif replace(event.when, status=None) != replace(before.when, status=None):
        what = "moved"
    else:
        what = "revived" if was is Status.CANCELLED else ""
    if what:
        await _tell_guests(ask, event, what)


async def _tell_guests(ask: Ask, event: Happening, what: str) -> None:
    """Once to each who is registered, waits, or is on the agenda; an earlier one that waits is called off."""
    await deliveries.call_off(ask.session, event.ref, (NOTICE,))
    people = [
        *await registrations.guests_to_tell(ask.session, event, ask.day),
        *await speakers_of(ask.session, event.id),
    ]
    others = [one for one in dict.fromkeys(people) if one != ask.user]
    messages, drawn = [], dict[tuple[str, str], Message]()
    for there in await hearing.at_each(ask, others):
        same = there.voice.language, there.voice.zone  # drawing it for each of thousands takes too long
        if same not in drawn:
            drawn[same] = said.became(ask.templates, there.voice, event, what)
        messages.append((outgoing(event, NOTICE, there, drawn[same]), there.due))
    await deliveries.put_all(ask.session, messages, ask.voice.now)


async def tell_deciders(ask: Ask, event: Happening) -> None:
    """A proposal, before those who decide on it: whose group or country it is, else the editors."""
    if not event.is_proposed:
        return
    for there in await _deciders(ask, event):
        message = said.to_decide(ask.templates, there.voice, event)
        key = f"{event.ref}:{PROPOSAL}:{there.channel}"
        one = replace(outgoing(event, PROPOSAL, there, message), key=key)
        await deliveries.put(ask.session, one, ask.voice.now, due=there.due)


async def _deciders(ask: Ask, event: Happening) -> list[Destination]:
    if event.group_id is not None:
        return await hearing.leads_of(ask, group_id=event.group_id)
    if event.place_id is not None:
        return await hearing.leads_of(ask, place_id=event.place_id)
    return await hearing.editors(ask)


def outgoing(event: Happening, kind: str, there: Destination, message: Message) -> Outgoing:
    """A message about an event, once in each of its revisions to each."""
    key = f"{event.ref}:{kind}:{event.revision}:{there.channel}"
    return Outgoing(key, event.ref, kind, there.channel, there.voice.language, message.payload())
