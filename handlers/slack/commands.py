"""Slash commands: the answer goes in the acknowledgement itself, without any call to Slack."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.answering import answer
from handlers.slack.asking import LONGEST_QUESTION, Services
from handlers.slack.busy import Busy
from handlers.slack.desk import Desk
from handlers.slack.forms import Opening
from handlers.slack.people import People
from templates.slack.errors import moment
from templates.voice import Voice

SLACK_WAITS = 2.2
"""Seconds after which a promise is acknowledged instead of the answer: Slack gives up after three."""


def register(app: AsyncApp, desk: Desk, services: Services, people: People, busy: Busy) -> None:
    """Answer every command on the desk."""

    async def on_form(
        ack: AsyncAck, command: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        form, told = desk.find(command["command"]).form_for(command.get("text") or "")
        if not form:
            await on_command(ack, command, respond)
            return
        await ack()
        async with busy:
            opening = Opening(desk, services, client, command["trigger_id"], command["user_id"])
            late = await opening.open(form, told[:LONGEST_QUESTION])
            if late is not None:
                await respond(**late.payload(), response_type="ephemeral")

    async def on_command(ack: AsyncAck, command: dict[str, Any], respond: AsyncRespond) -> None:
        async with busy:
            line = f"{command['command']} {command.get('text') or ''}"
            coming = asyncio.create_task(answer(desk, services, line, command["user_id"]))
            done, _ = await asyncio.wait({coming}, timeout=SLACK_WAITS)
            if done:
                answered = coming.result()
                await ack(**answered.message.payload(), response_type="ephemeral")
            else:
                voice = Voice.to(services.default_reader, services.clock(), services.names)
                await ack(**moment(services.templates, voice).payload(), response_type="ephemeral")
                answered = await coming
                await respond(**answered.message.payload(), response_type="ephemeral")
            await people.meet_again(answered, command["user_id"])

    for command in desk.commands:
        app.command(command.name)(on_form if command.opens or command.forms else on_command)
