"""From the entries of files to rows of tables, with references by key still."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from storage.loading.files import ReadFile
from storage.loading.shapes import (
    AgendaEntry,
    Entry,
    FactEntry,
    GroupEntry,
    PathfinderEntry,
    QuestionEntry,
    RoleEntry,
    SourcedEntry,
)
from storage.partial_dates import read_hours

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Row:
    """A row to be. `references` name other rows by table and key; `only_new` never changes what exists.

    `line` is where it stands in its file, and `lines` where each reference does, if not there.
    """

    table: str
    key: str
    values: Mapping[str, Any]
    references: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    only_new: bool = False
    lines: Mapping[str, int] = field(default_factory=dict)


def rows_of(file: ReadFile) -> Iterator[Row]:
    """Every row of one file."""
    for i, source in enumerate(file.content.sources):
        values = {**_plain(source, "title", "note", "url"), "when": source.date()}
        yield _row(file, "sources", source.key, source, ("sources", i), values)
    for i, organisation in enumerate(file.content.organisations):
        values = _plain(organisation, "name", "short", "about", "constituency", "constituency_derived")
        yield _row(file, "organisations", organisation.key, organisation, ("organisations", i), values)
    for i, place in enumerate(file.content.places):
        values = _plain(place, "kind", "code", "region", "names", "aliases")
        yield _row(file, "places", place.key, place, ("places", i), values)
    for i, journey in enumerate(file.content.pathfinders):
        yield from _journey(file, journey, ("pathfinders", i))
    for i, group in enumerate(file.content.groups):
        yield from _group(file, group, ("groups", i), i)
    for i, event in enumerate(file.content.events):
        names = ("kind", "name", "about", "venue", "organiser", "mode", "themes", "recurrence", "number")
        values = {**_plain(event, *names), "when": event.date()}
        others = {"place": event.place, "group": event.group}
        yield _row(file, "events", event.key, event, ("events", i), values, **others)
        for j, item in enumerate(event.agenda):
            yield from _item(file, item, ("events", i, "agenda", j), j, event.key)
    for i, promise in enumerate(file.content.commitments):
        values = _plain(promise, "text", "owner", "due_words", "role")
        values |= {"when": promise.date(), "position": i}
        others = {name: getattr(promise, name) for name in ("organisation", "place", "group", "event")}
        yield _row(file, "commitments", promise.key, promise, ("commitments", i), values, **others)
    for i, question in enumerate(file.content.questions):
        yield from _question(file, question, ("questions", i), i)
    alliance = file.content.alliance
    yield from _roles(file, alliance.roles, ("alliance", "roles"))
    yield from _facts(file, alliance.facts, ("alliance", "facts"))


def _journey(file: ReadFile, journey: PathfinderEntry, path: Path) -> Iterator[Row]:
    yield _row(file, "pathfinders", journey.place, journey, path, {}, place=journey.place)
    for j, stage in enumerate(journey.stages):
        values = {"stage": stage.stage, "when": stage.date(), "position": j}
        at = (*path, "stages", j)
        yield _row(file, "stage_changes", stage.key, stage, at, values, pathfinder=journey.place)
    yield from _facts(file, journey.facts, (*path, "facts"), place=journey.place)


def _group(file: ReadFile, group: GroupEntry, path: Path, position: int) -> Iterator[Row]:
    values = _plain(group, "kind", "status", "name", "aliases", "about", "membership")
    yield _row(file, "groups", group.key, group, path, {**values, "position": position})
    yield from _roles(file, group.roles, (*path, "roles"), group=group.key)
    yield from _facts(file, group.facts, (*path, "facts"), group=group.key)


def _item(file: ReadFile, item: AgendaEntry, path: Path, position: int, event: str) -> Iterator[Row]:
    starts_at, ends_at = read_hours(item.hours or "")
    values = _plain(item, "title", "format")
    values |= {"starts_at": starts_at, "ends_at": ends_at, "position": position}
    yield _row(file, "agenda_items", item.key, item, path, values, event=event)
    in_order = sorted(enumerate(item.speakers), key=lambda one: one[1].replaced_by is not None)
    for k, speaker in in_order:  # whoever is replaced points at somebody who stands there already
        others = {"organisation": speaker.organisation, "item": item.key, "replaced_by": speaker.replaced_by}
        at = (*path, "speakers", k)
        yield _row(file, "speakers", speaker.key, speaker, at, _plain(speaker, "name"), **others)


def _question(file: ReadFile, question: QuestionEntry, path: Path, position: int) -> Iterator[Row]:
    values = {**_plain(question, "text", "asked_by", "state", "to_role"), "position": position}
    others = {name: getattr(question, name) for name in ("place", "group", "event")}
    yield _row(file, "questions", question.key, question, path, values, **others)
    for j, answer in enumerate(question.answers):
        at = (*path, "answers", j)
        yield _row(
            file, "answers", answer.key, answer, at, _plain(answer, "text", "answered_by", "is_partial")
        )
        both = {"question_id": ("questions", question.key), "answer_id": ("answers", answer.key)}
        yield Row("question_answers", answer.key, {}, both, file.name, file.lines.of(at))


def _roles(file: ReadFile, roles: Sequence[RoleEntry], path: Path, **subject: str) -> Iterator[Row]:
    for j, role in enumerate(roles):
        others = {**subject, "organisation": role.organisation}
        yield _row(file, "roles", role.key, role, (*path, j), _plain(role, "name", "state"), **others)


def _facts(file: ReadFile, facts: Sequence[FactEntry], path: Path, **subject: str) -> Iterator[Row]:
    for j, fact in enumerate(facts):
        values = _plain(fact, "kind", "theme", "state", "text", "value", "owner")
        values |= {"when": fact.date(), "position": j}
        yield _row(file, "facts", fact.key, fact, (*path, j), values, **subject)


def _row(
    file: ReadFile,
    table: str,
    key: str,
    entry: Entry,
    path: Path,
    values: Mapping[str, Any],
    **others: str | None,
) -> Row:
    """A row; `others` are the rows it refers to, by field."""
    named = {name: (_TABLES[name], other) for name, other in others.items() if other}
    if isinstance(entry, SourcedEntry):
        source, locator = _cited(entry.source)
        named["source"] = ("sources", source)
        values = {**values, "locator": locator, "derived": entry.derived, "note": entry.note}
    references = {f"{name}_id": target for name, target in named.items()}
    lines = {f"{name}_id": file.lines.of((*path, name)) for name in named}
    return Row(table, key, values, references, file.name, file.lines.of(path), lines=lines)


_TABLES = {
    "place": "places",
    "pathfinder": "pathfinders",
    "group": "groups",
    "organisation": "organisations",
    "event": "events",
    "item": "agenda_items",
    "replaced_by": "speakers",
}


def _plain(entry: Entry, *names: str) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in names}


def _cited(source: str) -> tuple[str, str | None]:
    key, _, locator = source.partition(" ")
    return key, locator.strip() or None
