"""From longitude and latitude to the frame of the world: Equal Earth, in which areas compare truly.

Šavrič, Patterson and Jenny, "The Equal Earth map projection", 2018: doi.org/10.1080/13658816.2018.1504949.
"""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

WIDTH, HEIGHT = 640, 282
"""Of the frame, in its own units."""
CENTRE = 11.0
"""The meridian in the middle: the one opposite, 169° west, cuts no land but runs through Bering Strait."""
SOUTH = -57.0
"""Degrees; Antarctica lies beyond and is not drawn."""
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = sqrt(3) / 2


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """A point's place in the frame, from degrees east and north; x to the right, y downwards."""
    x, y = _plane((longitude - CENTRE + 180) % 360 - 180, latitude)
    return WIDTH / 2 + x * _SCALE, (_TOP - y) * _SCALE + _MARGIN


def _plane(longitude: float, latitude: float) -> tuple[float, float]:
    theta = asin(_M * sin(radians(latitude)))
    slope = 9 * _A4 * theta**8 + 7 * _A3 * theta**6 + 3 * _A2 * theta**2 + _A1
    x = radians(longitude) * cos(theta) / (_M * slope)
    return x, _A4 * theta**9 + _A3 * theta**7 + _A2 * theta**3 + _A1 * theta


_TOP, _BOTTOM = _plane(0, 84)[1], _plane(0, SOUTH)[1]
_SCALE = min((WIDTH - 8) / (2 * _plane(180, 0)[0]), (HEIGHT - 8) / (_TOP - _BOTTOM))
_MARGIN = (HEIGHT - (_TOP - _BOTTOM) * _SCALE) / 2
