"""A spreadsheet of today's pathfinders, action groups and events, saved as CSV: see docs/loading.md."""

from __future__ import annotations

import csv
import io
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
from storage.partial_dates import PartialDate, Status, read_hours, zones
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


@dataclass(frozen=True)
class _Known:
    """What is stored already: groups by what they may be called, and places with names of their own."""

    names: Names
    groups: Mapping[str, str]
    places: Sequence[OwnName]

    def called(self, key: str) -> str:
        """How a place is called in a message."""
        own = next((place.names for place in self.places if place.key == key and place.names), {})
        return own.get("en") or next(iter(own.values()), "") or self.names.of(key, "en")


@dataclass(frozen=True)
class _Line:
    """One line of the sheet, and a way to say what is wrong in it."""

    file: str
    number: int
    cells: Mapping[str, str]
    known: _Known

    def group(self, column: str) -> str:
        """The key of the group named in a cell: of a stored one called so, else made of the name."""
        return self.known.groups.get(fold(self[column])) or slug(self[column])

    def __getitem__(self, column: str) -> str:
        return " ".join((self.cells.get(column) or "").split())

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


def rows_of_sheet(
    path: Path, names: Names, groups: Sequence[OwnName], places: Sequence[OwnName]
) -> list[Row]:
    """The rows of a CSV sheet; `groups` and `places` are those stored already.

    Raises `LoadRefusedError` with every line that is wrong.
    """
    problems: list[Problem] = []
    rows: list[Row] = []
    keys = {fold(name): group.key for group in groups for name in (*group.names.values(), *group.aliases)}
    for line in _lines(path, _Known(names, keys, places)):
        try:
            rows.extend(_rows(line))
        except LoadRefusedError as refusal:
            problems.extend(refusal.problems)
    if problems:
        raise LoadRefusedError(problems)
    return rows


def slug(text: str) -> str:
    """A key made of a name: letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:60] or "x"


def _lines(path: Path, known: _Known) -> Iterator[_Line]:
    """The lines of the sheet as cells by column; a byte order mark, commas or semicolons are all right."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = f"cannot be read; save it as CSV in UTF-8 ({type(error).__name__})"
        raise LoadRefusedError([Problem(path.name, 0, "file", reason)]) from error
    if "\0" in text:
        before = text.partition("\0")[0].count("\n")
        raise LoadRefusedError([Problem(path.name, before + 1, "file", "has a sign that no text has")])
    header = text.partition("\n")[0]
    separator = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    columns = [fold(column).replace(" ", "_") for column in next(reader, [])]
    _check_header(path, columns)
    number = reader.line_num + 1
    for cells in reader:
        line = _Line(path.name, number, dict(zip(columns, cells, strict=False)), known)
        number = reader.line_num + 1  # a cell may run over several lines: the next row begins after it
        beyond = [cell for i, cell in enumerate(cells) if i >= len(columns) or not columns[i]]
        if any(cell.strip() for cell in beyond):
            raise line.refuse(
                "line", "has more cells than the header; a text with commas needs quotation marks"
            )
        if any(cell.strip() for cell in cells):
            yield line


def _check_header(path: Path, columns: Sequence[str]) -> None:
    parts = [f"unknown column {name!r}" for name in columns if name and name not in COLUMNS]
    parts += [f"no column {name!r}" for name in NEEDED if name not in columns]
    parts += [f"column {name!r} twice" for name in COLUMNS if columns.count(name) > 1]
    if parts:
        reason = f"{'; '.join(parts)}; the columns are {', '.join(COLUMNS)}"
        raise LoadRefusedError([Problem(path.name, 1, "header", reason)])


def _rows(line: _Line) -> Iterator[Row]:
    empty = [Problem(line.file, line.number, column, "is empty") for column in NEEDED if not line[column]]
    if empty:
        raise LoadRefusedError(empty)
    makers = {"pathfinder": _pathfinder, "group": _group, "event": _event}
    made = makers.get(fold(line["kind"]))
    if made is None:
        raise line.refuse("kind", f"{line['kind']!r} is none of {', '.join(makers)}")
    as_of = line.date("as_of")
    title = {"title": line.words(line["source"]), "when": as_of}
    yield Row("sources", line.source, title, {}, line.file, line.number, only_new=True)
    yield from made(line)


def _place(line: _Line, column: str) -> Row:
    """The place in a cell: a country, or a regional body that is stored already."""
    known = line.known
    try:
        key = known.names.find(line[column], line["language"] or "en", known.places)
    except NotFound as refusal:
        nearest = " or ".join(known.called(key) for key in refusal.nearest)
        hint = f"; did you mean {nearest}?" if nearest else ""
        raise line.refuse(column, f"no country is called {line[column]!r}{hint}") from refusal
    except Ambiguous as refusal:
        fits = ", ".join(f"{known.called(key)} ({key})" for key in refusal.keys)
        raise line.refuse(column, f"{line[column]!r} may be {fits}; write the whole name") from refusal
    values: dict[str, Any] = {"kind": PlaceKind.COUNTRY, "code": key, "aliases": []}
    if column == "name":
        values["region"] = line.word("region", Region)
    return Row("places", key, values, {}, line.file, line.number, only_new=True)


def _when(line: _Line) -> PartialDate:
    """The date with its hours; what is wrong is said of the cell in which it is wrong."""
    status = line.word("date_status", Status) or Status.PLANNED
    line.date("date")
    try:
        read_hours(line["hours"])
    except ValueError as error:
        raise line.refuse("hours", str(error)) from error
    if line["zone"] and line["zone"] not in zones():
        reason = f"there is no time zone called {line['zone']!r}; write one such as Asia/Bangkok"
        raise line.refuse("zone", reason)
    if line["hours"] and not line["zone"]:
        raise line.refuse("zone", "is empty, and an hour needs its time zone, such as Asia/Bangkok")
    return line.date("date", status=status, hours=line["hours"] or None, zone=line["zone"] or None)


def _pathfinder(line: _Line) -> Iterator[Row]:
    place = _place(line, "name")
    key = place.key
    yield place
    yield line.row("pathfinders", key, {}, place=("places", key))
    if stage := line.word("stage", Stage):
        values = {"stage": stage, "when": line.date("as_of"), "position": 1_000}
        yield line.row("stage_changes", f"{key}/own-{stage}", values, pathfinder=("pathfinders", key))
    if line["date"]:
        workshop, when = f"workshop-{key}", _when(line)
        name = {language: line.known.names.of(key, language) for language in HOUSE_LANGUAGES}
        own = next((dict(known.names) for known in line.known.places if known.key == key), {})
        made = {"kind": EventKind.PATHFINDER_WORKSHOP, "when": when, "name": own or name, "themes": []}
        at = {"place_id": ("places", key)}
        yield Row("events", workshop, made, at, line.file, line.number, only_new=True)
        yield line.row("events", workshop, {"when": when})


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


def _event(line: _Line) -> Iterator[Row]:
    references: dict[str, tuple[str, str]] = {}
    if line["place"]:
        place = _place(line, "place")
        yield place
        references["place"] = ("places", place.key)
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
