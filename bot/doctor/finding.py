"""What a check of the doctor's says: how a thing is, what is wrong with it, and how to mend it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from storage.database import Database

SECONDS = 10.0
"""How long a check may take."""


class State(StrEnum):
    """How a thing is. Only what is to be mended makes the exit status 1."""

    OK = "ok"
    WATCH = "watch"
    MEND = "mend"
    UNSEEN = "unseen"


@dataclass(frozen=True)
class Finding:
    """What was found: `what` is wrong, or right, in a sentence; `mend` is what to do, "" where nothing is."""

    name: str
    state: State
    what: str
    mend: str = ""


@dataclass
class Patient:
    """The installation that is looked at. `faults` are its wrong settings, with what is wrong with each.

    `unreadable` is why its `file` of settings could not be read, "" if it could. What one check learns that
    another needs is noted here: `who` is what Slack says of the token, `scopes` what it may do (None: not
    said), `dates` are Slack's clock and ours at one moment, `base` is the address at which the bot answers,
    `nearby` are those of this very machine at which one does.
    """

    settings: Settings
    faults: dict[str, str]
    file: Path
    unreadable: str
    now: Callable[[], datetime]
    client: AsyncWebClient
    web: aiohttp.ClientSession
    database: Database
    who: dict[str, Any] = field(default_factory=dict)
    scopes: frozenset[str] | None = None
    dates: tuple[datetime, datetime] | None = None
    base: str | None = None
    nearby: Sequence[str] = ()

    @property
    def bot_name(self) -> str:
        """How people call the bot in Slack."""
        return f"@{self.who.get('user') or 'pathfinder-bot'}"


Look = Callable[[Patient], Awaitable[list[Finding]]]


@dataclass(frozen=True)
class Check:
    """Something to look at. `needs` are the checks without which it cannot, `uses` the settings likewise.

    It comes `after` those checks that note for it what they learn, whatever they find.
    """

    name: str
    look: Look
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    seconds: float = SECONDS


def ok(name: str, what: str) -> list[Finding]:
    """All right."""
    return [Finding(name, State.OK, what)]


def watch(name: str, what: str, mend: str) -> list[Finding]:
    """It works, and somebody should look at it."""
    return [Finding(name, State.WATCH, what, mend)]


def broken(name: str, what: str, mend: str) -> list[Finding]:
    """It is to be mended."""
    return [Finding(name, State.MEND, what, mend)]


def unseen(name: str, why: str, mend: str = "") -> list[Finding]:
    """It was not looked at."""
    return [Finding(name, State.UNSEEN, f"not looked at, because {why}", mend)]


def is_well(findings: Iterable[Finding]) -> bool:
    """Whether nothing is to be mended."""
    return not any(one.state is State.MEND for one in findings)
