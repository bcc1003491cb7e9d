"""Waiting at the start for what may still come: the database, its tables, Slack. In any order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from storage.database import DatabaseRefused, DatabaseUnusable

LOOK_SECONDS = 1.0
SAY_SECONDS = 30.0
"""How often the log repeats what is waited for."""

Came = TypeVar("Came")


class NotYet(Exception):
    """Something that the bot needs is not there yet, and may come by itself.

    The text says what. `seconds` is how long whoever keeps us waiting said to wait.
    """

    def __init__(self, reason: str, seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.seconds = seconds


async def come(look: Callable[[], Awaitable[Came]]) -> Came:
    """What `look` gives, once it raises neither `NotYet` nor that the database cannot be used yet.

    What waiting does not mend, as a `SettingsError` or a `DatabaseRefused`, is raised on.
    """
    said, told = "", 0.0
    while True:
        try:
            found = await look()
        except (NotYet, DatabaseUnusable) as error:
            if isinstance(error, DatabaseRefused):
                raise
            if str(error) != said or time.monotonic() - told >= SAY_SECONDS:
                said, told = str(error), time.monotonic()
                structlog.get_logger().warning("waiting", reason=said)
            await asyncio.sleep(max(LOOK_SECONDS, error.seconds if isinstance(error, NotYet) else 0.0))
        else:
            if said:
                structlog.get_logger().info("waited", reason=said)
            return found
