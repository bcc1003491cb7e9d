"""Who hears of an offered translation: the editors, whoever offered it, and those who asked for one.

Everything is put down as deliveries in the transaction that changed the offer or its update.
"""

from __future__ import annotations

from typing import Literal

from community import deliveries, offers, translations
from community.deliveries import Outgoing
from community.offers import Offer
from community.posted import Posted
from handlers.slack import hearing
from handlers.slack.asking import Ask
from handlers.slack.hearing import Destination
from storage.vocabulary import UpdateState
from templates.messages import Message
from templates.slack import translations as said

REVIEW, OUTCOME, THERE = "review", "outcome", "there"
"""The kinds of delivery: to the editors, to whoever offered it, and to whoever asked for it."""


async def announce(ask: Ask, offer: Offer) -> None:
    """Tell of what was just done to an offer, by somebody who decided or by whoever offered it."""
    await _redraw(ask, offer)
    if offer.state is UpdateState.IN_REVIEW:
        for there in await hearing.editors(ask):
            if there.channel != offer.by:
                message = said.to_review(ask.templates, there.voice, offer)
                await _put(ask, offer.about, REVIEW, there.channel, there, message)
    elif offer.state is not UpdateState.WITHDRAWN:
        await _outcome(ask, offer)


async def follow(ask: Ask, item: Posted) -> None:
    """What follows from a change of an update for what was offered, and for who asked for a translation."""
    actor, now = await ask.actor(), ask.voice.now
    for one in await offers.settle(ask.session, actor, item.id, ask.day, now):
        await _redraw(ask, one.offer)
        if one.closed and one.offer.by != ask.user:
            await _outcome(ask, one.offer, one.closed)
    for person in await translations.answered(ask.session, actor, item, ask.day, now):
        there = await hearing.at(ask, person)
        message = said.there(ask.templates, there.voice, item)
        await _put(ask, item.about, THERE, f"{item.revision}:{person}:{there.voice.language}", there, message)


async def _redraw(ask: Ask, offer: Offer) -> None:
    """Let the messages to the editors say how it stands."""
    for row in await deliveries.call_off(ask.session, offer.about, (REVIEW,)):
        there = await hearing.at(ask, row.channel)
        message = said.to_review(ask.templates, there.voice, offer)
        await deliveries.replace(ask.session, row, message.payload(), ask.voice.now)


async def _outcome(ask: Ask, offer: Offer, closed: Literal["", "gone", "taken"] = "") -> None:
    there = await hearing.at(ask, offer.by)
    message = said.told(ask.templates, there.voice, offer, closed)
    await _put(ask, offer.about, OUTCOME, offer.state.value, there, message)


async def _put(ask: Ask, about: str, kind: str, which: str, there: Destination, message: Message) -> None:
    outgoing = Outgoing(
        f"{about}:{kind}:{which}", about, kind, there.channel, there.voice.language, message.payload()
    )
    await deliveries.put(ask.session, outgoing, ask.voice.now, due=there.due)
