"""Facts: one table for what the record says of a place, an action group, or the Alliance itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Dated, Keyed, Sourced, Term, Words
from storage.vocabulary import FactKind, FactState, Theme


class Fact(Keyed, Dated, Sourced, Base):
    """One statement with its source.

    The subject is the place or the group; with neither it is the Alliance. `value` is a figure or a name as
    the record writes it ("16 → 18", "2015-031"), never computed with. `owner` is who is to act on a step.
    Contradictory statements are several rows, shown side by side. `ended_at` is when somebody said that it
    holds no more; the row stays.
    """

    __tablename__ = "facts"

    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"), index=True)
    kind: Mapped[FactKind] = mapped_column(Term(FactKind), index=True)
    theme: Mapped[Theme | None] = mapped_column(Term(Theme))
    state: Mapped[FactState | None] = mapped_column(Term(FactState))
    text: Mapped[Words]
    value: Mapped[str | None] = mapped_column(String(120))
    owner: Mapped[Words | None]
    position: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]


async def facts_of(
    session: AsyncSession,
    *,
    place_id: int | None = None,
    group_id: int | None = None,
    kinds: Sequence[FactKind] = (),
) -> list[Fact]:
    """The facts of a place, a group or (neither given) the Alliance, in the order of the record."""
    query = select(Fact).where(Fact.place_id == place_id, Fact.group_id == group_id, Fact.ended_at.is_(None))
    if kinds:
        query = query.where(Fact.kind.in_(kinds))
    return list((await session.scalars(query.order_by(Fact.position, Fact.id))).all())
