"""The marks of stages: each has a shape and a colour of its own, so that neither carries meaning alone.

Colours: Okabe and Ito, "Color universal design", 2008 (jfly.uni-koeln.de/color), told apart with any of the
common kinds of colour blindness.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, pi, sin

from storage.vocabulary import Stage
from templates.terms import term
from templates.voice import Voice

COLOURS: Mapping[Stage | None, str] = {
    None: "#ffffff",
    Stage.INTEREST: "#56b4e9",
    Stage.PREPARING: "#f0e442",
    Stage.WORKSHOP: "#e69f00",
    Stage.ROADMAP: "#cc79a7",
    Stage.IMPLEMENTING: "#009e73",
    Stage.REPORTING: "#0072b2",
}


@dataclass(frozen=True)
class Mark:
    """A stage's shape around the middle `x`, `y`, as an SVG path, and its colour."""

    path: str
    colour: str
    x: float
    y: float


def mark(stage: Stage | None, x: float, y: float, radius: float) -> Mark:
    """The mark of a stage; None is "not stated": a ring."""
    return Mark(_path(stage, x, y, radius), COLOURS[stage], round(x, 1), round(y, 1))


def stage_name(voice: Voice, stage: Stage | None) -> str:
    """The stage in words."""
    return term(voice, stage) if stage else voice.say("Stage not stated")


def _path(stage: Stage | None, x: float, y: float, radius: float) -> str:
    match stage:
        case None | Stage.INTEREST:
            r = round(radius * 0.85, 1)
            return f"M{x - r:.1f} {y:.1f}a{r} {r} 0 1 0 {2 * r:.1f} 0a{r} {r} 0 1 0 {-2 * r:.1f} 0z"
        case Stage.PREPARING:
            return _around(x, y + radius * 0.2, [radius] * 3, -pi / 2)
        case Stage.WORKSHOP:
            return _around(x, y, [radius] * 4, -pi / 4)
        case Stage.ROADMAP:
            return _around(x, y, [radius] * 4, -pi / 2)
        case Stage.IMPLEMENTING:
            return _around(x, y, [radius] * 5, -pi / 2)
        case Stage.REPORTING:
            return _around(x, y, [radius, radius * 0.48] * 5, -pi / 2)


def _around(x: float, y: float, radii: list[float], first: float) -> str:
    turns = [first + 2 * pi * i / len(radii) for i in range(len(radii))]
    corners = [f"{x + r * cos(t):.1f} {y + r * sin(t):.1f}" for r, t in zip(radii, turns, strict=True)]
    return f"M{'L'.join(corners)}z"
