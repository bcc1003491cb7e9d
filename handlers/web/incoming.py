"""Slack's own requests: as large as Slack's are, readable, signed (Bolt checks that), and each taken once.

How long one may take to arrive, `bot.serving` sees to: a timer for each would cost as much as the answer.

| what comes                                              | is answered |
|---------------------------------------------------------|-------------|
| more than a million bytes                               | 413         |
| no signature, a wrong one, one older than five minutes  | 401         |
| a signature or its time more than once                  | 401         |
| the very same signed request once more                  | 401         |
| what is no form and no JSON object of Slack's           | 400         |
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable

import structlog
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from handlers.web.pages import all_of

PATH = "/slack/events"
RETRY = "x-slack-retry-num"
"""Slack sends an event again within the same second, and so with the same signature; by its id it has one
effect only (`community.members.claim`), whoever sends it. Of anything else this header, which is not
signed, says nothing."""
LARGEST_REQUEST = 1_000_000
"""Bytes; Slack's own requests stay far below, and a larger body is nobody we know."""
GOOD_SECONDS = 601
"""How long a signature may be good: five minutes from its time in either direction."""
MOST_KEPT = 50_000
"""Signatures remembered, the latest."""
_TIME = re.compile(r"\d{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


class Taken:
    """The signatures of requests that this process took already. `seconds` counts from any moment on."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._at: OrderedDict[str, float] = OrderedDict()

    def __contains__(self, signature: str) -> bool:
        """Whether it was taken while it was good."""
        return self._seconds() - self._at.get(signature, float("-inf")) < GOOD_SECONDS

    def add(self, signature: str) -> None:
        """It was taken now."""
        now = self._seconds()
        self._at[signature] = now
        while len(self._at) > MOST_KEPT or now - next(iter(self._at.values())) >= GOOD_SECONDS:
            self._at.popitem(last=False)

    def remove(self, signature: str) -> None:
        """It was not taken after all: nothing came of it."""
        self._at.pop(signature, None)


class Incoming:
    """Takes Slack's requests straight to Bolt, past what only pages need; all else goes to `inside`.

    While `is_open` says no, they go there too, where whoever comes too early is asked to come again.
    """

    def __init__(
        self, app: AsyncApp, inside: ASGIApp, is_open: Callable[[], bool], taken: Taken | None = None
    ) -> None:
        self._app, self._inside, self._is_open = app, inside, is_open
        self._taken = taken or Taken()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"] != PATH or not self._is_open():
            await self._inside(scope, receive, send)
            return
        try:
            answer = await self._answer(Request(scope, receive))
        except HTTPException as error:
            answer = Response(status_code=error.status_code)
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method != "POST":
            return Response(status_code=405, headers={"Allow": "POST"})
        signature = _signature(request)
        if signature is None:
            return Response(status_code=401)
        body = await all_of(request, LARGEST_REQUEST)
        try:
            asked = to_async_bolt_request(request, body)
        except Exception:  # a stranger's bytes, not worth a page or a line in the log
            return Response(status_code=400)
        if signature not in self._taken:
            return await self._first(asked, signature)
        if RETRY in request.headers and asked.body.get("type") == "event_callback":
            return await self._dispatched(asked)
        return Response(status_code=401)

    async def _first(self, asked: AsyncBoltRequest, signature: str) -> Response:
        """Taken from now on, so that of several at the same time one counts; unless nothing comes of it."""
        self._taken.add(signature)
        answer = await self._dispatched(asked)
        if answer.status_code != 200 or "ssl_check" in asked.body:  # which Bolt answers unsigned
            self._taken.remove(signature)
        return answer

    async def _dispatched(self, asked: AsyncBoltRequest) -> Response:
        try:
            return to_starlette_response(await self._app.async_dispatch(asked))
        except Exception as error:  # where a payload is so odd that Bolt breaks while it says so
            structlog.get_logger().error("request_broke", error=type(error).__name__, exc_info=error)
            return Response(status_code=500)


def _signature(request: Request) -> str | None:
    """The signature; None unless both headers are there once and look as Slack's do.

    Bolt breaks on others, and of several it looks at the last.
    """
    headers = request.headers
    at, signatures = headers.getlist("x-slack-request-timestamp"), headers.getlist("x-slack-signature")
    if len(at) != 1 or len(signatures) != 1 or not _TIME.fullmatch(at[0]):
        return None
    return signatures[0] if _SIGNATURE.fullmatch(signatures[0]) else None
