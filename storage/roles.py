"""Roles and seats: who holds which, for whom, from when to when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    ForeignKey,
    String,
    bindparam,
    exists,
    or_,
    select,
    union,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from storage.base import Base, Keyed, Sourced, Term
from storage.groups import Group, Membership
from storage.members import Member
from storage.organisations import Organisation
from storage.pathfinders import Place
from storage.vocabulary import RoleName, RoleState


class Role(Keyed, Sourced, Base):
    """Somebody holds a role: a member or an organisation, for a group, a place or the whole Alliance.

    A vacant seat is a row without holder; no row means that the record does not say. `since` and `until` are
    days; None is "not stated" and "still".
    """

    __tablename__ = "roles"

    key: Mapped[str] = mapped_column(String(150), unique=True)
    """Longer than others: one from a sheet is made of a group's and an organisation's."""
    name: Mapped[RoleName] = mapped_column(Term(RoleName))
    state: Mapped[RoleState] = mapped_column(Term(RoleState), default=RoleState.APPOINTED)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    is_deputy: Mapped[bool] = mapped_column(default=False)
    since: Mapped[date | None]
    until: Mapped[date | None]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    member: Mapped[Member | None] = relationship(lazy="selectin", foreign_keys=[member_id])
    group: Mapped[Group | None] = relationship(lazy="raise")
    place: Mapped[Place | None] = relationship(lazy="raise")


class Representative(Base):
    """A member whom the secretariat confirmed to act for an organisation, and so for the seats it holds."""

    __tablename__ = "representatives"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    since: Mapped[date]
    until: Mapped[date | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))


def in_force(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition that a role holds on `day`: from its first day to the one before its last."""
    return or_(Role.since.is_(None), Role.since <= day) & or_(Role.until.is_(None), Role.until > day)


# Asked with nearly every command, and so made once: it took nearly as long as to ask.
_WHO: BindParameter[int] = bindparam("who")
_DAY: BindParameter[date] = bindparam("day")
_ACTS_FOR = select(Representative.organisation_id).where(
    Representative.member_id == _WHO,
    Representative.since <= _DAY,
    or_(Representative.until.is_(None), Representative.until > _DAY),
)
_HOLDS = (
    or_(Role.member_id == _WHO, Role.organisation_id.in_(_ACTS_FOR)),
    Role.state == RoleState.APPOINTED,
    in_force(_DAY),
)
_HELD = select(Role).where(*_HOLDS)
_GROUPS: CompoundSelect[Any] = union(
    select(Membership.group_id).where(
        Membership.member_id == _WHO, or_(Membership.until.is_(None), Membership.until > _DAY)
    ),
    select(Role.group_id).where(Role.group_id.is_not(None), *_HOLDS),
)


async def roles_of_groups(session: AsyncSession, day: date) -> list[Role]:
    """Every role for a group on `day`, with its holder."""
    query = select(Role).where(Role.group_id.is_not(None), in_force(day)).order_by(Role.id)
    return list((await session.scalars(query)).all())


async def roles_of(
    session: AsyncSession, day: date, *, place_id: int | None = None, group_id: int | None = None
) -> list[Role]:
    """The roles of a place, of a group, or (neither given) of the Alliance on `day`, with their holders."""
    query = select(Role).where(Role.place_id == place_id, Role.group_id == group_id, in_force(day))
    return list((await session.scalars(query.order_by(Role.id))).all())


async def roles_held(session: AsyncSession, member_id: int, day: date) -> list[Role]:
    """What a member holds on `day`: appointed in person, or through an organisation they represent."""
    return list((await session.scalars(_HELD, {"who": member_id, "day": day})).all())


async def roles_of_people(session: AsyncSession, day: date) -> list[Role]:
    """Every role that a member of the workspace holds on `day`, with its group or place."""
    query = (
        select(Role)
        .where(Role.member_id.is_not(None), in_force(day))
        .options(joinedload(Role.group), joinedload(Role.place))
        .order_by(Role.id)
    )
    return list((await session.scalars(query)).all())


