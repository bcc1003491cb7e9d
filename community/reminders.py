"""Reminders: each once, at nine of its reader's own morning, outside quiet hours, unless they opted out.

What is to be reminded of is worked out anew at each tick and compared with what waits: so a changed zone,
quiet hour or date moves what is not sent, and what was withdrawn or is not wanted any more is called off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.deliveries import cancelled
from community.errors import Invalid, NotFound
from community.members import Reader, awake_at, reader_from
from community.posted import Posted, posted, row_of
from community.rights import Action, Actor, require
from storage.deliveries import Delivery, deliveries_by_key, waiting_of_kind
from storage.members import Member
from storage.updates import Update, steps_due
from storage.vocabulary import DeliveryState, ReminderKind, UpdateState

REMINDER = "reminder"
"""The kind of delivery that is a reminder; one that was put off is told from it by its key."""
AT = time(9)
BEFORE = timedelta(days=3)
"""How long before a step is due: a working day is among them, whatever the weekend."""
USEFUL = timedelta(days=7)
"""How long after its day a reminder of a step is of use still."""
QUEUED = timedelta(days=1)
"""How long before its hour a reminder is put down."""


@dataclass(frozen=True)
class Reminder:
    """One reminder: to whom by Slack id, when (aware, UTC), until when it is of use, and of what."""

    key: str
    to: str
    reader: Reader
    due: datetime
    useless: datetime
    item: Posted

    @property
    def about(self) -> str:
        """What its delivery is about."""
        return self.item.about


async def due(session: AsyncSession, now: datetime, default: Reader) -> tuple[Reminder, ...]:
    """What is to be put down, by now or within a day; what waits is moved or called off where that is due."""
    wanted = {one.key: one for one in await _wanted(session, now, default)}
    known = await deliveries_by_key(session, list(wanted))
    for row in await waiting_of_kind(session, REMINDER):
        one = wanted.get(row.key) or await _put_off_still(session, row, default)
        if one is None:
            cancelled(row)
        else:
            row.due_at = row.promised_at = one.due
            row.useless_at = one.useless
    there = {key for key, row in known.items() if row.state is not DeliveryState.CANCELLED}
    return tuple(one for key, one in wanted.items() if key not in there)


async def put_off(
    session: AsyncSession, actor: Actor, number: int, now: datetime, default: Reader
) -> Reminder:
    """Remind somebody of a step of theirs once more, at nine of their next morning. Raises as `row_of`.

    The same again is the same reminder. Raises `NotFound` for what is not theirs, `Invalid` for what stands
    no longer.
    """
    require(actor, Action.FOLLOW)
    row = await row_of(session, number)
    if row.author_id != actor.member_id:
        raise NotFound("command", str(number))
    if row.state is not UpdateState.PUBLISHED or row.next_due is None:
        raise Invalid("update", "step_gone")
    reader = reader_from(row.author, default)
    day = reader.today(now) + timedelta(days=1)
    return _reminder(row, reader, day, f"{_key(row)}:{day.isoformat()}")


async def off(session: AsyncSession, actor: Actor) -> frozenset[ReminderKind]:
    """The kinds of reminder that somebody does not want."""
    member = await _member(session, actor)
    return frozenset(ReminderKind(one) for one in member.reminders_off)


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


async def _member(session: AsyncSession, actor: Actor) -> Member:
    require(actor, Action.FOLLOW)
    if actor.member_id is None:
        raise Invalid("topic", "not_met_yet")
    return await session.get_one(Member, actor.member_id)


async def _wanted(session: AsyncSession, now: datetime, default: Reader) -> list[Reminder]:
    """What is to be reminded of by now, or within a day."""
    today = now.astimezone(UTC).date()
    found = []
    for row in await steps_due(session, today - USEFUL - timedelta(days=1), today + BEFORE + 2 * QUEUED):
        reader = reader_from(row.author, default)
        if ReminderKind.STEP.value in row.author.reminders_off or row.next_due is None:
            continue
        one = _reminder(row, reader, row.next_due - BEFORE, _key(row))
        known = row.released_at is not None and row.released_at > _at(row.next_due - BEFORE, reader)
        if not known and one.due <= now + QUEUED and max(now, one.due) < one.useless:
            found.append(one)
    return found


async def _put_off_still(session: AsyncSession, row: Delivery, default: Reader) -> Reminder | None:
    """What waits because its reader put it off, by their zone and quiet hours as they are now.

    None if the step does not stand any more.
    """
    update = await session.get(Update, int(row.about.partition(":")[2]), populate_existing=True)
    if update is None or update.state is not UpdateState.PUBLISHED or update.next_due is None:
        return None
    key, _, day = row.key.rpartition(":")
    if key != _key(update) or ReminderKind.STEP.value in update.author.reminders_off:
        return None
    return _reminder(update, reader_from(update.author, default), date.fromisoformat(day), row.key)


def _reminder(row: Update, reader: Reader, day: date, key: str) -> Reminder:
    last = (row.next_due or day) + USEFUL
    useless = datetime.combine(last, time(0), ZoneInfo(reader.zone)).astimezone(UTC)
    due = awake_at(reader, _at(day, reader))
    return Reminder(key, row.author.slack_id, reader, due, useless, posted(row))


def _at(day: date, reader: Reader) -> datetime:
    """Nine in the morning of a day in the reader's zone; what the clocks skip or repeat counts once."""
    return datetime.combine(day, AT, ZoneInfo(reader.zone)).astimezone(UTC)


def _key(row: Update) -> str:
    """What makes a reminder one: the step with its date, so that a moved one is reminded of anew."""
    return f"{REMINDER}:{ReminderKind.STEP.value}:{row.id}:{row.next_due}"
