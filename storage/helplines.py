"""Authorities and help lines, as the secretariat entered them. None is shipped: a wrong number does harm."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class HelpLine(Base):
    """Whom to turn to in a country (ISO 3166-1 alpha-2), or anywhere (`country` is None).

    `contact` is a number or an address as it was typed; `removed_at` ends it, the row stays.
    """

    __tablename__ = "help_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str | None] = mapped_column(String(2), index=True)
    name: Mapped[str] = mapped_column(String(150))
    contact: Mapped[str] = mapped_column(String(300))
    note: Mapped[str | None] = mapped_column(String(300))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    entered_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


async def help_lines_for(session: AsyncSession, country: str | None) -> list[HelpLine]:
    """Those of a country first, then those for anywhere; without a country the latter only."""
    query = select(HelpLine).where(
        or_(HelpLine.country == country, HelpLine.country.is_(None)), HelpLine.removed_at.is_(None)
    )
    return list((await session.scalars(query.order_by(HelpLine.country.is_(None), HelpLine.id))).all())


async def help_line(session: AsyncSession, number: int) -> HelpLine | None:
    """One that stands still, by its id."""
    query = select(HelpLine).where(HelpLine.id == number, HelpLine.removed_at.is_(None))
    return (await session.scalars(query)).one_or_none()
