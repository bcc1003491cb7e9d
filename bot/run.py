"""Running the bot: Socket Mode or HTTP, until it is asked to stop; then what is in flight is finished."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any

import structlog
from pydantic import SecretStr

from bot.app import PACKAGE, Bot, build
from bot.beat import WRITING, Heart
from bot.clock import Clock, follow_sandbox
from bot.connecting import check_bot_token, connect
from bot.memory import set_up_memory
from bot.ready import Ready
from bot.rounds import Rounds
from bot.serving import served
from bot.settings import Settings, SettingsError, need
from bot.ticking import keep_going, ticking
from bot.waiting import NotYet, come
from bot.watched import WatchedSite
from community.roles import bootstrap
from community.watching import Part
from handlers.slack.answering import DATABASE_AWAY
from handlers.slack.people import UNANSWERED
from handlers.web.door import Door
from handlers.web.guards import Guarded
from handlers.web.health import Health
from handlers.web.incoming import Incoming
from handlers.web.site import make_site
from storage.database import Database, open_database
from storage.migrate import check_schema
from templates import email

STOP_SECONDS = 10
"""How long a stop waits for answers under way; Slack itself gives up on them after three."""


@dataclass(frozen=True)
class Running:
    """A connected bot, and the port of its web side."""

    bot: Bot
    port: int


@contextlib.asynccontextmanager
async def running(settings: Settings, database: Database, *, http: bool = False) -> AsyncIterator[Running]:
    """A connected bot. In Socket Mode the web side takes none of Slack's requests; with `http` it does.

    What may come by itself (the database, its tables, Slack) is waited for, while health is served already.
    Raises `SettingsError` or `DatabaseRefused` with one line on what a person has to mend.
    """
    need(settings, "slack_bot_token", "slack_signing_secret" if http else "slack_app_token")
    clock = Clock()
    async with contextlib.AsyncExitStack() as stack:
        listener = stack.enter_context(_listening(settings))
        bot = build(settings, database, clock, base=_address(listener))
        ready = Ready(bot.watch.pulse, database)
        stack.push_async_callback(_finish, bot)  # what came in until the doors were shut
        site = _site(bot, ready, listener, settings.metrics_token, http=http)
        door = await stack.enter_async_context(site)
        await come(partial(_prepare, settings, database, clock))
        bot.app.we_are(await come(partial(check_bot_token, bot.client)))
        if settings.sandbox_url:
            link = asyncio.create_task(follow_sandbox(settings.sandbox_url, clock, bot.busy))
            stack.push_async_callback(_cancel, link)
        door.is_open = True
        if not http and settings.slack_app_token:
            slack = await come(partial(connect, bot.app, settings.slack_app_token.get_secret_value()))
            stack.push_async_callback(slack.close_async)
            ready.is_connected = slack.client.is_connected
        stack.push_async_callback(_finish, bot)  # all else has stopped by then; what came in is answered
        stack.push_async_callback(_stop_heart, *_beating(settings, bot, ready, listener.getsockname()[1]))
        reading = asyncio.create_task(_read_people(bot))
        await asyncio.sleep(0)  # it has begun, and the bot is busy, before anybody asks whether it is idle
        stack.push_async_callback(_cancel, reading)
        for worker in filter(None, (bot.worker, bot.post)):
            working = asyncio.create_task(worker.run())
            stack.push_async_callback(_stop_worker, worker, working)
        stack.push_async_callback(_finish, bot)  # what was promised a moment ago still goes out
        clock_work = ticking(bot)
        stack.callback(clock_work.shutdown, wait=False)
        stack.push_async_callback(_cancel, asyncio.create_task(keep_going(clock_work)))
        stack.push_async_callback(_finish, bot)  # what it began is ended, not cut off
        stack.callback(clock_work.pause)
        ready.started()
        stack.callback(ready.stopping)
        yield Running(bot, listener.getsockname()[1])


async def run(settings: Settings, *, http: bool = False) -> None:
    """Run until SIGTERM or Ctrl-C, which end the waiting at the start too."""
    set_up_memory()
    database, stop = open_database(settings.database_url), _asked_to_stop()

    async def going() -> None:
        async with running(settings, database, http=http):
            email.warm()
            keep_what_stands()
            started.set()
            structlog.get_logger().info("running", mode="http" if http else "socket")
            await stop.wait()

    started, work, stopped = asyncio.Event(), asyncio.create_task(going()), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((work, stopped), return_when=asyncio.FIRST_COMPLETED)
        if not started.is_set() and not work.done():
            await _cancel(work)
        else:
            await work
    finally:
        await _cancel(stopped)
        await database.close()


def keep_what_stands() -> None:
    """What was made by now stays until the process ends: the garbage collector need not look at it again.

    Looking at all of it took 0.15 s, in which nobody was answered.
    """
    gc.collect()
    gc.freeze()


async def _prepare(settings: Settings, database: Database, clock: Clock) -> None:
    """Raises `DatabaseUnusable` or `NotYet` while the database cannot be used."""
    await check_schema(database)
    try:
        async with database.writing() as session:
            await bootstrap(session, settings.secretariat, clock.now())
    except DATABASE_AWAY as error:  # gone again, or somebody else writes for long
        raise NotYet(f"the database takes nothing ({type(error).__name__})") from error


def _listening(settings: Settings) -> socket.socket:
    """The web side's socket; HTTP_PORT 0 means any port that is free."""
    try:
        listener = socket.create_server((settings.http_host, settings.http_port))
    except OSError as error:
        where = f"HTTP_HOST {settings.http_host}, HTTP_PORT {settings.http_port}"
        raise SettingsError(f"{where} cannot be used ({error.strerror}): choose another port") from error
    # asyncio does this for sockets that it opens itself; without it each answer's body waits 40 ms for the
    # acknowledgement of its head. Connections inherit it.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _address(listener: socket.socket) -> str:
    """Where pages are without a PUBLIC_URL: on this machine."""
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}/"


