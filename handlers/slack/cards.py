"""Cards that stand in channels, drawn anew when what they show has changed."""

from __future__ import annotations

from community.deliveries import replace
from community.members import channel_reader
from handlers.slack.asking import Ask, split
from storage.deliveries import deliveries_about
from templates.voice import Voice

CARD = "card"
"""The kind of delivery that is a shared card."""


async def redraw(ask: Ask, subject: str) -> None:
    """Draw the shared cards of `group:KEY` or `place:KEY` anew, in the transaction that changed them."""
    services = ask.services
    if not subject:
        return
    for row in await deliveries_about(ask.session, subject, (CARD,)):
        if services.answer_of is None or row.command is None:
            continue
        name, _, rest = row.command.partition(" ")
        reader = await channel_reader(ask.session, row.channel, services.default_reader)
        voice = Voice.to(reader, ask.voice.now, services.names, to_channel=True)
        text, full, page = split(rest)
        drawn = Ask(services, ask.session, reader, voice, ask.user, text, full, page, shared=True)
        message = await services.answer_of(name)(drawn)
        await replace(ask.session, row, message.payload(), ask.voice.now)
