"""Commands whose answer is kept: acknowledged with it before any listener is looked for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from slack_bolt.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from handlers.slack.answering import put
from handlers.slack.asking import Services
from handlers.slack.desk import Desk
from handlers.work import current

SECONDS = 0.5
"""How long it may take to look; whoever waits longer is answered on the usual way, which has time left."""
JSON: dict[str, str | Sequence[str]] = {"content-type": ["application/json;charset=utf-8"]}


def register(app: AsyncApp, desk: Desk, services: Services) -> None:
    """Answer at once what is kept."""
    app.use(AtOnce(desk, services))


class AtOnce(AsyncMiddleware):
    """Bolt's own kind of middleware, after the one that checks signatures."""

    def __init__(self, desk: Desk, services: Services) -> None:
        self._desk, self._services = desk, services

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's name
    ) -> BoltResponse | None:
        """The kept answer to a command of somebody known, or whatever comes next."""
        if "command" in req.body:
            body = await self._kept(req)
            if body is not None:
                if work := current():
                    work.is_kept = True
                return BoltResponse(status=200, body=body, headers=JSON)
        return await next()

    async def _kept(self, req: AsyncBoltRequest) -> str | None:
        name, text = req.body["command"], req.body.get("text") or ""
        line = f"{name} {text}"
        try:
            if self._desk.find(name).form_for(text)[0]:
                return None  # a button with the same line has an answer, a command opens the form
            async with asyncio.timeout(SECONDS):
                asked, voice = await put(self._services, line, req.body["user_id"])
        except Exception:  # the usual way meets it again, and knows what to say
            return None
        if not asked.reader.known:
            return None  # Slack is asked for their language first
        answered = self._services.store.find(asked, voice)
        return answered.acknowledgement if answered else None
