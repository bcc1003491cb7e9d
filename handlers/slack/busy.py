"""What is being worked on just now, so that a stop waits for it and a test knows when the bot is done."""

from __future__ import annotations

import asyncio
from types import TracebackType


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
        if self._count == 0:
            self._free.set()

    async def idle(self) -> None:
        """Return once nothing is in flight."""
        await self._free.wait()
