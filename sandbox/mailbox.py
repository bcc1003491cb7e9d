"""A mail server on this machine that delivers nothing: every letter stays here, to be looked at."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.server import HERE

Json = dict[str, Any]


@dataclass(frozen=True)
class Letter:
    """One e-mail as it came: who handed it in, for whom, when (seconds of the sandbox's clock), and what."""

    number: int
    sender: str
    to: tuple[str, ...]
    at: float
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The letter, taken apart."""
        return message_from_bytes(self.content, _class=EmailMessage, policy=default)

    def json(self) -> Json:
        """What a list shows of it."""
        return {
            "number": self.number,
            "from": str(self.message["From"] or self.sender),
            "to": list(self.to),
            "subject": str(self.message["Subject"] or ""),
            "at": self.at,
        }

    def whole(self) -> Json:
        """All of it: its headers, and each of its bodies as text."""
        message = self.message
        bodies = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
        return self.json() | {
            "headers": [[name, str(value)] for name, value in message.items()],
            "text": str(bodies["plain"].get_content()) if bodies["plain"] else "",
            "html": str(bodies["html"].get_content()) if bodies["html"] else "",
        }


class Mailbox:
    """Takes every letter to whomever, and keeps it. `now` is the sandbox's clock, `changed` tells pages."""

    def __init__(self, now: Callable[[], float], changed: Callable[[], None]) -> None:
        self._now, self._changed = now, changed
        self._came = 0
        self.letters: list[Letter] = []
        self.url = ""
        """Where to hand letters in, while it is open."""

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Take letters for as long as the context lasts."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(self, hostname="sandbox", enable_SMTPUTF8=True, loop=loop), HERE, 0
        )
        self.url = f"smtp://{HERE}:{server.sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            server.close()
            await server.wait_closed()

    def clear(self) -> None:
        """No letters any more."""
        self.letters.clear()
        self._came = 0

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        """Aiosmtpd's hook: a letter is complete."""
        self._came += 1
        content = envelope.original_content or b""
        to = tuple(envelope.rcpt_tos)
        self.letters.append(Letter(self._came, envelope.mail_from or "", to, self._now(), content))
        self._changed()
        return "250 kept"

    def routes(self) -> list[Route]:
        """The letters as JSON: all of them, newest first, and one with all that it holds."""

        async def every(_request: Request) -> Response:
            return JSONResponse({"letters": [letter.json() for letter in reversed(self.letters)]})

        async def one(request: Request) -> Response:
            number = request.path_params["number"]
            found = next((letter for letter in self.letters if letter.number == number), None)
            if found is None:
                return JSONResponse({"error": f"there is no letter {number}"}, 404)
            return JSONResponse(found.whole())

        return [Route("/mail", every), Route("/mail/{number:int}", one)]
