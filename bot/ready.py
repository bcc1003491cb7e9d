"""Whether this process can do its work: each part by name, what is wrong with it, and since when."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from bot.beat import WRITING, Pulse
from community.watching import Part as Beating
from handlers.web.health import Part
from storage.database import Database, DatabaseUnusable
from storage.migrate import check_schema

SHARED_SECONDS = 1.0
"""How long one look serves everybody who asks."""
PATIENCE = 3.0
"""Seconds that the database has to answer."""
QUIET_SECONDS = 180.0
"""How long a part may not go round: the clock does each minute, and one letter may take two and a half."""
STARTING, STOPPING = "it is starting", "it is stopping"
_HANGS = {
    Beating.CLOCK: "the clock has not ticked",
    Beating.WORKER: "the delivery worker has not gone round",
    Beating.POST: "the mail worker has not gone round",
    WRITING: "nothing could be written to the database; look whether its disk is full",
}


class Ready:
    """Looks at every part, once for all who ask within a second."""

    def __init__(self, pulse: Pulse, database: Database) -> None:
        self._pulse, self._database = pulse, database
        self._phase: str | None = STARTING
        self._since: dict[str, datetime] = {}
        self._looking: asyncio.Task[Sequence[Part]] | None = None
        self._looked_at = 0.0
        self.is_connected: Callable[[], Awaitable[bool]] | None = None
        """Whether Slack's socket is open; None where none is needed."""

    def started(self) -> None:
        """From now on every part is expected to work."""
        self._phase = None

    def stopping(self) -> None:
        """From now on nobody should send anything here."""
        self._phase = STOPPING

    async def look(self) -> Sequence[Part]:
        """Every part as it stands now, or stood within the last second."""
        old = time.monotonic() - self._looked_at > SHARED_SECONDS
        if self._looking is None or (self._looking.done() and old):
            self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(self._looking)

    async def _look(self) -> Sequence[Part]:
        faults = {"process": self._phase, "database": await self._database_fault()}
        if self._phase != STARTING and self.is_connected is not None:
            connected = await self.is_connected()
            faults["socket"] = None if connected else "the connection to Slack (Socket Mode) is down"
        now, parts = datetime.now(UTC), []
        for name, fault in faults.items():
            since = self._since.setdefault(name, now) if fault else self._since.pop(name, None)
            parts.append(Part(name, fault, since if fault else None))
        for part, age in self._pulse.ages().items():
            if part in _HANGS:
                hangs = age > QUIET_SECONDS
                since = now - timedelta(seconds=age)
                parts.append(Part(part, _HANGS[part], since) if hangs else Part(part))
        self._looked_at = time.monotonic()
        return parts

    async def _database_fault(self) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE):
                await check_schema(self._database)
        except DatabaseUnusable as error:
            return str(error)
        except TimeoutError:
            return f"the database does not answer within {PATIENCE:g} seconds"
        return None
