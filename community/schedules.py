"""Schedules: which channel gets the newsletter, on which day, at which hour, and who looks at it before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import Invalid, NotFound, refuse
from community.members import zone_named
from community.names import HOUSE_LANGUAGES
from community.rights import Action, Actor, require
from storage.editions import Schedule, schedules_running
from storage.vocabulary import Cadence, Quiet

AHEAD = timedelta(days=1)
"""How long before it is sent editors see an edition that they review."""


@dataclass(frozen=True)
class Plan:
    """A schedule as it is shown and filled in: `at` is a local time in `zone`, `weekday` 0 for Monday."""

    channel: str
    cadence: Cadence
    weekday: int
    at: time
    zone: str
    language: str
    is_reviewed: bool
    quiet: Quiet
    id: int = 0


async def plans(session: AsyncSession) -> tuple[Plan, ...]:
    """Every schedule that runs; where the newsletter goes is no secret."""
    return tuple(plan_of(row) for row in await schedules_running(session))


async def save(session: AsyncSession, actor: Actor, plan: Plan, now: datetime) -> Plan:
    """Give a channel its schedule, or change the one it has. Raises `NotAllowed`, `Invalid`.

    What was published before the first schedule of a channel is no news for it.
    """
    require(actor, Action.MANAGE_SCHEDULES)
    wrong = []
    try:
        zone = zone_named(plan.zone)
    except NotFound:
        zone = ""
        wrong.append(Invalid("zone", "zone_unclear", plan.zone))
    if plan.cadence not in (Cadence.DAILY, Cadence.WEEKLY):
        wrong.append(Invalid("cadence", "gone", plan.cadence.value))
    if plan.language not in HOUSE_LANGUAGES:
        wrong.append(Invalid("language", "gone", plan.language))
    refuse(wrong)
    query = select(Schedule).where(Schedule.channel == plan.channel).with_for_update()
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        row = Schedule(channel=plan.channel, since=now)
        session.add(row)
    elif row.ended_at is not None:
        row.since, row.ended_at = now, None
    row.cadence, row.weekday, row.at, row.zone = plan.cadence, plan.weekday % 7, plan.at, zone
    row.language, row.is_reviewed, row.quiet = plan.language, plan.is_reviewed, plan.quiet
    await session.flush()
    note(session, actor, "schedule_saved", f"schedule:{row.id}", now)
    return plan_of(row)


async def end(session: AsyncSession, actor: Actor, number: int, now: datetime) -> bool:
    """Send nothing more by a schedule. Returns whether it ran still. Raises `NotAllowed`."""
    require(actor, Action.MANAGE_SCHEDULES)
    query = select(Schedule).where(Schedule.id == number, Schedule.ended_at.is_(None)).with_for_update()
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        return False
    row.ended_at = now
    note(session, actor, "schedule_ended", f"schedule:{number}", now)
    return True


def plan_of(row: Schedule) -> Plan:
    """A schedule's row as it is shown."""
    return Plan(
        row.channel, row.cadence, row.weekday, row.at, row.zone, row.language, row.is_reviewed, row.quiet,
        row.id,
    )  # fmt: skip


def sending(plan: Plan, now: datetime) -> tuple[str, datetime]:
    """The edition to be worked on at an aware moment: its period, and the instant at which it is sent (UTC).

    That is the last one whose work has begun: a day before it is sent where editors review it. A time that
    the clocks skip that day comes as much later as they jump; one that they show twice counts the first time.
    """
    zone = ZoneInfo(plan.zone)
    begun = now + (AHEAD if plan.is_reviewed else timedelta())
    day = begun.astimezone(zone).date()
    if plan.cadence is Cadence.WEEKLY:
        day -= timedelta(days=(day.weekday() - plan.weekday) % 7)
    if _instant(day, plan, zone) > begun:
        day -= timedelta(days=7 if plan.cadence is Cadence.WEEKLY else 1)
    return _period(plan.cadence, day), _instant(day, plan, zone)


def coming(plan: Plan, now: datetime) -> tuple[str, datetime]:
    """The edition that is sent next after an aware moment: its period, and its instant (UTC)."""
    period, at = sending(plan, now)
    if at > now:
        return period, at
    zone = ZoneInfo(plan.zone)
    day = at.astimezone(zone).date() + timedelta(days=7 if plan.cadence is Cadence.WEEKLY else 1)
    return _period(plan.cadence, day), _instant(day, plan, zone)


def _instant(day: date, plan: Plan, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, plan.at, zone).astimezone(UTC)


def _period(cadence: Cadence, day: date) -> str:
    if cadence is Cadence.DAILY:
        return day.isoformat()
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
