"""Action groups."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Keyed, SourcedApart, Term, Words, with_source
from storage.members import Member
from storage.vocabulary import GroupKind, GroupStatus, MembershipPolicy


class Group(Keyed, SourcedApart, Base):
    """An action group. `membership` says in words who may join, `policy` how; `channel` is a Slack channel.

    A group that went into another points at it with `merged_into_id`, and answers to nothing any more.
    """

    __tablename__ = "groups"

    kind: Mapped[GroupKind] = mapped_column(Term(GroupKind))
    status: Mapped[GroupStatus | None] = mapped_column(Term(GroupStatus))
    name: Mapped[Words]
    aliases: Mapped[list[str]] = mapped_column(default=list)
    about: Mapped[Words | None]
    membership: Mapped[Words | None]
    channel: Mapped[str | None] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(default=0)
    policy: Mapped[MembershipPolicy | None] = mapped_column(Term(MembershipPolicy))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))


class Membership(Base):
    """Somebody is a member of an action group, from a day on; `until` is the day on which they left."""

    __tablename__ = "memberships"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]


async def all_groups(session: AsyncSession) -> list[Group]:
    """Every group in the order of the record, and where it comes from."""
    query = select(Group).where(Group.merged_into_id.is_(None)).order_by(Group.position, Group.id)
    return list((await session.scalars(query.options(*with_source(Group)))).all())


async def group_by_key(session: AsyncSession, key: str) -> Group | None:
    """The group of a key and where it comes from, unless it went into another."""
    query = select(Group).where(Group.key == key, Group.merged_into_id.is_(None))
    return (await session.scalars(query.options(*with_source(Group)))).one_or_none()


async def membership_of(session: AsyncSession, group_id: int, member_id: int, day: date) -> Membership | None:
    """A member's place in a group on `day`, or None. Their row is locked: joining twice counts once."""
    await session.execute(select(Member.id).where(Member.id == member_id).with_for_update())
    query = select(Membership).where(
        Membership.group_id == group_id,
        Membership.member_id == member_id,
        or_(Membership.until.is_(None), Membership.until > day),
    )
    return (await session.scalars(query)).first()
