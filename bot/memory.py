"""Memory that is free again goes back to the system, so that a bot that runs for months stays as it is.

Python's own allocator gives back a whole MiB or nothing, and one small thing that stays holds all of it: each
rare hour with much at once raised what the process keeps by a MB or two, for good (docs/decisions/0020). So
deploy/ sets PYTHONMALLOC=malloc, which leaves all to the system. glibc by itself gives back only what is free
at the end of its heap: a quarter of an hour of answers, pages and pictures left 33 of 100 MB below something
small (`make soak`). Three things help: large pieces lie outside the heap, malloc_trim(3) gives back each free
page within it, and all threads share one.
"""

from __future__ import annotations

import ctypes
from typing import Any

from storage import circles

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
"""mallopt(3). glibc begins with this threshold itself, but raises it with each large piece that is freed."""
LARGE = 128 * 1024
"""Bytes from which on a piece gets pages of its own."""
ONE_HEAP = 1
"""As Python lets one thread work at a time, several would only hold more that is free."""
NOTHING_KEPT = 0


def _of_system(name: str) -> Any:
    try:
        return getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):  # musl, macOS, Windows: each has its own ways
        return None


_set, _trim = _of_system("mallopt"), _of_system("malloc_trim")


def set_up_memory() -> None:
    """Let every large piece of memory go back by itself, and all threads share a heap, from now on."""
    if _set is not None:
        _set(M_MMAP_THRESHOLD, LARGE)
        _set(M_ARENA_MAX, ONE_HEAP)


def give_back() -> None:
    """Give free memory back, where the system's allocator knows how; what goes in circles is freed first.

    Nobody is answered while that is looked for. Who calls this often, or has more to look at, has it done
    more seldom than called.
    """
    circles.free()
    if _trim is not None:
        _trim(NOTHING_KEPT)
