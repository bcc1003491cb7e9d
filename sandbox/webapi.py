"""The Web API's front door: who asks, with which token and scopes, and what goes wrong on purpose.

The order of refusals is Slack's: unknown method, no token, wrong token, missing scope, then the
method's own (https://docs.slack.dev/apis/web-api/#responses).
"""

import asyncio
import contextlib
import email
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from email.message import Message
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox import answers
from sandbox.activity import Activity
from sandbox.errors import SlackError
from sandbox.faults import Fault, Faults
from sandbox.methods import METHODS, Method
from sandbox.methods.desk import Args, Desk
from sandbox.nonsense import ANSWERS
from sandbox.record import Record

Json = dict[str, Any]
Answer = tuple[Any, int, dict[str, str]]


@dataclass(frozen=True)
class Tokens:
    """The two tokens that the workspace knows, and what the second was made with."""

    bot: str
    app: str
    app_scopes: frozenset[str] = frozenset()


class Cut(Response):
    """No answer: the connection is cut."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Abort the transport; the caller sees a broken connection, not a status."""
        scope["sandbox.cut"]()
        await asyncio.sleep(0.01)


class WebApi:
    """Answers ``/api/METHOD``, ``/respond/KEY`` and ``/upload/FILE``."""

    def __init__(
        self, desk: Desk, tokens: Tokens, faults: Faults, record: Record, activity: Activity
    ) -> None:
        self._desk = desk
        self._tokens = tokens
        self._faults = faults
        self._record = record
        self._activity = activity
        self.closing = asyncio.Event()

    async def method(self, request: Request) -> Response:
        """One call of a method."""
        name = request.path_params["method"]
        given, token = await _arguments(request)
        channel = given.get("channel") or given.get("channel_id")

        def answer() -> Answer:
            method = METHODS.get(name)
            if method is None:
                raise SlackError("unknown_method", req_method=name)
            self._authorize(method, token)
            return method.answer(self._desk, Args(given)), 200, {}

        place = str(channel) if channel else None
        return await self._answered(request, name, given, place, answer, self._granted(token))

    async def respond(self, request: Request) -> Response:
        """One post to a response_url."""
        key, raw = request.path_params["key"], await request.body()
        address = self._desk.space.addresses.get(key)
        try:
            body = json.loads(raw)
        except ValueError:
            body = None

        def answer() -> Answer:
            try:
                answers.to_address(self._desk.space, key, body)
            except SlackError as error:
                # Incoming webhooks refuse with 400 and more, and so does a response_url here.
                error.status = max(error.status, 400)
                raise
            return "ok", 200, {}

        return await self._answered(
            request, "response_url", body, address.channel if address else None, answer
        )

    async def upload(self, request: Request) -> Response:
        """The bytes of a file."""
        file_id, content = request.path_params["file"], await _content(request)

        def answer() -> Answer:
            file = self._desk.space.files.get(file_id)
            if file is None:
                raise SlackError("file_not_found", status=404)
            if len(content) != file.length:
                raise SlackError("invalid_length", status=400)
            self._desk.space.files[file_id] = replace(file, content=content)
            return f"OK - {len(content)}", 200, {}

        return await self._answered(request, "upload", {"file": file_id}, None, answer)

    def _authorize(self, method: Method, token: str | None) -> None:
        if method.token == "none":  # noqa: S105 - the kind of a token
            return
        if not token:
            raise SlackError("not_authed")
        if token not in {self._tokens.bot, self._tokens.app}:
            raise SlackError("invalid_auth")
        if token != (self._tokens.app if method.token == "app" else self._tokens.bot):  # noqa: S105 - as above
            raise SlackError("not_allowed_token_type")
        if method.token == "bot":  # noqa: S105 - as above
            self._desk.need(*method.scopes)
        elif not self._tokens.app_scopes.intersection(method.scopes):
            given = ",".join(sorted(self._tokens.app_scopes))
            raise SlackError("missing_scope", needed=",".join(method.scopes), provided=given)

    def _granted(self, token: str | None) -> dict[str, str]:
        """Every answer to a token that is known, a refusal too, says what it may do."""
        scopes = {self._tokens.bot: self._desk.app.scopes, self._tokens.app: self._tokens.app_scopes}
        known = scopes.get(token or "")
        return {} if known is None else {"x-oauth-scopes": ",".join(sorted(known))}

    async def _answered(
        self,
        request: Request,
        kind: str,
        given: Any,
        channel: str | None,
        answer: Callable[[], Answer],
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> Response:
        began = time.monotonic()
        with self._activity.ask():
            fault = self._faults.strike(kind, channel)
            body, status, headers = _done(answer) if _carried_out(fault) else (None, None, {})
            self._record.add(
                direction="from_bot",
                kind=kind,
                request=given,
                response=body,
                status=status,
                seconds=time.monotonic() - began,
                act=self._owner(request),
                failed=body.get("error") if isinstance(body, dict) else None,
                fault=fault.kind if fault else None,
            )
            if fault is not None:
                if fault.kind != "slow":
                    return await self._broken(fault, request, body)
                await self._hang(request, fault.seconds)
        return _response(body, status or 200, {**headers, **more})

    def _owner(self, request: Request) -> int | None:
        address = self._desk.space.addresses.get(request.path_params.get("key", ""))
        return address.act if address else None

    async def _broken(self, fault: Fault, request: Request, body: Any) -> Response:
        if fault.kind == "rate_limited":
            return _response({"ok": False, "error": "ratelimited"}, 429, _retry(fault.retry_after))
        if fault.kind == "server_error":
            return PlainTextResponse("upstream connect error", 503)
        if fault.kind == "nonsense":
            return ANSWERS[fault.answer](body)
        if fault.kind in {"timeout_before", "timeout_after"}:
            await self._hang(request, fault.seconds)
        return Cut()

    async def _hang(self, request: Request, seconds: float) -> None:
        """Say nothing until time is up, the caller has gone, or the sandbox closes."""
        waits: list[Awaitable[Any]] = [_gone(request), self.closing.wait()]
        tasks = [asyncio.ensure_future(wait) for wait in waits]
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)


