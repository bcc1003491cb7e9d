"""What the record says: statements, each with the document it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from storage.base import Sourced, Words
from storage.facts import Fact
from storage.partial_dates import PartialDate
from storage.vocabulary import FactKind, FactState, Theme


@dataclass(frozen=True)
class Citation:
    """Where a row comes from. `derived` marks what the document implies without saying it."""

    key: str
    title: Words
    as_of: PartialDate
    locator: str | None
    derived: bool


@dataclass(frozen=True)
class Statement:
    """One fact as it is shown. `value` is a figure as the record writes it; `owner` who is to act."""

    kind: FactKind
    text: Words
    theme: Theme | None
    state: FactState | None
    value: str | None
    owner: Words | None
    when: PartialDate
    note: Words | None
    citation: Citation | None


def citation(row: Sourced) -> Citation | None:
    """The citation of any sourced row; None where people entered it themselves."""
    if row.source is None:
        return None
    return Citation(row.source.key, row.source.title, row.source.when, row.locator, row.derived)


def statement(row: Fact) -> Statement:
    """A fact's row as a statement."""
    return Statement(
        row.kind, row.text, row.theme, row.state, row.value, row.owner, row.when, row.note, citation(row)
    )
