"""Running the bot: Socket Mode or HTTP, until it is asked to stop; then what is in flight is finished."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
import uvicorn
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.app import Bot, build
from bot.clock import Clock, follow_sandbox
from bot.rounds import Rounds
from bot.settings import Settings, SettingsError, need
from community import mail
from community.members import forget_claims
from community.roles import bootstrap
from handlers.slack import contributing, digests, failures, newsletters, record, reminders, replies
from handlers.slack.people import UNANSWERED, code_of
from handlers.web.site import make_site
from storage.database import Database, DatabaseUnusable, open_database
from storage.migrate import check_schema

STOP_SECONDS = 10
"""How long a stop waits for answers under way; Slack itself gives up on them after three."""
MINUTE, HOUR = 60, 3_600
KEEP_CLAIMS = timedelta(days=7)
"""Slack sends an event again for some minutes; a week is safely more."""


@dataclass(frozen=True)
class Running:
    """A connected bot, and the port of its web side."""

    bot: Bot
    port: int


@contextlib.asynccontextmanager
async def running(settings: Settings, database: Database, *, http: bool = False) -> AsyncIterator[Running]:
    """A connected bot. In Socket Mode the web side serves health only; with `http` Slack's requests too.

    Raises `SettingsError` or `DatabaseUnusable` with one line on what to mend.
    """
    need(settings, "slack_bot_token", "slack_signing_secret" if http else "slack_app_token")
    await check_schema(database)
    clock = Clock()
    async with database.writing() as session:
        await bootstrap(session, settings.secretariat, clock.now())
    async with contextlib.AsyncExitStack() as stack:
        listener = stack.enter_context(_listening(settings))
        bot = build(settings, database, clock, base=_address(listener))
        await _check_token(bot)
        if settings.sandbox_url:
            link = asyncio.create_task(follow_sandbox(settings.sandbox_url, clock, bot.busy))
            stack.push_async_callback(_cancel, link)
        await stack.enter_async_context(_served(bot, listener, database, http=http))
        if not http and settings.slack_app_token:
            slack = AsyncSocketModeHandler(bot.app, settings.slack_app_token.get_secret_value())
            await slack.connect_async()  # type: ignore[no-untyped-call]
            stack.push_async_callback(slack.close_async)
        reading = asyncio.create_task(_read_people(bot))
        await asyncio.sleep(0)  # it has begun, and the bot is busy, before anybody asks whether it is idle
        stack.push_async_callback(_cancel, reading)
        for worker in filter(None, (bot.worker, bot.post)):
            working = asyncio.create_task(worker.run())
            stack.push_async_callback(_stop_worker, worker, working)
        clock_work = _clock_work(bot)
        stack.callback(clock_work.shutdown, wait=False)
        stack.push_async_callback(_finish, bot)
        yield Running(bot, listener.getsockname()[1])


async def run(settings: Settings, *, http: bool = False) -> None:
    """Run until SIGTERM or Ctrl-C."""
    database = open_database(settings.database_url)
    try:
        async with running(settings, database, http=http):
            structlog.get_logger().info("running", mode="http" if http else "socket")
            await _until_stopped()
    finally:
        await database.close()


async def _check_token(bot: Bot) -> None:
    """Ask Slack once who we are: a wrong token stops the start instead of failing every answer."""
    try:
        await bot.client.auth_test()
    except SlackApiError as error:
        code = code_of(error) or "no answer"
        raise SettingsError(
            f"SLACK_BOT_TOKEN was refused by Slack ({code}): install the app again and copy it"
        ) from error
    except UNANSWERED as error:
        raise SettingsError(
            f"SLACK_API_URL does not answer ({type(error).__name__}): check the network and the address"
        ) from error


def _listening(settings: Settings) -> socket.socket:
    """The web side's socket; HTTP_PORT 0 means any port that is free."""
    try:
        return socket.create_server((settings.http_host, settings.http_port))
    except OSError as error:
        where = f"HTTP_HOST {settings.http_host}, HTTP_PORT {settings.http_port}"
        raise SettingsError(f"{where} cannot be used ({error.strerror}): choose another port") from error


def _address(listener: socket.socket) -> str:
    """Where pages are without a PUBLIC_URL: on this machine."""
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}/"


@contextlib.asynccontextmanager
async def _served(
    bot: Bot, listener: socket.socket, database: Database, *, http: bool
) -> AsyncIterator[None]:
    """Serve the web side."""

    async def ready() -> str | None:
        try:
            await check_schema(database)
        except DatabaseUnusable as error:
            return str(error)
        return None

    site = make_site(bot.app if http else None, ready, bot.services)
    server = _Server(uvicorn.Config(site, log_level="warning", access_log=False, lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the bot stops as one."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]  # noqa: ANN202
        yield


async def _read_people(bot: Bot) -> None:
    """Read every profile at start; until then, and if it fails, people read the default language once."""
    try:
        async with bot.busy:
            count = await bot.people.read_all()
        structlog.get_logger().info("profiles_read", count=count)
    except UNANSWERED as error:
        structlog.get_logger().warning("profiles_not_read", error=type(error).__name__)


async def send_due(bot: Bot) -> None:
    """Make what is due: digests, newsletters, reminders of the next day, and the posts of an observed day.

    One of them that breaks is logged, and holds up none of the others.
    """
    for capability in (digests, newsletters, reminders, replies, contributing):
        try:
            await capability.send(bot.services)
        except Exception as error:
            structlog.get_logger().error(
                "clock_work_failed", work=capability.__name__, error=type(error).__name__, exc_info=error
            )


def _clock_work(bot: Bot) -> AsyncIOScheduler:
    """APScheduler as a clock: it only says that a minute or an hour has passed."""

    async def tidy() -> None:
        async with bot.services.database.writing() as session:
            await forget_claims(session, bot.clock.now() - KEEP_CLAIMS)
            await mail.forget_unconfirmed(session, bot.clock.now())

    async def nudge() -> None:
        await record.nudge(bot.services)

    async def collect() -> None:
        await send_due(bot)

    async def report() -> None:
        await failures.report(bot.services)

    def each(work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        async def guarded() -> None:
            try:
                async with bot.busy:
                    await work()
            except Exception as error:
                structlog.get_logger().error(
                    "clock_work_failed", work=work.__name__, error=type(error).__name__, exc_info=error
                )

        return guarded

    scheduler = AsyncIOScheduler(timezone="UTC")
    for work, seconds in ((tidy, HOUR), (nudge, HOUR), (collect, MINUTE), (report, MINUTE)):
        scheduler.add_job(each(work), "interval", seconds=seconds, coalesce=True, max_instances=1)
    scheduler.start()
    return scheduler


async def _finish(bot: Bot) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(bot.busy.idle(), STOP_SECONDS)


async def _stop_worker(worker: Rounds, working: asyncio.Task[None]) -> None:
    """What is being sent is finished and written down; the rest waits for the next start."""
    worker.stop()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(working, STOP_SECONDS)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _until_stopped() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
