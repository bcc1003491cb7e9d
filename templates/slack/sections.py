"""Facts under their headings: a few of each kind on a card, all of them on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from community.facts import Statement
from storage.vocabulary import FactKind

SHOWN_AT_FIRST = 3
"""Facts of a kind before "Show more": a card is about twelve lines (voice.md)."""


@dataclass(frozen=True)
class Section:
    """The facts of one kind: those shown, and how many are not. `themes` says to name each fact's theme."""

    kind: FactKind
    shown: tuple[Statement, ...]
    hidden: int
    themes: bool


def sections(
    statements: Sequence[Statement], kinds: Sequence[FactKind], *, full: bool
) -> tuple[Section, ...]:
    """The statements by kind, in the order of `kinds`; kinds without any are left out."""
    found = []
    for kind in kinds:
        of_kind = tuple(item for item in statements if item.kind is kind)
        if not of_kind:
            continue
        shown = of_kind if full else of_kind[:SHOWN_AT_FIRST]
        themes = len({item.theme for item in of_kind}) > 1
        found.append(Section(kind, shown, len(of_kind) - len(shown), themes))
    return tuple(found)
