"""A row in every table for everything that can name a person, made from the tables themselves."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Integer,
    String,
    Table,
    Time,
    UniqueConstraint,
    insert,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import Moment, Term
from storage.members import Member
from storage.partial_dates import Precision
from storage.personal import MESSAGES, TRACES, Trace
from storage.tables import metadata

NUMBERS = itertools.count(1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PEOPLE = metadata.tables["members"]


async def fill(session: AsyncSession, member: Member, other: Member, says: str) -> None:
    """A row for each way of naming `member`; where somebody else has to be named too it is `other`.

    Each text has the member's own mention in it, and `says` where the row is their own.
    """
    for trace in TRACES:
        text = f"{says if trace.own else 'said of'} <@{member.slack_id}>"
        if trace.place != "members.id":
            named = member.slack_id if trace is MESSAGES else member.id
            await added(session, trace.table, text, other.id, **{trace.column.name: named})


async def added(session: AsyncSession, table: Table, text: str, other: int, /, **given: Any) -> Any:
    """A row with all that it has to have, and all texts that it may have; its primary key."""
    values = dict(given)
    for column in table.columns:
        if column.name in values or (column.primary_key and not column.foreign_keys and _is_number(column)):
            continue
        parent = next((key.column.table for key in column.foreign_keys), None)
        undated = column.name.startswith("when_")
        if column.nullable and (parent is not None or _is_unique(column) or undated):
            continue
        if parent is PEOPLE:
            values[column.name] = other
        elif parent is not None:
            values[column.name] = await added(session, parent, "nobody's", other)
        else:
            values[column.name] = _value(column, text)
    done = await session.execute(insert(table).values(values).returning(*table.primary_key))
    return done.one()[0]


async def everything(session: AsyncSession) -> str:
    """All that stands in the database, as one text."""
    found = []
    for table in metadata.sorted_tables:
        rows = (await session.execute(select(table))).mappings().all()
        found += [f"{table.name} {dict(row)}" for row in rows]
    return "\n".join(found)


def named_in(export: dict[str, Any]) -> set[str]:
    """The columns by which an export names its person."""
    return {
        f"{row['table']}.{column}"
        for rows in export.values()
        if isinstance(rows, list)
        for row in rows
        for column in row["as"]
    }


def places(*traces: Trace) -> set[str]:
    return {trace.place for trace in traces or TRACES}


def _is_number(column: Column[Any]) -> bool:
    return isinstance(column.type, Integer)


def _is_unique(column: Column[Any]) -> bool:
    table: Table = column.table
    rules = [rule for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    return column.primary_key or any(column in list(rule.columns) for rule in rules)


def _value(column: Column[Any], text: str) -> Any:
    kind = column.type
    if isinstance(kind, Term):
        return Precision.UNKNOWN if kind.words is Precision else next(iter(kind.words))
    if isinstance(kind, Moment):
        return LONG_AGO
    if isinstance(kind, JSON):
        return {"en": text, "fr": text} if column.name not in _LISTS else []
    if isinstance(kind, String) and column.name == "key":
        return f"{next(NUMBERS)} {text[text.find('<') :]}"
    if isinstance(kind, String):
        unique = f"{next(NUMBERS)} {text}" if _is_unique(column) else text
        return unique[: kind.length or None]
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer):
        return 1
    if isinstance(kind, Date):
        return date(2020, 1, 1)
    assert isinstance(kind, Time), f"{column} is of a kind that is not known here"
    return time(9)


_LISTS = ("files", "themes", "zones", "languages", "aliases", "hidden", "topics")
