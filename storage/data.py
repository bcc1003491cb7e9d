"""The rows of the public record, all of them and in a stable order, for whoever takes them away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, raiseload, selectinload

from storage.base import Source, with_source
from storage.commitments import Commitment
from storage.editions import Edition, EditionItem
from storage.events import Event
from storage.facts import Fact
from storage.groups import Group
from storage.organisations import Organisation
from storage.pathfinders import Pathfinder, Place, StageChange
from storage.questions import Question, QuestionAnswer
from storage.roles import Role, in_force
from storage.sight import EVERYBODY
from storage.updates import Update, UpdateTranslation
from storage.vocabulary import EditionState, QuestionState, RoleName, RoleState, UpdateState

AT_ONCE = 500
"""Rows in memory together, of what may be a million."""
_PUBLIC_UPDATES = (Update.state == UpdateState.PUBLISHED, EVERYBODY.condition(Update))


async def place_keys(session: AsyncSession) -> dict[int, str]:
    """The key of each place by id; of the one it went into, if it did."""
    return await _keys(session, Place)


async def group_keys(session: AsyncSession) -> dict[int, str]:
    """The key of each group by id; of the one it went into, if it did."""
    return await _keys(session, Group)


async def places(session: AsyncSession) -> list[Place]:
    """Every place that did not go into another."""
    return await _all(session, select(Place).where(Place.merged_into_id.is_(None)).order_by(Place.key))


async def stages(session: AsyncSession) -> Sequence[tuple[StageChange, str]]:
    """Every stage that holds, with the key of its place."""
    query = (
        select(StageChange, Place.key)
        .join(Pathfinder, Pathfinder.id == StageChange.pathfinder_id)
        .join(Place, Place.id == Pathfinder.place_id)
        .where(StageChange.ended_at.is_(None), Place.merged_into_id.is_(None))
        .order_by(Place.key, StageChange.position, StageChange.id)
    )
    rows: Any = (await session.execute(query)).unique().all()
    return list(rows)


async def facts(session: AsyncSession) -> list[Fact]:
    """Every fact that holds."""
    return await _all(session, select(Fact).where(Fact.ended_at.is_(None)).order_by(Fact.key))


async def groups(session: AsyncSession) -> list[Group]:
    """Every group that did not go into another."""
    query = select(Group).where(Group.merged_into_id.is_(None)).order_by(Group.key)
    return await _all(session, query.options(*with_source(Group)))


async def leading(session: AsyncSession, day: date) -> dict[int, list[str]]:
    """The keys of the organisations that chair or lead each group on `day`, by the group's id."""
    query = (
        select(Role.group_id, Organisation.key)
        .join(Organisation, Organisation.id == Role.organisation_id)
        .where(
            Role.group_id.is_not(None), Role.name.in_((RoleName.CHAIR, RoleName.LEAD)), in_force(day),
            Role.state == RoleState.APPOINTED,
        )
        .order_by(Role.group_id, Organisation.key)
    )  # fmt: skip
    found: dict[int, list[str]] = {}
    rows: Any = await session.execute(query)
    for group, key in rows:
        found.setdefault(group, []).append(key)
    return found


async def organisations(session: AsyncSession) -> list[Organisation]:
    """Every organisation that did not go into another."""
    standing = Organisation.merged_into_id.is_(None)
    query = select(Organisation).where(standing).order_by(Organisation.key)
    return await _all(session, query.options(*with_source(Organisation)))


async def events(session: AsyncSession) -> list[Event]:
    """Every event of the calendar that everybody may see."""
    query = select(Event).where(Event.state.is_(None), EVERYBODY.condition(Event))
    return await _all(session, query.order_by(Event.when_start.is_(None), Event.when_start, Event.id))  # type: ignore[attr-defined]


