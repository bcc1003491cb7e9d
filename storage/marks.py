"""The mark of all that is stored: a new one with every commit that changes what answers show.

Whoever keeps an answer keeps it under the mark that was read before it was made: while the mark is the same,
nothing that the answer shows was committed since. The mark is written last in a transaction, so that two
writers wait for each other only while they commit, and it is random: what was restored or rolled back never
brings an old one again.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import Connection, String, Update, bindparam, event, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.members import Member


class Mark(Base):
    """The one row that holds the mark."""

    __tablename__ = "marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(16))


UNMARKED = frozenset({"marks", "deliveries", "letters", "claims", "beats", "alembic_version"})
"""Tables that change with every message on its way: they make no new mark, and an answer that looked into
one of them is not kept."""

_WRITES = re.compile(r"\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)|\s*WITH\b", re.IGNORECASE)
_LOOKS = re.compile(rf"\b(?:{'|'.join(sorted(UNMARKED - {'marks'}))})\b")
_CHANGED, LOOKED = "changed", "looked"
PATIENCE = 2.0
"""Seconds that a glance may take; Slack gives up on a command after three."""


def watch(engine: AsyncEngine) -> None:
    """Let every commit of this engine that changes something make a new mark."""
    event.listen(engine.sync_engine, "before_cursor_execute", _note)
    event.listen(engine.sync_engine, "begin", _forget)
    event.listen(engine.sync_engine, "commit", _mark)


def _note(
    connection: Connection, _cursor: Any, statement: str, _values: Any, _context: Any, _many: bool
) -> None:
    """Note what a statement does, as far as kept answers are concerned."""
    looked = connection.get_execution_options().get(LOOKED)
    if looked is not None:
        looked.update(_LOOKS.findall(statement))
    writes = _WRITES.match(statement)
    if writes and writes[1] not in UNMARKED:
        connection.info[_CHANGED] = True


def _forget(connection: Connection) -> None:
    connection.info.pop(_CHANGED, None)


def _mark(connection: Connection) -> None:
    if connection.info.pop(_CHANGED, False):
        connection.execute(new_mark())


def new_mark() -> Update:
    """The statement that makes a new mark, for whoever changes rows past `watch`.

    Its text is always the same, so that drivers prepare it once.
    """
    return update(Mark).values(mark=secrets.token_hex(8))


@dataclass(frozen=True)
class Glance:
    """The mark, and who asks as far as their row tells; `id` is None for somebody not met yet."""

    mark: str
    id: int | None
    language: str | None
    zone: str | None
    slack_locale: str | None
    slack_zone: str | None
    is_guest: bool
    quiet_from: time | None
    quiet_until: time | None


_ONE_GLANCE = select(
    Mark.mark, Member.slack_id, Member.id, Member.language, Member.zone, Member.slack_locale,
    Member.slack_zone, Member.is_guest, Member.quiet_from, Member.quiet_until,
).outerjoin_from(Mark, Member, Member.slack_id.in_(bindparam("who", expanding=True)))  # fmt: skip


class Glances:
    """Reads the mark and members by one statement for all who wait at that moment.

    Who comes while a statement is under way waits for the next one: it sees every commit before they came.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: AsyncConnection | None = None
        self._waiting: dict[str, asyncio.Future[Glance]] = {}
        self._looking: asyncio.Task[None] | None = None

    async def of(self, slack_id: str) -> Glance:
        """The mark now, and the member of a Slack user id. Raises what the database raises, or a time-out."""
        waiting = self._waiting.get(slack_id)
        if waiting is None:
            waiting = self._waiting[slack_id] = asyncio.get_running_loop().create_future()
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(waiting)

    async def close(self) -> None:
        """Give the connection back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _look(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting, {}
            try:
                found = await self._read(list(asked))
            except Exception as error:
                for waiting in asked.values():
                    waiting.set_exception(error)
                    waiting.exception()  # whoever asked may be gone: nobody has to hear of it
            else:
                for slack_id, waiting in asked.items():
                    waiting.set_result(found[slack_id])
        self._looking = None

    async def _read(self, asked: Sequence[str]) -> dict[str, Glance]:
        """One statement; on a connection that broke since the last time, once more on a new one."""
        had = self._connection is not None
        try:
            return await self._read_once(asked)
        except Exception:
            await self._drop()
            if not had:
                raise
        return await self._read_once(asked)

    async def _read_once(self, asked: Sequence[str]) -> dict[str, Glance]:
        async with asyncio.timeout(PATIENCE):
            if self._connection is None:
                self._connection = await self._engine.connect()
            rows = (await self._connection.execute(_ONE_GLANCE, {"who": asked})).all()
        mark = rows[0].mark
        met = {row.slack_id: Glance(mark, *tuple(row)[2:]) for row in rows if row.slack_id is not None}
        unmet = Glance(mark, None, None, None, None, None, True, None, None)
        return {slack_id: met.get(slack_id, unmet) for slack_id in asked}

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()
