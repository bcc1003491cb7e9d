"""The HTTP side: pages for everybody, Slack's requests in HTTP mode, and whether the bot lives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message

from community.errors import NotFound
from handlers.slack.asking import Services
from handlers.web import (
    calendars,
    events,
    groups,
    mail,
    newsletters,
    pathfinders,
    pictures,
    sitemap,
    start,
)
from handlers.web.pages import body_of, site_of

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
        routes.append(_of_slack(app))

    async def problem(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return site.problem(request, error.status_code, error.headers)
        return site.problem(request, 404 if isinstance(error, NotFound) else 500)

    # Starlette asks for the exact class first: what is neither is a fault of ours, and goes to the log.
    handlers = {HTTPException: problem, NotFound: problem, Exception: problem}
    made = Starlette(
        routes=[
            *routes,
            *sitemap.routes(site),
            *start.routes(site),
            *newsletters.routes(site),
            *events.routes(site),
            *pathfinders.routes(site),
            *groups.routes(site),
            *mail.routes(site),
            *calendars.routes(site),
            *pictures.routes(site),
        ],
        exception_handlers=handlers,
        middleware=[Middleware(GZipMiddleware, minimum_size=1_000)],  # for phones far from a good network
    )
    made.router.redirect_slashes = False  # Starlette would lead to whatever host the request names
    return made


def _of_slack(app: AsyncApp) -> Route:
    """Where Slack's requests come in, no larger than its own ever are."""
    slack = AsyncSlackRequestHandler(app)

    async def slack_events(request: Request) -> Response:
        body = await body_of(request, LARGEST_REQUEST)

        async def whole() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        return await slack.handle(Request(request.scope, whole))

    return Route("/slack/events", slack_events, methods=["POST"])
