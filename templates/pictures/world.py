"""The pathfinders as marks on a map of the world without boundaries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from community.pathfinders import PathfinderLine
from storage.vocabulary import Stage
from templates.pictures.drawing import LINE, MARGIN, SMALL, Drawing, drawn, lines, listed, wide
from templates.pictures.marks import Mark, mark, stage_name
from templates.pictures.placing import Label, apart, labels
from templates.pictures.projection import HEIGHT, WIDTH, project
from templates.voice import Voice

_HERE = Path(__file__).parent
_BETWEEN = 24
"""From one line of small text to the next."""
NOTE = 16
"""The size of letters in what is said about boundaries."""
_BESIDE_MARK = 34
_LEADER = 4.0
"""Units from which on a moved mark is joined to its place by a line."""


@dataclass(frozen=True)
class Dot:
    """A pathfinder: its key (a country's ISO code), its name, its stage if stated, and its page if any."""

    key: str
    name: str
    stage: Stage | None
    address: str | None = None


@dataclass(frozen=True)
class _Spot:
    """A mark on the map: what it says, whence a line leads to it, and its name if it stands beside it."""

    said: str
    mark: Mark
    address: str | None
    origin: tuple[float, float] | None
    label: Label | None


@dataclass(frozen=True)
class _Entry:
    """A line of the legend, and the lines of names under it."""

    x: float
    y: float
    mark: Mark
    said: str
    names: tuple[tuple[float, str], ...]


def dots(
    voice: Voice, listing: Iterable[PathfinderLine], address: Callable[[str], str] | None = None
) -> list[Dot]:
    """The pathfinders of `community.pathfinders.listing`; `address` gives a place's page by its key."""
    return [
        Dot(
            line.place.key,
            voice.country(line.place),
            line.stage.stage if line.stage else None,
            address(line.place.key) if address else None,
        )
        for line in listing
    ]


def by_stage(found: Sequence[Dot]) -> list[tuple[Stage | None, list[Dot]]]:
    """The dots of each stage that has any, the farthest first, those without a stated one last."""
    stages: list[Stage | None] = [*reversed(Stage), None]
    parts = [(stage, [dot for dot in found if dot.stage is stage]) for stage in stages]
    return [(stage, part) for stage, part in parts if part]


def world(voice: Voice, found: Sequence[Dot], *, note: str = "") -> Drawing:
    """The map. Whatever has no point on it, as a regional body has none, is named below.

    Names stand on the map where there is room for all of them, else in the legend. `note` is what is to be
    said about boundaries and names.
    """
    points = _points()
    on, beside = [x for x in found if x.key in points], [x for x in found if x.key not in points]
    origins = [project(*points[dot.key]) for dot in on]
    placed, radius = apart(origins)
    named = labels([dot.name for dot in on], placed, radius)
    spots = [
        _Spot(
            voice.say("%(what)s: %(said)s", what=dot.name, said=stage_name(voice, dot.stage)),
            mark(dot.stage, *at, radius),
            dot.address,
            origin if abs(at[0] - origin[0]) + abs(at[1] - origin[1]) > _LEADER else None,
            named[i] if named else None,
        )
        for i, (dot, at, origin) in enumerate(zip(on, placed, origins, strict=True))
    ]
    entries, y = _legend(voice, by_stage(on), HEIGHT + 14.0, names=named is None)
    small, y = _paragraphs(_beside(voice, beside), y, SMALL)
    tiny, y = _paragraphs(note, y, NOTE)
    title = voice.say("Pathfinders by stage on a map of the world")
    return drawn(
        "world", title, _alt(voice, title, found), y,
        links=any(dot.address for dot in on), land=_land(), spots=spots, legend=entries,
        small=[*small, *tiny],
    )  # fmt: skip


def _alt(voice: Voice, title: str, found: Sequence[Dot]) -> str:
    told = [
        voice.say(
            "%(what)s: %(said)s",
            what=f"{stage_name(voice, stage)} ({voice.number(len(part))})",
            said=", ".join(dot.name for dot in part),
        )
        for stage, part in by_stage(found)
    ]
    return listed([title, *told])


def _beside(voice: Voice, beside: Sequence[Dot]) -> str:
    if not beside:
        return ""
    named = [f"{dot.name} ({stage_name(voice, dot.stage).lower()})" for dot in beside]
    return voice.say("Not on the map: %(names)s", names=", ".join(named))


def _legend(
    voice: Voice, stages: Sequence[tuple[Stage | None, list[Dot]]], y: float, *, names: bool
) -> tuple[list[_Entry], float]:
    """The legend from `y` down, with the names if they stand nowhere else; and where it ends."""
    said = [f"{stage_name(voice, stage)} ({voice.number(len(part))})" for stage, part in stages]
    second = None if names else _second_column(said)
    rows = (len(stages) + 1) // 2 if second else len(stages)
    entries, top, bottom = [], y, y
    for i, (stage, part) in enumerate(stages):
        if i == rows:
            y, bottom = top, y
        x = second if second and i >= rows else MARGIN
        told = lines(", ".join(dot.name for dot in part), WIDTH - 2 * MARGIN - _BESIDE_MARK, 12, SMALL)
        first = y + LINE * 0.5
        below = tuple(
            (round(first + _BETWEEN * (n + 1)), text) for n, text in enumerate(told if names else ())
        )
        entries.append(
            _Entry(x + _BESIDE_MARK, round(first), mark(stage, x + 13, first - 7, 12), said[i], below)
        )
        y += LINE * 1.2 + _BETWEEN * len(below)
    return entries, max(y, bottom)


def _second_column(said: Sequence[str]) -> float | None:
    """Where the second of two columns begins; None where they do not fit beside each other."""
    half = (len(said) + 1) // 2
    first, second = (max(map(wide, part), default=0) for part in (said[:half], said[half:]))
    begins = max(WIDTH / 2, MARGIN + _BESIDE_MARK + first + 16)
    return begins if begins + _BESIDE_MARK + second <= WIDTH else None


def _paragraphs(text: str, y: float, size: float) -> tuple[list[tuple[float, float, str]], float]:
    """Text from `y` down, each line with its height and the size of its letters; and where it ends."""
    placed = []
    for line in lines(text, WIDTH - 2 * MARGIN, 12, size):
        y += round(size * 1.35)
        placed.append((y, size, line))
    return placed, y + 12


@cache
def _land() -> str:
    return (_HERE / "land.txt").read_text().strip()


@cache
def _points() -> dict[str, tuple[float, float]]:
    """Longitude and latitude by ISO code."""
    rows = [line.split("\t") for line in (_HERE / "points.tsv").read_text().splitlines()[1:]]
    return {code: (float(longitude), float(latitude)) for code, longitude, latitude, _source in rows}
