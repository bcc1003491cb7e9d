"""Writing rows: new ones in, changed ones updated, whatever people edited or removed left alone."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import Base
from storage.loading.files import LoadRefusedError, Problem
from storage.loading.ledger import LoadedRow
from storage.loading.rows import Row
from storage.tables import (
    AgendaItem,
    Answer,
    Commitment,
    Event,
    Fact,
    Group,
    Organisation,
    Pathfinder,
    Place,
    Question,
    QuestionAnswer,
    Role,
    Source,
    Speaker,
    StageChange,
)

STARTER = "starter"
"""The origin of the shipped data: it never replaces what a secretariat's own list said."""

TABLES: Mapping[str, type[Any]] = {
    "sources": Source,
    "organisations": Organisation,
    "places": Place,
    "pathfinders": Pathfinder,
    "groups": Group,
    "stage_changes": StageChange,
    "roles": Role,
    "events": Event,
    "agenda_items": AgendaItem,
    "speakers": Speaker,
    "facts": Fact,
    "commitments": Commitment,
    "questions": Question,
    "answers": Answer,
    "question_answers": QuestionAnswer,
}
"""In the order in which rows can be written: each refers to earlier ones only, of its own table too."""

Progress = Callable[[str, int, int], None]
"""Told the table, how many of its rows are done, and how many there are."""


async def write_rows(
    session: AsyncSession, rows: Sequence[Row], origin: str, progress: Progress
) -> Counter[str]:
    """Write all rows, or none. Counts what happened: added, updated, unchanged, kept (edited by people).

    Raises `LoadRefusedError` for a key that stands twice or a reference to nothing.
    """
    ids = {table: await _ids(session, model) for table, model in TABLES.items()}
    _check(rows, ids)
    ledger = {(row.table, row.key): row for row in (await session.scalars(select(LoadedRow))).all()}
    by_table: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_table[row.table].append(row)
    outcome: Counter[str] = Counter()
    for table, model in TABLES.items():
        existing = {found.key: found for found in (await session.scalars(select(model))).unique().all()}
        written: dict[str, Any] = {}
        verdicts: dict[str, str] = {}
        named = {key for row in by_table[table] for other, key in row.references.values() if other == table}
        for number, row in enumerate(by_table[table], start=1):
            references = {column: ids[other].get(key) for column, (other, key) in row.references.items()}
            values = {**row.values, **references}
            stands = ids[table].get(row.key)
            if (ours := written.get(row.key)) is not None:
                _set(ours, {} if row.only_new else values)
            elif stands is not None and stands != getattr(existing.get(row.key), "id", None):
                verdicts[row.key] = "kept"  # people let it go into another one, and so it stays there
            elif None in references.values():
                verdicts[row.key] = "kept"  # people removed what it belongs to, and so it stays away
            else:
                verdict, found = _write_one(session, existing.get(row.key), row, values, ledger, origin)
                verdicts[row.key] = verdict
                if found is not None:
                    written[row.key] = found
                if found is not None and row.key in named:
                    await session.flush()
                    ids[table][row.key] = found.id
            progress(table, number, len(by_table[table]))
        outcome.update(verdicts.values())
        await session.flush()
        for found in written.values():
            ids[table][found.key] = found.id
            _remember(session, table, found, ledger, origin)
    return outcome


def _write_one(
    session: AsyncSession,
    existing: Any,
    row: Row,
    values: Mapping[str, Any],
    ledger: Mapping[tuple[str, str], LoadedRow],
    origin: str,
) -> tuple[str, Any]:
    """What happens to one row, and the row itself where this file is now the one that stands for it."""
    entry = ledger.get((row.table, row.key))
    if existing is None:
        if entry is not None and origin in (entry.origin, STARTER):
            return "kept", None  # people removed it; another list may still bring it back
        new = TABLES[row.table](key=row.key, **values)
        session.add(new)
        return "added", new
    ours = entry is not None and entry.fingerprint == fingerprint(existing)
    outranked = origin == STARTER and entry is not None and entry.origin != STARTER
    if row.only_new:
        return "unchanged", None
    if all(getattr(existing, name) == value for name, value in values.items()):
        return "unchanged", existing if ours and not outranked else None
    if not ours or outranked:
        return "kept", None
    _set(existing, values)
    return "updated", existing


def _set(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _remember(
    session: AsyncSession, table: str, found: Any, ledger: dict[tuple[str, str], LoadedRow], origin: str
) -> None:
    entry = ledger.get((table, found.key))
    if entry is None:
        session.add(LoadedRow(table=table, key=found.key, fingerprint=fingerprint(found), origin=origin))
    else:
        entry.fingerprint, entry.origin = fingerprint(found), origin


def fingerprint(row: Base) -> str:
    """A digest of every column of a row but its id: it changes with any edit.

    What is empty is left out, so that a column that a later version adds makes no row look edited.
    """
    mapper = inspect(type(row))
    columns = {
        column.key: value
        for column in mapper.column_attrs
        if column.key != "id" and (value := getattr(row, column.key))
    }
    text = json.dumps(columns, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


async def _ids(session: AsyncSession, model: type[Any]) -> dict[str, int]:
    """The rows that keys stand for: of an entry that went into another, it is the row of that one."""
    if model is Pathfinder:  # a journey is called as its place, and so by what went into that place too
        standing = func.coalesce(Place.merged_into_id, Place.id)
        query = select(Place.key, Pathfinder.id).join(Pathfinder, Pathfinder.place_id == standing)
    elif hasattr(model, "merged_into_id"):
        query = select(model.key, func.coalesce(model.merged_into_id, model.id))
    else:
        query = select(model.key, model.id)
    return {row[0]: row[1] for row in await session.execute(query)}


def _check(rows: Sequence[Row], ids: Mapping[str, Mapping[str, int]]) -> None:
    """Raise for what no single file can know: keys that stand twice, references to nothing."""
    known = {table: set(keys) for table, keys in ids.items()}
    first: dict[tuple[str, str], Row] = {}
    problems: list[Problem] = []
    for row in rows:
        known[row.table].add(row.key)
        if (before := first.get((row.table, row.key))) and not row.only_new:
            where = f"{before.file}, line {before.line}"
            problems.append(Problem(row.file, row.line, "key", f"{row.key!r} stands already in {where}"))
        if not row.only_new:
            first[row.table, row.key] = row
    for row in rows:
        problems.extend(
            Problem(
                row.file,
                row.lines.get(column, row.line),
                column.removesuffix("_id"),
                f"{key!r} is not among the {table}",
            )
            for column, (table, key) in row.references.items()
            if key not in known[table]
        )
    if problems:
        raise LoadRefusedError(problems)
