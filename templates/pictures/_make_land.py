"""Makes land.txt and points.tsv anew: `python -m templates.pictures._make_land NATURAL_EARTH`.

It is not part of the bot: it needs shapely and pyshp, which the bot does not. NATURAL_EARTH is the path of
Natural Earth's countries at 1:110m without its ending (public domain); the wheel of geopandas 0.14.4 carries
them at `geopandas/datasets/naturalearth_lowres/naturalearth_lowres`. Small countries, which these do not
have, get the principal place of their first time zone from tzdata's `zone.tab` (public domain).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import shapefile
from babel.core import get_global
from shapely import MultiPolygon, Polygon, box, transform, unary_union
from shapely.affinity import translate
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import polylabel

from templates.pictures.projection import CENTRE, SOUTH, project

Point = tuple[float, float, str]
"""Longitude and latitude in degrees, and whose."""
HERE = Path(__file__).parent
EAST = CENTRE - 180
"""Land west of this meridian stands at the right edge of the picture."""
FINE = 2
"""Steps in a unit of the frame: coordinates are whole numbers of these."""
SMALLEST = 0.8
"""Units of area of the frame; a smaller island is less than a dot."""


def main(natural_earth: str) -> None:
    """Write both files."""
    countries = [(one.record, shape(one.shape)) for one in shapefile.Reader(natural_earth).shapeRecords()]
    land = unary_union([geometry.buffer(0.02) for _, geometry in countries]).intersection(
        box(-180, SOUTH, 180, 85)
    )
    west, rest = land.intersection(box(-180, -90, EAST, 90)), land.intersection(box(EAST, -90, 180, 90))
    whole = unary_union([rest, translate(west, 360).buffer(0.02)])
    (HERE / "land.txt").write_text("".join(_path(_drawn(part)) for part in _parts(whole)) + "\n")
    points = {**dict(_small()), **dict(_large(countries))}
    rows = [f"{code}\t{x:.1f}\t{y:.1f}\t{source}\n" for code, (x, y, source) in sorted(points.items())]
    (HERE / "points.tsv").write_text("code\tlongitude\tlatitude\tsource\n" + "".join(rows))


def _large(countries: list[tuple[Any, BaseGeometry]]) -> Iterator[tuple[str, Point]]:
    """The middle of the largest part; of one that bends around it, the place farthest from its shores."""
    aliases = get_global("territory_aliases")
    for record, geometry in countries:
        codes = aliases.get(record["iso_a3"])
        if codes and record["iso_a3"] != "ATA":
            largest = max(_parts(geometry), key=lambda part: part.area)
            middle = largest.centroid
            inner = middle if largest.contains(middle) else polylabel(largest, 0.1)
            yield codes[0], (inner.x, inner.y, "Natural Earth")


def _small() -> Iterator[tuple[str, Point]]:
    """Every code of zone.tab, by the first of its zones."""
    seen = {"AQ"}
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text().splitlines():
        if line.startswith("#"):
            continue
        code, place = line.split("\t")[:2]
        if code not in seen:
            seen.add(code)
            south, east = re.findall(r"[+-]\d+", place)
            yield code, (_degrees(east, 3), _degrees(south, 2), "zone.tab")


def _degrees(text: str, whole: int) -> float:
    """Degrees from ISO 6709: sign, `whole` digits of degrees, then minutes."""
    return round(int(text[0] + "1") * (int(text[1 : whole + 1]) + int(text[whole + 1 : whole + 3]) / 60), 1)


def _drawn(part: Polygon) -> BaseGeometry:
    """The part in the frame, its line simplified to half a unit."""
    flat = transform(part.segmentize(2), lambda points: [_place(x, y) for x, y in points])
    return flat.buffer(0).simplify(0.45)


def _place(x: float, y: float) -> tuple[float, float]:
    return project(min(x, EAST + 360 - 0.01), y)  # on the seam itself it would come out at the other edge


def _parts(geometry: BaseGeometry) -> list[Polygon]:
    return list(geometry.geoms) if isinstance(geometry, MultiPolygon) else [geometry]


def _path(geometry: BaseGeometry) -> str:
    lines = [
        line
        for part in _parts(geometry)
        if part.area >= SMALLEST
        for line in (part.exterior, *part.interiors)
        if Polygon(line).area >= SMALLEST
    ]
    return "".join(_line([(round(x * FINE), round(y * FINE)) for x, y in line.coords]) for line in lines)


def _line(points: list[tuple[int, int]]) -> str:
    steps = [f"M{points[0][0]} {points[0][1]}l"]
    for (x, y), (left, top) in zip(points[1:-1], points, strict=False):
        if (x, y) != (left, top):
            steps.append(f"{x - left} {y - top} ")
    return re.sub(r" -", "-", "".join(steps).strip()) + "z"


if __name__ == "__main__":
    main(sys.argv[1])
