"""One page of a list: cut out of what was read already, or read by itself where a list may become long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Entry = TypeVar("Entry")
Other = TypeVar("Other")


@dataclass(frozen=True)
class Turned:
    """Which page is shown: `number` of `of`, both from one on, and how many entries are `before` it."""

    number: int
    of: int
    before: int


@dataclass(frozen=True)
class Listed(Generic[Entry]):
    """The entries of one page of a list, each with its number in the whole list, from one on.

    It is page `number` of `of`; the list has `total` entries.
    """

    entries: tuple[tuple[int, Entry], ...]
    number: int
    of: int
    total: int

    @property
    def lines(self) -> tuple[Entry, ...]:
        """The entries without their numbers."""
        return tuple(one for _, one in self.entries)

    def showing(self, others: Sequence[Other]) -> Listed[Other]:
        """The same page with what its entries stand for, in the same order."""
        numbers = (n for n, _ in self.entries)
        return Listed(tuple(zip(numbers, others, strict=False)), self.number, self.of, self.total)


def turned(total: int, page: int, most: int) -> Turned:
    """Page `page` of a list of so many entries, `most` a page.

    Whatever page is asked for, there is one: a list may have become shorter, and a number may be typed.
    """
    of = max(total - 1, 0) // most + 1
    number = min(max(page, 1), of)
    return Turned(number, of, most * (number - 1))


def page_with(lines: Sequence[Entry], turn: Turned, total: int) -> Listed[Entry]:
    """A page whose lines were read by themselves."""
    return Listed(tuple(enumerate(lines, start=turn.before + 1)), turn.number, turn.of, total)


def listed(entries: Sequence[Entry], page: int, most: int) -> Listed[Entry]:
    """Page `page` of a list that is there whole, `most` entries a page."""
    turn = turned(len(entries), page, most)
    return page_with(entries[turn.before : turn.before + most], turn, len(entries))
