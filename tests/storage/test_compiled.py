"""What makes room in the stores of compiled statements is freed soon, although it goes in circles."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from storage import circles, compiled
from storage.compiled import Compiled


class Statement:
    """Refers to itself, as SQLAlchemy's do."""

    def __init__(self) -> None:
        self._result_columns = range(10)
        self.itself = self


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is gone yet; and the collector does not come by itself."""
    monkeypatch.setattr(compiled, "LET_GO", 200)
    monkeypatch.setattr(compiled, "_gone", compiled._Gone())
    monkeypatch.setattr(circles, "free", circles._Circles().free)
    gc.disable()
    yield
    gc.enable()


def test_what_made_room_is_freed_once_there_is_enough_of_it() -> None:
    store, seen = Compiled(50), weakref.WeakSet[Statement]()

    def keep(numbers: range) -> None:
        for number in numbers:
            store[number] = statement = Statement()
            seen.add(statement)

    keep(range(24))
    assert (len(store), len(seen)) == (5, 24), "190 columns are gone, and not freed yet"
    keep(range(24, 25))
    assert (len(store), len(seen)) == (5, 6), "the last of them is still on its way out"


def test_while_it_was_just_looked_for_circles_what_is_gone_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[bool] = []

    def look() -> bool:
        looked.append(len(looked) == 2)
        return looked[-1]

    monkeypatch.setattr(circles, "free", look)
    store = Compiled(50)
    for number in range(5 + 20 + 2 + 19):
        store[number] = Statement()
    assert looked == [False, False, True], (
        "each further one asks again; then there have to be 200 columns anew"
    )


def test_what_is_kept_aside_takes_room_of_the_rest_up_to_its_own_limit() -> None:
    store = Compiled(100)
    aside = Compiled(30, outer=store)

    def keep(where: Compiled, count: int) -> tuple[int, int]:
        for number in range(count):
            where[f"{count} {number}"] = Statement()
        return len(store), len(aside)

    assert keep(store, 20) == (10, 0)
    assert keep(aside, 2) == (8, 2)
    assert keep(aside, 9) == (7, 3)
    assert keep(store, 21) == (7, 3)
    assert [*aside] == ["9 6", "9 7", "9 8"]
    assert next(iter(store)) == "21 14", "what was not used for longest makes room"
