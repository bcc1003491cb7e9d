"""The two servers compared, each in its own process: `bare` only acknowledges, `ours` answers."""

from __future__ import annotations

import asyncio
import json
import sys

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.run import running
from bot.settings import read_settings
from storage.database import open_database


def bare(token: str, secret: str, api_url: str) -> Starlette:
    """The limit: Bolt, a signature check, an acknowledgement."""
    app = AsyncApp(client=AsyncWebClient(token=token, base_url=api_url), signing_secret=secret)

    @app.command("/pathfinder")
    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    slack = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await slack.handle(request)

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


async def serve(kind: str, setting: dict[str, str]) -> None:
    port = int(setting["http_port"])
    if kind == "bare":
        site = bare(setting["slack_bot_token"], setting["slack_signing_secret"], setting["slack_api_url"])
        await uvicorn.Server(
            uvicorn.Config(site, port=port, log_level="warning", access_log=False, lifespan="off")
        ).serve()
        return
    database = open_database(setting["database_url"])
    async with running(read_settings({"_env_file": None, **setting}), database, http=True):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], json.loads(sys.stdin.read())))
