"""Cards that stand in channels, drawn anew when what they show has changed."""

from __future__ import annotations

from community.deliveries import replace
from community.errors import Ambiguous, Invalid, NotFound
from community.members import channel_reader
from handlers.slack.asking import Ask, split
from storage.deliveries import deliveries_about
from templates.messages import Message
from templates.slack import sharing
from templates.voice import Voice

CARD = "card"
"""The kind of delivery that is a shared card."""


async def redraw(ask: Ask, subject: str) -> None:
    """Draw the shared cards of `group:KEY` or `place:KEY` anew, in the transaction that changed them.

    What is not for everybody there any more, or is gone, makes room for a sentence that says so. One whose
    line names several things by now stays as it is: the change goes on.
    """
    services = ask.services
    if not subject or services.answer_of is None:
        return
    drawn: dict[tuple[str, str], Message] = {}
    for row in await deliveries_about(ask.session, subject, (CARD,)):
        if row.command is None:
            continue
        reader = await channel_reader(ask.session, row.channel, services.default_reader)
        same = row.command, reader.language
        if same not in drawn:
            name, _, rest = row.command.partition(" ")
            voice = Voice.to(reader, ask.voice.now, services.names, to_channel=True)
            text, full, page = split(rest)
            asked = Ask(services, ask.session, reader, voice, ask.user, text, full, page, shared=True)
            try:
                drawn[same] = await services.answer_of(name)(asked)
            except NotFound:
                drawn[same] = sharing.gone(services.templates, voice)
            except (Ambiguous, Invalid):
                continue
        await replace(ask.session, row, drawn[same].payload(), ask.voice.now)
