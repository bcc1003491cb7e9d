"""Registering for events: seats, the waiting list, and the link for those who are registered.

Whoever registers or withdraws does so under a lock of the event's row, so that the last seat has one taker.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from community import events
from community.audit import note
from community.errors import NotFound
from community.events import Happening
from community.members import ensure_member
from community.rights import Action, Actor, may, require
from community.sight import audience, sight_of
from community.timing import over
from storage.events import Event
from storage.members import Member
from storage.organisations import Organisation
from storage.partial_dates import Status
from storage.registrations import Registration, count_registered, registration_of, registrations_of
from storage.vocabulary import Constituency, RegistrationState


class Came(StrEnum):
    """What came of the wish to register or to withdraw."""

    REGISTERED = "registered"
    REGISTERED_ALREADY = "registered_already"
    WAITING = "waiting"
    WAITING_ALREADY = "waiting_already"
    ASK = "ask"
    """The constituency is not known: it is to be asked."""
    WITHDRAWN = "withdrawn"
    NOT_REGISTERED = "not_registered"
    TAKES_NONE = "takes_none"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Moved:
    """Somebody on the waiting list who has a seat now; `key` is another one for each time they waited."""

    slack_id: str
    key: str


@dataclass(frozen=True)
class Registered:
    """What came of it, and where somebody stands: `place` is theirs on the waiting list, 1 being the next.

    `link` is where one joins online, for who has a seat. `moved` are those who have a seat by it.
    """

    came: Came
    event: Happening
    constituency: Constituency | None = None
    place: int = 0
    link: str | None = None
    moved: tuple[Moved, ...] = ()


async def register(
    session: AsyncSession,
    actor: Actor,
    slack_id: str,
    number: int,
    now: datetime,
    day: date,
    constituency: Constituency | None = None,
) -> Registered:
    """Register somebody for an event: a seat, or a place on the waiting list. Twice is once.

    Without a `constituency`, that of their profile, or of the organisation in it. Raises `NotAllowed`, or
    `NotFound` for an event that they may not see.
    """
    require(actor, Action.REGISTER)
    row = await _row(session, actor, number, day)
    event = events.happening(row, day)
    if (why := closed(row, now)) is not None:
        return Registered(why, event)
    member = await ensure_member(session, slack_id)
    mine = await registration_of(session, row.id, member.id)
    moved = await capacity_changed(session, row, now)  # somebody who left Slack may have left a seat
    if mine is not None and mine.state is not RegistrationState.WITHDRAWN:
        return await _standing(session, row, event, mine, moved)
    known = constituency or await _constituency(session, member)
    if known is None:
        return Registered(Came.ASK, event, moved=moved)
    full = row.capacity is not None and await registered_count(session, row.id) >= row.capacity
    mine = mine or Registration(event_id=row.id, member_id=member.id)
    mine.state = RegistrationState.WAITING if full else RegistrationState.REGISTERED
    mine.constituency, mine.at, mine.changed_at = known, now, now
    session.add(mine)
    await session.flush()
    note(session, actor, "event_registered", f"event:{row.id}", now)
    if not full:
        return Registered(Came.REGISTERED, event, known, link=row.link, moved=moved)
    return Registered(Came.WAITING, event, known, await _place(session, mine), moved=moved)


async def withdraw(session: AsyncSession, actor: Actor, number: int, now: datetime, day: date) -> Registered:
    """Give up one's seat or place on the waiting list; the next one who waits has the seat.

    Raises `NotFound` for an event that they may not see, and are not registered for.
    """
    require(actor, Action.READ)
    row = await events.row_of(session, number, lock=True)
    mine = None
    if actor.member_id is not None:
        mine = await registration_of(session, row.id, actor.member_id)
    if mine is None or mine.state is RegistrationState.WITHDRAWN:
        await check_seen(session, actor, row, day)
        return Registered(Came.NOT_REGISTERED, events.happening(row, day))
    event = events.happening(row, day)
    if closed(row, now) is Came.OVER:
        return Registered(Came.OVER, event)
    mine.state, mine.changed_at = RegistrationState.WITHDRAWN, now
    moved = await capacity_changed(session, row, now)
    note(session, actor, "event_withdrawn", f"event:{row.id}", now)
    return Registered(Came.WITHDRAWN, event, moved=moved)


async def link_for(session: AsyncSession, actor: Actor, number: int, now: datetime, day: date) -> Registered:
    """Where somebody stands, and the link if they have a seat. Raises `NotFound` as `withdraw` does."""
    row = await _row(session, actor, number, day, lock=False)
    event = events.happening(row, day)
    mine = None
    if actor.member_id is not None:
        mine = await registration_of(session, row.id, actor.member_id)
    if mine is None or mine.state is RegistrationState.WITHDRAWN:
        return Registered(closed(row, now) or Came.NOT_REGISTERED, event)
    return await _standing(session, row, event, mine, ())


async def registered_count(session: AsyncSession, event_id: int) -> int:
    """How many have a seat: the least that the capacity can be."""
    return await count_registered(session, event_id)


async def guests_to_tell(session: AsyncSession, event: Happening, day: date) -> list[str]:
    """The Slack ids of those who have a seat or wait, who registered first first.

    Of what is not for everybody, those for whom it is on `day`: for the others it is not theirs to hear.
    """
    rows = await registrations_of(session, event.id, RegistrationState.REGISTERED, RegistrationState.WAITING)
    hears = await audience(session, event, day)
    return [row.member.slack_id for row in rows if hears(row.member)]


async def waiting_slack_ids(session: AsyncSession, event_id: int) -> list[str]:
    """The Slack ids of those on the waiting list, the next one first."""
    rows = await registrations_of(session, event_id, RegistrationState.WAITING)
    return [row.member.slack_id for row in rows]


async def capacity_changed(session: AsyncSession, row: Event, now: datetime) -> tuple[Moved, ...]:
    """Move up those who wait for whom there are seats now, the next one first.

    `row` is the event as it was saved, locked by the caller. Nobody moves up in one that takes no
    registrations, is over or was cancelled. Whoever is given back is to be told, once, with their `key`.
    """
    await session.flush()
    if closed(row, now) is not None:
        return ()
    waiting = await registrations_of(session, row.id, RegistrationState.WAITING)
    hears = await audience(session, row, now.astimezone(UTC).date())
    waiting = [one for one in waiting if hears(one.member)]  # who left its group stays outside
    if row.capacity is not None:
        waiting = waiting[: max(row.capacity - await registered_count(session, row.id), 0)]
    for one in waiting:
        one.state, one.changed_at = RegistrationState.REGISTERED, now
    await session.flush()
    return tuple(_moved(one) for one in waiting)


def _moved(row: Registration) -> Moved:
    return Moved(row.member.slack_id, f"event:{row.event_id}:seat:{row.id}:{row.at:%Y%m%d%H%M%S%f}")


def closed(row: Event, now: datetime) -> Came | None:
    """Why nobody can register any more; None if one can."""
    if row.when.status is Status.CANCELLED:
        return Came.CANCELLED
    if row.when.status is Status.HELD or over(row.when, now):
        return Came.OVER
    return None if row.takes_registrations else Came.TAKES_NONE


async def _row(session: AsyncSession, actor: Actor, number: int, day: date, *, lock: bool = True) -> Event:
    row = await events.row_of(session, number, lock=lock)
    await check_seen(session, actor, row, day)
    return row


async def check_seen(session: AsyncSession, actor: Actor, row: Event, day: date) -> None:
    """Raise `NotFound` for an event that somebody may not see, or that is only proposed."""
    if row.state is not None or not await sees(session, actor, row, day):
        raise NotFound("event", str(row.id))


async def sees(session: AsyncSession, actor: Actor, row: Event, day: date) -> bool:
    """Whether somebody may see an event: one of its organisers may always."""
    sight = await sight_of(session, actor, day)
    return sight.sees(row) or may(actor, Action.MANAGE_EVENT, events.about(row))


async def _constituency(session: AsyncSession, member: Member) -> Constituency | None:
    if member.constituency is not None or member.organisation_id is None:
        return member.constituency
    return (await session.get_one(Organisation, member.organisation_id)).constituency


async def _standing(
    session: AsyncSession, row: Event, event: Happening, mine: Registration, moved: tuple[Moved, ...]
) -> Registered:
    """Where somebody stands who is registered, or waits, already."""
    if mine.state is RegistrationState.REGISTERED:
        kept = Came.REGISTERED_ALREADY
        return Registered(kept, event, mine.constituency, link=row.link, moved=moved)
    place = await _place(session, mine)
    return Registered(Came.WAITING_ALREADY, event, mine.constituency, place, moved=moved)


async def _place(session: AsyncSession, mine: Registration) -> int:
    waiting = await registrations_of(session, mine.event_id, RegistrationState.WAITING)
    return waiting.index(mine) + 1
