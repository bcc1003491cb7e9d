"""The HTTP side: Slack's requests where the bot runs in HTTP mode, and whether the bot lives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

LARGEST_REQUEST = 1_000_000
"""Bytes; Slack's own requests stay far below, and a larger body is nobody we know."""


def make_site(app: AsyncApp | None, ready: Callable[[], Awaitable[str | None]]) -> Starlette:
    """The site. With an `app` it takes Slack's requests; `ready` says what is wrong, or None."""

    async def healthz(_request: Request) -> Response:
        fault = await ready()
        return JSONResponse({"ok": fault is None, "fault": fault}, status_code=200 if fault is None else 503)

    routes = [Route("/healthz", healthz)]
    if app is not None:
        slack = AsyncSlackRequestHandler(app)

        async def events(request: Request) -> Response:
            if int(request.headers.get("content-length") or 0) > LARGEST_REQUEST:
                return Response("too large", status_code=413)
            return await slack.handle(request)

        routes.append(Route("/slack/events", events, methods=["POST"]))
    return Starlette(routes=routes)