async def updates(session: AsyncSession) -> AsyncIterator[Update]:
    """Every update that everybody may read, newest first, a few at a time."""
    query = select(Update).where(*_PUBLIC_UPDATES).options(raiseload("*")).order_by(Update.id.desc())
    before: int | None = None
    while rows := await _all(session, _page(query, Update.id, before)):
        for row in rows:
            yield row
        before = rows[-1].id
        session.expunge_all()


async def translations(session: AsyncSession) -> AsyncIterator[tuple[UpdateTranslation, int]]:
    """Every translation of such an update, newest first, with the update's revision."""
    query: Any = select(UpdateTranslation, Update.revision)
    query = query.join(Update, Update.id == UpdateTranslation.update_id)
    query = query.where(*_PUBLIC_UPDATES).options(raiseload("*")).order_by(UpdateTranslation.id.desc())
    before: int | None = None
    while rows := (await session.execute(_page(query, UpdateTranslation.id, before))).all():
        for row in rows:
            yield row[0], row[1]
        before = rows[-1][0].id
        session.expunge_all()


def _page(query: Any, number: Any, before: int | None) -> Any:
    """The next rows of a list by falling id: no cursor has to be kept open for a slow reader."""
    return (query if before is None else query.where(number < before)).limit(AT_ONCE)


async def commitments(session: AsyncSession) -> Sequence[tuple[Commitment, str | None, str | None]]:
    """Every commitment that everybody may see, with the keys of its public event and its organisation."""
    meeting = aliased(Event)
    seen = or_(meeting.id.is_(None), EVERYBODY.condition(meeting))
    query = (
        select(Commitment, meeting.key, Organisation.key)
        .outerjoin(meeting, (meeting.id == Commitment.event_id) & seen)
        .outerjoin(Organisation, Organisation.id == Commitment.organisation_id)
        .where(EVERYBODY.condition(Commitment))
        .order_by(Commitment.key)
    )
    rows: Any = (await session.execute(query)).unique().all()
    return list(rows)


async def answered_questions(session: AsyncSession) -> list[Question]:
    """Every question that everybody may see and that has an answer."""
    answered = Question.id.in_(select(QuestionAnswer.question_id))
    query = select(Question).where(
        Question.state != QuestionState.WITHDRAWN, EVERYBODY.condition(Question), answered
    )
    return await _all(session, query.order_by(Question.key).options(selectinload(Question.answers)))


async def newsletters(session: AsyncSession, now: datetime) -> list[tuple[Edition, list[int]]]:
    """Every newsletter that left Slack by an aware moment, with the ids of the public updates in it."""
    out = Edition.leaves_slack, Edition.state == EditionState.APPROVED, Edition.sends_at <= now
    held: dict[int, list[int]] = {}
    query = (
        select(EditionItem.edition_id, EditionItem.update_id)
        .join(Edition, Edition.id == EditionItem.edition_id)
        .join(Update, Update.id == EditionItem.update_id)
        .where(*out, *_PUBLIC_UPDATES)
    )
    rows: Any = await session.execute(query.order_by(EditionItem.position, EditionItem.id))
    for edition, update in rows:
        held.setdefault(edition, []).append(update)
    editions = await _all(
        session,
        select(Edition).where(*out, Edition.schedule_id.is_not(None)).order_by(Edition.sends_at, Edition.id),
    )
    return [(row, held.get(row.id, [])) for row in editions]


async def sources(session: AsyncSession) -> list[Source]:
    """Every document."""
    return await _all(session, select(Source).order_by(Source.key))


async def _keys(session: AsyncSession, table: type[Place] | type[Group]) -> dict[int, str]:
    into = aliased(table)
    query = select(table.id, func.coalesce(into.key, table.key)).outerjoin(
        into, into.id == table.merged_into_id
    )
    rows: Any = await session.execute(query)
    return dict(list(rows))


async def _all(session: AsyncSession, query: Select[Any]) -> list[Any]:
    return list((await session.scalars(query)).unique().all())
