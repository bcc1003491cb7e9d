"""Organisations of the Alliance and around it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Keyed, SourcedApart, Term, Words
from storage.vocabulary import Constituency


class Organisation(Keyed, SourcedApart, Base):
    """An organisation; `about` says what the record tells of its part. Its constituency may be derived.

    One that was entered twice points at the other with `merged_into_id`, and is shown no more.
    """

    __tablename__ = "organisations"

    name: Mapped[Words]
    short: Mapped[Words | None]
    about: Mapped[Words | None]
    constituency: Mapped[Constituency] = mapped_column(Term(Constituency))
    constituency_derived: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))


async def all_organisations(session: AsyncSession) -> list[Organisation]:
    """Every organisation in the order of the record; those that went into another are left out."""
    query = select(Organisation).where(Organisation.merged_into_id.is_(None)).order_by(Organisation.id)
    return list((await session.scalars(query)).all())


async def merged_organisations(session: AsyncSession) -> list[Organisation]:
    """Those that went into another: they are shown nowhere, but their names still find that one."""
    query = select(Organisation).where(Organisation.merged_into_id.is_not(None)).order_by(Organisation.id)
    return list((await session.scalars(query)).all())
