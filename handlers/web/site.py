"""The HTTP side: pages for everybody, Slack's requests in HTTP mode, and whether the bot lives."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response

from community.errors import NotFound
from handlers.slack.answering import is_ours
from handlers.slack.asking import Services
from handlers.web import (
    calendars,
    data,
    events,
    groups,
    health,
    mail,
    newsletters,
    pathfinders,
    pictures,
    privacy,
    sitemap,
    start,
)
from handlers.web.health import Health
from handlers.web.pages import COME_AGAIN, site_of


def make_site(look: Health, services: Services) -> Starlette:
    """The site; `look` says how the bot does."""
    site = site_of(services)

    async def problem(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return site.problem(request, error.status_code, error.headers)
        if isinstance(error, NotFound):
            return site.problem(request, 404)
        if is_ours(error):
            return site.problem(request, 500)
        return site.problem(request, 503, COME_AGAIN)

    # Starlette asks for the exact class first: what is neither is a fault of ours, and goes to the log.
    handlers = {HTTPException: problem, NotFound: problem, Exception: problem}
    made = Starlette(
        routes=[
            *health.routes(look),
            *sitemap.routes(site),
            *data.routes(site),
            *start.routes(site),
            *newsletters.routes(site),
            *events.routes(site),
            *pathfinders.routes(site),
            *groups.routes(site),
            *mail.routes(site),
            *calendars.routes(site),
            *pictures.routes(site),
            *privacy.routes(site),
        ],
        exception_handlers=handlers,
        middleware=[Middleware(GZipMiddleware, minimum_size=1_000)],  # for phones far from a good network
    )
    made.router.redirect_slashes = False  # Starlette would lead to whatever host the request names
    return made
