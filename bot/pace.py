"""Slack's pace: a message a second in a channel, so many a minute in all, and longer where Slack says so.

https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

PACE_SECONDS = 1.0
"""Between two messages in one channel."""
MINUTE = 60.0
A_MINUTE = 290
"""Messages in any minute in all channels together: Slack allows "several hundred" and names no number."""

TOO_FAST = frozenset({"ratelimited", "rate_limited"})
"""Slack's reference has both words."""
LONGEST_WAIT = 3600.0
"""Seconds, if Slack asks for more patience: it never does, and a wrong number must not silence a channel."""


def seconds_of(said: str | None) -> float:
    """How long Slack says to wait, whatever stands in its header (RFC 9110, 10.2.3, allows a date too)."""
    try:
        wanted = float(said or 1)
    except ValueError:
        return 1.0
    return min(max(wanted, 1.0), LONGEST_WAIT) if math.isfinite(wanted) else 1.0


class Pace:
    """What was sent lately by this process. `seconds` counts, from any moment on."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._free: dict[str, float] = {}
        self._lately: deque[float] = deque()

    def note(self, channel: str) -> None:
        """A message was just sent to a channel, or tried."""
        moment = self._seconds()
        self._lately.append(moment)
        self._free[channel] = max(self._free.get(channel, moment), moment + PACE_SECONDS)

    def hold(self, channel: str, seconds: float) -> None:
        """Slack says to leave a channel alone for so long."""
        self._free[channel] = self._seconds() + seconds

    def resting(self) -> list[str]:
        """The channels to which nothing may be sent now."""
        moment = self._seconds()
        self._free = {channel: at for channel, at in self._free.items() if at > moment}
        return list(self._free)

    def leave(self) -> int:
        """How many messages may be sent now, all channels together."""
        moment = self._seconds()
        while self._lately and self._lately[0] <= moment - MINUTE:
            self._lately.popleft()
        return max(0, A_MINUTE - len(self._lately))

    def is_soon_free(self) -> bool:
        """Whether a channel rests that will be free within the pace."""
        soon = self._seconds() + PACE_SECONDS
        return any(at <= soon for at in self._free.values())
