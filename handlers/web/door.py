"""The door of the web side: until the bot is ready, only machines that ask after its health come in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from handlers.slack.asking import Services
from handlers.web.health import is_of_machines
from handlers.web.pages import COME_AGAIN, site_of


class Door:
    """Stands before `inside`. Whoever comes too early is asked to come again (503)."""

    def __init__(self, inside: ASGIApp, services: Services) -> None:
        self._inside = inside
        self._site = site_of(services)
        self.is_open = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self.is_open or scope["type"] != "http" or is_of_machines(scope):
            await self._inside(scope, receive, send)
            return
        closed = self._site.problem(Request(scope, receive), 503, COME_AGAIN)
        await closed(scope, receive, send)
