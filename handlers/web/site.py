"""The HTTP side: pages for everybody, Slack's requests in HTTP mode, and whether the bot lives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from community.errors import NotFound
from handlers.slack.asking import Services
from handlers.web import mail, newsletters
from handlers.web.pages import site_of

LARGEST_REQUEST = 1_000_000
"""Bytes; Slack's own requests stay far below, and a larger body is nobody we know."""


def make_site(
    app: AsyncApp | None, ready: Callable[[], Awaitable[str | None]], services: Services
) -> Starlette:
    """The site. With an `app` it takes Slack's requests; `ready` says what is wrong, or None."""
    site = site_of(services)

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

    async def problem(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return site.problem(request, 404 if isinstance(error, NotFound) else status)

    # Starlette asks for the exact class first: what is neither is a fault of ours, and goes to the log.
    handlers = {HTTPException: problem, NotFound: problem, Exception: problem}
    return Starlette(
        routes=[*routes, *newsletters.routes(site), *mail.routes(site)], exception_handlers=handlers
    )
