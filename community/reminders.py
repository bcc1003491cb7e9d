"""Reminders: each once, outside quiet hours, unless they opted out. What of: `community.reminding`.

What is to be reminded of is worked out anew at each tick and compared with what waits: so a changed zone,
quiet hour or date moves what is not sent, and what was withdrawn or is not wanted any more is called off.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.deliveries import cancelled
from community.errors import Invalid
from community.members import Reader
from community.reminding import (
    CHOICES,
    HOURS,
    REMINDER,
    Reminder,
    matters,
    next_hour,
    put_off_to,
    tomorrow,
)
from community.rights import Action, Actor, require
from storage.deliveries import Delivery, deliveries_by_key, waiting_of_kind
from storage.members import Member
from storage.vocabulary import DeliveryState, ReminderKind

BY_HOUR = (ReminderKind.EVENT, ReminderKind.PRESENTER)
"""What has an hour: it may be put off by one."""


@dataclass(frozen=True)
class Choice:
    """What somebody wants: the kinds that they do not, and how many hours before an event."""

    off: frozenset[ReminderKind]
    hours: tuple[int, ...]


async def due(session: AsyncSession, now: datetime, default: Reader) -> tuple[Reminder, ...]:
    """What is to be put down, by now or within a day; what waits is moved or called off where that is due."""
    every = await matters(session, now, default)
    wanted = {key: one for key, one in every.items() if one.is_due(now)}
    known = await deliveries_by_key(session, list(wanted))
    for row in await waiting_of_kind(session, REMINDER):
        one = wanted.get(row.key) or _put_off_still(row, every)
        if one is None:
            cancelled(row)
        else:
            row.due_at = row.promised_at = one.due
            row.useless_at = one.useless
    there = {key for key, row in known.items() if row.state is not DeliveryState.CANCELLED}
    return tuple(one for key, one in wanted.items() if key not in there)


async def put_off(
    session: AsyncSession, actor: Actor, kind: ReminderKind, number: int, now: datetime, default: Reader
) -> Reminder:
    """Remind somebody of something of theirs once more, at nine of their next morning.

    Of what begins before that, at the next full hour that is half an hour ahead. The same again is the same
    reminder. Raises `Invalid` where there is nothing of theirs to be reminded of, or it would come too late.
    """
    require(actor, Action.FOLLOW)
    mine = [
        one
        for one in (await matters(session, now, default)).values()
        if one.kind is kind and one.number == number and one.reader.member_id == actor.member_id
    ]
    if not mine:
        raise Invalid("reminder", "nothing_to_remind", str(number))
    come = [one for one in mine if one.at <= now]
    one = max(come, key=lambda found: found.at) if come else min(mine, key=lambda found: found.at)
    later = put_off_to(one, tomorrow(one, now))
    if later is None and kind in BY_HOUR:
        later = put_off_to(one, next_hour(now))
    if later is None:
        raise Invalid("reminder", "too_late")
    return later


async def chosen(session: AsyncSession, actor: Actor) -> Choice:
    """What somebody wants to be reminded of, and when."""
    member = await _member(session, actor)
    hours = HOURS if member.reminder_hours is None else tuple(member.reminder_hours)
    return Choice(frozenset(ReminderKind(one) for one in member.reminders_off), hours)


async def choose(
    session: AsyncSession, actor: Actor, kind: ReminderKind, now: datetime, *, wanted: bool
) -> bool:
    """Want a kind of reminder, or none of it any more: what waits of it is not sent. Returns the change."""
    member = await _member(session, actor)
    before = set(member.reminders_off)
    after = before - {kind.value} if wanted else before | {kind.value}
    member.reminders_off = sorted(after)
    if not wanted:
        for row in await waiting_of_kind(session, REMINDER):
            if row.channel == member.slack_id and row.key.startswith(f"{REMINDER}:{kind.value}:"):
                cancelled(row)
    if before != after:
        note(session, actor, "reminders_chosen", f"member:{member.id}", now)
    return before != after


async def choose_hours(session: AsyncSession, actor: Actor, hours: Collection[int], now: datetime) -> None:
    """How many hours before an event somebody wants to hear of it; those that are no choice are left out."""
    member = await _member(session, actor)
    member.reminder_hours = [one for one in CHOICES if one in hours]
    note(session, actor, "reminders_chosen", f"member:{member.id}", now)


async def _member(session: AsyncSession, actor: Actor) -> Member:
    require(actor, Action.FOLLOW)
    if actor.member_id is None:
        raise Invalid("topic", "not_met_yet")
    return await session.get_one(Member, actor.member_id)


def _put_off_still(row: Delivery, every: Mapping[str, Reminder]) -> Reminder | None:
    """What waits because its reader put it off, by their zone and quiet hours as they are now.

    None if it does not stand any more.
    """
    base, _, at = row.key.partition("@")
    one = every.get(base)
    return put_off_to(one, at) if one is not None and at else None
