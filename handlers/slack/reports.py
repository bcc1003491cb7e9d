"""Who hears what became of the report of a meeting: reviewers, organisers, the channel of the group."""

from __future__ import annotations

from community import deliveries, groups, reports
from community.deliveries import Outgoing
from community.minutes import Minutes
from community.reports import Came
from handlers.slack import cards, hearing
from handlers.slack.asking import Ask
from handlers.slack.hearing import Destination
from handlers.slack.other_business import organisers
from storage.vocabulary import Visibility
from templates.messages import Message
from templates.slack import meetings as said

REVIEW, TOLD, POST = "report_review", "report_told", "report_post"
"""The kinds of delivery about a report: to reviewers, to organisers, to the channel of the group."""


async def sent(ask: Ask, minutes: Minutes) -> None:
    """Those who review it hear of it, each once for each time that it is sent."""
    for there in await hearing.editors(ask):
        message = said.to_review(ask.templates, there.voice, minutes, ask.user)
        await _put(ask, minutes, REVIEW, f"{minutes.revision}:{there.channel}", there, message)


async def changed(ask: Ask, minutes: Minutes, came: Came) -> None:
    """After a change: reviewers hear that it is a draft again, and shared reports are drawn anew."""
    if came is Came.VOIDED:
        await taken_back(ask, minutes, "voided")
    await cards.redraw(ask, minutes.event.ref)


async def decided(ask: Ask, minutes: Minutes, what: str, words: str = "") -> None:
    """Tell what was decided, `published` or `sent_back`; what is published is posted once in the group."""
    await taken_back(ask, minutes, "published" if what == "published" else "decided")
    told = {there.channel: there for there in await organisers(ask, minutes.event)}
    if (sender := await reports.sender(ask.session, minutes.event.id)) and sender not in told:
        told[sender] = await hearing.at(ask, sender)
    for channel, there in told.items():
        if channel != ask.user:
            message = said.became(ask.templates, there.voice, minutes.event, what, words)
            await _put(ask, minutes, TOLD, f"{minutes.revision}:{channel}", there, message)
    if what == "published":
        await _post(ask, minutes)
        await cards.redraw(ask, minutes.event.ref)


async def taken_back(ask: Ask, minutes: Minutes, what: str) -> None:
    """Nothing is left to decide on in the messages to reviewers: they say what became of it."""
    for row in await deliveries.call_off(ask.session, minutes.ref, (REVIEW,)):
        there = await hearing.at(ask, row.channel)
        message = said.became(ask.templates, there.voice, minutes.event, what)
        await deliveries.replace(ask.session, row, message.payload(), ask.voice.now)


async def _post(ask: Ask, minutes: Minutes) -> None:
    """One line in the group's own channel, unless guests who may read there may not see the meeting."""
    event = minutes.event
    if event.group is None or event.visibility is Visibility.MEMBERS:
        return
    card = await groups.card(ask.session, event.group, ask.today)
    if card.channel:
        there = await hearing.at(ask, card.channel)
        message = said.became(ask.templates, there.voice, event, "published")
        await _put(ask, minutes, POST, card.channel, there, message)


async def _put(
    ask: Ask, minutes: Minutes, kind: str, which: str, there: Destination, message: Message
) -> None:
    key = f"{minutes.ref}:{kind}:{which}"
    outgoing = Outgoing(key, minutes.ref, kind, there.channel, there.voice.language, message.payload())
    await deliveries.put(ask.session, outgoing, ask.voice.now, due=there.due)
