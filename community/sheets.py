"""A spreadsheet of today's pathfinders, action groups and events, saved as CSV. The columns: docs/loading.md."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from community.errors import Ambiguous, NotFound
from community.folding import fold
from community.names import HOUSE_LANGUAGES, Names, OwnName
from storage.loading.files import LoadRefusedError, Problem
from storage.loading.rows import Row
from storage.partial_dates import PartialDate, Status
from storage.vocabulary import (
    Constituency,
    EventKind,
    GroupKind,
    GroupStatus,
    PlaceKind,
    Region,
    RoleName,
    Stage,
)

COLUMNS = (
    "kind", "name", "region", "stage", "status", "chairs", "date", "date_status", "hours", "zone", "place",
    "group", "organiser", "about", "source", "as_of", "language",
)  # fmt: skip
NEEDED = ("kind", "name", "source", "as_of")
KINDS = ("pathfinder", "group", "event")


@dataclass(frozen=True)
class _Line:
    """One line of the sheet, and a way to say what is wrong in it."""

    file: str
    number: int
    cells: Mapping[str, str]
    groups: Mapping[str, str]

    def group(self, column: str) -> str:
        """The key of the group named in a cell: of a stored one called so, else made of the name."""
        return self.groups.get(fold(self[column])) or slug(self[column])

    def __getitem__(self, column: str) -> str:
        return (self.cells.get(column) or "").strip()

    def refuse(self, column: str, reason: str) -> LoadRefusedError:
        return LoadRefusedError([Problem(self.file, self.number, column, reason)])

    def word(self, column: str, words: type[StrEnum]) -> Any:
        """A cell that holds one of a list of words; None if it is empty."""
        said = fold(self[column]).replace(" ", "_")
        if not said:
            return None
        if said not in {word.value for word in words}:
            allowed = ", ".join(word.value for word in words)
            raise self.refuse(column, f"{self[column]!r} is none of {allowed}")
        return words(said)

    def words(self, text: str) -> dict[str, str]:
        language = self["language"].lower() or "en"
        if language not in HOUSE_LANGUAGES:
            raise self.refuse("language", f"{language!r} is none of {', '.join(HOUSE_LANGUAGES)}")
        return {language: text}

    def date(self, column: str, **others: Any) -> PartialDate:
        try:
            return PartialDate.parse(self[column], **others)
        except ValueError as error:
            raise self.refuse(column, str(error)) from error

    def row(self, table: str, key: str, values: Mapping[str, Any], **references: tuple[str, str]) -> Row:
        """A row that cites this line's source."""
        columns = {f"{name}_id": target for name, target in references.items()}
        columns["source_id"] = ("sources", self.source)
        values = {**values, "locator": f"line {self.number}", "derived": False}
        return Row(table, key, values, columns, self.file, self.number)

    @property
    def source(self) -> str:
        return slug(f"{self['source']} {self['as_of']}")


def rows_of_sheet(path: Path, names: Names, groups: Sequence[OwnName]) -> list[Row]:
    """The rows of a CSV sheet; `groups` are the action groups that are stored already. Raises `LoadRefusedError` with every line that is wrong."""
    problems: list[Problem] = []
    rows: list[Row] = []
    keys = {fold(name): group.key for group in groups for name in (*group.names.values(), *group.aliases)}
    for line in _lines(path, keys):
        try:
            rows.extend(_rows(line, names))
        except LoadRefusedError as refusal:
            problems.extend(refusal.problems)
    if problems:
        raise LoadRefusedError(problems)
    return rows


def slug(text: str) -> str:
    """A key made of a name: letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:60] or "x"


def _lines(path: Path, groups: Mapping[str, str]) -> Iterator[_Line]:
    """The lines of the sheet as cells by column; a byte order mark, commas or semicolons are all right."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = f"cannot be read; save it as CSV in UTF-8 ({type(error).__name__})"
        raise LoadRefusedError([Problem(path.name, 0, "file", reason)]) from error
    header = text.partition("\n")[0]
    reader = csv.DictReader(text.splitlines(), delimiter=";" if header.count(";") > header.count(",") else ",")
    columns = [fold(column).replace(" ", "_") for column in reader.fieldnames or ()]
    unknown = [column for column in columns if column not in COLUMNS]
    missing = [column for column in NEEDED if column not in columns]
    if unknown or missing:
        parts = [f"unknown column {name!r}" for name in unknown] + [f"no column {name!r}" for name in missing]
        reason = f"{'; '.join(parts)}; the columns are {', '.join(COLUMNS)}"
        raise LoadRefusedError([Problem(path.name, 1, "header", reason)])
    reader.fieldnames = columns
    for cells in reader:
        texts = {column: cell for column, cell in cells.items() if isinstance(cell, str)}
        yield _Line(path.name, reader.line_num, texts, groups)


