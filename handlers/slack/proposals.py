"""Events that members proposed: what waits, put into the calendar or not, and who hears of it."""

from __future__ import annotations

from dataclasses import replace

from community import deliveries, planning
from community.rights import Action, may
from handlers.slack import hearing, notices, words
from handlers.slack.asking import Ask
from templates.messages import Message
from templates.slack import events as said


async def proposed(ask: Ask, what: str = "") -> Message:
    """What members proposed and waits: one's own, and what one decides on."""
    actor = await ask.actor()
    found = await planning.proposed(ask.session, actor, ask.voice.now)
    mine = [(one, may(actor, Action.LIST_EVENT, one.subject)) for one in found]
    return said.proposals(ask.templates, ask.voice, mine, what=what)


async def accept(ask: Ask) -> Message:
    """Put a proposed event into the calendar."""
    return await _decided(ask, accept=True)


async def decline(ask: Ask) -> Message:
    """Leave a proposed event out of the calendar."""
    return await _decided(ask, accept=False)


async def _decided(ask: Ask, *, accept: bool) -> Message:
    async with ask.services.database.writing() as session:
        here = replace(ask, session=session)
        event = await planning.decide(
            session, await here.actor(), words.number(ask.text), ask.voice.now, accept=accept
        )
        what = "listed" if accept else "declined"
        if event is None:
            return await proposed(here, "faster")
        for row in await deliveries.call_off(session, event.ref, (notices.PROPOSAL,)):
            there = await hearing.at(here, row.channel)
            message = said.became(ask.templates, there.voice, event, what)
            await deliveries.replace(session, row, message.payload(), ask.voice.now)
        if event.owner and event.owner != ask.user:
            there = await hearing.at(here, event.owner)
            message = said.became(ask.templates, there.voice, event, what)
            # A proposal's own kind: no later notice calls it off.
            outgoing = notices.outgoing(event, notices.PROPOSAL, there, message)
            await deliveries.put(session, outgoing, ask.voice.now, due=there.due)
        return await proposed(here, "accepted" if accept else "declined")
