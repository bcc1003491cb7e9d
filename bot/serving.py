"""How the web side is served: what a stranger's connection may cost, in time and in number."""

from __future__ import annotations

import asyncio

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

WHOLE_SECONDS = 20.0
"""How long a request may take to arrive, from its first byte to its last."""
HEAD_BYTES = 32_768
CONNECTIONS = 500
"""Open at once; one more is told 503. Half of the files that a process may have open as shipped."""


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


def serving(site: ASGIApp) -> uvicorn.Config:
    """The site's server, which names neither itself nor its version."""
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
