"""Questions: who asked what of whom, and what was answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    UniqueConstraint,
    and_,
    delete,
    func,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Keyed, Sourced, Term, Words
from storage.deliveries import OVER, Delivery
from storage.groups import Group
from storage.members import Member
from storage.pathfinders import Place
from storage.roles import Representative, Role, in_force
from storage.vocabulary import QuestionState, RoleName, RoleState, Visibility

TO_HIDDEN_ASKERS = ("answer_hidden", "question_closed")
"""The kinds of delivery that go to who asked under a pseudonym: of an answer, and of the end."""
UNSETTLED = (QuestionState.OPEN, QuestionState.PARTLY)
"""What somebody waits for an answer to."""


class Question(Keyed, Sourced, Base):
    """A question. It goes to those of a group or a place, or to `to_role` of the Alliance.

    `asker` is who asked, where that may be seen; who asked under a pseudonym stands in `Asker` alone, and
    only until the question is closed. `asked_by` is who asked in the record's words, an organisation.
    `event_id` is the meeting at which it was asked.
    """

    __tablename__ = "questions"

    text: Mapped[Words]
    state: Mapped[QuestionState] = mapped_column(Term(QuestionState), index=True)
    asked_by: Mapped[Words | None]
    asker_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    is_pseudonymous: Mapped[bool] = mapped_column(default=False)
    to_role: Mapped[RoleName | None] = mapped_column(Term(RoleName))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    visibility: Mapped[Visibility | None] = mapped_column(Term(Visibility))
    asked_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    asker: Mapped[Member | None] = relationship(lazy="selectin", foreign_keys=[asker_id])
    group: Mapped[Group | None] = relationship(lazy="joined")
    place: Mapped[Place | None] = relationship(lazy="joined")
    answers: Mapped[list[Answer]] = relationship(
        secondary="question_answers", lazy="selectin", order_by="Answer.id", viewonly=True
    )


class Asker(Base):
    """Who asked under a pseudonym: the only row that says it, deleted when the question is closed."""

    __tablename__ = "askers"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))


class Answer(Keyed, Sourced, Base):
    """An answer, to one question or several; `answered_by` is who gave it in the record's words."""

    __tablename__ = "answers"

    text: Mapped[Words]
    answered_by: Mapped[Words | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    is_partial: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime | None]
    by: Mapped[Member | None] = relationship(lazy="selectin", foreign_keys=[by_id])


