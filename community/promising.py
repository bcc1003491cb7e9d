"""Making commitments, changing them, and saying what became of them.

| who                         | records for                              | changes and ends            |
|-----------------------------|------------------------------------------|-----------------------------|
| members                     | themselves, their role or organisation   | theirs, what they recorded  |
| chairs, leads, focal points | anybody, about their group or country    | all about these             |
| editors                     | anybody                                  | nothing more                |
| the secretariat             | anybody                                  | all                         |
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.commitment_drafts import Draft, read
from community.commitments import one
from community.errors import Invalid
from community.promised import Promised, about
from community.rights import Action, Actor, require
from community.safeguards import Detail, looks_personal
from storage.commitments import Commitment, add_commitment, change_commitment
from storage.vocabulary import CommitmentOutcome

DONE, DROPPED = CommitmentOutcome.DONE, CommitmentOutcome.DROPPED


def doubts(draft: Draft) -> tuple[Detail, ...]:
    """What in it looks like a person's details or a case."""
    return looks_personal(draft.text)


async def add(session: AsyncSession, actor: Actor, draft: Draft, today: date, now: datetime) -> int:
    """Record a commitment; `today` is the reader's own day. Returns its id.

    Raises `NotAllowed` for guests and who was stopped, `Invalid` for every field that is wrong.
    """
    require(actor, Action.TAKE_PART)
    values = await read(session, actor, draft, None, today, now)
    number = await add_commitment(
        session,
        {**values, "key": f"commitment/{uuid4().hex[:12]}", "by_id": actor.member_id, "added_at": now},
    )
    note(session, actor, "commitment_added", f"commitment:{number}", now)
    return number


async def revise(
    session: AsyncSession, actor: Actor, number: int, revision: int, draft: Draft, today: date, now: datetime
) -> bool:
    """Change an open commitment, in the very revision that was looked at. False if somebody was faster.

    Whoever changes what only a document said takes it up. Raises `NotAllowed`, `NotFound`, `Invalid`.
    """
    row = await _manageable(session, actor, number, now)
    values = await read(session, actor, draft, row, today, now)
    if row.added_at is None:
        values |= {"said_by_id": actor.member_id, "said_at": now}
    done = await change_commitment(session, number, revision, is_open=True, **values)
    if done:
        note(session, actor, "commitment_changed", f"commitment:{number}", now)
    return done


async def finish(
    session: AsyncSession,
    actor: Actor,
    number: int,
    outcome: CommitmentOutcome,
    now: datetime,
    *,
    reason: str = "",
    revision: int | None = None,
) -> bool:
    """Say that a commitment is done, or dropped for a reason. False if it is open no more, or was changed.

    Without a `revision` it is ended as it stands. Raises `NotAllowed`, `NotFound`, and `Invalid` for dropping
    without a reason.
    """
    row = await _manageable(session, actor, number, now)
    if outcome is DROPPED and not reason.strip():
        raise Invalid("reason", "empty")
    seen = row.revision if revision is None else revision
    done = await change_commitment(
        session, number, seen, is_open=True, outcome=outcome, reason=reason.strip() or None,
        ended_at=now, ended_by_id=actor.member_id,
    )  # fmt: skip
    if done:
        about_it = f"commitment:{number}"
        note(session, actor, "commitment_done" if outcome is DONE else "commitment_dropped", about_it, now)
    return done


async def reopen(session: AsyncSession, actor: Actor, number: int, now: datetime) -> bool:
    """Take back that a commitment was done or dropped. False if it is open already.

    Raises `NotAllowed`, `NotFound`.
    """
    row = await _manageable(session, actor, number, now)
    done = await change_commitment(
        session, number, row.revision, is_open=False, outcome=None, reason=None, ended_at=None,
        ended_by_id=None,
    )  # fmt: skip
    if done:
        note(session, actor, "commitment_reopened", f"commitment:{number}", now)
    return done


async def to_manage(session: AsyncSession, actor: Actor, number: int, now: datetime) -> Promised:
    """A commitment for somebody who may change and end it. Raises `NotAllowed`, `NotFound`."""
    shown = await one(session, actor, number, now.astimezone(UTC).date())
    if not shown.may_manage:
        row = await session.get_one(Commitment, number)
        require(actor, Action.MANAGE_COMMITMENT, about(row, actor, is_own=False))
    return shown


async def _manageable(session: AsyncSession, actor: Actor, number: int, now: datetime) -> Commitment:
    await to_manage(session, actor, number, now)
    return await session.get_one(Commitment, number)
