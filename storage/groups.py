"""Action groups, and who holds which role."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Keyed, Sourced, Term, Words
from storage.members import Member
from storage.organisations import Organisation
from storage.vocabulary import GroupKind, GroupStatus, RoleName, RoleState


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


class Role(Keyed, Sourced, Base):
    """Somebody holds a role: a member or an organisation, for a group, a place or the whole Alliance.

    A vacant seat is a row without holder; no row means that the record does not say. `since` and `until` are
    days; None is "not stated" and "still".
    """

    __tablename__ = "roles"

    name: Mapped[RoleName] = mapped_column(Term(RoleName))
    state: Mapped[RoleState] = mapped_column(Term(RoleState), default=RoleState.APPOINTED)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    since: Mapped[date | None]
    until: Mapped[date | None]
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    member: Mapped[Member | None] = relationship(lazy="joined")


async def all_groups(session: AsyncSession) -> list[Group]:
    """Every group in the order of the record."""
    return list((await session.scalars(select(Group).order_by(Group.position, Group.id))).all())


async def roles_of_groups(session: AsyncSession) -> list[Role]:
    """Every role that somebody holds for a group, with its holder."""
    query = select(Role).where(Role.group_id.is_not(None)).order_by(Role.id)
    return list((await session.scalars(query)).all())


async def roles_of(
    session: AsyncSession, *, place_id: int | None = None, group_id: int | None = None
) -> list[Role]:
    """The roles of a place, of a group, or (neither given) of the Alliance, with their holders."""
    query = select(Role).where(Role.place_id == place_id, Role.group_id == group_id).order_by(Role.id)
    return list((await session.scalars(query)).all())
