"""What refers to a row, in whatever table, and how all of it is pointed at another one.

Which tables do is read off the tables themselves, so that one added later is not forgotten.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from sqlalchemy import Column, CursorResult, PrimaryKeyConstraint, Table, UniqueConstraint, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import metadata


def references_to(table: Table) -> list[Column[Any]]:
    """Every column of every table that refers to `table`."""
    return [
        column
        for other in metadata.tables.values()
        for column in other.columns
        if any(key.column.table is table for key in column.foreign_keys)
    ]


async def move(session: AsyncSession, table: Table, source: int, target: int, moved: Counter[str]) -> None:
    """Point whatever refers to row `source` of a table at row `target`, counting rows by table in `moved`.

    Where `target` has a row already of which there may be one only, the other stays as it is, and what refers
    to that one moves on to the one that `target` has. No row is removed.
    """
    for column in references_to(table):
        other = column.table
        once = _unique_with(column)
        if not once:
            done = await session.execute(update(other).where(column == source).values({column: target}))
            moved[other.name] += cast("CursorResult[Any]", done).rowcount
            continue
        for row in (await session.execute(select(other).where(column == source))).mappings().all():
            here = [one == row[one] for one in other.primary_key]
            twin = None
            for rest in once:
                if all(row[one] is not None for one in rest):
                    same = select(*other.primary_key).where(
                        column == target, *(one == row[one] for one in rest)
                    )
                    twin = twin or (await session.execute(same)).first()
            if twin is None:
                await session.execute(update(other).where(*here).values({column: target}))
                moved[other.name] += 1
            elif len(twin) == 1:
                (key,) = other.primary_key
                await move(session, other, row[key], twin[0], moved)


def _unique_with(column: Column[Any]) -> list[list[Column[Any]]]:
    """For each rule by which a row may stand once: the other columns that it looks at beside `column`."""
    table = column.table
    rules = [
        list(rule.columns)
        for rule in table.constraints
        if isinstance(rule, UniqueConstraint | PrimaryKeyConstraint)
    ]
    rules += [list(index.columns) for index in table.indexes if index.unique]
    return [
        [one for one in rule if one is not column] for rule in rules if any(one is column for one in rule)
    ]
