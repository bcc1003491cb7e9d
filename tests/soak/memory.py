"""Whether memory rises: the line of least squares through what a process used, and how sure it is."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

BLOCK = 60.0
"""Seconds that are taken together: samples close to each other are as good as one."""


@dataclass(frozen=True)
class Sample:
    """So much resident memory, in kB, at so many seconds."""

    at: float
    kb: int


@dataclass(frozen=True)
class Rise:
    """The rise in percent an hour of the memory at its beginning, and its standard error."""

    percent: float
    error: float
    first: float
    last: float

    def __str__(self) -> str:
        return f"{self.percent:+.2f} ± {self.error:.2f} % an hour ({self.first:.1f} to {self.last:.1f} MB)"


def course(samples: Sequence[Sample], *, each: float = 300.0) -> str:
    """What was used, in MB, each so many seconds: the means of these times, one after the other."""
    blocks: dict[int, list[int]] = {}
    for one in samples:
        blocks.setdefault(int(one.at // each), []).append(one.kb)
    return " ".join(f"{statistics.fmean(block) / 1024:.1f}" for block in blocks.values())


def rise(samples: Sequence[Sample], *, after: float) -> Rise | None:
    """How memory rose from so many seconds on; None if there are fewer than three blocks of samples."""
    blocks: dict[int, list[Sample]] = {}
    for one in samples:
        if one.at >= after:
            blocks.setdefault(int(one.at // BLOCK), []).append(one)
    x = [statistics.fmean(one.at for one in block) / 3600 for block in blocks.values()]
    y = [statistics.fmean(one.kb for one in block) / 1024 for block in blocks.values()]
    if len(x) < 3:
        return None
    line = statistics.linear_regression(x, y)
    off = [found - (line.intercept + line.slope * at) for at, found in zip(x, y, strict=True)]
    spread = sum((at - statistics.fmean(x)) ** 2 for at in x)
    error = math.sqrt(sum(one**2 for one in off) / (len(x) - 2) / spread)
    start = line.intercept + line.slope * x[0]
    return Rise(100 * line.slope / start, 100 * error / start, y[0], y[-1])
