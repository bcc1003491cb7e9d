"""How fast the bot may post: one a second a channel with short bursts, several hundred a minute in all.

https://docs.slack.dev/apis/web-api/rate-limits (it names no number for bursts nor for the workspace:
5 and 300 are the sandbox's own, and can be set)
"""

import math
from dataclasses import dataclass

from sandbox.errors import SlackError


@dataclass(frozen=True)
class Limits:
    """A post a second a channel, so many at once, and so many a minute in the workspace (None: no limit)."""

    per_second: float | None = 1.0
    burst: int = 5
    per_minute: int | None = 300


class Pace:
    """Buckets of leave to post, filled by the sandbox's clock."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buckets: dict[str, tuple[float, float]] = {}

    def reset(self) -> None:
        """All leave again."""
        self._buckets.clear()

    def take(self, channel: str, now: float) -> None:
        """Use one leave of the channel and of the workspace, or raise ``ratelimited``."""
        limits, wanted = self._limits, []
        if limits.per_second is not None:
            wanted.append((channel, limits.per_second, float(limits.burst)))
        if limits.per_minute is not None:
            wanted.append(("", limits.per_minute / 60, float(limits.per_minute)))
        levels = [(name, self._level(name, rate, most, now), rate) for name, rate, most in wanted]
        for _, level, rate in levels:
            if level < 1:
                wait = max(1, math.ceil((1 - level) / rate))
                raise SlackError("ratelimited", status=429, retry_after=wait)
        for name, level, _ in levels:
            self._buckets[name] = (level - 1, now)

    def _level(self, name: str, rate: float, most: float, now: float) -> float:
        level, since = self._buckets.get(name, (most, now))
        return min(most, level + max(0.0, now - since) * rate)
