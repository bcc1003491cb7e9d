"""What is being worked on just now, so that a stop waits for it and a test knows when the bot is done."""

from __future__ import annotations

import asyncio
from types import TracebackType

TURNS = 5
"""Of the event loop. From a socket's read until Slack's library hands over what came, three or four go by."""


class Busy:
    """Counts work in flight: `async with busy:` around each piece, `await busy.idle()` for the end of all."""

    def __init__(self) -> None:
        self._count = 0
        self._free = asyncio.Event()
        self._free.set()

    async def __aenter__(self) -> None:
        self.begin()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def begin(self) -> None:
        """One piece of work more, for what begins in one place and ends in another."""
        self._count += 1
        self._free.clear()

    def end(self) -> None:
        """One piece of work less."""
        self._count -= 1
        if self.is_idle:
            self._free.set()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is in flight at this moment."""
        return self._count == 0

    async def idle(self) -> None:
        """Return once nothing is in flight, nor anything that a socket has read about to begin."""
        turns = 0
        while turns < TURNS:
            await self._free.wait()
            await asyncio.sleep(0)
            turns = turns + 1 if self.is_idle else 0
