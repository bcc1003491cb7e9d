"""Memory that is free again goes back to the system, so that a bot that runs for months stays as it is.

glibc gives back only what is free at the end of its heap. One small thing that stays there holds all that is
free below it: an hour of answers, pages and pictures left 33 of 100 MB so, and more with each hour. Measured
by `make soak`; malloc_trim(3) gives back free pages wherever they are.
"""

from __future__ import annotations

import ctypes
from typing import Any

NOTHING_KEPT = 0


def _system() -> Any:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # musl, macOS, Windows: each has its own ways
        return None


_trim = _system()


def give_back() -> None:
    """Give free memory back, where the system's allocator knows how."""
    if _trim is not None:
        _trim(NOTHING_KEPT)
