"""What becomes of an edition by what happens elsewhere: to what it holds, or to its newsletter.

An approval of what was not sent yet is void by it; what is out, or under way, is kept right where it stands.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from community.editions import to_change
from community.issues import UNSENT, Issue, one
from storage.editions import Edition, approved_since, change_edition, editions_ahead
from storage.news import editions_with, editions_with_change, leave_out
from storage.updates import Update
from storage.vocabulary import EditionState, UpdateState, Visibility

LOOKED_BACK = timedelta(days=45)
"""How long what lies ahead, as an edition told it, is kept right: a monthly one looks so far."""
OPEN = (*UNSENT, EditionState.EMPTY)
"""Of a quiet time, too, readers may be told."""


async def touched_by(session: AsyncSession, update_id: int, now: datetime) -> tuple[Issue, ...]:
    """The newsletters that hold an update which was changed or withdrawn.

    An approval of what was not sent yet is void by it: the edition waits anew, without what is gone.
    """
    row = await session.get_one(Update, update_id)
    gone = row.state is not UpdateState.PUBLISHED or row.visibility is not Visibility.PUBLIC
    found = await editions_with(session, update_id)
    return await _touched(session, found, f"update:{update_id}" if gone else "", now)


async def touched_by_change(session: AsyncSession, change_id: int, now: datetime) -> tuple[Issue, ...]:
    """The newsletters that hold a change of the record which was taken back; as with an update."""
    return await _touched(session, await editions_with_change(session, change_id), f"change:{change_id}", now)


async def promising(session: AsyncSession, update_id: int, now: datetime) -> tuple[Issue, ...]:
    """The newsletters in which the next step of an update may lie ahead, and which do not hold it.

    None for an update that was published just now: what is approved already does not tell of it.
    """
    row = await session.get_one(Update, update_id)
    if row.published_at is None or not (row.next_step or row.revision > 1):
        return ()
    if row.state is UpdateState.PUBLISHED and row.corrected_at is None:
        return ()
    held = {edition.id for edition in await editions_with(session, update_id)}
    others = [number for number in await approved_since(session, now - LOOKED_BACK) if number not in held]
    return tuple([await one(session, number) for number in others])


async def lately(session: AsyncSession, now: datetime) -> tuple[Issue, ...]:
    """The newsletters that are approved or went out not long ago: what lies ahead in them is kept right."""
    return tuple([await one(session, number) for number in await approved_since(session, now - LOOKED_BACK)])


async def rescheduled(session: AsyncSession, schedule_id: int, now: datetime) -> tuple[Issue, ...]:
    """What was not sent yet of a newsletter that has other readers or topics now; an approval is void."""
    found = []
    for number in await editions_ahead(session, schedule_id, now):
        issue = await to_change(session, number)
        if issue.is_out(now):
            continue
        if issue.state is EditionState.APPROVED:
            waits = {"state": EditionState.IN_REVIEW, "revision": issue.revision + 1}
            await change_edition(session, number, issue.revision, UNSENT, **waits)
        found.append(await one(session, number))
    return tuple(found)


async def ended(session: AsyncSession, schedule_id: int, now: datetime) -> tuple[Issue, ...]:
    """What was not sent yet of a newsletter that ended: it is dropped."""
    found = []
    for number in await editions_ahead(session, schedule_id, now):
        issue = await to_change(session, number)
        if issue.is_out(now):
            continue
        drops = {"state": EditionState.DROPPED, "revision": issue.revision + 1}
        await change_edition(session, number, issue.revision, OPEN, **drops)
        await leave_out(session, number)
        found.append(await one(session, number))
    return tuple(found)


async def _touched(session: AsyncSession, rows: list[Edition], gone: str, now: datetime) -> tuple[Issue, ...]:
    found = []
    for row in rows:
        if row.schedule is None:
            continue
        issue = await to_change(session, row.id)
        if issue.is_open(now):
            if gone:
                await leave_out(session, row.id, [gone])
            waits = {"state": EditionState.IN_REVIEW, "revision": issue.revision + 1}
            await change_edition(session, row.id, issue.revision, UNSENT, **waits)
            issue = await one(session, row.id)
        found.append(issue)
    return tuple(found)
