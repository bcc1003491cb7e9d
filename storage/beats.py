"""Heartbeats: when each part of each replica was last heard to go round, in the time of its own machine."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import String, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class Beat(Base):
    """A part of a replica, such as its clock: heard from `since` on without a long silence, last `at`.

    `replica` is the machine's name, the port of its web side and a random mark, new with each start and after
    each long silence. Who stops properly takes its beats along; whoever died leaves them.
    """

    __tablename__ = "beats"

    replica: Mapped[str] = mapped_column(String(80), primary_key=True)
    part: Mapped[str] = mapped_column(String(20), primary_key=True)
    since: Mapped[datetime]
    at: Mapped[datetime]


async def all_beats(session: AsyncSession) -> list[Beat]:
    """Every beat there is: four a replica, of the last day."""
    query = select(Beat).order_by(Beat.replica, Beat.part).execution_options(populate_existing=True)
    return list(await session.scalars(query))


async def note_beats(
    session: AsyncSession, replica: str, parts: Sequence[tuple[str, datetime, datetime]]
) -> None:
    """Write down parts with their `since` and `at`; what was written of one before keeps its `since`."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    keys = ("replica", "part", "since", "at")
    rows = [dict(zip(keys, (replica, *one), strict=True)) for one in parts]
    made = insert(Beat).values(rows)
    await session.execute(
        made.on_conflict_do_update(index_elements=["replica", "part"], set_={"at": made.excluded.at})
    )


async def forget_beats(session: AsyncSession, replica: str, parts: Collection[str] = ()) -> None:
    """Remove a replica's beats, or those of some of its parts."""
    removed = delete(Beat).where(Beat.replica == replica)
    await session.execute(removed.where(Beat.part.in_(parts)) if parts else removed)


async def forget_silent(session: AsyncSession, before: datetime) -> None:
    """Remove the beats of replicas that were not heard since an aware moment."""
    heard = select(Beat.replica).where(Beat.at >= before)
    await session.execute(delete(Beat).where(Beat.replica.not_in(heard)))
