"""Pictures as PNG: what Slack and previews of links show. Drawn with a font that ships with us.

Decision: docs/decisions/0013-pictures.md.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
import resvg_py

from templates.pictures.drawing import Drawing

ZOOM, ZOOM_OF_TALL = 2.0, 1.5
"""Pixels a unit: sharp on a phone. A tall picture would be heavy for a poor connection."""
TALL = 660
"""Units."""
KEPT = 64
"""Pictures kept, of some 50 kB each."""


def png(drawing: Drawing) -> bytes:
    """The drawing as a PNG, twice its size in pixels (a tall one less). It takes 0.1 s: use a thread."""
    return _rendered(str(drawing.svg), ZOOM if drawing.height <= TALL else ZOOM_OF_TALL)


def shows_words() -> bool:
    """Whether letters leave a trace: without its fonts the renderer leaves them out in silence."""
    frame = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30"><text y="20">{}</text></svg>'
    return _rendered(frame.format("Été"), 1.0) != _rendered(frame.format(""), 1.0)


@lru_cache(maxsize=KEPT)
def _rendered(svg: str, zoom: float) -> bytes:
    family = "Noto Sans"
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=zoom,
            skip_system_fonts=True,
            font_files=_fonts(),
            font_family=family,
            sans_serif_family=family,
        )
    )


@cache
def _fonts() -> list[str]:
    """Latin, Greek, Cyrillic and Devanagari; Arabic. No server needs any installed."""
    folders = (fontpkg_noto_sans.ROOT, fontpkg_noto_sans_arabic.ROOT)
    return [
        str(font)
        for root in folders
        for font in (Path(root) / "files").glob("*.ttf")
        if "Italic" not in font.name
    ]
