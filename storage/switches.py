"""Switches of the whole installation: what the secretariat turned off, for every replica at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base
from storage.members import Member

SENDING = "sending"


class Stopped(Base):
    """Something that is stopped, by whom and since when; without a row it runs."""

    __tablename__ = "stopped"

    what: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    by: Mapped[Member | None] = relationship(lazy="selectin")


sending_runs = ~exists(select(Stopped.what).where(Stopped.what == SENDING))
"""The condition under which anything is sent."""


async def sending_stopped(session: AsyncSession) -> Stopped | None:
    """Who stopped the sending, if anybody did."""
    query = select(Stopped).where(Stopped.what == SENDING).execution_options(populate_existing=True)
    return (await session.scalars(query)).unique().one_or_none()
