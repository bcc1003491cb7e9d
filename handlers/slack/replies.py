"""A reply in the thread of a question is offered for recording; on Mondays, what waits comes up again.

Replies in direct messages reach the bot with `im:history`, a scope that it has to find lost messages.
"""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from community import answers, deliveries, questions
from community.deliveries import Outgoing
from community.members import claim, reader_of
from community.questions import RESURFACE
from community.rights import actor_of
from community.safeguards import looks_personal
from handlers.slack.asking import Services
from handlers.slack.busy import Busy
from handlers.slack.markup import plain
from templates.messages import Message
from templates.slack import questions as said
from templates.voice import Voice

EVENTS = ("message.im",)


def register(app: AsyncApp, services: Services, busy: Busy) -> None:
    """Listen to what is written to the bot directly; all but replies to a question is left alone."""

    async def is_direct(event: dict[str, Any]) -> bool:
        return event.get("channel_type") == "im"

    async def on_message(event: dict[str, Any], body: dict[str, Any], client: AsyncWebClient) -> None:
        thread, user = event.get("thread_ts"), event.get("user")
        if not thread or not user or event.get("subtype") or event.get("bot_id"):
            return
        async with busy:
            message = await offered(services, event, f"event:{body['event_id']}")
            if message is not None:
                await client.chat_postEphemeral(
                    channel=event["channel"], user=user, thread_ts=thread, **message.payload()
                )

    app.event("message", matchers=[is_direct])(on_message)


async def offered(services: Services, event: dict[str, Any], once: str) -> Message | None:
    """What to say below a reply; None below anything but a question that its writer may answer."""
    now, text = services.clock(), plain(event.get("text") or "")
    async with services.database.writing() as session:
        if not text or not await claim(session, once, now):
            return None
        actor = await actor_of(session, event["user"], now.date())
        item = await answers.threaded(session, actor, now.date(), event["channel"], event["thread_ts"])
        reader = await reader_of(session, event["user"], services.default_reader)
    if item is None:
        return None
    voice = Voice.to(reader, now, services.names)
    return said.offer(services.templates, voice, item.id, text, event["ts"], looks_personal(text))


async def send(services: Services) -> None:
    """Put down the lists of this Monday; and forget who was told of a pseudonymous question's end.

    Each list in a transaction of its own: one that breaks stops nobody else's.
    """
    now = services.clock()
    async with services.database.writing() as session:
        await answers.forget_told(session)
        found = await questions.resurfacing(session, now, services.default_reader)
    for one in found:
        try:
            voice = Voice.to(one.reader, now, services.names)
            message = said.resurfaced(services.templates, voice, one.questions)
            outgoing = Outgoing(
                one.key, RESURFACE, RESURFACE, one.to, voice.language, message.payload(),
                promised=one.promised, useless=one.useless,
            )  # fmt: skip
            async with services.database.writing() as session:
                await deliveries.put(session, outgoing, now, due=one.due)
        except Exception as error:
            services.broke("resurfacing_failed", error)
