"""The limit, in a process of its own: Bolt, a signature check, an acknowledgement, and nothing of ours."""

from __future__ import annotations

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


def bare(token: str, secret: str, api_url: str) -> Starlette:
    """An app that acknowledges `/pathfinder`."""
    app = AsyncApp(client=AsyncWebClient(token=token, base_url=api_url), signing_secret=secret)

    @app.command("/pathfinder")
    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    slack = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await slack.handle(request)

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


if __name__ == "__main__":
    setting = json.loads(sys.stdin.read())
    site = bare(setting["slack_bot_token"], setting["slack_signing_secret"], setting["slack_api_url"])
    port = int(setting["http_port"])
    uvicorn.run(site, port=port, log_level="warning", access_log=False, lifespan="off")
