"""One replica of the bot's senders, which kills itself at a step chosen beforehand."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import event

from bot.mail_server import Server
from bot.post import Post
from bot.worker import Worker
from community.members import Reader
from community.names import load_names
from handlers import letters
from handlers.links import Links
from handlers.slack import newsletters
from handlers.slack.asking import Services
from handlers.slack.busy import Busy
from storage.database import Database, open_database
from templates.environment import environment
from templates.messages import Templates
from templates.slack.sending import late

NAMES = load_names()
"""Read before the fork, as templates and all modules are: a life begins within milliseconds."""
MADE = Templates(environment())
CALL_SECONDS = 0.25
"""Real seconds, after which a call counts as unanswered; by the soak's fast clock that is half a minute."""


@dataclass(frozen=True)
class Life:
    """What a replica is given. `now` is the shared clock, `steps` how many it takes before it is killed."""

    address: str
    slack: str
    token: str
    mail_port: int
    now: Any
    steps: int


def live(life: Life) -> None:
    """Send what is due, again and again, until the kill."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    asyncio.run(_live(life))


async def _live(life: Life) -> None:
    step = _Steps(life.steps).taken
    database = open_database(life.address)
    for moment in ("before_cursor_execute", "after_cursor_execute", "commit", "rollback"):
        event.listen(database.engine.sync_engine, moment, lambda *_: step())
    busy = Busy()
    client = _Slack(step, life)
    worker = Worker(
        client, database, partial(_now, life), busy, pace=lambda: life.now.value, late=late(NAMES)
    )
    services = _services(life, database)
    post = Post(
        Server("127.0.0.1", life.mail_port, "newsletter@example.org", start_tls=False, seconds=CALL_SECONDS),
        _stepping(step, partial(letters.envelope, services)), database, partial(_now, life), busy, pace=0,
    )  # fmt: skip
    while True:
        for work in (partial(newsletters.send, services), worker.drain, post.drain):
            try:
                await work()
            except (
                Exception
            ) as error:  # as the clock and the workers of the bot do: the next round tries again
                structlog.get_logger().error("round_failed", error=type(error).__name__)
        await asyncio.sleep(0.05)


def _services(life: Life, database: Database) -> Services:
    links = Links("http://127.0.0.1/", "a secret of thirty-two characters.")
    return Services(
        database, NAMES, MADE, Reader("en", "en", "UTC"), partial(_now, life), "", links, by_mail=True,
        editors_channel="G0EDITORS",
    )  # fmt: skip


def _now(life: Life) -> datetime:
    return datetime.fromtimestamp(life.now.value, UTC)


class _Steps:
    """Counts what a replica does; at the last step it is gone, as if somebody pulled the plug."""

    def __init__(self, last: int) -> None:
        self._left = last

    def taken(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class _Slack(AsyncWebClient):
    """Slack's client with a step before each call and one after its answer."""

    def __init__(self, step: Any, life: Life) -> None:
        super().__init__(token=life.token, base_url=life.slack, timeout=CALL_SECONDS, retry_handlers=[])  # type: ignore[arg-type]
        self._step = step

    async def api_call(self, *args: Any, **values: Any) -> Any:
        self._step()
        try:
            return await super().api_call(*args, **values)
        finally:
            self._step()


def _stepping(step: Any, compose: Any) -> Any:
    async def stepped(number: int) -> Any:
        step()
        return await compose(number)

    return stepped
