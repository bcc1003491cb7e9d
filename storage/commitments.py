"""Commitments: who promised what, where, by when, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    String,
    and_,
    case,
    false,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Dated, Keyed, Sourced, Term, Words
from storage.events import Event
from storage.groups import Group
from storage.members import Member
from storage.organisations import Organisation
from storage.pathfinders import Place
from storage.roles import Representative, Role, in_force
from storage.vocabulary import CommitmentOutcome, RoleName, RoleState, Visibility


class Commitment(Keyed, Dated, Sourced, Base):
    """A commitment. `when` is when it is due, `due_words` what is said of that beside or instead of a date.

    Its owner is a member, an organisation, or whoever holds `role` (for the group or the place that it
    concerns, or for the Alliance), and so stays with the role when a chair changes; `owner` says it in the
    record's own words. `group` and `place` are what it concerns, `event` is where it was made, `link` the
    message in which it was. Without an `outcome` it is open; without `visibility` it is public.
    """

    __tablename__ = "commitments"

    text: Mapped[Words]
    due_words: Mapped[Words | None]
    owner: Mapped[Words | None]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[RoleName | None] = mapped_column(Term(RoleName))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    link: Mapped[str | None] = mapped_column(String(500))
    visibility: Mapped[Visibility | None] = mapped_column(Term(Visibility))
    outcome: Mapped[CommitmentOutcome | None] = mapped_column(Term(CommitmentOutcome), index=True)
    reason: Mapped[str | None] = mapped_column(String(500))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    added_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    member: Mapped[Member | None] = relationship(lazy="selectin", foreign_keys=[member_id])
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    group: Mapped[Group | None] = relationship(lazy="joined")
    place: Mapped[Place | None] = relationship(lazy="joined")
    event: Mapped[Event | None] = relationship(lazy="raise")
    by: Mapped[Member | None] = relationship(lazy="selectin", foreign_keys=[by_id])
    ended_by: Mapped[Member | None] = relationship(lazy="selectin", foreign_keys=[ended_by_id])


RoleHeld = tuple[RoleName, int | None, int | None]
"""A role with the id of its group, or of its place, or neither for the Alliance."""


@dataclass(frozen=True)
class CommitmentRow:
    """A commitment as it was read: whether whoever asks owns it, and the event at which it was made."""

    row: Commitment
    is_own: bool
    meeting: Words | None
    meeting_visibility: Visibility | None
    meeting_group_id: int | None


def owned_by(member_id: int | None, held: Collection[RoleHeld], day: date) -> ColumnElement[bool]:
    """Whether a commitment is somebody's on `day`: their own, their role's or their organisation's.

    Whatever roles they hold it is the same statement: a large one, which was compiled for each of them.
    """
    if member_id is None:
        return false()
    groups = [(role, group_id) for role, group_id, _ in held if group_id is not None]
    places = [
        (role, place_id) for role, group_id, place_id in held if group_id is None and place_id is not None
    ]
    of_all = [role for role, group_id, place_id in held if group_id is None and place_id is None]
    return or_(
        Commitment.member_id == member_id,
        Commitment.organisation_id.in_(_represented(member_id, day)),
        Commitment.role.in_(of_all),
        tuple_(Commitment.role, Commitment.group_id).in_(groups),
        tuple_(Commitment.role, Commitment.place_id).in_(places),
    )


def is_live() -> ColumnElement[bool]:
    """The condition that people made it, or took it up: what only a document says is nobody's duty here."""
    return or_(Commitment.added_at.is_not(None), Commitment.said_by_id.is_not(None))


def is_late(today: date) -> ColumnElement[bool]:
    """The condition that it is live, open, and its last day has passed on `today`."""
    return and_(is_live(), Commitment.outcome.is_(None), Commitment.when_end < today)  # type: ignore[attr-defined]


