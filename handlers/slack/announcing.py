"""Who hears what became of an update: editors, its author, those who follow, and the places where it stands.

Everything is put down as deliveries in the transaction that changed the update.
"""

from __future__ import annotations

from community import deliveries, following
from community.deliveries import Outgoing
from community.posted import Posted
from community.reminding import REMINDER
from handlers.slack import cards, digests, hearing, newsletters, offers
from handlers.slack.asking import Ask
from handlers.slack.hearing import Destination
from storage.deliveries import Delivery, deliveries_about
from storage.following import POST
from storage.vocabulary import UpdateState
from templates.messages import Message
from templates.slack import updates as said

REVIEW, AUTHOR = "review", "author"
"""The kinds of delivery about an update, besides what tells of it."""


async def announce(ask: Ask, item: Posted, *, corrected: bool = False) -> None:
    """Tell everybody who is to hear of what was just done to an update, such as that it was `corrected`."""
    await _editors(ask, item)
    await _author(ask, item, "corrected" if corrected else "author")
    await show(ask, item)


async def show(ask: Ask, item: Posted) -> None:
    """The text wherever it stands, and to those who follow; gone from there while it is not published."""
    await deliveries.call_off(ask.session, item.about, (REMINDER,))  # put down anew if it still holds
    if item.state is UpdateState.PUBLISHED:
        await _followers(ask, item)
    else:
        for row in await deliveries.call_off(ask.session, item.about, (POST,)):
            await _remove(ask, item, row)
    await digests.redraw(ask, item.id)
    await newsletters.redraw(ask, item.id)
    await cards.redraw(ask, item.subject)
    await offers.follow(ask, item)


async def _editors(ask: Ask, item: Posted) -> None:
    """The review message of this revision; the earlier ones say what became of theirs."""
    waits = item.state is UpdateState.IN_REVIEW
    for row in await deliveries.call_off(ask.session, item.about, (REVIEW,)):
        there = await hearing.at(ask, row.channel)
        message = said.became(ask.templates, there.voice, item, "changed" if waits else "reviewed")
        await deliveries.replace(ask.session, row, message.payload(), ask.voice.now)
    if waits:
        for there in await hearing.editors(ask):
            message = said.to_review(ask.templates, there.voice, item)
            await _put(ask, item, REVIEW, f"{item.revision}:{there.channel}", there, message)


async def _author(ask: Ask, item: Posted, what: str) -> None:
    """The author hears what somebody else decided or changed."""
    if ask.user != item.author and item.state is not UpdateState.IN_REVIEW:
        there = await hearing.at(ask, item.author)
        message = said.became(ask.templates, there.voice, item, what)
        await _put(ask, item, AUTHOR, f"{item.revision}:{item.state.value}", there, message)


async def _followers(ask: Ask, item: Posted) -> None:
    """The text for those who follow, and wherever it stands already; gone from where it may not stand."""
    told = {one.to: one.topics for one in await following.followers(ask.session, item.id, ask.day)}
    for row in await deliveries_about(ask.session, item.about, (POST,)):
        if row.channel in told:
            continue
        if await following.may_see(ask.session, item.id, row.channel, ask.day):
            told[row.channel] = ()
        elif not deliveries.cancelled(row):
            await _remove(ask, item, row)
    drawn: dict[object, Message] = {}  # many read the same words: a few languages, zones and reasons
    messages = []
    for there in await hearing.at_each(ask, told):
        channel = there.channel if there.voice.to_channel else ""
        topics = tuple(one.topic for one in told[there.channel])
        same = there.voice.language, there.voice.zone, topics, channel
        if same not in drawn:
            drawn[same] = said.post(ask.templates, there.voice, item, told[there.channel], channel=channel)
        messages.append((_outgoing(item, POST, there.channel, there, drawn[same]), there.due))
    await deliveries.put_all(ask.session, messages, ask.voice.now)


async def _remove(ask: Ask, item: Posted, row: Delivery) -> None:
    there = await hearing.at(ask, row.channel)
    gone = said.became(ask.templates, there.voice, item, "removed")
    await deliveries.replace(ask.session, row, gone.payload(), ask.voice.now)


async def _put(ask: Ask, item: Posted, kind: str, which: str, there: Destination, message: Message) -> None:
    outgoing = _outgoing(item, kind, which, there, message)
    await deliveries.put(ask.session, outgoing, ask.voice.now, due=there.due)


def _outgoing(item: Posted, kind: str, which: str, there: Destination, message: Message) -> Outgoing:
    return Outgoing(
        f"{item.about}:{kind}:{which}", item.about, kind, there.channel, there.voice.language,
        message.payload(),
    )  # fmt: skip
