"""What refers to itself in a circle goes when Python's collector comes by, and no sooner.

Left to itself it comes when it has a quarter more to look at than the last time. In a storm (`tests/soak`) 41
to 13,377 such objects came between two rounds of the clock, up to 2.5 MB; nearly all of it SQLAlchemy's, some
ten statements that were compiled once and had to make room. And a connection that ended, with all that it had
prepared: two of them 2.5 MB.
"""

from __future__ import annotations

import asyncio
import gc
import time

REST = 30
"""How many times as long as it took to look for circles nobody looks again: it holds everybody up. Of two
storms side by side up to 919 columns of statements were counted as waiting with 100, and 492 with 30; but up
to 974 in two later ones with 30 (what the clock freed meanwhile is counted too)."""
SOON = 1.0
"""Seconds after which whoever used what is to be freed has let go of it too."""


class _Circles:
    """Frees what goes in circles, and takes a thirtieth of the time at most."""

    def __init__(self) -> None:
        self._not_before = self._planned = 0.0

    def free(self) -> bool:
        """Whether it was looked: not soon after the last time. It takes 0.03 to 0.15 s."""
        begun = time.monotonic()
        if begun < self._not_before:
            return False
        gc.collect()
        self._not_before = begun + REST * (time.monotonic() - begun)
        return True

    def free_soon(self) -> None:
        """Have it looked once, as soon as it may be. Called within a running loop."""
        now = time.monotonic()
        if now < self._planned:
            return
        self._planned = max(self._not_before, now + SOON)
        asyncio.get_running_loop().call_later(self._planned - now, self.free)


_circles = _Circles()
"""One for the whole process, as the collector is."""
free, free_soon = _circles.free, _circles.free_soon
