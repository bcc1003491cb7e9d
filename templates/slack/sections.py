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
    statements: Sequence[Statement], kinds: Sequence[FactKind], *, full: bool, themes: bool = True
) -> tuple[Section, ...]:
    """The statements by kind, in the order of `kinds`; kinds without any are left out.

    `themes` names the theme of each fact where those of one kind differ.
    """
    found = []
    for kind in kinds:
        of_kind = tuple(item for item in statements if item.kind is kind)
        if not of_kind:
            continue
        few = not full and len(of_kind) > SHOWN_AT_FIRST + 1  # "and 1 more" would take the line of that one
        shown = of_kind[:SHOWN_AT_FIRST] if few else of_kind
        several = len({item.theme for item in of_kind}) > 1
        found.append(Section(kind, shown, len(of_kind) - len(shown), themes and several))
    return tuple(found)
