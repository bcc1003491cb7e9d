"""Socket Mode: up to ten WebSockets, each envelope to one of them, acknowledged by its id.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import contextlib
import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

Json = dict[str, Any]

MOST_SOCKETS = 10
# Bolt has envelopes acknowledged with a body for these (accepts_response_payload).
WITH_BODY = ("slash_commands", "interactive")


@dataclass(frozen=True)
class Delivered:
    """What came back from the bot: a body, or why there is none.

    ``failed`` is what a person would be shown, ``reason`` what a redelivered event says of it.
    """

    body: Any = None
    failed: str | None = None
    reason: str | None = None
    status: int | None = None
    no_retry: bool = False


LOST = Delivered(failed="dispatch_failed", reason="connection_failed")
LATE = Delivered(failed="operation_timeout", reason="timeout")


class Sockets:
    """The open connections, and the envelopes that wait for an acknowledgement."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._tickets: set[str] = set()
        self._open: list[WebSocket] = []
        self._turn = itertools.count()
        self._waiting: dict[str, tuple[WebSocket, asyncio.Future[Delivered]]] = {}

    def new_ticket(self) -> str:
        """Leave to connect once."""
        ticket = secrets.token_urlsafe(12)
        self._tickets.add(ticket)
        return ticket

    @property
    def count(self) -> int:
        """How many are connected."""
        return len(self._open)

    async def serve(self, socket: WebSocket) -> None:
        """One connection, from its ticket to its end."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close(4001)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        if len(self._open) >= MOST_SOCKETS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return
        self._open.append(socket)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self._open),
                "debug_info": {"host": "sandbox", "approximate_connection_time": 3600},
                "connection_info": {"app_id": "A0PATHFND"},
            }
        )
        self._on_change()
        try:
            while True:
                self._acknowledged(await socket.receive_json())
        except (WebSocketDisconnect, RuntimeError, ValueError, KeyError):
            self._drop(socket)

    def _acknowledged(self, answer: Any) -> None:
        envelope = answer.get("envelope_id") if isinstance(answer, dict) else None
        _, waiting = self._waiting.get(str(envelope), (None, None))
        if waiting is not None and not waiting.done():
            waiting.set_result(Delivered(answer.get("payload"), status=200))

    def _drop(self, socket: WebSocket) -> None:
        if socket in self._open:
            self._open.remove(socket)
            self._on_change()
        for owner, waiting in self._waiting.values():
            if owner is socket and not waiting.done():
                waiting.set_result(LOST)

    async def deliver(
        self, kind: str, payload: Json, *, seconds: float, retry: tuple[int, str] | None, cut: bool = False
    ) -> Delivered:
        """Send an envelope to one socket and wait for its acknowledgement."""
        if not self._open:
            return LOST
        socket = self._open[next(self._turn) % len(self._open)]
        envelope_id = secrets.token_hex(16)
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind in WITH_BODY,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry[0] if retry else 0, "retry_reason": retry[1] if retry else ""}
        answer: asyncio.Future[Delivered] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = (socket, answer)
        try:
            if cut:
                await self._close(socket)
            else:
                await socket.send_json(envelope)
            return await asyncio.wait_for(answer, seconds)
        except TimeoutError:
            return LATE
        except (RuntimeError, WebSocketDisconnect):
            self._drop(socket)
            return LOST
        finally:
            self._waiting.pop(envelope_id, None)

    async def refresh(self) -> None:
        """Ask every connection to come back, as Slack does every few hours."""
        for socket in tuple(self._open):
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
            await self._close(socket)

    async def cut(self) -> None:
        """Close every connection without a word."""
        for socket in tuple(self._open):
            await self._close(socket)

    async def _close(self, socket: WebSocket) -> None:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(1001)
        self._drop(socket)