def _rows(line: _Line, names: Names) -> Iterator[Row]:
    for column in NEEDED:
        if not line[column]:
            raise line.refuse(column, "is empty")
    as_of = line.date("as_of")
    title = {"title": line.words(line["source"]), "when": as_of}
    yield Row("sources", line.source, title, {}, line.file, line.number, only_new=True)
    match line["kind"].lower():
        case "pathfinder":
            yield from _pathfinder(line, names, as_of)
        case "group":
            yield from _group(line)
        case "event":
            yield from _event(line, names)
        case other:
            raise line.refuse("kind", f"{other!r} is none of {', '.join(KINDS)}")


def _place(line: _Line, column: str, names: Names) -> str:
    """The ISO code of the country in a cell."""
    try:
        return names.find(line[column], line["language"] or "en")
    except NotFound as refusal:
        nearest = " or ".join(names.of(code, "en") for code in refusal.nearest)
        hint = f"; did you mean {nearest}?" if nearest else ""
        raise line.refuse(column, f"no country is called {line[column]!r}{hint}") from refusal
    except Ambiguous as refusal:
        fits = ", ".join(refusal.keys)
        raise line.refuse(column, f"{line[column]!r} may be {fits}; write the ISO code") from refusal


def _country(line: _Line, code: str, region: Region | None = None) -> Row:
    values = {"kind": PlaceKind.COUNTRY, "code": code, "region": region, "aliases": []}
    return Row("places", code, values, {}, line.file, line.number, only_new=True)


def _when(line: _Line) -> PartialDate:
    status = line.word("date_status", Status) or Status.PLANNED
    return line.date("date", status=status, hours=line["hours"] or None, zone=line["zone"] or None)


def _pathfinder(line: _Line, names: Names, as_of: PartialDate) -> Iterator[Row]:
    code = _place(line, "name", names)
    yield _country(line, code, line.word("region", Region))
    yield line.row("pathfinders", code, {}, place=("places", code))
    if stage := line.word("stage", Stage):
        values = {"stage": stage, "when": as_of, "position": 1_000}
        yield line.row("stage_changes", f"{code}/own-{stage}", values, pathfinder=("pathfinders", code))
    if line["date"]:
        key, when = f"workshop-{code}", _when(line)
        name = {language: names.of(code, language) for language in HOUSE_LANGUAGES}
        made = {"kind": EventKind.PATHFINDER_WORKSHOP, "when": when, "name": name, "themes": []}
        at = {"place_id": ("places", code)}
        yield Row("events", key, made, at, line.file, line.number, only_new=True)
        yield line.row("events", key, {"when": when})


def _group(line: _Line) -> Iterator[Row]:
    key = line.group("name")
    values: dict[str, Any] = {"status": line.word("status", GroupStatus), "kind": GroupKind.THEMATIC}
    if line["about"]:
        values["about"] = line.words(line["about"])
    yield Row(
        "groups", key, {"name": line.words(line["name"]), "aliases": [], "kind": GroupKind.THEMATIC},
        {}, line.file, line.number, only_new=True,
    )  # fmt: skip
    yield line.row("groups", key, values)
    for name in filter(None, (part.strip() for part in line["chairs"].split(";"))):
        organisation = slug(name)
        made = {"name": line.words(name), "constituency": Constituency.OTHER, "constituency_derived": True}
        yield Row("organisations", organisation, made, {}, line.file, line.number, only_new=True)
        yield line.row(
            "roles", f"{key}/chair-{organisation}", {"name": RoleName.CHAIR},
            group=("groups", key), organisation=("organisations", organisation),
        )  # fmt: skip


def _event(line: _Line, names: Names) -> Iterator[Row]:
    references: dict[str, tuple[str, str]] = {}
    if line["place"]:
        code = _place(line, "place", names)
        yield _country(line, code)
        references["place"] = ("places", code)
    if line["group"]:
        references["group"] = ("groups", line.group("group"))
    values: dict[str, Any] = {
        "kind": EventKind.MEETING,
        "name": line.words(line["name"]),
        "when": _when(line),
        "about": line.words(line["about"]) if line["about"] else None,
        "organiser": line.words(line["organiser"]) if line["organiser"] else None,
        "themes": [],
    }
    yield line.row("events", f"own-{slug(line['name'])}", values, **references)
