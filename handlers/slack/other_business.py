"""`/events aob 17`: what is to be taken up at a meeting besides its agenda, collected beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from community import deliveries, other_business
from community.agendas import Item
from community.deliveries import Outgoing
from community.events import Happening
from community.other_business import Business, Closed, Draft
from community.rights import Action, require
from handlers.slack import hearing, words
from handlers.slack.asking import Ask
from handlers.slack.desk import Desk, Filled, Form, Lost
from handlers.slack.hearing import Destination
from templates import forms as modal
from templates.messages import Message
from templates.slack import meetings as said
from templates.slack.meetings import forms

TOLD = "business"
"""The kind of delivery that tells organisers what was proposed."""


def register(desk: Desk) -> None:
    """Put the form on the desk; the command is `/events`'s."""
    desk.form(Form(forms.BUSINESS, open_form, propose))


async def answer(ask: Ask) -> Message:
    """What was proposed for a meeting; with `17 withdraw 3`, that proposal is taken back first."""
    number, _, rest = ask.text.partition(" ")
    word, _, item = rest.partition(" ")
    what = ""
    if words.meaning(word) == "withdraw" and not ask.shared:
        async with ask.services.database.writing() as session:
            here = replace(ask, session=session)
            what = await _withdrawn(here, words.number(number), words.number(item))
    found = await _business(ask, words.number(number))
    return said.business(ask.templates, ask.voice, found, what=what, shared=ask.shared, page=ask.page)


async def open_form(ask: Ask) -> Mapping[str, Any]:
    """The form, for the meeting of a number; or why nothing can be proposed."""
    require(await ask.actor(), Action.TAKE_PART)
    found = await _business(ask, words.number(ask.text.partition(" ")[0]))
    if found.closed is not None:
        page = said.business(ask.templates, ask.voice, found)
        return modal.answer(ask.voice, page)
    return forms.business(ask.voice, found.event)


async def propose(filled: Filled) -> Message | Lost:
    """Propose it, and tell those who organise the meeting."""
    ask, number = filled.ask, words.number(filled.metadata)
    draft = Draft(filled.values["title"], filled.values["about"], ask.voice.language)
    came = await other_business.propose(ask.session, await ask.actor(), number, draft, ask.voice.now)
    found = await _business(ask, number)
    if isinstance(came, Closed):
        return Lost(said.business(ask.templates, ask.voice, found))
    await _tell(ask, found.event, came)
    return said.business(ask.templates, ask.voice, found, what="proposed")


async def organisers(ask: Ask, event: Happening) -> list[Destination]:
    """Who leads the group that holds an event, else who added it, else who looks after its country."""
    if event.group_id is not None:
        return await hearing.leads_of(ask, group_id=event.group_id)
    if event.owner:
        return [await hearing.at(ask, event.owner)]
    return await hearing.leads_of(ask, place_id=event.place_id)


async def _business(ask: Ask, number: int) -> Business:
    return await other_business.business(
        ask.session, await ask.actor(), number, ask.voice.now, ask.today, to_guests=ask.for_guests
    )


async def _tell(ask: Ask, event: Happening, item: Item) -> None:
    about = f"agenda_item:{item.id}"
    for there in await organisers(ask, event):
        if there.channel != ask.user:
            message = said.proposed(ask.templates, there.voice, event, item, ask.user, "proposed")
            key = f"{about}:{TOLD}:{there.channel}"
            outgoing = Outgoing(key, about, TOLD, there.channel, there.voice.language, message.payload())
            await deliveries.put(ask.session, outgoing, ask.voice.now, due=there.due)


async def _withdrawn(ask: Ask, number: int, item: int) -> str:
    """Take a proposal back; whoever was told of it sees that it was."""
    actor = await ask.actor()
    if not await other_business.withdraw(ask.session, actor, number, item, ask.voice.now):
        return "gone"
    found = await _business(ask, number)
    for row in await deliveries.call_off(ask.session, f"agenda_item:{item}", (TOLD,)):
        there = await hearing.at(ask, row.channel)
        message = said.proposed(ask.templates, there.voice, found.event, None, ask.user, "withdrawn")
        await deliveries.replace(ask.session, row, message.payload(), ask.voice.now)
    return "withdrawn"
