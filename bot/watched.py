"""Bolt's app and the web side, watched: each request is a piece of work with a reference number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.listener.async_listener import AsyncListener
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.listener.asyncio_runner import AsyncioListenerRunner
from slack_bolt.middleware.authorization.async_single_team_authorization import AsyncSingleTeamAuthorization
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.watch import Watch
from handlers.slack import home, mentions, people, replies
from handlers.slack.busy import Busy
from handlers.slack.desk import Desk
from handlers.slack.respond import Respond
from handlers.web.health import is_of_machines
from handlers.work import OTHER, Outcome, Work, current, told_why_not, working

TAKEN_BY_BOLT = "/slack/events"
"""Slack's requests are watched there."""


class WatchedApp(AsyncApp):
    """Bolt's app whose every request is watched, and whose listeners call Slack by our counting client."""

    def __init__(self, watch: Watch, desk: Desk, client: AsyncWebClient, busy: Busy, **options: Any) -> None:
        super().__init__(client=client, **options)
        self._watch, self._desk, self._counting, self._busy = watch, desk, client, busy
        before = self._async_listener_runner
        self._async_listener_runner = _Runner(
            logger=before.logger,
            process_before_response=before.process_before_response,
            listener_error_handler=before.listener_error_handler,
            listener_start_handler=before.listener_start_handler,
            listener_completion_handler=_Over(watch),
            lazy_listener_runner=before.lazy_listener_runner,
        )

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Take one request of Slack's. It is in flight until its acknowledgement can be sent.

        That is longer than a listener works: Bolt looks for what it acknowledged with each 10 ms, and begins
        it a turn after all that stands before. A stop between the two would lose what was done already.
        """
        with working(Work(*named(req.body, self._desk))) as work:
            async with self._busy:
                answer = await super().async_dispatch(req)
            if not work.is_taken:
                if answer.status >= 400:  # not from Slack, or not for us
                    told_why_not()
                self._watch.done(work)
            return answer

    def we_are(self, told: AsyncSlackResponse) -> None:
        """Keep what Slack said at the start of who we are.

        Left alone, Bolt asks it when the first request comes; and should Slack not answer just then, it tells
        whoever sent that to install the app anew.
        """
        for one in self._async_middleware_list:
            if isinstance(one, AsyncSingleTeamAuthorization):
                one.auth_test_result = told

    def _init_context(self, req: AsyncBoltRequest) -> None:
        super()._init_context(req)
        req.context["client"] = self._counting
        if req.context.response_url:
            req.context["respond"] = Respond(response_url=req.context.response_url)


class _Runner(AsyncioListenerRunner):
    """Bolt's own runner. What it runs goes on after the acknowledgement, until `_Over` hears of it."""

    async def run(
        self,
        request: AsyncBoltRequest,
        response: BoltResponse,
        listener_name: str,
        listener: AsyncListener,
        starting_time: float | None = None,
    ) -> BoltResponse | None:
        """Run a listener. One that takes `ack` says itself when an event was taken: Bolt is too early."""
        work = current()
        if work is not None:
            work.is_taken = True
        if "ack" in getattr(listener, "arg_names", ()):
            listener.auto_acknowledgement = False
        return await super().run(request, response, listener_name, listener, starting_time)


_ACKNOWLEDGED = "acknowledged"


def acknowledged(context: AsyncBoltContext) -> None:
    """Remember what a listener that fails has acknowledged with.

    Bolt forgets it: a listener that fails within 10 ms after its answer would leave Slack without any.
    """
    context[_ACKNOWLEDGED] = context.ack.response


class _Over(AsyncListenerCompletionHandler):
    """Hears when a listener is done, whatever came of it."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        """Whatever Bolt hands over: what counts is the work that this is part of."""
        if request.context.ack.response is None:
            request.context.ack.response = request.context.get(_ACKNOWLEDGED)
        work = current()
        if work is not None:
            self._watch.done(work)


class WatchedSite:
    """The web side, watched. A page's name in the figures is that of its module."""

    def __init__(self, inside: ASGIApp, watch: Watch) -> None:
        self._inside, self._watch = inside, watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        # who asks after health asks each second
        if scope["type"] != "http" or scope["path"] == TAKEN_BY_BOLT or is_of_machines(scope):
            await self._inside(scope, receive, send)
            return
        status, began = 500, False

        async def sending(message: Message) -> None:
            nonlocal status, began
            if message["type"] == "http.response.start":
                status, began = message["status"], True
            await send(message)

        with working(Work("web")) as work:
            try:
                await self._inside(scope, receive, sending)
            except Exception as error:  # Starlette has answered it, and raises it on for the log
                self._watch.broke("page_failed", error)
                if not began:
                    raise
            finally:
                module = getattr(scope.get("endpoint"), "__module__", "")
                work.name = module.rpartition(".")[2] or OTHER
                if status >= 400:
                    work.outcome = Outcome.FAILED if status >= 500 else Outcome.REFUSED
                self._watch.done(work)


EVENTS = frozenset(
    one.partition(".")[0] for one in (*mentions.EVENTS, *people.EVENTS, *home.EVENTS, *replies.EVENTS)
)


def named(body: Any, desk: Desk) -> tuple[str, str]:
    """How a request came, and which of our commands, forms or events it is: never what somebody wrote."""
    if not isinstance(body, Mapping):
        return OTHER, OTHER
    if "command" in body:
        return "command", _known(body["command"], desk.knows)
    kind = body.get("type")
    if kind == "event_callback":
        return "event", _known(_within(body, "event", "type"), EVENTS.__contains__)
    if kind in ("view_submission", "view_closed"):
        return "submission", _known(_within(body, "view", "callback_id"), desk.knows)
    if kind in ("shortcut", "message_action"):
        return "shortcut", _known(body.get("callback_id"), desk.knows)
    if kind == "block_actions":
        actions = body.get("actions")
        action = actions[0] if isinstance(actions, list) and actions else None
        value = action.get("value") if isinstance(action, Mapping) else None
        return "click", _known(value.partition(" ")[0] if isinstance(value, str) else None, desk.knows)
    return ("menu" if kind == "block_suggestion" else OTHER), OTHER


def _within(body: Mapping[str, Any], outer: str, inner: str) -> Any:
    found = body.get(outer)
    return found.get(inner) if isinstance(found, Mapping) else None


def _known(name: Any, knows: Callable[[str], bool]) -> str:
    return name if isinstance(name, str) and knows(name) else OTHER
