"""What the bot does by itself each minute and each hour."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app import Bot
from bot.memory import give_back
from community.watching import Part
from handlers.slack import contributing, digests, failures, newsletters, privacy, record, reminders, replies
from handlers.work import Work, working

MINUTE, HOUR = 60, 3_600
LOOK = 20.0
"""Seconds between two looks at the clock's own clock."""


async def send_due(bot: Bot) -> None:
    """Make what is due: digests, newsletters, reminders of the next day, and the posts of an observed day.

    One of them that breaks is logged, and holds up none of the others.
    """
    for capability in (digests, newsletters, reminders, replies, contributing):
        try:
            await capability.send(bot.services)
        except Exception as error:
            bot.watch.broke("clock_work_failed", error, work=capability.__name__)


async def tidy(bot: Bot) -> None:
    """Let retention rules run."""
    await privacy.tidy(bot.services)


async def nudge(bot: Bot) -> None:
    """Remind focal points and chairs of records that grow old."""
    await record.nudge(bot.services)


async def report(bot: Bot) -> None:
    """Tell the secretariat of what could not be sent."""
    await failures.report(bot.services)


async def trim(_bot: Bot) -> None:
    """Give back the memory that is free."""
    give_back()


def ticking(bot: Bot) -> AsyncIOScheduler:
    """APScheduler as a clock: it only says that a minute or an hour has passed."""
    aside = replace(bot, services=replace(bot.services, database=bot.services.database.aside()))

    async def do(work: Callable[[Bot], Awaitable[None]]) -> None:
        with working(Work("clock", work.__name__)):
            try:
                async with bot.busy:
                    await work(aside)
            except asyncio.CancelledError:  # the bot stops; APScheduler would log it as an error of ours
                return
            except Exception as error:
                bot.watch.broke("clock_work_failed", error, work=work.__name__)
        if work is send_due:
            bot.watch.pulse.beat(Part.CLOCK)

    scheduler = AsyncIOScheduler(timezone="UTC")
    for work, seconds in ((tidy, HOUR), (nudge, HOUR), (send_due, MINUTE), (report, MINUTE), (trim, MINUTE)):
        # Late rather than left out, however late: by itself it leaves out what it is a second late for.
        scheduler.add_job(
            do, "interval", [work], seconds=seconds, coalesce=True, max_instances=1, misfire_grace_time=None
        )
    scheduler.start()
    return scheduler


async def keep_going(scheduler: AsyncIOScheduler) -> None:
    """Let the clock tick on when the machine's was set back, until cancelled.

    APScheduler keeps the moment of its next run: after a step of two hours it would wait for two hours.
    """
    while True:
        await asyncio.sleep(LOOK)
        now = datetime.now(UTC)
        for job in scheduler.get_jobs():
            if job.next_run_time is not None and job.next_run_time - now > job.trigger.interval:
                job.modify(next_run_time=now)
