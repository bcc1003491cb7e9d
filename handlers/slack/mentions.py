"""`@pathfinder-bot Nepal`: the same questions where Slack takes no commands, answered in the thread."""

from __future__ import annotations

import html
import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from community.members import claim
from handlers.slack import words
from handlers.slack.answering import answer
from handlers.slack.asking import Services
from handlers.slack.busy import Busy
from handlers.slack.desk import DEFAULT_COMMAND, Desk
from handlers.slack.people import People

EVENTS = ("app_mention",)
SCOPES = ("app_mentions:read", "chat:write")
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(\|[^>]*)?>")
_OF_THE_ALLIANCE = ("help", "about", "glossary", "settings", "concern", "privacy")


def register(app: AsyncApp, desk: Desk, services: Services, people: People, busy: Busy) -> None:
    """Answer mentions once each, however often Slack sends them."""

    async def on_mention(event: dict[str, Any], body: dict[str, Any], client: AsyncWebClient) -> None:
        async with busy:
            user = event.get("user")
            if user is None or event.get("bot_id"):
                return
            async with services.database.writing() as session:
                if not await claim(session, f"event:{body['event_id']}", services.clock()):
                    return
            line = line_of(event.get("text") or "", desk)
            answered = await answer(desk, services, line, user, in_public=True)
            thread = event.get("thread_ts") or event["ts"]
            payload = answered.message.payload()
            if answered.message.personal:
                await client.chat_postEphemeral(
                    channel=event["channel"], user=user, thread_ts=event.get("thread_ts"), **payload
                )
            else:
                await client.chat_postMessage(channel=event["channel"], thread_ts=thread, **payload)
            await people.meet_again(answered, user)

    for kind in EVENTS:
        app.event(kind)(on_mention)


def line_of(text: str, desk: Desk) -> str:
    """What a mention asks, as a command: "events past" → "/events past", "Nepal" → "/pathfinder Nepal"."""
    said = html.unescape(_MENTION.sub(" ", text)).strip()
    first, _, rest = said.partition(" ")
    names = {command.name.removeprefix("/"): command.name for command in desk.commands}
    if name := names.get(first.lower().removeprefix("/")):
        return f"{name} {rest}"
    if not said or words.leading(said)[0] in _OF_THE_ALLIANCE:
        return f"/alliance {said}"
    return f"{DEFAULT_COMMAND} {said}"
