"""Schedules: which channels get a newsletter, on which day, at which hour, and who looks at it before."""

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
from storage.editions import Schedule, ScheduleChannel, schedules_running
from storage.vocabulary import Cadence, Quiet

AHEAD = timedelta(days=1)
"""How long before it is sent editors see an edition that they review."""
PERIODS = {
    Cadence.DAILY: timedelta(days=1),
    Cadence.WEEKLY: timedelta(days=7),
    Cadence.MONTHLY: timedelta(days=31),
}
"""How often a newsletter goes out, with a length that leads into the next period."""
LAST_MONTHDAY = 28
"""Every month has it."""


@dataclass(frozen=True)
class Plan:
    """A schedule as it is shown and filled in: `at` is a local time in `zone`, `weekday` 0 for Monday.

    `channels` are those that get it, each with a language; one may get it in several. `topics` are what it is
    about, such as `place:NP`, none for everything. `leaves_slack`: it goes by e-mail and on the web too.
    """

    channels: tuple[tuple[str, str], ...]
    cadence: Cadence
    weekday: int
    at: time
    zone: str
    is_reviewed: bool
    quiet: Quiet
    monthday: int = 1
    topics: tuple[str, ...] = ()
    leaves_slack: bool = False
    id: int = 0

    def is_read_otherwise(self, before: Plan) -> bool:
        """Whether others read it now, or they read of something else, or in another zone."""
        mine, earlier = (
            (set(one.channels), set(one.topics), one.leaves_slack, one.zone) for one in (self, before)
        )
        return mine != earlier


async def plans(session: AsyncSession) -> tuple[Plan, ...]:
    """Every schedule that runs; where the newsletter goes is no secret."""
    return tuple(plan_of(row) for row in await schedules_running(session))


async def plan(session: AsyncSession, number: int) -> Plan:
    """One schedule that runs. Raises `NotFound`."""
    found = next((one for one in await plans(session) if one.id == number), None)
    if found is None:
        raise NotFound("command", str(number))
    return found


async def save(session: AsyncSession, actor: Actor, plan: Plan, now: datetime) -> Plan:
    """Make a schedule, or (with its `id`) change one. Raises `NotAllowed`, `NotFound`, `Invalid`.

    What was published before it began is no news for it. Only one leaves Slack: people outside get one
    newsletter.
    """
    require(actor, Action.MANAGE_SCHEDULES)
    running = await schedules_running(session)
    others = [one for one in running if one.id != plan.id]
    wrong = []
    try:
        zone = zone_named(plan.zone)
    except NotFound:
        zone = ""
        wrong.append(Invalid("zone", "zone_unclear", plan.zone))
    if plan.cadence not in PERIODS:
        wrong.append(Invalid("cadence", "gone", plan.cadence.value))
    if not plan.channels and not plan.leaves_slack:
        wrong.append(Invalid(f"channels_{HOUSE_LANGUAGES[0]}", "no_destination"))
    if plan.leaves_slack and any(one.leaves_slack for one in others):
        wrong.append(Invalid("leaves_slack", "leaves_already"))
    refuse(wrong)
    row = next((one for one in running if one.id == plan.id), None)
    if row is None and plan.id:
        raise NotFound("command", str(plan.id))
    if row is None:
        row = Schedule(since=now)
        session.add(row)
    row.cadence, row.at, row.zone = plan.cadence, plan.at, zone
    row.weekday, row.monthday = plan.weekday % 7, min(max(plan.monthday, 1), LAST_MONTHDAY)
    row.topics, row.is_reviewed = list(plan.topics), plan.is_reviewed
    row.quiet, row.leaves_slack = plan.quiet, plan.leaves_slack
    kept = {(one.channel, one.language): one for one in row.channels} if plan.id else {}
    row.channels = [
        kept.get(pair) or ScheduleChannel(channel=pair[0], language=pair[1])
        for pair in dict.fromkeys(plan.channels)
    ]
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
        tuple((one.channel, one.language) for one in row.channels),
        row.cadence,
        row.weekday,
        row.at,
        row.zone,
        row.is_reviewed,
        row.quiet,
        row.monthday,
        tuple(row.topics),
        row.leaves_slack,
        row.id,
    )


def sending(plan: Plan, now: datetime) -> tuple[str, datetime]:
    """The edition to be worked on at an aware moment: its period, and the instant at which it is sent (UTC).

    That is the last one whose work has begun: a day before it is sent where editors review it. A time that
    the clocks skip that day comes as much later as they jump; one that they show twice counts the first time.
    """
    zone = ZoneInfo(plan.zone)
    begun = now + (AHEAD if plan.is_reviewed else timedelta())
    day = _day_of(plan, begun.astimezone(zone).date())
    if _instant(day, plan, zone) > begun:
        day = _day_of(plan, day - timedelta(days=1))
    return period_of(plan.cadence, day), _instant(day, plan, zone)


def coming(plan: Plan, now: datetime) -> tuple[str, datetime]:
    """The edition that is sent next after an aware moment: its period, and its instant (UTC)."""
    period, at = sending(plan, now)
    if at > now:
        return period, at
    zone = ZoneInfo(plan.zone)
    day = _day_of(plan, at.astimezone(zone).date() + PERIODS[plan.cadence])
    return period_of(plan.cadence, day), _instant(day, plan, zone)


def period_of(cadence: Cadence, day: date) -> str:
    """The period that a local day belongs to: a day, an ISO week, or a month."""
    if cadence is Cadence.DAILY:
        return day.isoformat()
    if cadence is Cadence.MONTHLY:
        return f"{day:%Y-%m}"
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _day_of(plan: Plan, day: date) -> date:
    """The last day on which it goes out, `day` or one before it."""
    if plan.cadence is Cadence.WEEKLY:
        return day - timedelta(days=(day.weekday() - plan.weekday) % 7)
    if plan.cadence is Cadence.MONTHLY:
        month = day if day.day >= plan.monthday else day.replace(day=1) - timedelta(days=1)
        return month.replace(day=plan.monthday)
    return day


def _instant(day: date, plan: Plan, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, plan.at, zone).astimezone(UTC)
