"""What stands around the web side: headers on all that leaves it, and no way in for what is no text."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handlers.web.pages import GUARDS

A_YEAR = "max-age=31536000"


class Guarded:
    """Pages, redirects, errors, feeds, files and pictures get the headers that they do not set themselves.

    `is_secure`: our address begins with https, so that browsers are told to come by nothing else.
    """

    def __init__(self, inside: ASGIApp, *, is_secure: bool) -> None:
        self._inside = inside
        self._guards = {**GUARDS, **({"Strict-Transport-Security": A_YEAR} if is_secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._guards.items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["type"] == "http" and _is_no_text(scope):
            await Response(status_code=404)(scope, receive, guarded)
            return
        await self._inside(scope, receive, guarded)


def _is_no_text(scope: Scope) -> bool:
    """Whether an address has a NUL, which PostgreSQL refuses."""
    return "\0" in scope["path"] or b"%00" in scope["query_string"] or b"\0" in scope["query_string"]
