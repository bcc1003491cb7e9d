"""Where a Slack id stands in a text that somebody wrote or the bot composed, and how it goes from there."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    RowMapping,
    String,
    Table,
    Text,
    and_,
    cast,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from storage.members import FORMER
from storage.tables import Delivery, metadata

ROWS_AT_ONCE = 5_000
"""Rows that are looked through in one statement: some tenths of a second, with the longest messages."""
Called = Mapping[str, str]
"""What stands in a text in the place of whoever was erased, by language; English is always there."""
NAMES_ROWS = frozenset({"key", "about", "subject", "row", "reader", "command"})
"""Columns that name a row: an id in one becomes another one that is nobody's."""
ELSEWHERE = frozenset({"members.slack_id", "deliveries.channel", "deliveries.room", "deliveries.payload"})
"""Columns that are dealt with by their own rules."""


async def rename(session: AsyncSession, slack_id: str, called: Called) -> None:
    """Put what a former member is called in the place of a Slack id, in every text of every table."""
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if _holds_text(column)]
        if not columns:
            continue
        for row in await _rows(session, table, or_(*(has(column, slack_id) for column in columns))):
            changed = {
                column.name: new
                for column in columns
                if (new := _renamed(column, dict(row), slack_id, called)) != row[column.name]
            }
            if changed:
                here = [one == row[one.name] for one in table.primary_key]
                await session.execute(update(table).where(*here).values(changed))


async def deliveries_naming(session: AsyncSession, slack_id: str) -> list[Delivery]:
    """The messages to others that name somebody, locked where the database can."""
    query = select(Delivery).where(has(Delivery.__table__.c.payload, slack_id)).order_by(Delivery.id)
    found: list[Delivery] = []
    async for some in _ranges(session, metadata.tables[Delivery.__tablename__]):
        found += (await session.scalars(query.where(some).with_for_update())).all()
    return [row for row in found if without(row.payload, slack_id, "") != row.payload]


def has(column: ColumnElement[Any], slack_id: str) -> ColumnElement[bool]:
    """The condition that a text, or JSON, holds these letters, be they part of a longer id."""
    return cast(column, Text).like(f"%{slack_id}%")


def without(value: Any, slack_id: str, phrase: str, called: Called | None = None) -> Any:
    """Text or JSON with a phrase in the place of a Slack id, mentioned or bare.

    In stored words the phrase is that of their own language, where `called` has it.
    """
    if isinstance(value, str):
        one = re.escape(slack_id)
        sign = rf"(?:<|&lt;)@{one}(?:\|.*?)?(?:>|&gt;)|(?<![A-Z0-9]){one}(?![A-Z0-9])"
        return re.sub(sign, lambda _: phrase, value)
    if isinstance(value, list):
        return [without(part, slack_id, phrase, called) for part in value]
    if isinstance(value, dict):
        return {
            name: without(part, slack_id, (called or {}).get(name, phrase), called)
            for name, part in value.items()
        }
    return value


async def _rows(session: AsyncSession, table: Table, which: ColumnElement[bool]) -> list[RowMapping]:
    """The rows of a table for which a condition holds."""
    found: list[RowMapping] = []
    async for some in _ranges(session, table):
        found += (await session.execute(select(table).where(some, which))).mappings().all()
    return found


async def _ranges(session: AsyncSession, table: Table) -> AsyncIterator[ColumnElement[bool]]:
    """Conditions that together hold for each row of a table, each for so many; one for all without an id.

    To look through all the texts of years in one statement takes longer than the database may take to answer.
    """
    if [column.name for column in table.primary_key] != ["id"]:
        yield true()
        return
    after: ColumnElement[bool] = true()
    while True:
        some = select(table.c.id).where(after).order_by(table.c.id).limit(ROWS_AT_ONCE).subquery()
        last, count = (await session.execute(select(func.max(some.c.id), func.count()))).one()
        if count:
            yield and_(after, table.c.id <= last)
        if count < ROWS_AT_ONCE:
            return
        after = table.c.id > last


def _holds_text(column: Column[Any]) -> bool:
    table: Table = column.table
    kept = f"{table.name}.{column.name}" in ELSEWHERE or column.foreign_keys
    return isinstance(column.type, String | JSON) and not kept


def _renamed(column: Column[Any], row: Mapping[str, Any], slack_id: str, called: Called) -> Any:
    value = row[column.name]
    if column.name in NAMES_ROWS:
        return without(value, slack_id, f"{FORMER}-{secrets.token_hex(4)}")
    new = without(value, slack_id, called.get(str(row.get("language")), called["en"]), called)
    most = getattr(column.type, "length", None)
    return new[:most] if isinstance(new, str) and most else new