def _carried_out(fault: Fault | None) -> bool:
    """Whether the call still has its effect: an unreadable answer comes after it, and so does a late one."""
    return fault is None or fault.kind in {"timeout_after", "cut_after", "nonsense", "slow"}


def _done(answer: Callable[[], Answer]) -> Answer:
    try:
        return answer()
    except SlackError as error:
        return error.body(), error.status, _retry(error.retry_after)


def _retry(seconds: int | str | None) -> dict[str, str]:
    return {} if seconds is None else {"Retry-After": str(seconds)}


def _response(body: Any, status: int, headers: dict[str, str]) -> Response:
    if isinstance(body, str):
        return PlainTextResponse(body, status, headers)
    return JSONResponse(body, status, headers)


async def _gone(request: Request) -> None:
    """Wait until the caller has hung up; the body has been read, so nothing else can come."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _arguments(request: Request) -> tuple[Json, str | None]:
    """Arguments from the address, a form or JSON; the token from the header or beside them."""
    given: Json = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            body = {}
        given |= body if isinstance(body, dict) else {}
    else:
        given |= dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    token = given.pop("token", None)
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    return given, bearer.strip() if scheme.lower() == "bearer" else token


async def _content(request: Request) -> bytes:
    """The bytes of an upload, sent bare or as a form."""
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return await request.body()
    kind = request.headers["content-type"].encode()
    parsed = email.message_from_bytes(b"Content-Type: " + kind + b"\r\n\r\n" + await request.body())
    parts = parsed.get_payload()
    first = parts[0] if isinstance(parts, list) and parts else None
    content = first.get_payload(decode=True) if isinstance(first, Message) else b""
    return content if isinstance(content, bytes) else b""
