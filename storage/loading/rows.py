"""From the entries of files to rows of tables, with references by key still."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from storage.loading.files import ReadFile
from storage.loading.shapes import Entry, FactEntry, RoleEntry, SourcedEntry

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Row:
    """A row to be. `references` name other rows by table and key; `only_new` never changes what exists."""

    table: str
    key: str
    values: Mapping[str, Any]
    references: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    only_new: bool = False


def rows_of(file: ReadFile) -> Iterator[Row]:
    """Every row of one file."""
    content = file.content

    def make(
        table: str, key: str, entry: Entry, path: Path, values: Mapping[str, Any], **others: str | None
    ) -> Row:
        references = {f"{name}_id": (_TABLES[name], other) for name, other in others.items() if other}
        if isinstance(entry, SourcedEntry):
            source, locator = _cited(entry.source)
            references["source_id"] = ("sources", source)
            values = {**values, "locator": locator, "derived": entry.derived, "note": entry.note}
        return Row(table, key, values, references, file.name, file.lines.of(path))

    for i, source in enumerate(content.sources):
        values = {**_plain(source, "title", "note", "url"), "when": source.date()}
        yield make("sources", source.key, source, ("sources", i), values)
    for i, organisation in enumerate(content.organisations):
        values = _plain(organisation, "name", "short", "about", "constituency", "constituency_derived")
        yield make("organisations", organisation.key, organisation, ("organisations", i), values)
    for i, place in enumerate(content.places):
        values = _plain(place, "kind", "code", "region", "names", "aliases")
        yield make("places", place.key, place, ("places", i), values)
    for i, journey in enumerate(content.pathfinders):
        path: Path = ("pathfinders", i)
        yield make("pathfinders", journey.place, journey, path, {}, place=journey.place)
        for j, stage in enumerate(journey.stages):
            values = {"stage": stage.stage, "when": stage.date(), "position": j}
            at = (*path, "stages", j)
            yield make("stage_changes", stage.key, stage, at, values, pathfinder=journey.place)
        for j, fact in enumerate(journey.facts):
            at = (*path, "facts", j)
            yield make("facts", fact.key, fact, at, _fact(fact, j), place=journey.place)
    for i, group in enumerate(content.groups):
        path = ("groups", i)
        values = {**_plain(group, "kind", "status", "name", "aliases", "about", "membership"), "position": i}
        yield make("groups", group.key, group, path, values)
        for j, role in enumerate(group.roles):
            at = (*path, "roles", j)
            yield make(
                "roles", role.key, role, at, _role(role), group=group.key, organisation=role.organisation
            )
        for j, fact in enumerate(group.facts):
            at = (*path, "facts", j)
            yield make("facts", fact.key, fact, at, _fact(fact, j), group=group.key)
    for i, event in enumerate(content.events):
        names = ("kind", "name", "about", "venue", "organiser", "mode", "themes", "recurrence")
        values = {**_plain(event, *names), "when": event.date()}
        yield make("events", event.key, event, ("events", i), values, place=event.place, group=event.group)
    for j, role in enumerate(content.alliance.roles):
        at = ("alliance", "roles", j)
        yield make("roles", role.key, role, at, _role(role), organisation=role.organisation)
    for j, fact in enumerate(content.alliance.facts):
        yield make("facts", fact.key, fact, ("alliance", "facts", j), _fact(fact, j))


_TABLES = {
    "place": "places",
    "pathfinder": "pathfinders",
    "group": "groups",
    "organisation": "organisations",
}


def _plain(entry: Entry, *names: str) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in names}


def _fact(fact: FactEntry, position: int) -> dict[str, Any]:
    names: Sequence[str] = ("kind", "theme", "state", "text", "value", "owner")
    return {**_plain(fact, *names), "when": fact.date(), "position": position}


def _role(role: RoleEntry) -> dict[str, Any]:
    return _plain(role, "name", "state")


def _cited(source: str) -> tuple[str, str | None]:
    key, _, locator = source.partition(" ")
    return key, locator.strip() or None
