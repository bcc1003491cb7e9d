"""Questions as they are shown, to whoever may see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_
from sqlalchemy.ext.asyncio import AsyncSession

from community.addressees import Addressee
from community.errors import NotFound
from community.facts import Citation, citation
from community.names import PlaceName
from community.paging import Listed, page_with, turned
from community.rights import Action, Actor, Subject, may
from community.sight import sight_of
from storage.base import Words
from storage.questions import (
    UNSETTLED,
    Answer,
    Question,
    count_where,
    own,
    own_among,
    question_by_id,
    questions_where,
)
from storage.vocabulary import QuestionState, RoleName, Visibility


@dataclass(frozen=True)
class Given:
    """One answer. `by` is a Slack id; `may_correct` whether whoever looks at it may."""

    id: int
    text: Words
    by: str | None
    answered_by: Words | None
    is_partial: bool
    at: datetime | None
    citation: Citation | None
    may_correct: bool = False


@dataclass(frozen=True)
class Inquiry:
    """A question as it is shown. `by` is a Slack id; it is empty for what was asked under a pseudonym.

    What is shipped has no `asked_at`, and `asked_by` in the record's words. `is_mine` and `may_answer` are
    said of whoever looks at it.
    """

    id: int
    revision: int
    state: QuestionState
    text: Words
    to: Addressee
    by: str | None
    asked_by: Words | None
    is_pseudonymous: bool
    visibility: Visibility
    asked_at: datetime | None
    closed_at: datetime | None
    answers: tuple[Given, ...]
    citation: Citation | None
    note: Words | None
    is_mine: bool = False
    may_answer: bool = False

    @property
    def about(self) -> str:
        """What deliveries and audits that tell of it are about."""
        return f"question:{self.id}"

    @property
    def is_open(self) -> bool:
        """Whether somebody waits for an answer."""
        return self.state in UNSETTLED

    def days(self, now: datetime) -> int:
        """How many whole days ago it was asked; 0 for what is shipped."""
        return (now - self.asked_at).days if self.asked_at else 0


async def seen(
    session: AsyncSession,
    actor: Actor,
    day: date,
    *conditions: ColumnElement[bool],
    to_guests: bool = False,
    newest: bool = False,
    before: int = 0,
    most: int = 1_000,
) -> tuple[Inquiry, ...]:
    """The questions that fit and somebody may see, at most so many, with so many others `before` them."""
    visible = await _may_see(session, actor, day, to_guests=to_guests)
    rows = await questions_where(session, *conditions, visible, newest=newest, before=before, most=most)
    numbers: Collection[int] = ()
    if actor.member_id is not None and not to_guests and not actor.is_guest:
        numbers = await own_among(session, actor.member_id, [row.id for row in rows])
    return tuple(shown(row, None if to_guests else actor, numbers) for row in rows)


async def page_seen(
    session: AsyncSession,
    actor: Actor,
    day: date,
    *conditions: ColumnElement[bool],
    to_guests: bool = False,
    newest: bool = False,
    page: int,
    most: int,
) -> Listed[Inquiry]:
    """One page of the questions that fit and somebody may see: no more of them are read."""
    visible = await _may_see(session, actor, day, to_guests=to_guests)
    total = await count_where(session, *conditions, visible)
    turn = turned(total, page, most)
    found = await seen(
        session, actor, day, *conditions, to_guests=to_guests, newest=newest, before=turn.before, most=most
    )
    return page_with(found, turn, total)


async def _may_see(session: AsyncSession, actor: Actor, day: date, *, to_guests: bool) -> ColumnElement[bool]:
    """The condition that somebody may see a question; whoever asked it, or may answer all, sees it anyway."""
    visible = (await sight_of(session, actor, day, to_guests=to_guests)).condition(Question)
    if actor.member_id is None or to_guests or actor.is_guest:
        return visible
    if may(actor, Action.ANSWER):
        visible = or_(visible, Question.visibility.is_not(None))
    return or_(visible, own(actor.member_id))


async def current(session: AsyncSession, number: int) -> Inquiry:
    """A question as it stands, for messages of the bot to those whom it concerns. Raises `NotFound`."""
    row = await question_by_id(session, number)
    if row is None:
        raise NotFound("question", str(number))
    return shown(row)


def subject(row: Question) -> Subject:
    """What rights are asked about."""
    return Subject(row.group_id, row.place_id, office=row.to_role)


def shown(row: Question, actor: Actor | None = None, numbers: Collection[int] = ()) -> Inquiry:
    """A question's row as it is shown, to `actor`, who asked those of these `numbers`."""
    return Inquiry(
        id=row.id,
        revision=row.revision,
        state=row.state,
        text=row.text,
        to=_addressee(row),
        by=row.asker.slack_id if row.asker else None,
        asked_by=row.asked_by,
        is_pseudonymous=row.is_pseudonymous,
        visibility=row.visibility or Visibility.PUBLIC,
        asked_at=row.asked_at,
        closed_at=row.closed_at,
        answers=tuple(_given(one, actor) for one in row.answers),
        citation=citation(row),
        note=row.note,
        is_mine=row.id in numbers,
        may_answer=actor is not None and may(actor, Action.ANSWER, subject(row)),
    )


def may_correct(actor: Actor, row: Answer) -> bool:
    """Whether somebody may correct an answer: who gave it, and the secretariat; not what is shipped."""
    mine = row.by_id is not None and row.by_id == actor.member_id and may(actor, Action.ASK)
    return row.at is not None and (mine or may(actor, Action.ANSWER))


def _addressee(row: Question) -> Addressee:
    if row.group:
        return Addressee(f"group:{row.group.key}", group=row.group.name)
    if row.place:
        return Addressee(f"place:{row.place.key}", place=PlaceName(row.place.key, row.place.names))
    office = row.to_role or RoleName.SECRETARIAT
    return Addressee(office.value, office=office)


def _given(row: Answer, actor: Actor | None) -> Given:
    return Given(
        row.id,
        row.text,
        row.by.slack_id if row.by else None,
        row.answered_by,
        row.is_partial,
        row.at,
        citation(row),
        actor is not None and may_correct(actor, row),
    )
