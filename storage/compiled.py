"""Where SQLAlchemy keeps the statements that it compiled: by what they weigh, and no more than that.

Its own store counts statements, of one column or of a hundred, and drops half of what it keeps at once: the
memory of a process rose and fell by 6 MB (`tests/soak`).
"""

from __future__ import annotations

from typing import Any

from cachetools import LRUCache

from storage import circles

COLUMNS = 7_500
"""How many columns the statements have that are kept, with those aside. A column takes 4.9 kB with all that
is kept of it, so this is 37 MB: without end it was 100, and grew for as long as somebody did something for
the first time. A rare statement is compiled anew, in some ten milliseconds."""
RARE = 2_500
"""How many of them may be of what nobody waits for (`Database.aside`). What the clock asks each minute has to
fit, 25 statements of 960 columns, and what else it does beside it, 45 of over 1,000: with 1,000
columns they pushed out each other, and 20 to 42 statements, up to 3 MB, were compiled anew each minute. A
replica may do some of it for the first time days after its start; so what is kept here is taken from the
rest, and a process is no larger from then on."""
LEAST = 5
"""As how many columns a statement counts that has fewer: it takes 7 to 33 kB."""
LET_GO = 300
"""After so many columns that made room, 1.5 MB, they are freed, for they go in circles; later, if it was just
looked for such (`circles.REST`)."""


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
    """Statements of so many columns: what was not used for longest makes room.

    A store that lies in an `outer` one takes of its room: together they keep no more than that alone.
    """

    def __init__(self, columns: int, outer: Compiled | None = None) -> None:
        super().__init__(columns, getsizeof=_weight)
        self._outer = self if outer is None else outer
        self.inner = list[Compiled]()
        if outer is not None:
            outer.inner.append(self)

    def __setitem__(self, key: Any, statement: Any) -> None:
        super().__setitem__(key, statement)
        self._outer.make_room()

    def make_room(self) -> None:
        """Keep no more than there is room for, beside what the stores within this one keep."""
        taken = sum(one.currsize for one in self.inner)
        while len(self) > 1 and self.currsize + taken > self.maxsize:
            self.popitem()

    def popitem(self) -> tuple[Any, Any]:
        """Let one make room."""
        key, statement = super().popitem()
        _gone.add(statement)
        return key, statement