def id_of(table: type[Group] | type[Place] | type[Organisation], key: str) -> Any:
    """The id of what a key stands for, or of what that went into, as part of a condition."""
    return select(func.coalesce(table.merged_into_id, table.id)).where(table.key == key).scalar_subquery()


async def count_commitments(session: AsyncSession, conditions: Sequence[ColumnElement[bool]]) -> int:
    """How many commitments fit."""
    return await session.scalar(select(func.count(Commitment.id)).where(*conditions)) or 0


async def commitments(
    session: AsyncSession,
    conditions: Sequence[ColumnElement[bool]],
    own: ColumnElement[bool],
    today: date,
    *,
    first: int = 0,
    most: int | None = None,
) -> list[CommitmentRow]:
    """The commitments that fit: late ones, then by due date, then without one; then what is only on record.

    Ended ones stand in the same list, latest first, before all others. `own` tells whose each is.
    """
    end = Commitment.when_end  # type: ignore[attr-defined]
    rank = case(
        (and_(is_live(), end < today), 0), (and_(is_live(), end.is_not(None)), 1), (is_live(), 2), else_=3
    )
    query = (
        select(Commitment, own.label("own"), Event.name, Event.visibility, Event.group_id)
        .outerjoin(Event, Commitment.event_id == Event.id)
        .where(*conditions)
        .order_by(
            Commitment.ended_at.is_(None), Commitment.ended_at.desc(),
            rank, end.is_(None), end, Commitment.position, Commitment.id,
        )
        .offset(first)
        .limit(most)
        .execution_options(populate_existing=True)
    )  # fmt: skip
    found: Any = await session.execute(query)
    return [CommitmentRow(*one) for one in found]


async def add_commitment(session: AsyncSession, values: dict[str, Any]) -> int:
    """Add a commitment; its id."""
    row = Commitment(**values)
    session.add(row)
    await session.flush()
    return row.id


async def change_commitment(
    session: AsyncSession, number: int, seen: int, *, is_open: bool, **values: Any
) -> bool:
    """Change a commitment only if it is still in the revision `seen`, and open or ended as `is_open` says.

    False means that somebody was faster.
    """
    ended = Commitment.outcome.is_(None) if is_open else Commitment.outcome.is_not(None)
    guarded = (
        update(Commitment)
        .where(Commitment.id == number, Commitment.revision == seen, ended)
        .values(revision=seen + 1, **values)
        .returning(Commitment.id)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(guarded)).first() is not None


async def represents(session: AsyncSession, member_id: int, organisation_id: int, day: date) -> bool:
    """Whether somebody is confirmed to act for an organisation on `day`."""
    query = _represented(member_id, day).where(Representative.organisation_id == organisation_id)
    return (await session.scalars(query)).first() is not None


async def seats(session: AsyncSession, names: Collection[RoleName], day: date) -> list[Role]:
    """Who holds these roles on `day`, of whatever group or place: members and organisations."""
    query = select(Role).where(Role.name.in_(names), Role.state == RoleState.APPOINTED, in_force(day))
    return list((await session.scalars(query.order_by(Role.id))).all())


async def acting_for(session: AsyncSession, organisation_id: int, day: date) -> list[str]:
    """The Slack ids of those who act for an organisation on `day`, but for who left or was stopped."""
    query = (
        select(Member.slack_id)
        .join(Representative, Representative.member_id == Member.id)
        .where(
            Representative.organisation_id == organisation_id,
            Representative.since <= day,
            or_(Representative.until.is_(None), Representative.until > day),
            Member.is_active,
            Member.is_bot.is_(False),
            Member.is_stopped.is_(False),
        )
        .order_by(Member.id)
    )
    return list((await session.scalars(query)).all())


def _represented(member_id: int, day: date) -> Any:
    return select(Representative.organisation_id).where(
        Representative.member_id == member_id,
        Representative.since <= day,
        or_(Representative.until.is_(None), Representative.until > day),
    )
