"""`pathfinder-bot mail`: sends the letters that wait now, shows how far it is, and goes on where it was."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot.app import make_post, make_services
from bot.clock import Clock
from bot.post import Post
from bot.settings import Settings, need
from community.names import load_names
from handlers.slack.busy import Busy
from storage.database import Database
from storage.migrate import check_schema
from storage.switches import sending_stopped
from storage.worklist import count_due_mail


@dataclass(frozen=True)
class Done:
    """What came of it: letters by what became of them, and how many wait still. `away` says why, if it does.

    `is_stopped`: somebody of the secretariat stopped all sending.
    """

    sent: int
    waiting: int
    refused: int
    left: int
    away: str
    is_stopped: bool


async def send_letters(settings: Settings, database: Database, console: Console) -> Done:
    """Send what waits; Ctrl-C or SIGTERM finishes the letter under way, and the rest waits for the next time.

    Raises `SettingsError` where no mail server is set, `DatabaseUnusable` for a database of another version.
    """
    need(settings, "smtp_url", "mail_from", "public_url", "secret_key")
    await check_schema(database)
    clock = Clock()
    names = load_names(settings.country_names)
    services = make_services(settings, database, clock, names, settings.public_url or "")
    seen: Counter[str] = Counter()
    async with database.reading() as session:
        total = await count_due_mail(session, clock.now())
        stopped = await sending_stopped(session)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(_said(seen), total=total)

        def show(what: str) -> None:
            seen[what] += 1
            bar.update(task, completed=seen.total(), description=_said(seen))

        post = make_post(settings, services, Busy(), seen=show)
        assert post is not None  # noqa: S101 - what it needs was asked for
        with _stopped_by_signals(post):
            await post.drain()
    async with database.reading() as session:
        left = await count_due_mail(session, clock.now())
    return Done(seen["sent"], seen["waiting"], seen["refused"], left, post.away, stopped is not None)


@contextmanager
def _stopped_by_signals(post: Post) -> Iterator[None]:
    loop, signals = asyncio.get_running_loop(), (signal.SIGTERM, signal.SIGINT)
    for number in signals:
        loop.add_signal_handler(number, post.stop)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


def _said(seen: Counter[str]) -> str:
    return f"sent {seen['sent']} · waiting {seen['waiting']} · refused {seen['refused']}"


def report(done: Done) -> str:
    """What came of it, in one line; raises `ValueError` with what to do where nothing could be sent."""
    left = f"{done.left} letters wait still, and nothing is lost"
    if done.is_stopped and done.left:
        raise ValueError(f"all sending is stopped (/alliance start in Slack starts it again); {left}")
    if done.away:
        raise ValueError(
            f"the mail server of SMTP_URL takes nothing now ({done.away}); {left}: run this again later"
        )
    line = f"{done.sent} sent, {done.waiting} put off, {done.refused} not wanted or refused for good"
    return f"{line}; {done.left} wait still: run this again to go on." if done.left else f"{line}."
