"""A database in which every table has rows, with everything in them that may get lost on the way."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from storage.base import Moment, Term
from storage.database import Database
from storage.tables import metadata

TEXTS = (
    "",
    "Mère, niño, 子供, नेपाल 👩🏽‍🌾",
    "two\nlines\r\n\tand\x01\x1f\x7f\u2028\u0085 signs",
    "'; DROP TABLE members; -- \\N \\x00 null {}",
)
JSONS: tuple[Any, ...] = (
    {},
    [],
    "",
    {
        "en": "Child labour",
        "fr": "l’été\u2028",
        "": [1, 2.5, -(2**53), 2**70, True, None, {"deep": ["\x01"]}],
    },
)
MOMENTS = (
    datetime(2026, 11, 22, 9, 30, 0, 123456, UTC),
    datetime(1, 1, 2, tzinfo=UTC),
    datetime(9999, 12, 30, 23, 59, 59, 999999, UTC),
)
IN_A_TABLE = 4


async def fill(database: Database) -> None:
    """Put rows into every table; half of the references that may be empty are. They refer in circles."""
    numbers = itertools.count(1)
    async with database.writing() as session:
        later = []
        for table in metadata.sorted_tables:
            if table.name == "marks":  # it has its one row
                continue
            for index in range(IN_A_TABLE):
                row = {column.name: _value(column, index, next(numbers)) for column in table.columns}
                refers = {
                    column.name: index + 1
                    for column in table.columns
                    if column.foreign_keys and column.name != "id"
                }
                must = {
                    name: number
                    for name, number in refers.items()
                    if not table.c[name].nullable or table.c[name].primary_key
                }
                row |= dict.fromkeys(refers) | must
                if "id" in row:
                    row["id"] = index + 1
                await session.execute(sa.insert(table).values(row))
                may = {name: IN_A_TABLE - index for name in refers if name not in must}
                if may and index % 2:
                    own = next(iter(table.primary_key))
                    later.append(sa.update(table).where(own == row[own.name]).values(may))
        for statement in later:
            await session.execute(statement)
    if database.engine.dialect.name == "postgresql":  # the rows were given their ids past the sequences
        async with database.writing() as session:
            for table in metadata.tables.values():
                if [column.name for column in table.primary_key] == ["id"]:
                    sequence = sa.func.pg_get_serial_sequence(table.name, "id")
                    await session.execute(sa.select(sa.func.setval(sequence, IN_A_TABLE)))


async def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as Python sees it, in the order of its key."""
    async with database.reading() as session:
        return {
            table.name: [
                tuple(row) for row in await session.execute(sa.select(table).order_by(*table.primary_key))
            ]
            for table in metadata.tables.values()
        }


def _value(column: sa.Column[Any], index: int, number: int) -> Any:
    if column.nullable and index == 0:
        return None
    kind = column.type
    if isinstance(kind, Term):
        words = list(kind.words)
        return words[number % len(words)]
    if isinstance(kind, Moment):
        return MOMENTS[number % len(MOMENTS)]
    if isinstance(kind, sa.JSON):
        return JSONS[number % len(JSONS)]
    if isinstance(kind, sa.String):
        alone = column.unique or column.primary_key or _is_unique(column)
        return ((f"{index} " if alone else "") + TEXTS[index])[: kind.length]
    plain: dict[type[Any], Iterator[Any]] = {
        sa.Boolean: iter([bool(number % 2)]),
        sa.Integer: iter([number if index % 2 else (-1) ** number * (2**31 - 1 - 2**27)]),
        sa.Date: iter([date(2026, 1, 1) + timedelta(days=number)]),
        sa.Time: iter([time(number % 24, number % 60, 59, number)]),
    }
    return next(next(value for of, value in plain.items() if isinstance(kind, of)))


def _is_unique(column: sa.Column[Any]) -> bool:
    return any(
        isinstance(one, sa.UniqueConstraint) and column.name in one.columns
        for one in column.table.constraints
    )
