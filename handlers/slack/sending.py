"""`/alliance stop` and `/alliance start`: the one switch that holds all sending, and its opposite."""

from __future__ import annotations

from community import sending
from community.rights import actor_of
from handlers.slack.asking import Ask
from templates.messages import Message
from templates.slack import sending as said

NOW = "now"
"""What the button says besides the command: typing the command alone only shows how it stands."""


async def answer_stop(ask: Ask) -> Message:
    """How the sending stands; with `now` it is stopped first."""
    if ask.text != NOW:
        return said.page(ask.templates, ask.voice, await sending.state(ask.session, await ask.actor()))
    async with ask.services.database.writing() as session:
        actor = await actor_of(session, ask.user, ask.day)
        return said.page(ask.templates, ask.voice, await sending.stop(session, actor, ask.voice.now))


async def answer_start(ask: Ask) -> Message:
    """Send again; what waited goes first."""
    async with ask.services.database.writing() as session:
        actor = await actor_of(session, ask.user, ask.day)
        found = await sending.start(session, actor, ask.voice.now)
    return said.page(ask.templates, ask.voice, found, started=True)
