"""Where marks and names stand so that none hides another: pushed apart, names only where all of them fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, sin

from templates.pictures.drawing import MARGIN, TEXT, wide
from templates.pictures.projection import HEIGHT, WIDTH

SIZES = (12.0, 10.0, 8.0, 6.0, 5.0)
"""Radii of marks: the first that leaves room for all of them."""
GAP = 3.0
"""Units of free space between two marks."""
FULLEST = 0.35
"""The share of the frame that marks and gaps may take: fuller, they would stand far from their places."""
ROUNDS = 200


@dataclass(frozen=True)
class Box:
    """An upright rectangle: its left upper and right lower corner."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two have a point in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True)
class Label:
    """A name beside a mark; `anchor` as SVG has it."""

    text: str
    x: float
    y: float
    anchor: str
    box: Box


def apart(points: Sequence[tuple[float, float]]) -> tuple[list[tuple[float, float]], float]:
    """The points, moved as little as they must be for marks on them not to touch, and the marks' radius.

    All lie inside the frame. The same points always come out alike.
    """
    for radius in SIZES:
        if len(points) * (2 * radius + GAP) ** 2 > FULLEST * WIDTH * HEIGHT:
            continue
        placed = _pushed(points, radius)
        if placed is not None:
            return placed, radius
    return [_inside(*point, SIZES[-1]) for point in points], SIZES[-1]


def labels(names: Sequence[str], points: Sequence[tuple[float, float]], radius: float) -> list[Label] | None:
    """A place for every name beside its mark; None unless there is one for each.

    A country without its name beside others that have theirs would look forgotten.
    """
    taken = [Box(x - radius, y - radius, x + radius, y + radius) for x, y in points]
    found: dict[int, Label] = {}
    choices = [_choices(name, *point, radius) for name, point in zip(names, points, strict=True)]
    for i in sorted(range(len(names)), key=lambda i: (len(_free(choices[i], taken, i)), i)):
        free = _free(choices[i], taken, i)
        if not free:
            return None
        found[i] = free[0]
        taken.append(free[0].box)
    return [found[i] for i in range(len(names))]


def _free(choices: Sequence[Label], taken: Sequence[Box], own: int) -> list[Label]:
    frame = Box(2, 2, WIDTH - 2, HEIGHT - 2)
    return [
        one
        for one in choices
        if one.box.left >= frame.left
        and one.box.right <= frame.right
        and one.box.top >= frame.top
        and one.box.bottom <= frame.bottom
        and not any(one.box.meets(other) for i, other in enumerate(taken) if i != own)
    ]


def _choices(name: str, x: float, y: float, radius: float) -> list[Label]:
    """Right of the mark, left, below, above, and the four corners."""
    width, up, down = wide(name), TEXT * 0.78, TEXT * 0.25
    off = radius + 4
    found = []
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)):
        left = x + dx * off if dx > 0 else x - off - width if dx < 0 else x - width / 2
        if dx and dy:
            left -= dx * off * 0.5
        base = y + TEXT * 0.35 + dy * (off + TEXT * (0.35 if dy > 0 else 0.6))
        box = Box(left, base - up, left + width, base + down)
        anchor, at = {1: ("start", left), -1: ("end", left + width), 0: ("middle", x)}[dx]
        found.append(Label(name, round(at, 1), round(base, 1), anchor, box))
    return found


def _pushed(points: Sequence[tuple[float, float]], radius: float) -> list[tuple[float, float]] | None:
    wanted = 2 * radius + GAP
    placed = [
        # points that coincide part in directions of their own
        _inside(x + 0.01 * cos(2.4 * i), y + 0.01 * sin(2.4 * i), radius)
        for i, (x, y) in enumerate(points)
    ]
    for _ in range(ROUNDS):
        moved = False
        for i in range(len(placed)):
            for j in range(i):
                (ax, ay), (bx, by) = placed[i], placed[j]
                if abs(ax - bx) >= wanted or (far := hypot(ax - bx, ay - by)) >= wanted - 0.01:
                    continue
                moved = True
                push = (wanted - far) / 2 / max(far, 0.001)
                dx, dy = (ax - bx) * push, (ay - by) * push
                placed[i], placed[j] = _inside(ax + dx, ay + dy, radius), _inside(bx - dx, by - dy, radius)
        if not moved:
            return placed
    return None


def _inside(x: float, y: float, radius: float) -> tuple[float, float]:
    edge = radius + MARGIN / 4
    return min(max(x, edge), WIDTH - edge), min(max(y, edge), HEIGHT - edge)
