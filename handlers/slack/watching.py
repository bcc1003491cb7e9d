"""Telling the secretariat what they should know: a process that stopped, a part that hangs, a fault."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from community import deliveries, watching
from community.deliveries import Outgoing
from handlers.slack import hearing
from handlers.slack.asking import Ask, Services
from templates.slack import watching as said
from templates.voice import Voice

ALERT = "watching"
"""The kind of delivery that tells of it."""


async def tell(services: Services, now: datetime, troubles: Mapping[str, str]) -> None:
    """Tell once of each incident. `now` is real time, as in the beats; `troubles` is as in `take`."""
    clock, reader = services.clock(), services.default_reader
    async with services.database.writing() as session:
        for incident in await watching.take(session, now, troubles, clock):
            ask = Ask(services, session, reader, Voice.to(reader, clock, services.names), "", "")
            for there in await hearing.secretariat(ask):
                message = said.alert(ask.templates, there.voice, incident)
                outgoing = Outgoing(
                    f"{incident.key}:{clock:%Y-%m-%dT%H}:{there.channel}", ALERT, ALERT, there.channel,
                    there.voice.language, message.payload(),
                )  # fmt: skip
                await deliveries.put(session, outgoing, clock, due=there.due)
