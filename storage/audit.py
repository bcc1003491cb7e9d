"""Who did what to which row, and when: never what was written."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base
from storage.members import Member


class AuditEntry(Base):
    """One act. `actor` is None for the installation itself; `subject` names a row, such as `role:17`."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(120))
    actor: Mapped[Member | None] = relationship(lazy="selectin")


async def latest_entries(session: AsyncSession, most: int) -> list[AuditEntry]:
    """The latest acts, newest first."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(most)
    return list((await session.scalars(query)).all())
