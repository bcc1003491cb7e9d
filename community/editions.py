"""Editions of a channel's newsletter: drafted ahead, reviewed, approved, sent at their hour, kept right.

An edition is changed only in the very revision that was looked at. What it holds stands in rows, unique for
its channel: nothing is left out or repeated, however late it was published or however long it was held.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import NotFound
from community.posted import Posted, posted
from community.rights import Action, Actor, require
from community.schedules import Plan, coming, plan_of, sending
from storage.editions import (
    Edition,
    EditionItem,
    Schedule,
    change_edition,
    claim_edition,
    edition_by_id,
    editions_of_schedules,
    editions_since,
    editions_with,
    items_of,
    not_yet_in,
    schedules_running,
)
from storage.updates import Update
from storage.vocabulary import EditionState, UpdateState, Visibility

UNSENT = (EditionState.IN_REVIEW, EditionState.HELD, EditionState.APPROVED)


@dataclass(frozen=True)
class Issue:
    """An edition as it is shown. `sends_at` is the aware instant at which it goes out, or went."""

    id: int
    revision: int
    state: EditionState
    period: str
    plan: Plan
    sends_at: datetime
    introduction: str | None
    items: tuple[Posted, ...]
    decided_by: str | None
    decided_at: datetime | None

    @property
    def about(self) -> str:
        """What its deliveries are about."""
        return f"edition:{self.id}"


async def due(session: AsyncSession, now: datetime) -> tuple[int, ...]:
    """The schedules whose next edition is to be drafted or sent now and was not made yet."""
    made = {(row.reader, row.cadence, row.period) for row in await editions_since(session, now)}
    return tuple(
        row.id
        for row in await schedules_running(session)
        if (_reader(row), row.cadence, (found := sending(plan_of(row), now))[0]) not in made
        and found[1] >= row.since
    )


async def draft(session: AsyncSession, schedule_id: int, now: datetime) -> Issue | None:
    """Make the edition that is due. None if somebody else made it: two clocks give one.

    Without any news it is empty. Without review it is approved at once.
    """
    schedule = await session.get_one(Schedule, schedule_id)
    period, sends_at = sending(plan_of(schedule), now)
    rows = await not_yet_in(session, _reader(schedule), schedule.since)
    rows = [row for row in rows if row.visibility is Visibility.PUBLIC]
    state = EditionState.IN_REVIEW if schedule.is_reviewed else EditionState.APPROVED
    number = await claim_edition(
        session, reader=_reader(schedule), schedule_id=schedule.id, cadence=schedule.cadence, period=period,
        state=state if rows else EditionState.EMPTY, at=now, sends_at=sends_at,
    )  # fmt: skip
    if number is None:
        return None
    session.add_all(_items(number, schedule, rows))
    await session.flush()
    return await one(session, number)


async def preview(session: AsyncSession, schedule_id: int, now: datetime) -> Issue:
    """What the next edition would hold by now, a draft's updates first; nothing changes by looking.

    The editors' introduction is theirs until it is sent. Raises `NotFound`.
    """
    schedule = await session.get(Schedule, schedule_id)
    if schedule is None:
        raise NotFound("command", str(schedule_id))
    period, sends_at = coming(plan_of(schedule), now)
    drafted = [
        row
        for edition in await editions_since(session, now)
        if edition.schedule_id == schedule.id and edition.period == period
        for row in await items_of(session, edition.id)
    ]
    fresh = await not_yet_in(session, _reader(schedule), schedule.since)
    items = tuple(posted(row) for row in (*drafted, *fresh) if row.visibility is Visibility.PUBLIC)
    return Issue(0, 0, EditionState.IN_REVIEW, period, plan_of(schedule), sends_at, None, items, None, None)


async def one(session: AsyncSession, number: int) -> Issue:
    """An edition with all that it holds now. Raises `NotFound`."""
    row = await edition_by_id(session, number)
    if row is None or row.schedule is None:
        raise NotFound("command", str(number))
    return _issue(row, await items_of(session, number))


async def past(session: AsyncSession, now: datetime) -> tuple[Issue, ...]:
    """The latest editions that went out, newest first; without their items."""
    rows = await editions_of_schedules(session, (EditionState.APPROVED,))
    return tuple(_issue(row, []) for row in rows if row.sends_at <= now)


async def waiting(session: AsyncSession, actor: Actor) -> tuple[Issue, ...]:
    """The editions that wait for the editors, or are held. Raises `NotAllowed`."""
    require(actor, Action.SEND_EDITION)
    rows = await editions_of_schedules(session, (EditionState.IN_REVIEW, EditionState.HELD))
    return tuple(_issue(row, []) for row in rows)


async def decide(
    session: AsyncSession, actor: Actor, number: int, revision: int, state: EditionState, now: datetime
) -> Issue | None:
    """Approve an edition, or hold it, in the very revision that was looked at.

    None if somebody was faster or it was changed meanwhile. Raises `NotAllowed`, `NotFound`.
    """
    require(actor, Action.SEND_EDITION)
    before = tuple(one for one in UNSENT if one is not state)
    values: dict[str, object] = {"state": state, "decided_by_id": actor.member_id, "decided_at": now}
    issue = await one(session, number)
    if state is EditionState.HELD:  # what was frozen is called off: approved again, it is frozen anew
        values["revision"] = revision + 1
    late = issue.state is EditionState.APPROVED and issue.sends_at <= now
    if late or not await change_edition(session, number, revision, before, **values):
        return None
    note(session, actor, f"edition_{state.value}", f"edition:{number}", now)
    return await one(session, number)


async def edit(
    session: AsyncSession,
    actor: Actor,
    number: int,
    revision: int,
    introduction: str,
    hidden: frozenset[int],
    now: datetime,
) -> Issue | None:
    """Give an edition an introduction, leave updates out, and bring it up to date with what is new.

    What is left out is free for the next edition. The edition waits for approval anew. None if somebody was
    faster. Raises `NotAllowed`, `NotFound`.
    """
    require(actor, Action.SEND_EDITION)
    row = await edition_by_id(session, number)
    if row is None or row.schedule is None:
        raise NotFound("command", str(number))
    if row.state is EditionState.APPROVED and row.sends_at <= now:
        return None
    values = {
        "state": EditionState.IN_REVIEW, "revision": revision + 1, "introduction": introduction or None,
    }  # fmt: skip
    if not await change_edition(session, number, revision, UNSENT, **values):
        return None
    fresh = await not_yet_in(session, row.reader, row.schedule.since)
    left_out = EditionItem.edition_id == number, EditionItem.update_id.in_(hidden)
    await session.execute(delete(EditionItem).where(*left_out))
    session.add_all(
        _items(number, row.schedule, [one for one in fresh if one.visibility is Visibility.PUBLIC])
    )
    await session.flush()
    note(session, actor, "edition_edited", f"edition:{number}", now)
    return await one(session, number)


async def touched_by(session: AsyncSession, update_id: int, now: datetime) -> tuple[Issue, ...]:
    """The channel editions that hold an update which was changed or withdrawn.

    An approval of what was not sent yet is void by it: the edition waits anew, without what is gone.
    """
    found = []
    for row in await editions_with(session, update_id):
        if row.schedule is None:
            continue
        if row.state in UNSENT and (row.sends_at > now or row.state is not EditionState.APPROVED):
            update = await session.get_one(Update, update_id)
            if update.state is not UpdateState.PUBLISHED or update.visibility is not Visibility.PUBLIC:
                mine = EditionItem.edition_id == row.id, EditionItem.update_id == update_id
                await session.execute(delete(EditionItem).where(*mine))
            waits = {"state": EditionState.IN_REVIEW, "revision": row.revision + 1}
            await change_edition(session, row.id, row.revision, UNSENT, **waits)
        found.append(await one(session, row.id))
    return tuple(found)


def _items(number: int, schedule: Schedule, rows: list[Update]) -> list[EditionItem]:
    return [EditionItem(edition_id=number, reader=_reader(schedule), update_id=row.id) for row in rows]


def _reader(schedule: Schedule) -> str:
    return f"schedule:{schedule.id}"


def _issue(row: Edition, items: list[Update]) -> Issue:
    assert row.schedule is not None  # noqa: S101 - a channel's edition has one
    return Issue(
        row.id,
        row.revision,
        row.state,
        row.period,
        plan_of(row.schedule),
        row.sends_at,
        row.introduction,
        tuple(posted(one) for one in items),
        row.decided_by.slack_id if row.decided_by else None,
        row.decided_at,
    )
