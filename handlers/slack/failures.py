"""Telling those who can mend it what could not be delivered."""

from __future__ import annotations

from community import deliveries, failures, issues
from community.deliveries import Outgoing
from handlers.slack import hearing
from handlers.slack.asking import Ask, Services
from templates.slack import failures as said
from templates.voice import Voice


async def report(services: Services) -> None:
    """Tell once what failed since the last time: editors of their newsletter, the secretariat of the rest."""
    now, reader = services.clock(), services.default_reader
    async with services.database.writing() as session:
        for found in await failures.take(session, now):
            ask = Ask(services, session, reader, Voice.to(reader, now, services.names), "", "")
            issue = await issues.one(session, found.edition) if found.edition else None
            told = await hearing.editors(ask) if issue else await hearing.secretariat(ask)
            for there in told:
                message = said.report(ask.templates, there.voice, found, issue)
                outgoing = Outgoing(
                    f"{found.key}:{there.channel}", found.key, failures.REPORT, there.channel,
                    there.voice.language, message.payload(),
                )  # fmt: skip
                await deliveries.put(session, outgoing, now, due=there.due)
