"""Modals: opened at once with a loading page, filled afterwards; sent once, however often they are sent.

| what happens                      | what the person sees                                            |
|-----------------------------------|-----------------------------------------------------------------|
| the click is too old (three s)    | a private "try again" button                                    |
| Slack fails or does not answer    | a private apology with a reference number                       |
| they may not, or it is gone       | the reason, in place of the form                                |
| a field is wrong                  | the reason under that field, all the rest kept                  |
| saving fails                      | "could not save", all that was typed kept                       |
| the same form is sent twice       | the same closing page; one effect                               |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from community.errors import Invalid, NotAllowed
from community.members import claim, reader_of
from handlers.slack.answering import fault_for, refused, write_down
from handlers.slack.asking import Ask, Services
from handlers.slack.busy import Busy
from handlers.slack.desk import Desk, Filled
from handlers.slack.people import UNANSWERED, code_of
from templates import forms
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
            opening = Opening(desk, services, client, body["trigger_id"], body["user"]["id"])
            late = await opening.open(name, argument)
            if late is not None:
                await respond(**late.payload(), response_type="ephemeral", replace_original=False)

    async def on_submit(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        async with busy:
            await ack(**await submitted(desk, services, body["user"]["id"], view))

    app.action(re.compile(r"^open:\d+$"))(on_open)
    for name in desk.forms:
        app.view(name)(on_submit)


class Opening:
    """One click on its way to an open form."""

    def __init__(
        self, desk: Desk, services: Services, client: AsyncWebClient, trigger_id: str, user: str
    ) -> None:
        self._desk, self._services, self._client = desk, services, client
        self._trigger_id, self._user = trigger_id, user

    async def open(self, name: str, argument: str) -> Message | None:
        """Open a form; a message to show instead, if the click was too old or Slack did not answer."""
        services = self._services
        voice = Voice.to(services.default_reader, services.clock(), services.names)
        try:
            opened = await self._client.views_open(
                trigger_id=self._trigger_id, view=forms.loading(voice, name)
            )
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
                voice = Voice.to(reader, services.clock(), services.names)
                ask = Ask(services, session, reader, voice, self._user, argument)
                made = await refused(ask, name, lambda: self._desk.forms[name].open(ask))
                return forms.closing(voice, name, made) if isinstance(made, Message) else made
        except Exception as error:
            voice = Voice.to(reader, services.clock(), services.names)
            return forms.closing(voice, name, fault_for(services, reader, name, error))


async def submitted(desk: Desk, services: Services, user: str, view: Mapping[str, Any]) -> dict[str, Any]:
    """What the acknowledgement of a sent form says. Never raises: whatever happens, nothing typed is lost."""
    name, fields = view["callback_id"], [block["block_id"] for block in view["blocks"]]
    voice = Voice.to(services.default_reader, services.clock(), services.names)
    try:
        async with services.database.writing() as session:
            reader = await reader_of(session, user, services.default_reader)
            voice = Voice.to(reader, services.clock(), services.names)
            if not await claim(session, f"view:{view['id']}", services.clock()):
                return _page(voice, name, taken_already(services.templates, voice))
            ask = Ask(services, session, reader, voice, user, "")
            filled = Filled(ask, values_of(view), view.get("private_metadata") or "")
            message = await desk.forms[name].submit(filled)
        return _page(voice, name, message)
    except NotAllowed as refusal:
        await write_down(services, user, refusal)
        return _page(voice, name, not_allowed(services.templates, voice, refusal.who))
    except Invalid as wrong:
        field = wrong.field if wrong.field in fields else fields[0]
        return {"response_action": "errors", "errors": {field: forms.field_error(voice, wrong.reason)}}
    except Exception as error:
        structlog.get_logger().error("form_failed", form=name, error=type(error).__name__, exc_info=error)
        return {"response_action": "errors", "errors": {fields[0]: forms.field_error(voice, "not_saved")}}


def values_of(view: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field: a text, a chosen value, or "yes" for a ticked box; empty for nothing."""
    return {
        field: _value(next(iter(elements.values()), {}))
        for field, elements in view["state"]["values"].items()
    }


def _value(element: Mapping[str, Any]) -> str:
    if element.get("type") == "checkboxes":
        return "yes" if element.get("selected_options") else ""
    if option := element.get("selected_option"):
        return str(option["value"])
    return str(element.get("value") or element.get("selected_user") or "").strip()


def _page(voice: Voice, name: str, message: Message) -> dict[str, Any]:
    return {"response_action": "update", "view": forms.closing(voice, name, message)}
