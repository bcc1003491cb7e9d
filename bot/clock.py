"""What time it is: the machine's, or, against a sandbox on this machine, the sandbox's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from handlers.slack.busy import Busy

RETRY_SECONDS = 1.0


class Clock:
    """Aware UTC time. Only a sandbox moves it; what checks request signatures never asks this clock."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._frozen: datetime | None = None
        self.moved: Callable[[], None] = lambda: None
        """Called when a sandbox has moved it."""

    def now(self) -> datetime:
        """The aware moment it is."""
        return self._frozen or datetime.now(UTC) + self._ahead

    def follow(self, moment: datetime, *, frozen: bool) -> None:
        """Show `moment` from now on, standing still if `frozen`."""
        self._frozen = moment if frozen else None
        self._ahead = moment - datetime.now(UTC)
        self.moved()


async def follow_sandbox(url: str, clock: Clock, busy: Busy) -> None:
    """Keep to a sandbox's clock, and tell it when nothing is in flight. Runs until cancelled."""
    address = f"{url.rstrip('/').replace('http', 'ws', 1)}/sandbox/link"
    while True:
        try:
            async with connect(address, proxy=None) as link:
                await _listen(link, clock, busy)
        except (OSError, ConnectionClosed) as error:
            structlog.get_logger().debug("sandbox_link_lost", error=type(error).__name__)
        await asyncio.sleep(RETRY_SECONDS)


async def _listen(link: ClientConnection, clock: Clock, busy: Busy) -> None:
    async with asyncio.TaskGroup() as settling:
        async for text in link:
            message = json.loads(text)
            if message["type"] == "clock":
                clock.follow(datetime.fromtimestamp(message["now"], UTC), frozen=message["frozen"])
            elif message["type"] == "settle":
                settling.create_task(_settle(link, message["id"], busy))


async def _settle(link: ClientConnection, number: int, busy: Busy) -> None:
    await busy.idle()
    await link.send(json.dumps({"type": "settled", "id": number}))
