"""What both workers do: look at what is due when they are woken, and each second, until they are stopped."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from community.deliveries import PROMISED
from handlers.slack.answering import is_ours
from handlers.slack.busy import Busy
from handlers.work import Broke, Work, log_fault, working

TICK_SECONDS = 1.0


class Rounds(ABC):
    """Goes through what is due, again and again."""

    def __init__(self, busy: Busy) -> None:
        self._busy = busy
        self._woken = asyncio.Event()
        self._wakes = 0
        self._stopping = False
        self.turned: Callable[[], None] = lambda: None
        """Called each time it has gone round, and within a long round each time it gets on.

        A round that failed of a fault of ours is none. One that failed because the database or Slack is away
        is: those say so themselves.
        """
        self.broke: Broke = log_fault
        """Called with what a round failed of."""

    @abstractmethod
    async def drain(self) -> None:
        """Send everything that is due now."""

    def wake(self) -> None:
        """Look at once what is due."""
        if not self._stopping:
            self._busy.begin()
            self._wakes += 1
            self._woken.set()

    async def run(self) -> None:
        """Work until `stop`: what is under way is finished first."""
        while not self._stopping:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), TICK_SECONDS)
            self._woken.clear()
            wakes, self._wakes = self._wakes, 0
            try:
                with working(Work("round")):
                    if await self._drained():
                        self.turned()
            finally:
                for _ in range(wakes):
                    self._busy.end()

    async def _drained(self) -> bool:
        """Whether it has gone round."""
        try:
            await self.drain()
        except Exception as error:  # the database is away, or a fault of ours: the next tick tries again
            self.broke("worker_failed", error)
            return not is_ours(error)
        return True

    def stop(self) -> None:
        """Take nothing more; `run` ends once what is under way is done."""
        self._stopping = True
        self._woken.set()


@dataclass(frozen=True)
class Bell:
    """Wakes workers."""

    workers: Sequence[Rounds]

    def ring(self) -> None:
        """Look at once: it is later than it was."""
        for worker in self.workers:
            worker.wake()

    def committed(self, session: AsyncSession) -> None:
        """Look at once, if something was promised in the transaction that was just committed."""
        if session.info.pop(PROMISED, False):
            self.ring()
