"""Where SQLAlchemy keeps the statements that it compiled: by what they weigh, and no more than that.

Its own store counts statements, of one column or of a hundred, and drops half of what it keeps at once: the
memory of a process rose and fell by 6 MB (`tests/soak`).
"""

from __future__ import annotations

from typing import Any

from cachetools import LRUCache

from storage import circles

COLUMNS = 5_000
"""How many columns the statements have that are kept. A column takes 4.9 kB with all that is kept of it, so
this is 25 MB: without end it was 100, and grew for as long as somebody did something for the first time. A
rare statement is compiled anew, in some ten milliseconds. With as many statements instead it was 4,400
columns now and 5,800 then."""
RARE = 2_000
"""How many more of what nobody waits for (`Database.aside`). What the clock asks each minute has to fit, 25
statements of 960 columns, and an edition with its letters beside it: with 1,000 columns they pushed out each
other, and 20 to 42 statements, up to 3 MB, were compiled anew each minute. To keep those used most often
instead was no better: what had many uses in the first minute stayed, and 18 to 22 were compiled anew."""
LEAST = 5
"""As how many columns a statement counts that has fewer: it takes 7 to 33 kB."""
LET_GO = 300
"""After so many columns that made room, 1.5 MB, they are freed: they go in circles."""


def _weight(statement: Any) -> int:
    """How many columns a compiled statement counts for; no more than all, for such a one is kept too."""
    return min(max(len(getattr(statement, "_result_columns", ())), LEAST), COLUMNS, RARE)


class _Gone:
    """What made room and is not freed yet, of all stores together."""

    def __init__(self) -> None:
        self._columns = 0

    def add(self, statement: Any) -> None:
        """One more made room."""
        self._columns += _weight(statement)
        if self._columns >= LET_GO and circles.free():
            self._columns = 0


_gone = _Gone()


class Compiled(LRUCache[Any, Any]):
    """Statements of so many columns: what was not used for longest makes room."""

    def __init__(self, columns: int) -> None:
        super().__init__(columns, getsizeof=_weight)

    def popitem(self) -> tuple[Any, Any]:
        """Let one make room."""
        key, statement = super().popitem()
        _gone.add(statement)
        return key, statement
