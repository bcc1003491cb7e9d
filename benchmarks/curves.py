"""Curves as SVG: a few lines over two axes with their units, light, and readable on white."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import cycle

from benchmarks.rows import Curve

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 200, 40, 60
COLOURS = ("#0b5394", "#b45309", "#166534", "#9d174d", "#5b21b6", "#374151", "#0f766e")
"""Dark enough on white: each at least 5 to 1."""
LINE_OF_NAMES = 17


@dataclass(frozen=True)
class Axis:
    """From values to places on the picture; on a logarithmic one only what is above 0 stands."""

    low: float
    high: float
    begin: float
    end: float
    is_log: bool
    measured: tuple[float, ...] = ()

    def at(self, value: float) -> float:
        """Where a value stands."""
        low, high, value = (math.log10(one) if self.is_log else one for one in (self.low, self.high, value))
        return self.begin + (value - low) / (high - low) * (self.end - self.begin)

    def ticks(self) -> Iterator[float]:
        """The values that are named: powers of ten, or those that were measured."""
        if self.is_log:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            yield from (10.0**power for power in range(first, last + 1))
        else:
            yield from self.measured


def drawn(curve: Curve) -> str:
    """The picture of a curve, whole."""
    xs = [x for line in curve.lines.values() for x, _ in line]
    ys = [y for line in curve.lines.values() for _, y in line]
    across = _axis(xs, LEFT, WIDTH - RIGHT, is_log=curve.is_log[0], is_time=False)
    up = _axis(ys, HEIGHT - BOTTOM, TOP, is_log=curve.is_log[1], is_time=True)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" ',
        f'width="{WIDTH}" height="{HEIGHT}" font-family="Noto Sans, sans-serif" font-size="13" fill="#222">',
        f"<title>{escape(curve.title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="22" font-size="15" font-weight="bold">{escape(curve.title)}</text>',
        *_grid(across, up),
        _words((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, curve.x, "middle"),
        f'<text transform="translate(18 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">',
        f"{escape(curve.y)}</text>",
    ]
    ends = _apart([up.at(line[-1][1]) for line in curve.lines.values()])
    for (name, line), colour, height in zip(curve.lines.items(), cycle(COLOURS), ends, strict=False):
        places = [(across.at(x), up.at(y)) for x, y in line]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places]
        parts.append(_words(WIDTH - RIGHT + 10, height + 4, name, "start", colour))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _axis(values: Sequence[float], begin: float, end: float, *, is_log: bool, is_time: bool) -> Axis:
    low, high = min(values), max(values)
    if is_log and is_time:  # whole decades, so that two runs look alike
        low, high = 10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high) + 1e-9)
    elif not is_log:
        low, high = 0.0, high * 1.1
    return Axis(low, high * (10 if high == low else 1), begin, end, is_log, tuple(sorted(set(values))))


def _grid(across: Axis, up: Axis) -> Iterator[str]:
    for value in up.ticks():
        y = up.at(value)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        yield _words(LEFT - 8, y + 4, _number(value), "end")
    for value in across.ticks():
        x = across.at(value)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#eee"/>'
        yield _words(x, HEIGHT - BOTTOM + 18, _number(value), "middle")


def _words(x: float, y: float, text: str, anchor: str, colour: str = "#222") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.3g}"


def _apart(heights: Sequence[float]) -> list[float]:
    """The same heights, moved so far apart that a name fits at each."""
    found = dict.fromkeys(range(len(heights)), 0.0)
    last = float("-inf")
    for number in sorted(found, key=lambda one: heights[one]):
        last = found[number] = max(heights[number], last + LINE_OF_NAMES)
    over = max(0.0, last - (HEIGHT - BOTTOM))
    return [height - over for height in found.values()]