async def represented_alone(
    session: AsyncSession, member_id: int, day: date
) -> list[tuple[Organisation, Role | None]]:
    """The organisations that nobody but a member acts for on `day`, each with every role that it holds.

    None stands for the role of one that holds none. Who left or was stopped acts for nobody.
    """
    standing = await representatives_on(session, day)
    others = {
        row.organisation_id
        for row, member, _ in standing
        if member.id != member_id and member.is_active and not member.is_stopped
    }
    mine = {one.id: one for row, _, one in standing if row.member_id == member_id and one.id not in others}
    query = select(Role).where(
        Role.organisation_id.in_(mine), Role.state == RoleState.APPOINTED, in_force(day)
    )  # fmt: skip
    every = query.options(joinedload(Role.group), joinedload(Role.place)).order_by(Role.id)
    held: dict[int | None, list[Role | None]] = {}
    for role in (await session.scalars(every)).all():
        held.setdefault(role.organisation_id, []).append(role)
    return [(one, role) for number, one in mine.items() for role in held.get(number) or [None]]


async def holders(
    session: AsyncSession,
    day: date,
    names: Collection[RoleName],
    *,
    group_id: int | None = None,
    place_id: int | None = None,
) -> list[str]:
    """Slack ids of who holds one of these roles on `day`, in person or for an organisation that does.

    For a group, for a place, or (neither given) for the Alliance. Who left or was stopped is not among them.
    """
    represented = (
        select(Representative.organisation_id)
        .where(
            Representative.member_id == Member.id,
            Representative.since <= day,
            or_(Representative.until.is_(None), Representative.until > day),
        )
        .correlate(Member)  # two levels up: left alone, it would ask for anybody's organisation
    )
    held = exists().where(
        or_(Role.member_id == Member.id, Role.organisation_id.in_(represented)),
        Role.name.in_(names),
        Role.state == RoleState.APPOINTED,
        Role.group_id == group_id,
        Role.place_id == place_id,
        in_force(day),
    )
    query = select(Member.slack_id).where(
        held, Member.is_active, Member.is_bot.is_(False), Member.is_stopped.is_(False)
    )
    return list((await session.scalars(query.order_by(Member.id))).all())


async def insiders(session: AsyncSession, group_id: int, day: date) -> set[int]:
    """The ids of those who belong to a group on `day`: its members, and who holds a role in it."""
    joined = select(Membership.member_id).where(
        Membership.group_id == group_id, or_(Membership.until.is_(None), Membership.until > day)
    )
    held = [Role.group_id == group_id, Role.state == RoleState.APPOINTED, in_force(day)]
    in_person = select(Role.member_id).where(Role.member_id.is_not(None), *held)
    for_an_organisation = (
        select(Representative.member_id)
        .join(Role, Role.organisation_id == Representative.organisation_id)
        .where(
            Representative.since <= day,
            or_(Representative.until.is_(None), Representative.until > day),
            *held,
        )
    )
    found: Any = await session.execute(union(joined, in_person, for_an_organisation))
    return {int(number) for (number,) in found}


async def groups_of(session: AsyncSession, member_id: int, day: date) -> set[int]:
    """The ids of the groups that somebody belongs to on `day`: they joined, or hold a role there."""
    found: Any = await session.execute(_GROUPS, {"who": member_id, "day": day})
    return {int(number) for (number,) in found}


async def representatives_on(
    session: AsyncSession, day: date
) -> list[tuple[Representative, Member, Organisation]]:
    """Everybody who is confirmed to act for an organisation on `day`, with the two, oldest first."""
    query = (
        select(Representative, Member, Organisation)
        .join(Member, Representative.member_id == Member.id)
        .join(Organisation, Representative.organisation_id == Organisation.id)
        .where(Representative.since <= day, or_(Representative.until.is_(None), Representative.until > day))
        .order_by(Representative.id)
    )
    return [(row, member, organisation) for row, member, organisation in await session.execute(query)]
