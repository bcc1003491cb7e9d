"""How the web side is served: what a stranger's connection may cost, in time and in number."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from socket import socket

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

WHOLE_SECONDS = 20.0
"""How long a request may take to arrive, from its first byte to its last."""
HEAD_BYTES = 32_768
CONNECTIONS = 500
"""Open at once; one more is told 503. Half of the files that a process may have open as shipped."""
STOP_SECONDS = 10.0
"""How long a stop waits for answers under way. Whoever reads no further by then is hung up upon."""


class Timely(H11Protocol):
    """uvicorn's own protocol, which by itself waits for ever for a request to end."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there: from now on the time runs."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Something came: the time runs on until it is a whole request."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self._stop()
        super().connection_lost(exc)

    def _watch(self) -> None:
        cycle = self.cycle
        if cycle is not None and not cycle.more_body and not cycle.response_complete:
            self._stop()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(WHOLE_SECONDS, self.transport.close)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the bot stops as one."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]  # noqa: ANN202
        yield


@contextlib.asynccontextmanager
async def served(site: ASGIApp, listener: socket) -> AsyncIterator[None]:
    """Serve the site; at the end finish what is under way, for `STOP_SECONDS`."""
    server = _Server(_config(site))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        done, _ = await asyncio.wait({serving}, timeout=STOP_SECONDS)
        if not done:
            server.force_exit = True
            for connection in list(server.server_state.connections):
                connection.transport.abort()
        await serving


def _config(site: ASGIApp) -> uvicorn.Config:
    """A server that names neither itself nor its version."""
    return uvicorn.Config(
        site,
        http=Timely,
        log_level="warning",
        log_config=None,  # its messages go the way of all others (`bot.log`)
        access_log=False,
        lifespan="off",
        server_header=False,
        h11_max_incomplete_event_size=HEAD_BYTES,
        limit_concurrency=CONNECTIONS,
    )
