"""What the record says: statements, each with the document it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from storage.base import Sourced, Words
from storage.facts import Fact
from storage.members import FORMER
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
class Said:
    """The member who said or confirmed something last, and the aware moment when."""

    slack_id: str
    at: datetime

    @property
    def is_former(self) -> bool:
        """Whether they were erased since."""
        return self.slack_id == FORMER

    def is_stale(self, day: date, stale_after: timedelta) -> bool:
        """Whether on a day nobody has said so for so long that it may be out of date."""
        return self.at.date() < day - stale_after


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
    said: Said | None


def citation(row: Sourced) -> Citation | None:
    """The citation of any sourced row; None where people entered it themselves."""
    if row.source is None:
        return None
    return Citation(row.source.key, row.source.title, row.source.when, row.locator, row.derived)


def said(row: Sourced) -> Said | None:
    """Who said or confirmed a sourced row, and when; None for what only a document says."""
    if row.said_by is None or row.said_at is None:
        return None
    return Said(row.said_by.slack_id, row.said_at)


def statement(row: Fact) -> Statement:
    """A fact's row as a statement."""
    return Statement(
        kind=row.kind,
        text=row.text,
        theme=row.theme,
        state=row.state,
        value=row.value,
        owner=row.owner,
        when=row.when,
        note=row.note,
        citation=citation(row),
        said=said(row),
    )
