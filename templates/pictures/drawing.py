"""What every picture shares: the drawing itself, how a line of text fits, and its revision.

A drawing is one SVG, whole on a page of the web and the source of the PNG. It has no styles of its own: only
presentation attributes, which any style sheet may override, and the classes `picture` (the whole),
`picture-ground`, `picture-land`, `picture-text` and `picture-small`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

WIDTH = 640
"""Of every picture, in its own units."""
MARGIN = 16
TEXT, SMALL = 21, 19
"""Sizes of letters: shown 360 px wide, as Slack does on a phone, they are 12 and 11 px high."""
LINE = 26
"""From one line of text to the next."""
INK, FAINT, GROUND, LAND, EDGE = "#1b2733", "#4a5866", "#ffffff", "#d3dae1", "#1b2733"
"""Colours: on the ground the first two keep a contrast of at least 7 to 1."""
_UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""What XML has no place for, and what turns the direction of the text around it."""
_SPACE = re.compile("  +")
_NARROW, _SLIM, _WIDE = (
    frozenset(" .,:;!|'’`ijlIJ·()[]/\\-"),
    frozenset('frtcsz"?vyx_'),
    frozenset("mwMW@%—OQÔÓ"),
)


@dataclass(frozen=True)
class Drawing:
    """A picture: its SVG, what it shows in words, its size in its own units, and its name in a few words."""

    svg: Markup
    alt: str
    width: int
    height: int
    title: str

    @property
    def revision(self) -> str:
        """Ten letters that change with the picture."""
        return sha256(self.svg.encode()).hexdigest()[:10]


def drawn(
    template: str, title: str, alt: str, height: float, *, links: bool = False, **values: Any
) -> Drawing:
    """The picture that `<template>.svg` makes of `values`. `links` tells that parts of it lead somewhere.

    `title` names it in a few words; `alt` says what it shows.
    """
    title, alt, whole = clean(title), clean(alt), round(height)
    name = f"picture-{sha256(f'{template} {alt}'.encode()).hexdigest()[:8]}"
    svg = _environment().get_template(f"{template}.svg").render(
        id=name, title=title, alt=alt, width=WIDTH, height=whole, role="group" if links else "img",
        TEXT=TEXT, SMALL=SMALL, INK=INK, FAINT=FAINT, GROUND=GROUND, LAND=LAND, EDGE=EDGE, **values,
    )  # fmt: skip
    return Drawing(Markup(svg), alt, WIDTH, whole, title)  # noqa: S704 - escaped by its environment


def clean(text: str) -> str:
    """Text on one line, without the signs that break or turn a picture."""
    return _SPACE.sub(" ", _UNFIT.sub(" ", text)).strip(" ")


def wide(text: str, size: float = TEXT) -> float:
    """About how wide text is in letters of a size; rather too wide, for a page has a font of its own."""
    return sum(_share(sign) for sign in text) * size


def lines(text: str, width: float, most: int, size: float = TEXT) -> list[str]:
    """Text in at most so many lines of a width, parted between words; what is too long ends in "…"."""
    found: list[str] = []
    rest = clean(text)
    while rest and len(found) < most:
        if wide(rest, size) <= width:
            return [*found, rest]
        end = _fits(rest, width, size)
        space = rest.rfind(" ", 0, end + 1)
        if len(found) == most - 1:
            found.append(rest[: space if space > end // 2 else end].rstrip(" ,;:") + "…")
            break
        end = space if space > 0 else end
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return found


def listed(parts: Sequence[str]) -> str:
    """Parts of a text alternative as sentences that follow each other."""
    return " ".join(part if part.endswith((".", "…", "!", "?")) else f"{part}." for part in parts if part)


def _fits(text: str, width: float, size: float) -> int:
    """How many signs fit, with room for "…"; always one."""
    left = width - wide("…", size)
    for count, sign in enumerate(text):
        left -= _share(sign) * size
        if left < 0:
            return max(count, 1)
    return len(text)


def _share(sign: str) -> float:
    """A sign's width as a share of its height."""
    if unicodedata.combining(sign):
        return 0
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if sign in _NARROW:
        return 0.31
    if sign in _SLIM:
        return 0.48
    if sign in _WIDE:
        return 0.9
    return 0.69 if sign.isupper() else 0.6


def _fit(value: Any) -> Any:
    """What stands between `{{` and `}}`."""
    return clean(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


@cache
def _environment() -> Environment:
    """Templates of pictures: all that they put in is escaped for XML."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        finalize=_fit,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
