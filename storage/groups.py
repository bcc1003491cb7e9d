"""Action groups."""

from __future__ import annotations

from sqlalchemy import String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Keyed, Sourced, Term, Words
from storage.vocabulary import GroupKind, GroupStatus


class Group(Keyed, Sourced, Base):
    """An action group. `membership` says in words who may join; `channel` is a Slack channel id."""

    __tablename__ = "groups"

    kind: Mapped[GroupKind] = mapped_column(Term(GroupKind))
    status: Mapped[GroupStatus | None] = mapped_column(Term(GroupStatus))
    name: Mapped[Words]
    aliases: Mapped[list[str]] = mapped_column(default=list)
    about: Mapped[Words | None]
    membership: Mapped[Words | None]
    channel: Mapped[str | None] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(default=0)


async def all_groups(session: AsyncSession) -> list[Group]:
    """Every group in the order of the record."""
    return list((await session.scalars(select(Group).order_by(Group.position, Group.id))).all())
