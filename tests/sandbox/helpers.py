"""A manifest, blocks, and a small real Bolt app that lives in a workspace over Socket Mode or HTTP."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from sandbox import Exchange, Outcome, Sandbox

NEPAL, NEWCOMER, MEMBER, EDITOR, GUEST = "U0NEPALFP", "U0NEWMEMB", "U0MEMBERX", "U0EDITORX", "U0GUESTXX"
GENERAL, LOUNGE, EDITORS = "C0GENERAL", "C0LOUNGEX", "G0EDITORS"

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Pathfinder"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "Pathfinder"},
        "slash_commands": [
            {"command": "/pathfinder", "description": "A country's card", "usage_hint": "[country]"},
            {"command": "/update", "description": "Post an update"},
        ],
        "shortcuts": [
            {"name": "Ask", "type": "global", "callback_id": "ask", "description": "Ask"},
            {"name": "Keep", "type": "message", "callback_id": "keep", "description": "Keep"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read",
                "channels:history",
                "channels:join",
                "channels:manage",
                "channels:read",
                "chat:write",
                "commands",
                "files:read",
                "files:write",
                "groups:history",
                "groups:read",
                "im:history",
                "im:read",
                "im:write",
                "reactions:write",
                "team:read",
                "users:read",
                "users:read.email",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "app_mention",
                "member_joined_channel",
                "message.channels",
                "message.groups",
                "message.im",
                "team_join",
                "user_change",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


def section(text: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def button(action_id: str, value: str = "v", text: str = "Go") -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "value": value, "text": plain(text)}


def field(block_id: str, **element: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "said", **element}
    return {"type": "input", "block_id": block_id, "label": plain("Say"), "element": element}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    inside = list(blocks or (field("words"),))
    return {"type": "modal", "title": plain("Form"), "submit": plain("Send"), "blocks": inside, **more}


def slack_client(box: Sandbox, token: str | None = None, timeout: int = 30) -> AsyncWebClient:
    return AsyncWebClient(
        token=token or box.bot_token, base_url=box.api_url, timeout=timeout, retry_handlers=[]
    )


async def refused(call: Awaitable[Any]) -> Any:
    """Slack's refusal of a call, with its headers."""
    with pytest.raises(SlackApiError) as raised:
        await call
    return raised.value.response


async def refusal(call: Awaitable[Any]) -> dict[str, Any]:
    """The body of Slack's refusal of a call."""
    return dict((await refused(call)).data)


async def code(call: Awaitable[Any]) -> str:
    """The error code of Slack's refusal of a call."""
    return str((await refusal(call))["error"])


def sent(outcome: Outcome, kind: str) -> Exchange:
    """What of a kind went to the bot."""
    return next(call for call in outcome.calls if call.kind == kind)


def asked(outcome: Outcome) -> list[str]:
    """What the bot asked, Bolt's own auth.test left out."""
    kinds = [call.kind for call in outcome.calls if call.direction == "from_bot"]
    return [kind for kind in kinds if kind != "auth.test"]


class Bot:
    """A Bolt app that writes down what it hears."""

    def __init__(self, box: Sandbox, secret: str | None = None) -> None:
        self.app = AsyncApp(
            client=AsyncWebClient(token=box.bot_token, base_url=box.api_url, retry_handlers=[]),
            signing_secret=secret or box.signing_secret,
        )
        self.heard: list[dict[str, Any]] = []
        self.app.middleware(self._hear)

    async def _hear(self, body: dict[str, Any], next_: Callable[[], Any]) -> None:
        self.heard.append(body)
        await next_()

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [body for body in self.heard if (body.get("event") or {}).get("type") == kind]


@contextlib.asynccontextmanager
async def on_socket(box: Sandbox, bot: Bot) -> AsyncIterator[Bot]:
    handler = AsyncSocketModeHandler(bot.app, box.app_token)
    await handler.connect_async()
    try:
        yield bot
    finally:
        await handler.close_async()


@contextlib.asynccontextmanager
async def on_http(box: Sandbox, bot: Bot) -> AsyncIterator[Bot]:
    handler = AsyncSlackRequestHandler(bot.app)
    web = Starlette(routes=[Route("/slack/events", handler.handle, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(web, port=0, log_level="warning", lifespan="off"))
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.001)
    port = server.servers[0].sockets[0].getsockname()[1]
    box.connect_http(f"http://127.0.0.1:{port}/slack/events")
    try:
        yield bot
    finally:
        server.should_exit = True
        await task
