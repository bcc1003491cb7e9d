"""Editions of a newsletter: drafted ahead, reviewed, approved, sent at their hour, kept right.

An edition is changed only in the very revision that was looked at. What it holds stands in rows, unique for
its newsletter: nothing is left out or repeated, however late it was published or however long it was held.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from community import news
from community.audit import note
from community.issues import PART, UNSENT, Issue, Texts, one, reader_of
from community.rights import Action, Actor, require
from community.schedules import plan_of, sending
from storage.deliveries import lock_waiting
from storage.editions import (
    change_edition,
    claim_edition,
    edition_by_id,
    editions_made,
    schedule_to_draft,
    schedules_running,
)
from storage.news import (
    count_items,
    fill,
    keep_public,
    leave_out,
    put_first,
)
from storage.vocabulary import EditionState


@dataclass(frozen=True)
class Edit:
    """What an editor changes: texts in one language, pieces to leave out (`update:17`), what comes first."""

    texts: Texts
    hidden: frozenset[str] = frozenset()
    first: tuple[str, ...] = ()


async def due(session: AsyncSession, now: datetime) -> tuple[int, ...]:
    """The schedules whose next edition is to be drafted or sent now and was not made yet."""
    found = {}
    for row in await schedules_running(session):
        period, sends_at = sending(plan_of(row), now)
        if sends_at >= row.since:
            found[reader_of(row), row.cadence, period] = row.id
    made = await editions_made(session, found)
    return tuple(number for one, number in found.items() if one not in made)


async def draft(session: AsyncSession, schedule_id: int, now: datetime) -> Issue | None:
    """Make the edition that is due. None if somebody else made it: two clocks give one; or if it ended.

    Without any news it is empty. Without review it is approved at once.
    """
    schedule = await schedule_to_draft(session, schedule_id)
    if schedule is None:
        return None
    period, sends_at = sending(plan_of(schedule), now)
    since = await news.since(session, reader_of(schedule), None, schedule.since)
    number = await claim_edition(
        session, reader=reader_of(schedule), schedule_id=schedule.id, cadence=schedule.cadence, period=period,
        state=EditionState.IN_REVIEW if schedule.is_reviewed else EditionState.APPROVED,
        leaves_slack=schedule.leaves_slack,
        texts={}, hidden=[], at=now, sends_at=sends_at,
    )  # fmt: skip
    if number is None:
        return None
    await fill(
        session, number, reader_of(schedule), since, await news.topics_of(session, schedule.topics), ()
    )
    await keep_public(session, number)
    if not await count_items(session, number):
        await change_edition(session, number, 1, UNSENT, state=EditionState.EMPTY)
    return await one(session, number)


async def decide(
    session: AsyncSession,
    actor: Actor,
    number: int,
    revision: int,
    state: EditionState,
    now: datetime,
    *,
    at_once: bool = False,
) -> Issue | None:
    """Approve an edition, hold it, or drop it, in the very revision that was looked at.

    `at_once` sends it now instead of at its hour. What a dropped one held is for the next. None if somebody
    was faster or it was changed meanwhile. Raises `NotAllowed`, `NotFound`.
    """
    require(actor, Action.SEND_EDITION)
    issue = await to_change(session, number)
    before = tuple(one for one in UNSENT if one is not state or at_once)
    values: dict[str, object] = {"state": state, "decided_by_id": actor.member_id, "decided_at": now}
    values["leaves_slack"] = issue.plan.leaves_slack
    if at_once:
        values["sends_at"] = min(now, issue.sends_at)
    if at_once or state is not EditionState.APPROVED:  # what was frozen before is called off
        values["revision"] = revision + 1
    if issue.is_out(now) or not await change_edition(session, number, revision, before, **values):
        return None
    if state is EditionState.DROPPED:
        await leave_out(session, number)
    note(session, actor, f"edition_{'sent_now' if at_once else state.value}", f"edition:{number}", now)
    return await one(session, number)


async def edit(
    session: AsyncSession, actor: Actor, number: int, revision: int, changes: Edit, now: datetime
) -> Issue | None:
    """Write an edition's texts in a language, leave pieces out, order updates, and take in what is new.

    What is left out is for the next edition. The edition waits for approval anew. None if somebody was
    faster, or it went out. Raises `NotAllowed`, `NotFound`.
    """
    require(actor, Action.SEND_EDITION)
    issue = await to_change(session, number)
    row = await edition_by_id(session, number)
    assert row is not None and row.schedule is not None  # noqa: S101, PT018 - it was found just now
    written = {key: text for key, text in asdict(changes.texts).items() if text and key != "language"}
    texts = {**row.texts, changes.texts.language: written}
    hidden = sorted({*row.hidden, *changes.hidden})
    values = {
        "state": EditionState.IN_REVIEW, "revision": revision + 1, "hidden": hidden,
        "texts": {language: parts for language, parts in texts.items() if parts},
    }  # fmt: skip
    if issue.is_out(now) or not await change_edition(session, number, revision, UNSENT, **values):
        return None
    await leave_out(session, number, changes.hidden)
    since = await news.since(session, row.reader, None, row.schedule.since, before=number)
    topics = await news.topics_of(session, row.schedule.topics)
    await fill(session, number, row.reader, since, topics, hidden)
    await put_first(session, number, changes.first)
    note(session, actor, "edition_edited", f"edition:{number}", now)
    return await one(session, number)


async def to_change(session: AsyncSession, number: int) -> Issue:
    """An edition that nobody else changes and no worker takes up until the transaction ends, where possible.

    Raises `NotFound`.
    """
    await edition_by_id(session, number, lock=True)
    await lock_waiting(session, f"edition:{number}", PART)
    return await one(session, number)
