"""The workspace's own time, which a test or the page can move; nothing else in the sandbox reads a clock.

Signatures of requests and the three seconds for an acknowledgement keep real time: they are between
two machines, not in the workspace.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import datetime


class Clock:
    """Runs at real time's pace until it is frozen; ``advance`` and ``at`` move it either way.

    It begins now, or at the aware instant ``begins``, and does so again after each ``reset``.
    """

    def __init__(self, on_change: Callable[[], None], begins: datetime | None = None) -> None:
        self._on_change = on_change
        self._begins = begins
        self._waiting: set[asyncio.Future[None]] = set()
        self._offset = self._ahead()
        self._frozen_at: float | None = None

    def now(self) -> float:
        """Seconds since 1970, by the sandbox's clock."""
        return self._frozen_at if self._frozen_at is not None else time.time() + self._offset

    @property
    def frozen(self) -> bool:
        """Whether time stands still until it is moved."""
        return self._frozen_at is not None

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds."""
        self._set(self.now() + seconds)

    def at(self, when: datetime) -> None:
        """Move to an instant; a time without zone is refused, since it names none."""
        if when.tzinfo is None:
            raise ValueError("the clock needs a time with a zone")
        self._set(when.timestamp())

    def freeze(self, when: datetime | None = None) -> None:
        """Stop, here or at an instant."""
        self._frozen_at = self.now()
        if when is not None:
            self.at(when)
        else:
            self._changed()

    def run(self) -> None:
        """Go on from here with real time."""
        self._offset, self._frozen_at = self.now() - time.time(), None
        self._changed()

    def reset(self) -> None:
        """Back to where it began, running."""
        self._offset, self._frozen_at = self._ahead(), None
        self._changed()

    async def sleep_until(self, when: float) -> None:
        """Wait until the sandbox's clock shows ``when``."""
        while (left := when - self.now()) > 0:
            moved: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(moved)
            try:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(moved, None if self.frozen else left)
            finally:
                self._waiting.discard(moved)

    def _ahead(self) -> float:
        return self._begins.timestamp() - time.time() if self._begins else 0.0

    def _set(self, now: float) -> None:
        if self.frozen:
            self._frozen_at = now
        else:
            self._offset = now - time.time()
        self._changed()

    def _changed(self) -> None:
        for moved in self._waiting:
            if not moved.done():
                moved.set_result(None)
        self._on_change()
