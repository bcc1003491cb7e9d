"""From the workspace to the bot: signed HTTP when a request URL is set, Socket Mode otherwise.

https://docs.slack.dev/authentication/verifying-requests-from-slack (signatures, in real time),
https://docs.slack.dev/apis/events-api#retries (what counts as failed).
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import aiohttp

from sandbox.errors import SlackError
from sandbox.faults import Faults
from sandbox.record import Record
from sandbox.sockets import LATE, LOST, Delivered, Sockets

Json = dict[str, Any]

_ENVELOPES = {"command": "slash_commands", "event": "events_api"}


class Wire:
    """Delivers one payload at a time and writes down what came of it."""

    def __init__(self, sockets: Sockets, faults: Faults, record: Record, secret: str, seconds: float) -> None:
        self.sockets = sockets
        self.request_url: str | None = None
        self._faults = faults
        self._record = record
        self._secret = secret
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def connected(self) -> bool:
        """Whether anybody is there to deliver to (over HTTP that shows only when it is tried)."""
        return self.request_url is not None or self.sockets.count > 0

    async def close(self) -> None:
        """Let go of the HTTP connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def deliver(
        self,
        kind: str,
        payload: Json,
        *,
        act: int | None = None,
        use: Callable[[Any], None] | None = None,
        retry: tuple[int, str] | None = None,
    ) -> Delivered:
        """Deliver; ``use`` does with the acknowledgement's body what Slack does, and may refuse it.

        Without ``use`` a body means nothing to Slack: seen for ``block_actions`` (bolt-js #132,
        python-slack-sdk #946), and the exchange carries a warning.
        """
        began, name = time.monotonic(), _name(kind, payload)
        fault = self._faults.strike(name, _channel(payload), to_bot=True)
        cut = fault is not None and fault.kind == "socket_cut"
        delivered = await self._send(kind, payload, retry, cut=cut)
        refusal = delivered.failed
        warnings: tuple[str, ...] = ()
        if delivered.failed is None and use is not None:
            try:
                use(delivered.body)
            except SlackError as error:
                delivered = replace(delivered, failed=error.code)
                refusal = "; ".join([error.code, *error.details])
        elif delivered.failed is None and delivered.body not in (None, "", {}):
            warnings = ("Slack ignores the body of this acknowledgement",)
        self._record.add(
            direction="to_bot",
            kind=name,
            request=payload,
            response=delivered.body,
            status=delivered.status,
            seconds=time.monotonic() - began,
            act=act,
            failed=refusal,
            fault=fault.kind if fault else None,
            warnings=warnings,
        )
        if fault is not None and fault.kind == "redeliver" and retry is None:
            return await self.deliver(kind, payload, act=act, retry=(1, "http_timeout"))
        return delivered

    async def _send(self, kind: str, payload: Json, retry: tuple[int, str] | None, *, cut: bool) -> Delivered:
        if self.request_url is not None:
            return LOST if cut else await self._over_http(self.request_url, kind, payload, retry)
        envelope = _ENVELOPES.get(kind, "interactive")
        return await self.sockets.deliver(envelope, payload, seconds=self._seconds, retry=retry, cut=cut)

    async def _over_http(
        self, url: str, kind: str, payload: Json, retry: tuple[int, str] | None
    ) -> Delivered:
        body, content_type = _encoded(kind, payload)
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0", **sign(self._secret, body)}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        if self._session is None:
            # A fresh connection each time: one kept alive may be closed by the bot just as it is used.
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        limit = aiohttp.ClientTimeout(total=self._seconds)
        try:
            async with self._session.post(url, data=body, headers=headers, timeout=limit) as answer:
                text = await answer.text()
                status, no_retry = answer.status, answer.headers.get("X-Slack-No-Retry") == "1"
                is_json = answer.content_type == "application/json"
        except TimeoutError:
            return replace(LATE, reason="http_timeout")
        except (aiohttp.ClientError, OSError):
            return LOST
        if status != 200:
            return Delivered(text, "dispatch_failed", "http_error", status, no_retry)
        try:
            return Delivered(json.loads(text) if is_json and text else text or None, status=status)
        except ValueError:
            return Delivered(text, "dispatch_failed", "http_error", status)

    async def verify(self) -> bool:
        """Ask the request URL to give a challenge back, as Slack does when it is entered.

        https://docs.slack.dev/reference/events/url_verification
        """
        payload: Json = {"type": "url_verification", "challenge": "sandbox", "token": "unused"}
        answer = await self.deliver("event", payload, use=lambda _body: None)
        return answer.body in ({"challenge": "sandbox"}, "sandbox")


def sign(secret: str, body: bytes, at: int | None = None) -> dict[str, str]:
    """The two headers by which the bot knows that a request comes from Slack."""
    stamp = str(int(time.time()) if at is None else at)
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def _encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    """Commands are forms, interactions a form with one JSON field, events JSON."""
    form = "application/x-www-form-urlencoded"
    if kind == "command":
        fields = {name: str(value).lower() if value is False else value for name, value in payload.items()}
        return urlencode(fields).encode(), form
    if kind == "event":
        return json.dumps(payload).encode(), "application/json"
    return urlencode({"payload": json.dumps(payload)}).encode(), form


def _name(kind: str, payload: Json) -> str:
    if kind == "command":
        return kind
    if kind == "event":
        return f"event:{(payload.get('event') or payload).get('type')}"
    return str(payload.get("type"))


def _channel(payload: Json) -> str | None:
    found = payload.get("channel_id") or payload.get("channel") or (payload.get("event") or {}).get("channel")
    return found.get("id") if isinstance(found, dict) else found
