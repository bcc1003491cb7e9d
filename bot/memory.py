"""Memory that is free again goes back to the system, so that a bot that runs for months stays as it is.

glibc gives back only what is free at the end of its heap. One small thing that stays there holds all that is
free below it: a quarter of an hour of answers, pages and pictures left 33 of 100 MB so (`make soak`). Two
things help: large pieces lie outside the heap, and malloc_trim(3) gives back free pages within it.
"""

from __future__ import annotations

import ctypes
from typing import Any

from storage import circles

M_MMAP_THRESHOLD = -3
"""mallopt(3). glibc begins with this number itself, but raises it with each large piece that is freed."""
LARGE = 128 * 1024
"""Bytes from which on a piece gets pages of its own."""
NOTHING_KEPT = 0


def _of_system(name: str) -> Any:
    try:
        return getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):  # musl, macOS, Windows: each has its own ways
        return None


_set, _trim = _of_system("mallopt"), _of_system("malloc_trim")


def keep_large_apart() -> None:
    """Let every large piece of memory go back by itself, from now on."""
    if _set is not None:
        _set(M_MMAP_THRESHOLD, LARGE)


def give_back() -> None:
    """Give free memory back, where the system's allocator knows how; what goes in circles is freed first.

    Nobody is answered while that is looked for. Who calls this often, or has more to look at, has it done
    more seldom than called.
    """
    circles.free()
    if _trim is not None:
        _trim(NOTHING_KEPT)
