"""`@pathfinder-bot Nepal`: the same questions where Slack takes no commands, answered in the thread.

What all may read is promised like any other message, and Slack hears that it was taken only then: whoever
dies on the way, it stands there once.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from community.deliveries import Outgoing, put
from community.members import claim, unclaim
from handlers.slack import words
from handlers.slack.answering import answer
from handlers.slack.asking import Services
from handlers.slack.busy import Busy
from handlers.slack.desk import DEFAULT_COMMAND, Desk
from handlers.slack.kept import Answered
from handlers.slack.people import UNANSWERED, People

EVENTS = ("app_mention",)
SCOPES = ("app_mentions:read", "chat:write")
MENTION = "mention"
"""The kind of delivery that answers one."""
USEFUL_FOR = timedelta(days=1)
"""Later, nobody waits for an answer any more."""
AGAIN_AFTER = timedelta(seconds=30)
"""Slack sends again after a minute what nobody took; what comes sooner is the same once more."""
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(\|[^>]*)?>")
_OF_THE_ALLIANCE = ("help", "about", "glossary", "settings", "concern", "privacy")


def register(app: AsyncApp, desk: Desk, services: Services, people: People, busy: Busy) -> None:
    """Answer mentions once each, however often Slack sends them."""

    async def on_mention(
        event: dict[str, Any], body: dict[str, Any], client: AsyncWebClient, ack: AsyncAck
    ) -> None:
        async with busy:
            user, key = event.get("user"), f"event:{body['event_id']}"
            if user is None or event.get("bot_id"):
                await ack()
                return
            line = line_of(event.get("text") or "", desk)
            answered = await answer(desk, services, line, user, in_public=True)
            if answered.message.personal:
                await _whisper(services, key, event, answered, client)
            else:
                await _promise(services, key, event, answered)
            await ack()
            await people.meet_again(answered, user)

    for kind in EVENTS:
        app.event(kind)(on_mention)


async def _promise(services: Services, key: str, event: Mapping[str, Any], answered: Answered) -> None:
    """Put the answer into the thread, once for each event, however often Slack sends it."""
    now = services.clock()
    thread = {"thread_ts": event.get("thread_ts") or event["ts"]}
    message = Outgoing(
        key, MENTION, MENTION, event["channel"], answered.reader.language,
        {**answered.message.payload(), **thread}, promised=now, useless=now + USEFUL_FOR,
    )  # fmt: skip
    async with services.database.writing() as session:
        if await claim(session, key, now):
            await put(session, message, now)


async def _whisper(
    services: Services, key: str, event: Mapping[str, Any], answered: Answered, client: AsyncWebClient
) -> None:
    """Answer the asker alone. Slack keeps no such message: told twice after a crash, it does no harm.

    Raises what Slack's refusal raises: the event counts as not taken then, and Slack sends it again.
    """
    async with services.database.writing() as session:
        is_ours = await claim(session, key, services.clock(), again_after=AGAIN_AFTER)
    if not is_ours:
        return
    try:
        await client.chat_postEphemeral(
            channel=event["channel"], user=event["user"], thread_ts=event.get("thread_ts"),
            **answered.message.payload(),
        )  # fmt: skip
    except UNANSWERED:
        async with services.database.writing() as session:
            await unclaim(session, key)
        raise


def line_of(text: str, desk: Desk) -> str:
    """What a mention asks, as a command: "events past" → "/events past", "Nepal" → "/pathfinder Nepal"."""
    said = html.unescape(_MENTION.sub(" ", text)).strip()
    first, _, rest = said.partition(" ")
    names = {command.name.removeprefix("/"): command.name for command in desk.commands}
    if name := names.get(first.lower().removeprefix("/")):
        return f"{name} {rest}"
    if words.is_greeting(said):
        return "/alliance"
    if not said or words.leading(said)[0] in _OF_THE_ALLIANCE:
        return f"/alliance {said}"
    return f"{DEFAULT_COMMAND} {said}"
