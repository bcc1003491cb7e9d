"""Where a message goes that somebody is to decide on: to a channel, or to each of those who decide.

Each of these functions reads in `ask.session`. What is then put as a delivery takes `due` along, so that
nobody is woken by it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from community import hearing
from community.members import Reader, awake_at, channel_reader, reader_of, readers_of
from handlers.slack.asking import Ask
from templates.voice import Voice


@dataclass(frozen=True)
class Destination:
    """A channel or a member, by Slack id, the voice in which it is spoken to, and from when on it may be."""

    channel: str
    voice: Voice
    due: datetime


async def secretariat(ask: Ask) -> list[Destination]:
    """The secretariat's channel, or each of its members where none is set."""
    if channel := ask.services.secretariat_channel:
        return [await at(ask, channel)]
    return [await at(ask, one) for one in await hearing.secretariat(ask.session, ask.day)]


async def editors(ask: Ask) -> list[Destination]:
    """The editors' channel, or each editor and member of the secretariat where none is set."""
    if channel := ask.services.editors_channel:
        return [await at(ask, channel)]
    return [await at(ask, one) for one in await hearing.editors(ask.session, ask.day)]


async def leads_of(
    ask: Ask, *, group_id: int | None = None, place_id: int | None = None
) -> list[Destination]:
    """Each chair and lead of a group, or focal point of a place; where there is none, the secretariat."""
    people = await hearing.leads(ask.session, ask.day, group_id=group_id, place_id=place_id)
    return [await at(ask, one) for one in people] or await secretariat(ask)


async def at(ask: Ask, channel: str) -> Destination:
    """A channel, at once; or a member, in their own language and outside their quiet hours."""
    services, now = ask.services, ask.voice.now
    if not channel.startswith(("U", "W")):
        reader = await channel_reader(ask.session, channel, services.default_reader)
        return Destination(channel, Voice.to(reader, now, services.names, to_channel=True), now)
    return _to(ask, channel, await reader_of(ask.session, channel, services.default_reader))


async def at_each(ask: Ask, channels: Collection[str]) -> list[Destination]:
    """Many channels and members, as `at` has each of them; the members by one query."""
    people = [one for one in channels if one.startswith(("U", "W"))]
    readers = await readers_of(ask.session, people, ask.services.default_reader)
    return [_to(ask, one, readers[one]) if one in readers else await at(ask, one) for one in channels]


def _to(ask: Ask, slack_id: str, reader: Reader) -> Destination:
    now = ask.voice.now
    return Destination(slack_id, Voice.to(reader, now, ask.services.names), awake_at(reader, now))
