"""Who hears of what was sent in for an observed day, and what stands in channels on that day.

Everything is put down as deliveries in the transaction of what it tells of. The clock posts a day at nine in
the installation's zone, once in each channel that follows one of its themes; after that a change is shown
where the post stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from community import contributions, deliveries, observances
from community.contributed import Contributed
from community.deliveries import Outgoing
from community.observances import Post
from handlers.slack import cards, hearing
from handlers.slack.asking import Ask, Services
from handlers.slack.hearing import Destination
from storage.deliveries import channels_told, deliveries_about
from storage.vocabulary import ContributionState
from templates.messages import Message
from templates.slack import observances as said
from templates.voice import Voice

CONSENT, REVIEW, AUTHOR, POST = "consent", "contribution_review", "contribution_author", "observance"
"""The kinds of delivery about a contribution, and of a day's post."""


async def send(services: Services) -> None:
    """Post the day that is observed today, from nine on, and end nominations that nobody answered.

    Each in a transaction of its own: one that breaks stops no other.
    """
    now, zone = services.clock(), services.default_reader.zone
    async with services.database.reading() as session:
        todays = await observances.todays(session, now, zone)
        lapsing = await contributions.lapsing(session, services.default_reader.today(now))
    for number, year in todays:
        with _guarded(services):
            async with services.database.writing() as session:
                ask = _clock(services, session, now)
                if found := await observances.post(session, number, year, zone):
                    await _post(ask, found, promised=found.since)
    for number in lapsing:
        with _guarded(services):
            async with services.database.writing() as session:
                if item := await contributions.lapse(session, number, now):
                    await announce(_clock(services, session, now), item)


async def announce(ask: Ask, item: Contributed) -> None:
    """Tell who is to hear of what was just done to a contribution, and show it wherever it stands."""
    await _champion(ask, item)
    await _editors(ask, item)
    await _author(ask, item)
    zone = ask.services.default_reader.zone
    if found := await observances.post(ask.session, item.event_id, item.year, zone):
        await _redraw(ask, found)
        if found.since <= ask.voice.now < found.until:
            await _post(ask, found)
    await cards.redraw(ask, f"event:{item.event_id}")


async def _champion(ask: Ask, item: Contributed) -> None:
    """The question for whom somebody else proposed; afterwards, in its place, how it stands."""
    if item.champion is None or item.is_own:
        return
    there = await hearing.at(ask, item.champion)
    message = said.consent(ask.templates, there.voice, item)
    if item.state is ContributionState.CONSENT_ASKED:
        await _put(ask, item, CONSENT, item.champion, there, message)
        return
    for row in await deliveries.call_off(ask.session, item.ref, (CONSENT,)):
        await deliveries.replace(ask.session, row, message.payload(), ask.voice.now)


async def _editors(ask: Ask, item: Contributed) -> None:
    """What waits, before the editors; what became of it, in its place."""
    for row in await deliveries.call_off(ask.session, item.ref, (REVIEW,)):
        there = await hearing.at(ask, row.channel)
        message = said.became(ask.templates, there.voice, item, "editors")
        await deliveries.replace(ask.session, row, message.payload(), ask.voice.now)
    if item.state is ContributionState.IN_REVIEW:
        for there in await hearing.editors(ask):
            message = said.to_review(ask.templates, there.voice, item)
            await _put(ask, item, REVIEW, there.channel, there, message)


async def _author(ask: Ask, item: Contributed) -> None:
    """Its author hears once what became of it; what they heard is kept true."""
    if item.state in (ContributionState.CONSENT_ASKED, ContributionState.IN_REVIEW):
        return
    there = await hearing.at(ask, item.by)
    message = said.became(ask.templates, there.voice, item, "author")
    if item.by != ask.user:
        await _put(ask, item, AUTHOR, item.by, there, message)
        return
    for row in await deliveries.call_off(ask.session, item.ref, (AUTHOR,)):
        await deliveries.replace(ask.session, row, message.payload(), ask.voice.now)


async def _post(ask: Ask, found: Post, *, promised: datetime | None = None) -> None:
    """Promise the post in each channel that has none yet; nothing approved is no post."""
    if said.is_empty(found):
        return
    there_already = await channels_told(ask.session, found.about, POST)
    for channel in await observances.channels(ask.session, found.event):
        if channel in there_already:
            continue
        there = await hearing.at(ask, channel)
        message = said.post(ask.templates, there.voice, found, ())
        outgoing = Outgoing(
            f"{found.about}:{channel}", found.about, POST, channel, there.voice.language, message.payload(),
            promised=promised, useless=found.until,
        )  # fmt: skip
        await deliveries.put(ask.session, outgoing, ask.voice.now)


async def _redraw(ask: Ask, found: Post) -> None:
    """Let the posts say what holds now, with a dated note in place of what stood there and was taken back."""
    for row in await deliveries_about(ask.session, found.about, (POST,)):
        sent = row.sent_at
        gone = [one for one in found.gone if sent and one.ended_at and one.ended_at >= sent]
        if said.is_empty(found) and deliveries.cancelled(row):
            continue
        there = await hearing.at(ask, row.channel)
        message = said.post(ask.templates, there.voice, found, gone)
        await deliveries.replace(ask.session, row, message.payload(), ask.voice.now)


async def _put(ask: Ask, item: Contributed, kind: str, to: str, there: Destination, message: Message) -> None:
    outgoing = Outgoing(
        f"{item.ref}:{kind}:{to}", item.ref, kind, there.channel, there.voice.language, message.payload()
    )
    await deliveries.put(ask.session, outgoing, ask.voice.now, due=there.due)


def _clock(services: Services, session: AsyncSession, now: datetime) -> Ask:
    """Nobody asks: the clock acts."""
    reader = services.default_reader
    return Ask(services, session, reader, Voice.to(reader, now, services.names), who="", text="")


@contextmanager
def _guarded(services: Services) -> Iterator[None]:
    """One that breaks stops no other."""
    try:
        yield
    except Exception as error:
        services.broke("observance_failed", error)
