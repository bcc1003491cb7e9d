"""What every benchmark gives back: rows of ratios, each with its spread and target, and curves to draw."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

AT_LEAST = "≥"
Line = Sequence[tuple[float, float]]
"""Points (x, y)."""


@dataclass(frozen=True)
class Row:
    """One ratio: the median of several rounds, the lowest and the highest; `figures` says of what.

    `target` is such as "≥ 0.85", from the issue or DESIGN section 8; "" for a figure without one.
    """

    name: str
    ratio: float
    low: float
    high: float
    target: str = ""
    figures: str = ""

    @property
    def bound(self) -> float:
        """The number in the target."""
        return float(self.target.partition(" ")[2])

    @property
    def verdict(self) -> str:
        """Whether the median meets the target, or by how much it misses it; "" without one."""
        if not self.target:
            return ""
        if self.ratio >= self.bound if self.target.startswith(AT_LEAST) else self.ratio <= self.bound:
            return "met"
        if not self.bound:
            return "missed"
        return f"missed by {abs(self.ratio / self.bound - 1):.0%}"


@dataclass(frozen=True)
class Curve:
    """A picture of how something grows: lines by their names, each of points (x, y)."""

    name: str
    title: str
    x: str
    y: str
    lines: Mapping[str, Line]
    is_log: tuple[bool, bool] = (True, True)


@dataclass(frozen=True)
class Found:
    """What a benchmark found."""

    rows: Sequence[Row] = ()
    curves: Sequence[Curve] = field(default=())


def of_pairs(name: str, pairs: Sequence[tuple[float, float]], target: str = "", figures: str = "") -> Row:
    """A row of what took turns: in each pair ours and the other's; their ratio is the first by the second."""
    ratios = sorted(ours / other for ours, other in pairs)
    return Row(name, statistics.median(ratios), ratios[0], ratios[-1], target, figures)


def of_growth(
    name: str, small: Sequence[float], large: Sequence[float], target: str = "", figures: str = ""
) -> Row:
    """A row of what was measured at two sizes, one after the other: the large by the small one's median."""
    base = statistics.median(small)
    ratios = sorted(one / base for one in large)
    return Row(name, statistics.median(ratios), ratios[0], ratios[-1], target, figures)


def middles(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The medians of both sides."""
    return statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs)


async def timed(work: Callable[[], Awaitable[None]], rounds: int, warm: int) -> list[float]:
    """The seconds that each of so many rounds takes, after some that warm it up."""
    taken = []
    for _ in range(rounds + warm):
        begun = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - begun)
    return taken[warm:]
