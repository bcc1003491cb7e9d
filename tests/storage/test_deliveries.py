"""The worker's question, asked each second: it costs the same however much was ever sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.deliveries import claim_due, is_any_due

NOW = datetime(2026, 11, 23, tzinfo=UTC)
BIG = "SET enable_seqscan = off"
"""PostgreSQL goes through a small table as a whole, whatever indexes there are."""


@pytest.mark.parametrize("by_mail", [False, True], ids=["to Slack", "by e-mail"])
@pytest.mark.parametrize("how", ["is any due", "claim"])
async def test_only_what_is_under_way_is_looked_at(database: Database, how: str, by_mail: bool) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(
        database.engine.sync_engine, "before_cursor_execute",
        lambda _one, _cursor, statement, values, *_: asked.append((statement, values)),
    )  # fmt: skip
    async with database.writing() as session:
        if how == "claim":
            await claim_due(session, NOW, "token", timedelta(minutes=1), 5, ["C1"], by_mail=by_mail)
        else:
            await is_any_due(session, NOW, ["C1"], by_mail=by_mail)
        (statement, values) = next(one for one in asked if "deliveries" in one[0])
        plan = await _plan(session, statement, values)
    assert "ix_deliveries_under_way" in plan, plan


async def _plan(session: AsyncSession, statement: str, values: Any) -> str:
    connection = await session.connection()
    if connection.dialect.name == "sqlite":
        found = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    else:
        await session.execute(text(BIG))
        found = await connection.exec_driver_sql(f"EXPLAIN {statement}", values)
    return "\n".join(str(row) for row in found)
