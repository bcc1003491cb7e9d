"""The form of an archive: a zip file with `manifest.json`, and a file of JSON lines a table.

A line is one row, an array in the order of the table's columns in the manifest, which names each column's
kind: so an archive is read without this version's tables, and into either database.

| kind    | in the file                                  |
|---------|----------------------------------------------|
| moment  | ISO 8601 in UTC, with microseconds if it has |
| date    | 2026-11-22                                   |
| time    | 09:00:00                                     |
| json    | itself                                       |
| text    | a string; a word of the vocabulary too       |
| integer | a number                                     |
| boolean | true or false                                |
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from storage.base import Json, Moment

FORMAT = 1
MANIFEST = "manifest.json"
LEFT_OUT = frozenset({"askers", "marks", "beats", "backups"})
"""Tables of which nothing is kept: who asked under a pseudonym (decision 12), and what speaks of this very
database: its mark, who works with it, its own backups."""

TYPES: Mapping[str, Any] = {
    "moment": Moment(),
    "date": sa.Date(),
    "time": sa.Time(),
    "json": Json,
    "text": sa.String(),
    "integer": sa.BigInteger(),
    "boolean": sa.Boolean(),
}
_KINDS: Sequence[tuple[type[Any], str]] = (
    (sa.DateTime, "moment"), (sa.Date, "date"), (sa.Time, "time"), (sa.JSON, "json"), (sa.String, "text"),
    (sa.Boolean, "boolean"), (sa.Integer, "integer"),
)  # fmt: skip
_WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "moment": datetime.isoformat, "date": date.isoformat, "time": time.isoformat,
}  # fmt: skip
_READ: Mapping[str, Callable[[str], Any]] = {
    "moment": datetime.fromisoformat, "date": date.fromisoformat, "time": time.fromisoformat,
}  # fmt: skip


class ArchiveRefused(ValueError):
    """An archive cannot be made or restored; the text says why, and what to do."""


@dataclass(frozen=True)
class Kept:
    """A table in an archive: its columns with their kinds, how many rows, and the SHA-256 of its file."""

    columns: tuple[tuple[str, str], ...]
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds: the state of the aware moment `taken_at`, of a schema's `revision`."""

    taken_at: datetime
    revision: str
    version: str
    tables: Mapping[str, Kept]

    @property
    def rows(self) -> int:
        """How many rows of all tables."""
        return sum(kept.rows for kept in self.tables.values())

    def written(self) -> bytes:
        """As it stands in the archive."""
        tables = {name: asdict(kept) for name, kept in self.tables.items()}
        held = {
            "format": FORMAT, "taken_at": self.taken_at.isoformat(), "revision": self.revision,
            "version": self.version, "left_out": sorted(LEFT_OUT), "tables": tables,
        }  # fmt: skip
        return json.dumps(held, indent=1).encode()


def read_manifest(data: bytes) -> Manifest:
    """The manifest of an archive. Raises `ArchiveRefused` for one of a form that is not known here."""
    try:
        held = json.loads(data)
        if held["format"] != FORMAT:
            raise ArchiveRefused(
                f"the archive is of form {held['format']}; install a newer version to read it"
            )
        tables = {
            name: Kept(tuple((column, kind) for column, kind in one["columns"]), one["rows"], one["sha256"])
            for name, one in held["tables"].items()
        }
        return Manifest(datetime.fromisoformat(held["taken_at"]), held["revision"], held["version"], tables)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, ArchiveRefused):
            raise
        raise ArchiveRefused("the archive has no manifest that can be read; take another one") from error


def kind_of(column: sa.types.TypeEngine[Any]) -> str | None:
    """The kind of a column in a database; None for one that no table of ours has."""
    return next((kind for of, kind in _KINDS if isinstance(column, of)), None)


def plain(name: str, columns: Sequence[tuple[str, str]]) -> sa.TableClause:
    """A table of which nothing is known but its columns' kinds."""
    return sa.table(name, *(sa.column(column, TYPES[kind]) for column, kind in columns))


def line_of(row: Sequence[Any], columns: Sequence[tuple[str, str]]) -> bytes:
    """A row as a line of an archive."""
    values = [
        value if value is None or kind not in _WRITTEN else _WRITTEN[kind](value)
        for value, (_, kind) in zip(row, columns, strict=True)
    ]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def row_of(line: bytes, columns: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """A line of an archive as a row, by column."""
    return {
        name: value if value is None or kind not in _READ else _READ[kind](value)
        for value, (name, kind) in zip(json.loads(line), columns, strict=True)
    }
