"""What is kept for the worst day: when backups were made, and when one was restored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base

LOOKED_FOR = timedelta(days=40)
"""How long after a restore messages are looked for: what comes once a month may come anew within a month."""


class Backup(Base):
    """The last backup: it holds what was stored at `taken_at`, so many `rows`."""

    __tablename__ = "backups"

    id: Mapped[int] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]
    rows: Mapped[int]


class Restoration(Base):
    """The state of `taken_at` was restored at `restored_at`: of what happened in between nothing is known.

    `followed_at` is when whoever had been erased in between was erased once more; None: not yet.
    """

    __tablename__ = "restorations"

    id: Mapped[int] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]
    restored_at: Mapped[datetime]
    followed_at: Mapped[datetime | None]


async def note_backup(session: AsyncSession, taken_at: datetime, rows: int) -> None:
    """Note the last backup, in the place of the one before."""
    await session.execute(delete(Backup))
    session.add(Backup(taken_at=taken_at, rows=rows))


async def last_backup(session: AsyncSession) -> datetime | None:
    """When the last backup was made that is noted here; None for none."""
    return await session.scalar(select(func.max(Backup.taken_at)))


async def to_follow_up(session: AsyncSession) -> list[Restoration]:
    """The restores after which nobody was erased once more; where there is none, those of the last time.

    So a second file of the log is read from the same hour on as the first.
    """
    rows = (await session.scalars(select(Restoration).order_by(Restoration.id))).all()
    last = max((row.followed_at for row in rows if row.followed_at), default=None)
    return [row for row in rows if row.followed_at is None] or [
        row for row in rows if row.followed_at == last
    ]


async def note_followed_up(session: AsyncSession, numbers: Collection[int], now: datetime) -> None:
    """Note that after these restores people were erased once more; the first time stays."""
    which = Restoration.id.in_(numbers), Restoration.followed_at.is_(None)
    await session.execute(update(Restoration).where(*which).values(followed_at=now))


_LATELY = select(Restoration).where(Restoration.restored_at > bindparam("since")).order_by(Restoration.id)


async def restored_lately(session: AsyncSession, now: datetime) -> list[Restoration]:
    """What was restored so lately that messages of the time in between may be made anew."""
    return list((await session.scalars(_LATELY, {"since": now - LOOKED_FOR})).all())


def lost_since(
    restored: Sequence[Restoration], promised_at: datetime | None, tried_at: datetime | None
) -> datetime | None:
    """From when on a message that was never seen to arrive may stand in Slack all the same; None: it cannot.

    What was promised for an hour after the restore cannot have been sent before it.
    """
    since = [one.taken_at for one in restored if promised_at is None or promised_at <= one.restored_at]
    return min([*since, *([tried_at] if tried_at else [])], default=None) if since else None
