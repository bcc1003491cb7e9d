"""How long things are kept: one table of what goes when, and why. The clock runs it each hour.

Each rule does a batch and says how many rows it was; whoever runs it commits between two. A second time, or
on two replicas at once, it finds nothing left to do.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Text, cast, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from community import mail
from community.answers import TO_HIDDEN
from community.members import forget_claims
from community.withdrawing import NOTHING
from storage.deliveries import lock_over
from storage.members import FORMER, Member
from storage.questions import unlink
from storage.tables import (
    Asker,
    AuditEntry,
    Contribution,
    Delivery,
    Event,
    Letter,
    Membership,
    Question,
    Registration,
    Request,
    Subscription,
    TranslationOffer,
    Update,
    UpdateRevision,
)
from storage.translations import OPEN
from storage.updates import blank_updates
from storage.vocabulary import ContributionState, QuestionState, RequestState, UpdateState

BATCH = 500
"""Rows of one transaction: SQLite has one writer, and it is not to wait."""
WEEK, HALF_A_YEAR, YEAR, THREE_YEARS = (timedelta(days=days) for days in (7, 182, 365, 3 * 365))

Work = Callable[[AsyncSession, datetime, datetime], Awaitable[int]]
"""Does a batch of what is older than the first moment; the second is now. How many rows it was."""


@dataclass(frozen=True)
class Rule:
    """What goes after how long. `why` is for whoever reads the code; people read `docs/privacy.md`."""

    name: str
    keep: timedelta
    why: str
    work: Work


async def run(session: AsyncSession, rule: Rule, now: datetime) -> bool:
    """Do a batch of a rule. Whether there may be more."""
    return await rule.work(session, now - rule.keep, now) >= BATCH


async def who_left(session: AsyncSession, now: datetime) -> list[str]:
    """Note who has left Slack, or come back; the Slack ids of those who left long enough ago to be erased."""
    gone = Member.is_active.is_(False), Member.is_bot.is_(False), Member.slack_id != FORMER
    await session.execute(update(Member).where(*gone, Member.left_at.is_(None)).values(left_at=now))
    back = Member.is_active, Member.left_at.is_not(None)
    await session.execute(update(Member).where(*back).values(left_at=None))
    query = select(Member.slack_id).where(*gone, Member.left_at < now - LEFT)
    return list(await session.scalars(query.order_by(Member.id).limit(BATCH)))


async def _claims(session: AsyncSession, before: datetime, _now: datetime) -> int:
    await forget_claims(session, before)
    return 0


async def _addresses(session: AsyncSession, _before: datetime, now: datetime) -> int:
    await mail.forget_unused(session, now)
    return 0


async def _messages(session: AsyncSession, before: datetime, _now: datetime) -> int:
    """What they said goes; that they were sent stays. A letter goes once all who got it are emptied."""
    rows = await lock_over(session, before, BATCH)
    for row in rows:
        row.payload, row.is_emptied = {}, True
    await session.flush()
    letters = {row.letter_id for row in rows if row.letter_id is not None}
    kept = exists().where(Delivery.letter_id == Letter.id, Delivery.is_emptied.is_(False))
    over = update(Letter).where(Letter.id.in_(letters), ~kept).values(subject="", text="", html="")
    await session.execute(over.execution_options(synchronize_session=False))
    return len(rows)


async def _acts(session: AsyncSession, before: datetime, _now: datetime) -> int:
    """The oldest first: they stand in the order of their ids, and no index is needed."""
    oldest = select(AuditEntry.id, AuditEntry.at).order_by(AuditEntry.id).limit(BATCH)
    old = [number for number, at in await session.execute(oldest) if at < before]
    await session.execute(delete(AuditEntry).where(AuditEntry.id.in_(old)))
    return len(old)


async def _updates(session: AsyncSession, before: datetime, _now: datetime) -> int:
    """From when it was last posted, changed, decided on or withdrawn: its author has a year to answer."""
    ended = (UpdateState.CHANGE_ASKED, UpdateState.DECLINED, UpdateState.WITHDRAWN)
    old = Update.state.in_(ended), Update.posted_at < before, Update.headline != ""
    later = (Update.corrected_at, Update.decided_at, Update.withdrawn_at)
    untouched = [or_(moment.is_(None), moment < before) for moment in later]
    changed = exists().where(UpdateRevision.update_id == Update.id, UpdateRevision.at >= before)
    query = select(Update.id).where(*old, *untouched, ~changed)
    numbers = await _some(session, query.order_by(Update.id))
    await session.execute(delete(TranslationOffer).where(TranslationOffer.update_id.in_(numbers)))
    await blank_updates(session, numbers)
    return len(numbers)


async def _offers(session: AsyncSession, before: datetime, _now: datetime) -> int:
    old = TranslationOffer.state.not_in(OPEN), TranslationOffer.at < before
    return await _gone(session, TranslationOffer, *old)


async def _requests(session: AsyncSession, before: datetime, _now: datetime) -> int:
    return await _gone(session, Request, Request.state != RequestState.OPEN, Request.decided_at < before)


async def _contributions(session: AsyncSession, before: datetime, _now: datetime) -> int:
    ended = Contribution.state.in_((ContributionState.DECLINED, ContributionState.WITHDRAWN))
    told = cast(Contribution.text, Text) != json.dumps(NOTHING)
    old = select(Contribution.id).where(ended, Contribution.ended_at < before, told)
    numbers = await _some(session, old)
    nothing = {"text": NOTHING, "consented_at": None, "reason": None}
    await session.execute(update(Contribution).where(Contribution.id.in_(numbers)).values(**nothing))
    return len(numbers)


async def _registrations(session: AsyncSession, before: datetime, _now: datetime) -> int:
    """Who came to what is long over; how many, by constituency and region, stays."""
    over = select(Event.id).where(Event.when_end < before.date(), Event.recurrence.is_(None))  # type: ignore[attr-defined]
    return await _gone(session, Registration, Registration.event_id.in_(over))


async def _following(session: AsyncSession, before: datetime, _now: datetime) -> int:
    return await _gone(session, Subscription, Subscription.ended_at < before)


async def _memberships(session: AsyncSession, before: datetime, _now: datetime) -> int:
    return await _gone(session, Membership, Membership.until < before.date())


async def _pseudonyms(session: AsyncSession, before: datetime, now: datetime) -> int:
    """A question that nobody closes is closed, and nobody knows any more who asked it."""
    asked = select(Question.id).join(Asker, Asker.question_id == Question.id)
    numbers = await _some(session, asked.where(Question.asked_at < before))
    waits = Question.id.in_(numbers), Question.state != QuestionState.CLOSED
    closed = {"state": QuestionState.CLOSED, "closed_at": now, "revision": Question.revision + 1}
    await session.execute(update(Question).where(*waits).values(**closed))
    for number in numbers:
        await unlink(session, number, f"question:{number}", TO_HIDDEN)
    return len(numbers)


async def _gone(session: AsyncSession, table: Any, *old: Any) -> int:
    """Delete a batch of what is old."""
    numbers = await _some(session, select(table.id).where(*old))
    await session.execute(delete(table).where(table.id.in_(numbers)))
    return len(numbers)


async def _some(session: AsyncSession, query: Select[int]) -> list[int]:
    return list(await session.scalars(query.limit(BATCH)))


LEFT = YEAR
"""How long after somebody left Slack they are erased."""
RULES: tuple[Rule, ...] = (
    Rule("claims", WEEK, "Slack sends an event again for some minutes; a week is safely more", _claims),
    Rule("addresses", mail.KEEP_UNCONFIRMED, "nobody said that it is theirs, or it gets nothing", _addresses),
    Rule("pseudonyms", HALF_A_YEAR, "who asked is known for the answer's sake alone", _pseudonyms),
    Rule("messages", YEAR, "they stand in Slack or in a mailbox; here they are only drawn anew", _messages),
    Rule("updates", YEAR, "what was never published, or taken back, is not the record", _updates),
    Rule("offers", YEAR, "an approved translation stands with its update", _offers),
    Rule("requests", YEAR, "what was asked for is there by then, or is not wanted", _requests),
    Rule("contributions", YEAR, "the day for which it was sent in is over", _contributions),
    Rule("registrations", YEAR, "only the counts are the record", _registrations),
    Rule("following", YEAR, "it was chosen no more", _following),
    Rule("memberships", YEAR, "they left the group", _memberships),
    Rule("acts", THREE_YEARS, "who did what is asked about for some years, not for ever", _acts),
)
"""Every rule, besides that for who left (`who_left`)."""
