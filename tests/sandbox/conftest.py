"""A workspace, and a small real Bolt app that lives in it over Socket Mode or HTTP."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
import uvicorn
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from sandbox import Sandbox

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


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    async with Sandbox(MANIFEST).serving() as running:
        yield running


@pytest.fixture
def client(box: Sandbox) -> AsyncWebClient:
    return slack_client(box)


def slack_client(box: Sandbox, token: str | None = None, timeout: int = 30) -> AsyncWebClient:
    return AsyncWebClient(
        token=token or box.bot_token, base_url=box.api_url, timeout=timeout, retry_handlers=[]
    )


class Bot:
    """A Bolt app with its listeners, and the link by which it says that it is idle."""

    def __init__(self, box: Sandbox) -> None:
        self.app = AsyncApp(
            client=AsyncWebClient(token=box.bot_token, base_url=box.api_url, retry_handlers=[]),
            signing_secret=box.signing_secret,
            process_before_response=False,
        )
        self.heard: list[dict[str, Any]] = []
        self.times: list[dict[str, Any]] = []
        self.pending = 0
        self.app.middleware(self._hear)

    async def _hear(self, body: dict[str, Any], next_: Callable[[], Any], next: Callable[[], Any]) -> None:  # noqa: A002
        self.heard.append(body)
        await next()

    async def tell(self, box: Sandbox, ready: asyncio.Event) -> None:
        """Idle when Bolt has no listener's task under way."""
        async with aiohttp.ClientSession() as session, session.ws_connect(box.link_url) as link:
            ready.set()
            async for said in link:
                told = json.loads(said.data)
                if told["type"] == "clock":
                    self.times.append(told)
                    continue
                await self._idle()
                await link.send_json({"type": "settled", "id": told["id"]})

    async def _idle(self) -> None:
        quiet = 0
        while quiet < 3:
            busy = [
                task
                for task in asyncio.all_tasks()
                if "run_async_listener" in repr(task) or "slack_bolt" in repr(task.get_coro())
            ]
            quiet = 0 if any(not task.done() for task in busy) else quiet + 1
            await asyncio.sleep(0)


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
    while not server.started:
        await asyncio.sleep(0.001)
    port = server.servers[0].sockets[0].getsockname()[1]
    box.connect_http(f"http://127.0.0.1:{port}/slack/events")
    try:
        yield bot
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def bot(box: Sandbox) -> AsyncIterator[Bot]:
    """A Bolt app over Socket Mode, without a link: the sandbox waits for quiet."""
    async with on_socket(box, Bot(box)) as running:
        yield running
