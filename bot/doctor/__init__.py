"""`pathfinder-bot doctor`: everything is looked at in one go, and for each thing it says how to mend it.

Checks run together, each within its own time; what one needs another for waits for it. None hides another:
a fault of a check's own is a finding too.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_plus

import aiohttp
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.doctor import channels, clocks, database, kit, mail, slack, trip, values, web, work
from bot.doctor.finding import Check, Finding, Patient, State, broken, unseen
from bot.settings import FileRefused, Settings, file_of, read_what_is_right
from storage.database import open_database

__all__ = ["CHECKS", "examine"]

CALL_SECONDS = 8
"""Seconds for each call of Slack's and of our own pages; less than a check has."""
CLOSING_SECONDS = 2.0
SHORTEST_SECRET = 4
CHECKS: tuple[Check, ...] = (
    *values.CHECKS,
    *database.CHECKS,
    *slack.CHECKS,
    *channels.CHECKS,
    *trip.QUIETLY,
    *web.CHECKS,
    *mail.CHECKS,
    *clocks.CHECKS,
    *kit.CHECKS,
    *work.CHECKS,
)
"""In the order in which they are told: what others need comes first."""


async def examine(
    given: Mapping[str, Any] | None = None,
    *,
    post: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    checks: Sequence[Check] = CHECKS,
    most_seconds: float = 60,
) -> tuple[Finding, ...]:
    """Look at everything. `given` goes before the environment, as for `read_settings`; nothing is raised.

    With `post` a message is posted and taken away, to see whether it is found again. No check takes longer
    than its own time, nor than `most_seconds`.
    """
    if post:
        trial = {check.name: check for check in trip.BY_POSTING}
        checks = [trial.get(check.name, check) for check in checks]
    try:
        read = _read(dict(given or {}))
    except FileRefused as error:  # what anything else says would be of an installation that there is not
        return tuple(broken(".env", error.what, error.mend))
    async with _patient(*read, now) as patient:
        looking: dict[str, asyncio.Task[tuple[Finding, ...]]] = {}
        for check in checks:
            before = {name: looking[name] for name in (*check.needs, *check.after) if name in looking}
            looking[check.name] = asyncio.create_task(_looked(patient, check, before, most_seconds))
        found = [finding for task in looking.values() for finding in await task]
        return tuple(_without(_secrets(patient.settings), finding) for finding in found)


async def _looked(
    patient: Patient,
    check: Check,
    before: Mapping[str, asyncio.Task[tuple[Finding, ...]]],
    most_seconds: float,
) -> tuple[Finding, ...]:
    """What one check found, or why it did not look, or what became of it."""
    earlier = {name: await task for name, task in before.items()}
    if wrong := [name for name in check.uses if name in patient.faults]:
        return tuple(unseen(check.name, f"{wrong[0].upper()} is wrong"))
    for name in check.needs:
        if any(one.state in (State.MEND, State.UNSEEN) for one in earlier.get(name, ())):
            return tuple(unseen(check.name, f"of what stands under {name}"))
    seconds = min(check.seconds, most_seconds)
    try:
        async with asyncio.timeout(seconds):
            return tuple(await check.look(patient))
    except TimeoutError:
        what = f"no answer within {seconds:.0f} seconds"
        return tuple(broken(check.name, what, "check the network between the two, then run doctor again"))
    except Exception as error:  # whatever it is, the others are told
        what = f"looking at it failed ({type(error).__name__})"
        return tuple(broken(check.name, what, "mend what else is named here, then run doctor again"))


def _read(given: dict[str, Any]) -> tuple[Settings, dict[str, str], Path, str]:
    """The settings as far as they can be read, what is wrong with them, their file, and why it is no text."""
    try:
        return *read_what_is_right(given), file_of(given), ""
    except (OSError, ValueError) as error:
        right = read_what_is_right({**given, "_env_file": None})
        return *right, file_of(given), type(error).__name__


@contextlib.asynccontextmanager
async def _patient(
    settings: Settings, faults: dict[str, str], file: Path, unreadable: str, now: Callable[[], datetime]
) -> AsyncIterator[Patient]:
    """The installation as far as its settings can be read. A hung connection does not keep it open."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    client = AsyncWebClient(
        token=token, base_url=settings.slack_api_url, timeout=CALL_SECONDS, retry_handlers=[]
    )
    remembered = open_database(settings.database_url)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_SECONDS)) as asked:
        try:
            yield Patient(settings, faults, file, unreadable, now, client, asked, remembered)
        finally:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(remembered.close(), CLOSING_SECONDS)


def _secrets(settings: Settings) -> set[str]:
    """Every secret of the settings, the passwords in addresses too."""
    held = {one.get_secret_value() for _, one in settings if isinstance(one, SecretStr)}
    every = held.union(*(_passwords(one) for one in (*held, settings.database_url)))
    return {one for one in every if len(one) >= SHORTEST_SECRET}


def _passwords(address: str) -> set[str]:
    """What may be a password in an address, as it is typed and as it is read; it need not be well formed."""
    found = re.findall(r"//[^:/@]*:(.*)@", address) + re.findall(r"[?&]password=([^&#]*)", address)
    with contextlib.suppress(ValueError, ArgumentError):
        found.append(make_url(address).password)
    return {form for one in found if one for form in (one, unquote(one), unquote_plus(one))}


def _without(secrets: set[str], finding: Finding) -> Finding:
    """A finding in which no secret stands: no check puts one there, and this sees to it."""
    for secret in sorted(secrets, key=len, reverse=True):
        finding = replace(
            finding, what=finding.what.replace(secret, "…"), mend=finding.mend.replace(secret, "…")
        )
    return finding
