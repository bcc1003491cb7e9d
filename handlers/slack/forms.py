"""Modals: opened at once with a loading page, filled afterwards; sent once, however often they are sent.

| what happens                      | what the person sees                                            |
|-----------------------------------|-----------------------------------------------------------------|
| the click is too old (three s)    | a private "try again" button                                    |
| Slack fails or does not answer    | a private apology with a reference number                       |
| they may not, or it is gone       | the reason, in place of the form                                |
| they may not any more             | the reason, and below it all that was typed                     |
| somebody was faster               | how it stands, and below it all that was typed                  |
| a field is wrong, or several      | the reason under each of them, all the rest kept                |
| something to look at first        | it stands above the form, with all that was typed               |
| saving fails                      | "could not save", all that was typed kept                       |
| the same form is sent twice       | the same closing page; one effect                               |
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from community.errors import Ambiguous, Invalid, NotAllowed, NotFound
from community.members import claim, reader_of
from handlers.slack.answering import fault_for, is_ours, refused, write_down
from handlers.slack.asking import Ask, Services
from handlers.slack.busy import Busy
from handlers.slack.desk import Again, Desk, Filled, Lost
from handlers.slack.markup import plain
from handlers.slack.people import UNANSWERED, code_of
from handlers.work import failed, told_why_not
from templates import forms
from templates.field_errors import field_error
from templates.messages import Message
from templates.slack.errors import not_allowed, taken_already, try_again
from templates.voice import Voice

TOO_LATE = frozenset({"expired_trigger_id", "trigger_expired", "exchanged_trigger_id"})


def register(app: AsyncApp, desk: Desk, services: Services, busy: Busy) -> None:
    """Open every form that a button names, and take every form that is sent."""

    async def on_open(
        ack: AsyncAck,
        body: dict[str, Any],
        action: dict[str, Any],
        respond: AsyncRespond,
        client: AsyncWebClient,
    ) -> None:
        await ack()
        async with busy:
            name, _, argument = action["value"].partition(" ")
            stacked = (body.get("view") or {}).get("type") == "modal"
            opening = Opening(desk, services, client, body["trigger_id"], body["user"]["id"], stacked=stacked)
            late = await opening.open(name, argument)
            if late is not None and body.get("response_url"):
                await respond(**late.payload(), response_type="ephemeral", replace_original=False)
            elif late is not None:
                await tell(client, body["user"]["id"], late)

    async def on_shortcut(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        async with busy:
            chosen = next(one for one in desk.shortcuts if one.callback_id == body["callback_id"])
            text = plain((body.get("message") or {}).get("text") or "")
            if chosen.with_link:
                text = f"{address_of(body)} {text}"
            opening = Opening(desk, services, client, body["trigger_id"], body["user"]["id"])
            late = await opening.open(chosen.opens, f"{chosen.argument} {text}".strip())
            if late is not None:
                await tell(client, body["user"]["id"], late)

    async def on_submit(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        async with busy:
            await ack(**await submitted(desk, services, body["user"]["id"], view))
            await desk.refresh_home(body["user"]["id"])

    app.action(re.compile(r"^open:\d+$"))(on_open)
    for shortcut in desk.shortcuts:
        app.shortcut(shortcut.callback_id)(on_shortcut)
    for name in desk.forms:
        app.view(name)(on_submit)


class Opening:
    """One click on its way to an open form."""

    def __init__(
        self,
        desk: Desk,
        services: Services,
        client: AsyncWebClient,
        trigger_id: str,
        user: str,
        *,
        stacked: bool = False,
    ) -> None:
        self._desk, self._services, self._client = desk, services, client
        self._trigger_id, self._user = trigger_id, user
        self._open = client.views_push if stacked else client.views_open

    async def open(self, name: str, argument: str) -> Message | None:
        """Open a form; a message to show instead, if the click was too old or Slack did not answer."""
        services = self._services
        voice = Voice.to(services.default_reader, services.clock(), services.names)
        try:
            opened = await self._open(trigger_id=self._trigger_id, view=forms.loading(voice, name))
            view = await self._made(name, argument)
            await self._client.views_update(view_id=opened["view"]["id"], view=dict(view))
        except UNANSWERED as error:
            if isinstance(error, SlackApiError) and code_of(error) in TOO_LATE:
                return try_again(services.templates, voice, name, argument)
            return fault_for(services, services.default_reader, name, error)
        return None

    async def _made(self, name: str, argument: str) -> Mapping[str, Any]:
        services = self._services
        reader = services.default_reader
        try:
            async with services.database.reading() as session:
                reader = await reader_of(session, self._user, services.default_reader)
                reader = await services.read_as(reader, self._user)
                voice = Voice.to(reader, services.clock(), services.names)
                ask = Ask(services, session, reader, voice, self._user, argument)
                made = await refused(ask, name, lambda: self._desk.forms[name].open(ask))
                return forms.closing(voice, name, made) if isinstance(made, Message) else made
        except Exception as error:
            voice = Voice.to(reader, services.clock(), services.names)
            return forms.closing(voice, name, fault_for(services, reader, name, error))


async def submitted(desk: Desk, services: Services, user: str, view: Mapping[str, Any]) -> dict[str, Any]:
    """What the acknowledgement of a sent form says. Never raises: whatever happens, nothing typed is lost."""
    name = view["callback_id"]
    fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    voice = Voice.to(services.default_reader, services.clock(), services.names)
    try:
        async with services.database.writing() as session:
            reader = await reader_of(session, user, services.default_reader)
            voice = Voice.to(reader, services.clock(), services.names)
            if not await claim(session, _once(view), services.clock()):
                return _page(voice, view, taken_already(services.templates, voice))
            ask = Ask(services, session, reader, voice, user, "")
            made = await desk.forms[name].submit(filled(ask, view))
        return _page(voice, view, made)
    except Again as again:
        return {"response_action": "update", "view": again.view}
    except NotAllowed as refusal:
        told_why_not()
        await write_down(services, user, refusal)
        return _page(voice, view, Lost(not_allowed(services.templates, voice, refusal.who, refusal.why)))
    except Invalid as wrong:
        told_why_not()
        said = {
            one.field if one.field in fields else fields[0]: field_error(voice, one.reason)
            for one in wrong.every
        }
        return {"response_action": "errors", "errors": said}
    except (NotFound, Ambiguous):  # gone since the form was opened
        return {"response_action": "errors", "errors": {fields[0]: field_error(voice, "gone")}}
    except Exception as error:
        failed(error, is_ours=is_ours(error))
        structlog.get_logger().error("form_failed", form=name, error=type(error).__name__, exc_info=error)
        return {"response_action": "errors", "errors": {fields[0]: field_error(voice, "not_saved")}}


def address_of(body: Mapping[str, Any]) -> str:
    """The web address of the message of a message shortcut.

    Its form is that of chat.getPermalink (docs.slack.dev/reference/methods/chat.getPermalink), made here so
    that no call stands between the click and the form.
    """
    channel, ts = body["channel"]["id"], body["message_ts"]
    thread = (body.get("message") or {}).get("thread_ts", ts)
    within = "" if thread == ts else f"?thread_ts={thread}&cid={channel}"
    return f"https://{body['team']['domain']}.slack.com/archives/{channel}/p{ts.replace('.', '')}{within}"


async def tell(client: AsyncWebClient, user: str, message: Message) -> None:
    """Say something to somebody directly, where there is no channel. A failure is logged: it can wait."""
    try:
        await client.chat_postMessage(channel=user, **message.payload())
    except UNANSWERED as error:
        structlog.get_logger().warning("not_told", error=type(error).__name__)


def filled(ask: Ask, view: Mapping[str, Any]) -> Filled:
    """A form as it was sent."""
    state = view["state"]["values"]
    elements: dict[str, Mapping[str, Any]] = {
        field: next(iter(inner.values()), {}) for field, inner in state.items()
    }
    files = tuple(
        {
            "id": file["id"],
            "name": str(file.get("name") or file["id"]),
            "url": str(file.get("permalink") or ""),
        }
        for element in elements.values()
        for file in element.get("files") or ()
    )
    values = {field: _value(element) for field, element in elements.items()}
    return Filled(ask, values, view.get("private_metadata") or "", files, state)


def _value(element: Mapping[str, Any]) -> str:
    options = element.get("selected_options")
    if element.get("type") == "checkboxes":
        return "yes" if options else ""
    if options:
        return ",".join(str(option["value"]) for option in options)
    if chosen_ids := element.get("selected_conversations") or element.get("selected_users"):
        return ",".join(map(str, chosen_ids))
    if option := element.get("selected_option"):
        return str(option["value"])
    chosen = (element.get(f"selected_{kind}") for kind in ("user", "conversation", "date", "time"))
    return str(element.get("value") or next((value for value in chosen if value), "")).strip()


def _once(view: Mapping[str, Any]) -> str:
    """What makes two submissions the same: one modal, with one form in it, opened for one thing."""
    metadata = hashlib.sha256((view.get("private_metadata") or "").encode()).hexdigest()[:16]
    return f"view:{view['id']}:{view['callback_id']}:{metadata}"


def _page(voice: Voice, view: Mapping[str, Any], made: Message | Lost | Mapping[str, Any]) -> dict[str, Any]:
    """What takes the place of a form that was sent: the view `view`."""
    name = view["callback_id"]
    if isinstance(made, Lost):
        made = forms.closing(voice, name, made.why, typed=_typed(view))
    elif isinstance(made, Message):
        made = forms.closing(voice, name, made)
    return {"response_action": "update", "view": made}


def _typed(view: Mapping[str, Any]) -> str:
    """What was written in a form, field after field."""
    state = view["state"]["values"]
    elements = [one for block in view["blocks"] for one in state.get(block.get("block_id"), {}).values()]
    return "\n\n".join(one["value"] for one in elements if one.get("value"))