@contextlib.asynccontextmanager
async def _site(
    bot: Bot, ready: Ready, listener: socket.socket, token: SecretStr | None, *, http: bool
) -> AsyncIterator[Door]:
    """Serve the web side, behind a door that is still closed. `token` opens the figures."""

    async def figures() -> bytes:
        return await bot.watch.figures.text(bot.services.database, bot.clock.now())

    health = Health(version(PACKAGE), ready.look, figures, token.get_secret_value() if token else None)
    site = make_site(health, bot.services)
    door = Door(WatchedSite(site, bot.watch), bot.services)
    is_secure = bot.services.links.base.startswith("https:")
    guarded = Guarded(door, is_secure=is_secure)
    async with served(Incoming(bot.app, guarded, lambda: door.is_open) if http else guarded, listener):
        yield door


async def _read_people(bot: Bot) -> None:
    """Read every profile at start; until then, and if it fails, people read the default language once."""
    try:
        async with bot.busy:
            count = await bot.people.read_all()
        structlog.get_logger().info("profiles_read", count=count)
    except (*UNANSWERED, *DATABASE_AWAY) as error:
        structlog.get_logger().warning("profiles_not_read", error=type(error).__name__)


def _beating(settings: Settings, bot: Bot, ready: Ready, port: int) -> tuple[Heart, asyncio.Task[None]]:
    """The heartbeats; where it is no mere trial, the secretariat is told what they show."""
    for part in (Part.CLOCK, Part.WORKER, WRITING, *([Part.POST] if bot.post else [])):
        bot.watch.pulse.beat(part)
    look = None if settings.sandbox_url else partial(bot.watch.tell, bot.services)
    heart = Heart(
        bot.watch.pulse, bot.services.database, port=port, is_connected=ready.is_connected, look=look
    )
    return heart, asyncio.create_task(heart.run())


async def _stop_heart(heart: Heart, beating: asyncio.Task[None]) -> None:
    heart.stop()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(beating, STOP_SECONDS)


async def _finish(bot: Bot) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(bot.busy.idle(), STOP_SECONDS)


async def _stop_worker(worker: Rounds, working: asyncio.Task[None]) -> None:
    """What is being sent is finished and written down; the rest waits for the next start."""
    worker.stop()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(working, STOP_SECONDS)


async def _cancel(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _asked_to_stop() -> asyncio.Event:
    """Set by SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