class QuestionAnswer(Keyed, Base):
    """That an answer is one to a question."""

    __tablename__ = "question_answers"
    __table_args__ = (UniqueConstraint("question_id", "answer_id"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id"), index=True)


def own(member_id: int) -> ColumnElement[bool]:
    """The condition that somebody asked a question, under their name or a pseudonym."""
    hidden = select(Asker.question_id).where(Asker.member_id == member_id)
    return or_(Question.asker_id == member_id, Question.id.in_(hidden))


def to_the_same(row: Question) -> ColumnElement[bool]:
    """The condition that a question goes to whom this one goes."""
    return and_(
        Question.to_role.is_not_distinct_from(row.to_role),
        Question.group_id.is_not_distinct_from(row.group_id),
        Question.place_id.is_not_distinct_from(row.place_id),
    )


async def question_by_id(session: AsyncSession, number: int, *, lock: bool = False) -> Question | None:
    """A question's row as it stands now; `lock` holds it until the transaction ends."""
    query = select(Question).where(Question.id == number).execution_options(populate_existing=True)
    if lock:
        query = query.with_for_update(of=Question)
    return (await session.scalars(query)).unique().one_or_none()


async def questions_where(
    session: AsyncSession,
    *conditions: ColumnElement[bool],
    newest: bool = False,
    before: int = 0,
    most: int = 1_000,
) -> list[Question]:
    """Questions that fit: what people ask before what is shipped; the oldest first, or the `newest`.

    At most so many of them, with so many others `before` them.
    """
    at = Question.asked_at.desc() if newest else Question.asked_at
    number = Question.id.desc() if newest else Question.id
    order = Question.asked_at.is_(None), at, Question.position, number
    query = select(Question).where(Question.state != QuestionState.WITHDRAWN, *conditions)
    query = query.order_by(*order).offset(before).limit(most)
    return list((await session.scalars(query)).unique().all())


async def count_where(session: AsyncSession, *conditions: ColumnElement[bool]) -> int:
    """How many questions fit."""
    query = select(func.count(Question.id)).where(Question.state != QuestionState.WITHDRAWN, *conditions)
    return await session.scalar(query) or 0


async def own_among(session: AsyncSession, member_id: int, numbers: Collection[int]) -> set[int]:
    """Those of these questions, by their ids, that somebody asked."""
    query = select(Question.id).where(Question.id.in_(numbers), own(member_id))
    return set((await session.scalars(query)).all())


async def count_unsettled(session: AsyncSession, member_id: int) -> int:
    """How many questions of somebody's wait for an answer."""
    query = select(func.count(Question.id)).where(own(member_id), Question.state.in_(UNSETTLED))
    return await session.scalar(query) or 0


async def change_question(
    session: AsyncSession, number: int, seen: int, before: Collection[QuestionState], **values: Any
) -> bool:
    """Change a question only if it is still in the revision `seen`, and in a state of `before`.

    Its revision goes up. False means that somebody was faster.
    """
    guarded = (
        update(Question)
        .where(Question.id == number, Question.revision == seen, Question.state.in_(before))
        .values(revision=seen + 1, **values)
        .returning(Question.id)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(guarded)).first() is not None


async def answering(
    session: AsyncSession, day: date, *conditions: ColumnElement[bool]
) -> dict[int, set[int]]:
    """Who is to answer each of the questions that fit: ids of members, by the question's.

    Those who hold its addressee's role on `day`, in person or for an organisation that does; who left or was
    stopped is not among them. A question that nobody is there for is left out.
    """
    of_whom = or_(
        and_(Role.group_id == Question.group_id, Role.name.in_((RoleName.CHAIR, RoleName.LEAD))),
        and_(Role.place_id == Question.place_id, Role.name == RoleName.FOCAL_POINT),
        and_(
            Role.name == Question.to_role,
            Role.group_id.is_(None),
            Role.place_id.is_(None),
            Question.group_id.is_(None),
            Question.place_id.is_(None),
        ),
    )
    where = (
        *conditions, Member.is_active, Member.is_bot.is_(False), Member.is_stopped.is_(False),
        Role.state == RoleState.APPOINTED, in_force(day),
    )  # fmt: skip
    confirmed = Representative.since <= day, or_(Representative.until.is_(None), Representative.until > day)
    pairs = select(Question.id, Member.id).select_from(Question).join(Role, of_whom)
    in_person = pairs.join(Member, Member.id == Role.member_id).where(*where)
    for_an_organisation = (
        pairs.join(Representative, Representative.organisation_id == Role.organisation_id)
        .join(Member, Member.id == Representative.member_id)
        .where(*where, *confirmed)
    )
    found: dict[int, set[int]] = defaultdict(set)
    rows: Any = await session.execute(union(in_person, for_an_organisation))
    for number, member in rows:
        found[number].add(member)
    return dict(found)


async def members_by_ids(session: AsyncSession, numbers: Collection[int]) -> list[Member]:
    """These members, in the order in which they were met."""
    return list(
        (await session.scalars(select(Member).where(Member.id.in_(numbers)).order_by(Member.id))).all()
    )


async def hidden_asker(session: AsyncSession, number: int) -> Member | None:
    """Who asked a question under a pseudonym, as long as it is not closed."""
    query = select(Member).join(Asker, Asker.member_id == Member.id).where(Asker.question_id == number)
    return (await session.scalars(query)).one_or_none()


async def unlink(session: AsyncSession, number: int, about: str, kind: str) -> None:
    """Forget for good who asked a question under a pseudonym, and what was sent to them about it."""
    await session.execute(delete(Asker).where(Asker.question_id == number))
    await session.execute(delete(Delivery).where(Delivery.about == about, Delivery.kind == kind))


async def drop_sent(session: AsyncSession, kind: str) -> None:
    """Forget the messages of a kind that are not under way any more."""
    await session.execute(delete(Delivery).where(OVER, Delivery.kind == kind))


async def subject_at(session: AsyncSession, kind: str, room: str, ts: str) -> str:
    """What the message of a kind that stands at `ts` in a room tells of; empty if there is none."""
    query = select(Delivery.about).where(Delivery.kind == kind, Delivery.room == room, Delivery.ts == ts)
    return (await session.scalars(query)).first() or ""


async def answer_by_key(session: AsyncSession, key: str) -> Answer | None:
    """An answer by its key."""
    return (await session.scalars(select(Answer).where(Answer.key == key))).one_or_none()


async def answer_by_id(session: AsyncSession, number: int) -> tuple[Answer, list[int]] | None:
    """An answer, held until the transaction ends, and the ids of the questions it answers."""
    row = (
        await session.scalars(select(Answer).where(Answer.id == number).with_for_update(of=Answer))
    ).one_or_none()
    if row is None:
        return None
    questions = select(QuestionAnswer.question_id).where(QuestionAnswer.answer_id == number)
    return row, list((await session.scalars(questions.order_by(QuestionAnswer.question_id))).all())
