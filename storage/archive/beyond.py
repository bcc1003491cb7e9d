"""After a restore: no id and no revision is given twice, though those given since the backup are forgotten.

Ids stand in messages, buttons, addresses and letters, revisions in buttons, calendars and the keys of
messages. One that is given anew would make the new thing be taken for a lost one.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import metadata

GAP = 1_000_000
"""Ids that are left out: more than were given between a backup and the loss."""
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
"""Ids go on above the seconds since then, and revisions rise by its minutes: the same backup restored twice
gives other ones the second time, as long as fewer rows a second were made."""


async def go_on_beyond(connection: AsyncConnection, now: datetime) -> None:
    """Let new rows have ids far above, and raise every revision by the same."""
    seconds = int((now - BEGIN).total_seconds())
    for name, table in metadata.tables.items():
        light = sa.table(name, sa.column("id"), sa.column("revision"))
        if "revision" in table.c:
            raised = sa.update(light).values(revision=light.c.revision + seconds // 60)
            await connection.execute(raised)
        if [column.name for column in table.primary_key] == ["id"]:
            highest = await connection.scalar(sa.select(sa.func.max(light.c.id))) or 0
            await _go_on_above(connection, name, max(highest + GAP, seconds))


async def _go_on_above(connection: AsyncConnection, name: str, number: int) -> None:
    values = {"name": name, "number": number}
    if connection.dialect.name != "sqlite":
        await connection.execute(
            sa.text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number)"), values
        )
        return
    # Where no row was made yet there is none here either.
    await connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
    await connection.execute(
        sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), values
    )
