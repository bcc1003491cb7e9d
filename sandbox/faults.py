"""Trouble on demand: what to break, where, and how often."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from sandbox.nonsense import ANSWERS

Kind = Literal[
    "rate_limited",
    "server_error",
    "timeout_before",
    "timeout_after",
    "cut_before",
    "cut_after",
    "nonsense",
    "slow",
    "redeliver",
    "socket_cut",
]
KINDS: tuple[str, ...] = get_args(Kind)
# Faults of what goes to the bot; the others are of what the bot asks.
TO_THE_BOT = ("redeliver", "socket_cut")


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    ``method`` is a Web API method or a family such as ``views.*``, ``response_url``, or for ``redeliver``
    and ``socket_cut`` the type of the event or interaction; None means any. ``nth`` counts the matching calls
    from 1 and lets the earlier ones pass; ``times`` is how many then fail (None: until cleared). "Before" and
    "after" say whether the call is still carried out. ``seconds`` is how long a time-out hangs before the
    connection is cut, and how late a ``slow`` answer comes, in real time. ``answer`` is which nonsense comes
    (``sandbox.nonsense``). ``retry_after`` is what stands in that header, sense or not; None: no header.
    """

    kind: Kind
    method: str | None = None
    channel: str | None = None
    nth: int | None = None
    times: int | None = 1
    retry_after: int | str | None = 1
    seconds: float = 60.0
    answer: str = "page"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault is called {self.kind!r}; there are: {', '.join(KINDS)}")
        if self.answer not in ANSWERS:
            raise ValueError(f"no nonsense is called {self.answer!r}; there are: {', '.join(ANSWERS)}")

    def fits(self, method: str, channel: str | None) -> bool:
        """Whether this fault aims at such a call."""
        family = f"{method.partition('.')[0]}.*"
        return self.method in {None, method, family} and self.channel in {None, channel}


class Faults:
    """The faults in force, each with its count of matching calls."""

    def __init__(self) -> None:
        self._seen: list[tuple[Fault, int]] = []

    def add(self, fault: Fault) -> None:
        """Arm one more."""
        self._seen.append((fault, 0))

    def clear(self) -> None:
        """Disarm all."""
        self._seen.clear()

    def armed(self) -> list[Fault]:
        """Those that may still strike."""
        return [fault for fault, seen in self._seen if not _spent(fault, seen)]

    def listed(self) -> list[dict[str, Any]]:
        """Those that may still strike, as JSON, and ``left``, how often (None: until cleared)."""
        return [
            vars(fault) | {"left": _left(fault, seen)}
            for fault, seen in self._seen
            if not _spent(fault, seen)
        ]

    def strike(self, method: str, channel: str | None, *, to_bot: bool = False) -> Fault | None:
        """Count this call for every fault that aims at it; the first one due strikes."""
        struck: Fault | None = None
        for index, (fault, seen) in enumerate(self._seen):
            if (fault.kind in TO_THE_BOT) is not to_bot or not fault.fits(method, channel):
                continue
            if struck is None and not _spent(fault, seen) and seen + 1 >= (fault.nth or 1):
                struck = fault
            self._seen[index] = (fault, seen + 1)
        return struck


def _left(fault: Fault, seen: int) -> int | None:
    return None if fault.times is None else fault.times - max(0, seen - (fault.nth or 1) + 1)


def _spent(fault: Fault, seen: int) -> bool:
    left = _left(fault, seen)
    return left is not None and left <= 0
