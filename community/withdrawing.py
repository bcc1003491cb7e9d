"""What becomes of what a person wrote when they are erased: what waits is taken back, what is private goes.

What was published stays. A question under a pseudonym stays too, whatever its state: taken back at the same
moment it would tell who asked it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import (
    Commitment,
    Contribution,
    Event,
    Group,
    Place,
    Question,
    QuestionAnswer,
    Request,
    TranslationOffer,
    Update,
    UpdateRevision,
)
from storage.translations import OPEN
from storage.updates import blank_updates
from storage.vocabulary import (
    CommitmentOutcome,
    ContributionState,
    EventState,
    QuestionState,
    RequestState,
    UpdateState,
)

NOTHING = {"en": ""}
"""Stored words that say nothing any more."""


async def withdraw_all(
    session: AsyncSession, number: int, former: int, now: datetime
) -> tuple[tuple[str, ...], tuple[int, ...], tuple[str, ...]]:
    """Take back what a member wrote and nobody has taken up.

    Gives what waited and does no more (`request:17`), the contributions taken back, and what cards changed.
    """
    contributions = await _contributions(session, number, former, now)
    ended = [
        *await _updates(session, number),
        *await _questions(session, number, now),
        *await _requests(session, number),
        *await _events(session, number),
    ]
    touched = await _commitments(session, number, former, now)
    return tuple(ended), contributions, touched


async def _updates(session: AsyncSession, number: int) -> list[str]:
    """Unpublished updates lose their text, published ones their files and earlier wordings; offers go."""
    mine = Update.author_id == number
    unpublished = select(Update.id, Update.state).where(mine, Update.state != UpdateState.PUBLISHED)
    rows = (await session.execute(unpublished)).all()
    waiting = [f"update:{row.id}" for row in rows if row.state in OPEN]
    offers = select(TranslationOffer.id).where(
        or_(
            TranslationOffer.by_id == number,
            TranslationOffer.update_id.in_([row.id for row in rows]),
        )
    )
    numbers = list(await session.scalars(offers))
    await session.execute(delete(TranslationOffer).where(TranslationOffer.id.in_(numbers)))
    await blank_updates(session, [row.id for row in rows])
    earlier = UpdateRevision.update_id.in_(select(Update.id).where(mine))
    await session.execute(delete(UpdateRevision).where(earlier))
    await session.execute(update(Update).where(mine).values(files=[]))
    return waiting + [f"offer:{one}" for one in numbers]


async def _questions(session: AsyncSession, number: int, now: datetime) -> list[str]:
    """Whoever asked waits for no answer any more: what has none is withdrawn, what has some is closed."""
    answered = exists().where(QuestionAnswer.question_id == Question.id)
    mine = Question.asker_id == number
    waits = Question.state.in_((QuestionState.OPEN, QuestionState.PARTLY))
    unanswered = select(Question.id).where(mine, Question.state == QuestionState.OPEN, ~answered)
    numbers = list(await session.scalars(unanswered))
    gone = {"state": QuestionState.WITHDRAWN, "closed_at": now}
    again = {"revision": Question.revision + 1}
    await session.execute(update(Question).where(Question.id.in_(numbers)).values(**gone, **again))
    closed = {"state": QuestionState.CLOSED, "closed_at": now}
    await session.execute(update(Question).where(mine, waits).values(**closed, **again))
    nothing = {"text": NOTHING, "asked_by": None, "note": None, "locator": None}
    taken_back = mine, Question.state == QuestionState.WITHDRAWN
    await session.execute(update(Question).where(*taken_back).values(**nothing))
    return [f"question:{one}" for one in numbers]


async def _requests(session: AsyncSession, number: int) -> list[str]:
    query = select(Request.id).where(Request.member_id == number, Request.state == RequestState.OPEN)
    return [f"request:{one}" for one in await session.scalars(query)]


async def _events(session: AsyncSession, number: int) -> list[str]:
    """What they proposed and nobody put into the calendar."""
    mine = Event.owner_id == number, Event.state.is_not(None)
    query = select(Event.id).where(Event.owner_id == number, Event.state == EventState.PROPOSED)
    numbers = list(await session.scalars(query))
    rest = ("about", "venue", "organiser", "link", "outcome", "note", "locator")
    nothing = {"name": NOTHING, **dict.fromkeys(rest)}
    await session.execute(update(Event).where(*mine).values(state=EventState.DECLINED, **nothing))
    return [f"event:{one}" for one in numbers]


async def _contributions(session: AsyncSession, number: int, former: int, now: datetime) -> tuple[int, ...]:
    """What shows them as a champion, and what they sent in that was not approved."""
    about_them = Contribution.member_id == number
    unapproved = (Contribution.by_id == number) & (Contribution.state != ContributionState.APPROVED)
    query = select(Contribution).where(or_(about_them, unapproved))
    rows = (await session.scalars(query.execution_options(populate_existing=True))).unique().all()
    shown = (ContributionState.CONSENT_ASKED, ContributionState.IN_REVIEW, ContributionState.APPROVED)
    ended = [row.id for row in rows if row.state in shown]
    for row in rows:
        if row.id in ended:
            row.state, row.ended_at, row.decided_by_id = ContributionState.WITHDRAWN, now, former
            row.revision += 1
        row.text, row.consented_at, row.reason = NOTHING, None, None
    await session.flush()
    return tuple(ended)


async def _commitments(session: AsyncSession, number: int, former: int, now: datetime) -> tuple[str, ...]:
    """What they promised in person is nobody's any more: it ends as dropped."""
    mine = Commitment.member_id == number, Commitment.outcome.is_(None)
    keys = (
        select(Group.key, Place.key)
        .select_from(Commitment)
        .outerjoin(Group, Group.id == Commitment.group_id)
        .outerjoin(Place, Place.id == Commitment.place_id)
        .where(*mine)
    )
    found = (await session.execute(keys)).all()
    dropped = {"outcome": CommitmentOutcome.DROPPED, "ended_at": now, "ended_by_id": former}
    again = {"revision": Commitment.revision + 1}
    await session.execute(update(Commitment).where(*mine).values(**dropped, **again))
    return tuple(f"group:{group}" if group else f"place:{place}" for group, place in found if group or place)
