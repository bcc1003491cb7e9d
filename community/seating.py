"""How an event stands with its registrations: in numbers for everybody, with the people for organisers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from community import attendance, events
from community.attendance import Shown
from community.events import Happening
from community.registrations import Came, check_seen, closed, waiting_slack_ids
from community.rights import Action, Actor, require
from storage.events import Event
from storage.registrations import registrations_of
from storage.vocabulary import Constituency, RegistrationState


@dataclass(frozen=True)
class Seats:
    """How an event stands with its registrations, for one reader.

    `left` is None without a capacity. `mine` is where the reader stands, `place` theirs on the waiting list,
    `link` for a reader who has a seat. `counts` is what everybody may know. `is_open`: one can register;
    `can_withdraw`: this reader can.
    """

    is_open: bool
    can_withdraw: bool
    left: int | None
    waiting: int
    mine: RegistrationState | None
    place: int
    link: str | None
    counts: Shown[Constituency]


@dataclass(frozen=True)
class Person:
    """Somebody who is registered or waits, by their Slack id."""

    slack_id: str
    constituency: Constituency | None


@dataclass(frozen=True)
class Guests:
    """Who is registered for an event, for its organisers' eyes; how many of which constituency; who waits."""

    event: Happening
    people: tuple[Person, ...]
    counts: Mapping[Constituency | None, int]
    waiting: int


async def seats(
    session: AsyncSession, actor: Actor, row: Event, now: datetime, *, to_channel: bool = False
) -> Seats | None:
    """How an event that its reader sees stands with its registrations; None for one that takes none.

    In a channel (`to_channel`) it is nobody's own view: there is no link in it.
    """
    rows = await registrations_of(session, row.id, RegistrationState.REGISTERED, RegistrationState.WAITING)
    mine = next((one for one in rows if one.member_id == actor.member_id and not to_channel), None)
    if not row.takes_registrations and mine is None:
        return None
    seated = [one for one in rows if one.state is RegistrationState.REGISTERED]
    waiting = [one for one in rows if one.state is RegistrationState.WAITING]
    is_mine = mine is not None and mine.state is RegistrationState.REGISTERED
    return Seats(
        is_open=closed(row, now) is None,
        can_withdraw=mine is not None and closed(row, now) is not Came.OVER,
        left=None if row.capacity is None else max(row.capacity - len(seated), 0),
        waiting=len(waiting),
        mine=mine.state if mine else None,
        place=waiting.index(mine) + 1 if mine in waiting else 0,
        link=row.link if is_mine else None,
        counts=attendance.shown(Counter(one.constituency for one in seated if one.constituency)),
    )


async def guests(session: AsyncSession, actor: Actor, number: int, day: date) -> Guests:
    """Who is registered, who registered first first. Raises `NotAllowed` for all but the organisers."""
    row = await events.row_of(session, number)
    await check_seen(session, actor, row, day)
    require(actor, Action.MANAGE_EVENT, events.about(row))
    rows = await registrations_of(session, row.id, RegistrationState.REGISTERED)
    counts = Counter(one.constituency for one in rows)
    order = [*Constituency, None]
    return Guests(
        events.happening(row, day),
        tuple(Person(one.member.slack_id, one.constituency) for one in rows),
        {kind: counts[kind] for kind in sorted(counts, key=order.index)},
        len(await waiting_slack_ids(session, row.id)),
    )
