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

from community.deliveries import Outgoing, stands
from community.errors import Ambiguous, Invalid, NotAllowed, NotFound
from community.members import Reader, claim, reader_of
from handlers.slack.answering import answer, answer_for_channel, fault_for
from handlers.slack.asking import Services
from handlers.slack.busy import Busy
from handlers.slack.cards import CARD
from handlers.slack.desk import Desk
from handlers.slack.forms import tell
from handlers.slack.people import UNANSWERED, People, code_of
from templates import forms
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
        ack: AsyncAck,
        body: dict[str, Any],
        action: dict[str, Any],
        respond: AsyncRespond,
        client: AsyncWebClient,
    ) -> None:
        await ack()
        async with busy:
            user = body["user"]["id"]
            if body.get("view"):
                await answer_in_view(desk, services, client, body, action["value"])
                return
            answered = await answer(desk, services, action["value"], user)
            in_place = bool(body.get("container", {}).get("is_ephemeral"))
            await respond(**answered.message.payload(), response_type="ephemeral", replace_original=in_place)
            await people.meet_again(answered, user)

    async def on_share(
        ack: AsyncAck,
        body: dict[str, Any],
        action: dict[str, Any],
        respond: AsyncRespond,
        client: AsyncWebClient,
    ) -> None:
        await ack()
        async with busy:
            reader = services.default_reader
            try:
                async with services.database.writing() as session:
                    reader = await reader_of(session, body["user"]["id"], services.default_reader)
                    once = _once(body, action)
                    if not await claim(session, once, services.clock(), again_after=DOUBLE_CLICK):
                        return
                await share(desk, services, body, action["value"], reader, respond, client)
            except (NotFound, Ambiguous, Invalid, NotAllowed):
                refused = sharing.refused(
                    services.templates, Voice.to(reader, services.clock(), services.names)
                )
                await respond(**refused.payload(), response_type="ephemeral", replace_original=False)
            except Exception as error:
                message = fault_for(services, reader, action["value"], error)
                await respond(**message.payload(), response_type="ephemeral", replace_original=False)

    app.action(re.compile(r"^do:\d+$"))(on_do)
    app.action(re.compile(r"^share:\d+$"))(on_share)


async def answer_in_view(
    desk: Desk, services: Services, client: AsyncWebClient, body: dict[str, Any], line: str
) -> None:
    """Answer a click in a modal in that modal, one on App Home in a new one, and keep Home current."""
    user, view = body["user"]["id"], body["view"]
    reader = services.default_reader
    try:
        view_id = view["id"]
        if view["type"] == "home":
            loading = forms.loading(Voice.to(reader, services.clock(), services.names), "answer")
            opened = await client.views_open(trigger_id=body["trigger_id"], view=loading)
            view_id = opened["view"]["id"]
        answered = await answer(desk, services, line, user)
        voice = Voice.to(answered.reader, services.clock(), services.names)
        await client.views_update(view_id=view_id, view=forms.answer(voice, answered.message))
        await desk.refresh_home(user, is_open=view["type"] == "home")
    except UNANSWERED as error:
        await tell(client, user, fault_for(services, reader, line, error))


async def share(
    desk: Desk,
    services: Services,
    body: dict[str, Any],
    line: str,
    reader: Reader,
    respond: AsyncRespond,
    client: AsyncWebClient,
) -> None:
    """Post the answer where the click came from; where the bot is no member, a dated copy that says so.

    Whether a call that was never answered has posted, nobody knows: the person is asked to look.
    """
    channel = body["channel"]["id"]
    message, theirs = await answer_for_channel(desk, services, line, body["user"]["id"], channel)
    try:
        posted = await client.chat_postMessage(channel=channel, **message.payload())
    except UNANSWERED as error:
        code = code_of(error) if isinstance(error, SlackApiError) else ""
        if not code:
            doubt = sharing.unsure(services.templates, Voice.to(reader, services.clock(), services.names))
            await respond(**doubt.payload(), response_type="ephemeral", replace_original=False)
            return
        if code not in NOT_THERE:
            raise
        copy = sharing.as_copy(theirs, message)
        await respond(**copy.payload(), response_type="in_channel", replace_original=False)
        return
    card = Outgoing(
        key=f"card:{channel}:{posted['ts']}", about=subject_of(line), kind=CARD, channel=channel,
        language=theirs.language, payload=message.payload(), command=line,
    )  # fmt: skip
    async with services.database.writing() as session:
        await stands(session, card, services.clock(), room=channel, ts=posted["ts"])
    done = sharing.done(services.templates, Voice.to(reader, services.clock(), services.names))
    await respond(**done.payload(), response_type="ephemeral", replace_original=False)


def _once(body: dict[str, Any], action: dict[str, Any]) -> str:
    """What makes two clicks the same: one button, of one message, for one person."""
    place = body.get("container", {})
    return f"share:{place.get('channel_id')}:{place.get('message_ts')}:{action['value']}"[:200]


def subject_of(line: str) -> str:
    """What a shared card is about, such as `group:migration`, `place:NP`, `event:17`; empty for a list."""
    command, _, rest = line.partition(" ")
    if command == "/events":
        word, number, *_ = [*rest.split(), "", ""]
        return f"event:{number}" if word in ("show", "report", "day") and number.isdigit() else ""
    key = rest.removesuffix(" more").strip()
    kind = {"/actiongroup": "group", "/pathfinder": "place"}.get(command, "")
    return f"{kind}:{key}" if kind and key else ""
