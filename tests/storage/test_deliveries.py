"""What is asked each second and minute of all that was ever sent: it costs the same however much that is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.deliveries import lock_over, unreported, waiting_of_kind
from storage.mail import not_mailed
from storage.questions import drop_sent, subject_at
from storage.worklist import claim_due, is_any_due

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BIG = "SET enable_seqscan = off"
"""PostgreSQL goes through a small table as a whole, whatever indexes there are."""
UNDER_WAY, OF_KIND = "ix_deliveries_under_way", "ix_deliveries_over_of_kind"


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (lambda session: is_any_due(session, NOW, ["C1"]), UNDER_WAY),
        (lambda session: is_any_due(session, NOW, [], by_mail=True), UNDER_WAY),
        (lambda session: claim_due(session, NOW, "token", MINUTE, 5, ["C1"]), UNDER_WAY),
        (lambda session: claim_due(session, NOW, "token", MINUTE, 5, by_mail=True), UNDER_WAY),
        (lambda session: waiting_of_kind(session, "reminder"), UNDER_WAY),
        (unreported, "ix_deliveries_unreported"),
        (lambda session: lock_over(session, NOW, 5), "ix_deliveries_over"),
        (lambda session: drop_sent(session, "closed"), OF_KIND),
        (lambda session: not_mailed(session, "digest", NOW), OF_KIND),
        (lambda session: subject_at(session, "question", "D1", "1.2"), "ix_deliveries_ts"),
    ],
    ids=[
        "is any due", "is any letter due", "claim", "claim letters", "what waits of a kind", "failed",
        "long over", "over of a kind", "not mailed", "what stands there",
    ],
)  # fmt: skip
async def test_only_what_it_is_about_is_looked_at(
    database: Database, asked: Callable[[AsyncSession], Awaitable[Any]], index: str
) -> None:
    said: list[tuple[str, Any]] = []
    event.listen(
        database.engine.sync_engine, "before_cursor_execute",
        lambda _one, _cursor, statement, values, *_: said.append((statement, values)),
    )  # fmt: skip
    async with database.writing() as session:
        await asked(session)
        (statement, values) = next(one for one in said if "deliveries" in one[0])
        plan = await _plan(session, statement, values)
    assert index in plan.split(), plan


async def _plan(session: AsyncSession, statement: str, values: Any) -> str:
    connection = await session.connection()
    if connection.dialect.name == "sqlite":
        found = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return "\n".join(row[3] for row in found)
    await session.execute(text(BIG))
    return "\n".join(row[0] for row in await connection.exec_driver_sql(f"EXPLAIN {statement}", values))
