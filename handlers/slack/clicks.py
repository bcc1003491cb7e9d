"""Buttons: each does what typing its command would do; "Share here" posts that answer in the channel.

Slack does not read the acknowledgement of a click: it is acknowledged empty, and answered through the
response address that came with it.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from community.members import Reader, claim, reader_of
from handlers.slack.answering import answer, answer_for_channel, fault_for
from handlers.slack.asking import Services
from handlers.slack.busy import Busy
from handlers.slack.desk import Desk
from handlers.slack.people import People, code_of
from storage.members import SharedCard
from templates.slack import sharing
from templates.voice import Voice

SCOPES = ("chat:write",)
NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})
"""Slack's answers that mean that the bot cannot post there itself."""
DOUBLE_CLICK = timedelta(minutes=1)
"""Two clicks within this time are one; later, somebody means it."""


def register(app: AsyncApp, desk: Desk, services: Services, people: People, busy: Busy) -> None:
    """Answer the buttons that messages of ours carry."""

    async def on_do(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        async with busy:
            user = body["user"]["id"]
            answered = await answer(desk, services, action["value"], user)
            in_place = bool(body.get("container", {}).get("is_ephemeral"))
            await respond(**answered.message.payload(), response_type="ephemeral", replace_original=in_place)
            await people.meet(answered.reader, user)

    async def on_share(
        ack: AsyncAck,
        body: dict[str, Any],
        action: dict[str, Any],
        respond: AsyncRespond,
        client: AsyncWebClient,
    ) -> None:
        await ack()
        async with busy:
            async with services.database.writing() as session:
                reader = await reader_of(session, body["user"]["id"], services.default_reader)
                once = _once(body, action)
                if not await claim(session, once, services.clock(), again_after=DOUBLE_CLICK):
                    return
            try:
                await share(desk, services, body, action["value"], reader, respond, client)
            except Exception as error:
                message = fault_for(services, reader, action["value"], error)
                await respond(**message.payload(), response_type="ephemeral", replace_original=False)

    app.action(re.compile(r"^do:\d+$"))(on_do)
    app.action(re.compile(r"^share:\d+$"))(on_share)


async def share(
    desk: Desk,
    services: Services,
    body: dict[str, Any],
    line: str,
    reader: Reader,
    respond: AsyncRespond,
    client: AsyncWebClient,
) -> None:
    """Post the answer where the click came from; where the bot is no member, a dated copy that says so."""
    channel = body["channel"]["id"]
    message, theirs = await answer_for_channel(desk, services, line, body["user"]["id"], channel)
    try:
        posted = await client.chat_postMessage(channel=channel, **message.payload())
    except SlackApiError as error:
        if code_of(error) not in NOT_THERE:
            raise
        copy = sharing.as_copy(theirs, message)
        await respond(**copy.payload(), response_type="in_channel", replace_original=False)
        return
    async with services.database.writing() as session:
        session.add(
            SharedCard(
                channel=channel, ts=posted["ts"], command=line, language=theirs.language, at=services.clock()
            )
        )
    done = sharing.done(services.templates, Voice.to(reader, services.clock(), services.names))
    await respond(**done.payload(), response_type="ephemeral", replace_original=False)


def _once(body: dict[str, Any], action: dict[str, Any]) -> str:
    """What makes two clicks the same: one button, of one message, for one person."""
    place = body.get("container", {})
    return f"share:{place.get('channel_id')}:{place.get('message_ts')}:{action['value']}"[:200]
