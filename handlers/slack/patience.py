"""So much from one person a minute, and no more: whoever sends hundreds is asked for patience.

Held in this process's memory alone, one number a person, which says when and never what: who asks under a
pseudonym leaves no trace here either. Each replica counts for itself.

| what comes too fast       | what the person sees                                                       |
|---------------------------|----------------------------------------------------------------------------|
| a command                 | when to send it again, each time: that costs no call to Slack              |
| a form                    | the same under its first field, with all that was typed                    |
| a click, a mention        | the same, once in half a minute                                            |
| an opened Home, a reply   | nothing: Home stands as it was, a reply is a message like any other        |
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

import structlog
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from community.members import Reader, reader_of
from handlers.slack.asking import Services
from handlers.slack.busy import Busy
from handlers.slack.people import UNANSWERED
from handlers.slack.respond import Respond
from templates.messages import Message
from templates.slack.errors import patience
from templates.voice import Voice

AT_ONCE = 30
"""Commands and clicks that somebody may send in one go."""
REACHING, REACHING_AT_ONCE = 10, 10
"""What reaches other people counts as so many clicks, and so much of it may come in one go."""
QUIET_SECONDS = 30.0
"""Between two requests for patience that cost a call to Slack."""
MOST_KEPT = 10_000
"""People remembered before those are forgotten who have waited long enough."""
ASKING = "/ask"
SILENT = ("app_home_opened", "message")
COUNTED = ("app_mention", *SILENT)


class Turns:
    """How often each person's turn comes: `a_minute`, and `at_once` in one go (a leaky bucket).

    `seconds` counts, from any moment on.
    """

    def __init__(self, a_minute: float, at_once: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self._each = 60 / a_minute
        self._room = self._each * (at_once - 1)
        self._seconds = seconds
        self._until: dict[str, float] = {}

    def wait(self, who: str) -> int:
        """Take a turn: 0; or, where there is none, the whole seconds until the next."""
        now = self._seconds()
        until = max(self._until.get(who, now), now)
        if until - now > self._room:
            return max(1, ceil(until - now - self._room))
        self._until[who] = until + self._each
        if len(self._until) > MOST_KEPT:
            self._until = {one: at for one, at in self._until.items() if at > now}
        return 0


@dataclass(frozen=True)
class Act:
    """What somebody did, as far as it counts: `command`, `form`, `click` or an event's type; and who.

    It `reaches` others if it is a form, a question typed out, or a mention, answered before all.
    """

    kind: str
    who: str
    reaches: bool = False


def act_of(body: Mapping[str, Any]) -> Act | None:
    """What stands in a request of Slack; None for what is no person's doing, or has no shape we know."""
    if isinstance(body.get("command"), str):
        return _by(
            "command", body.get("user_id"), reaches=body["command"] == ASKING and bool(body.get("text"))
        )
    event, user = body.get("event"), body.get("user")
    if isinstance(event, Mapping):
        kind = event.get("type")
        return _by(kind, event.get("user"), reaches=kind not in SILENT) if kind in COUNTED else None
    if isinstance(user, Mapping) and isinstance(body.get("type"), str):
        is_form = body["type"] == "view_submission"
        return _by("form" if is_form else "click", user.get("id"), reaches=is_form)
    return None


def _by(kind: str, who: Any, *, reaches: bool) -> Act | None:
    return Act(kind, who, reaches) if isinstance(who, str) and who else None


class Patience(AsyncMiddleware):
    """Stands before every listener, behind the check of the signature."""

    def __init__(self, services: Services, client: AsyncWebClient, busy: Busy, a_minute: int) -> None:
        self._services, self._client, self._busy = services, client, busy
        self.turns = Turns(a_minute, AT_ONCE)
        self.reaching = Turns(a_minute / REACHING, REACHING_AT_ONCE)
        self.notices = Turns(60 / QUIET_SECONDS, 1)
        self._telling: set[asyncio.Task[None]] = set()

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002
    ) -> BoltResponse | None:
        """Let it through, or say when it may come again."""
        act = act_of(req.body)
        wait = (self.reaching if act.reaches else self.turns).wait(act.who) if act else 0
        if act is None or not wait:
            return await next()
        return await self._refused(act, wait, req.body)

    async def _refused(self, act: Act, wait: int, body: Mapping[str, Any]) -> BoltResponse:
        is_news = not self.notices.wait(act.who)
        if is_news:
            structlog.get_logger().warning("slowed", kind=act.kind)
        if act.kind in ("command", "form"):
            message = await self._message(act.who, wait)
            if act.kind == "command":
                return BoltResponse(status=200, body={**message.payload(), "response_type": "ephemeral"})
            return BoltResponse(status=200, body=_under_a_field(body, message))
        if is_news and act.kind not in SILENT:
            telling = asyncio.create_task(self._tell(act, wait, body))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)
        return BoltResponse(status=200)

    async def _tell(self, act: Act, wait: int, body: Mapping[str, Any]) -> None:
        async with self._busy:
            message = (await self._message(act.who, wait)).payload()
            try:
                if act.kind == "app_mention":
                    await self._client.chat_postEphemeral(
                        channel=body["event"]["channel"], user=act.who,
                        thread_ts=body["event"].get("thread_ts"), **message,
                    )  # fmt: skip
                elif body.get("response_url"):
                    respond = Respond(response_url=body["response_url"])
                    await respond(**message, response_type="ephemeral", replace_original=False)
                else:
                    await self._client.chat_postMessage(channel=act.who, **message)
            except UNANSWERED as error:
                structlog.get_logger().warning("not_told", error=type(error).__name__)

    async def _message(self, who: str, wait: int) -> Message:
        """In their own language; where the records cannot be reached, in the installation's."""
        services = self._services
        reader: Reader = services.default_reader
        try:
            async with services.database.reading() as session:
                reader = await reader_of(session, who, services.default_reader)
        except Exception as error:
            structlog.get_logger().warning("reader_not_read", error=type(error).__name__)
        return patience(services.templates, Voice.to(reader, services.clock(), services.names), wait)


def _under_a_field(body: Mapping[str, Any], message: Message) -> dict[str, Any]:
    """The errors of a form, at its first field; nothing for what has none."""
    view = body.get("view")
    blocks = view.get("blocks") if isinstance(view, Mapping) else None
    fields = [
        block.get("block_id")
        for block in blocks or ()
        if isinstance(block, Mapping) and block.get("type") == "input"
    ]
    return {"response_action": "errors", "errors": {fields[0]: message.text}} if fields else {}
