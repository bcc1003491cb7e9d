"""What could not be delivered for good: told once, to those who can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncSession

from community.answers import CLOSED, TO_HIDDEN
from storage.deliveries import Delivery, unreported

REPORT = "failures"
"""The kind of delivery that tells of others; of its own failure nobody is told."""
UNTOLD = frozenset({REPORT, TO_HIDDEN, CLOSED})
"""The kinds of which nobody is told: a report would name who asked under a pseudonym."""
SILENT = frozenset({"user_disabled"})
"""Who left the workspace is not missed by those who write."""


@dataclass(frozen=True)
class Failure:
    """What did not arrive in one place: `reason` is Slack's word; `count` messages of that thing."""

    channel: str
    reason: str
    count: int


@dataclass(frozen=True)
class Report:
    """What did not arrive of one thing. `edition` is a newsletter's id, 0 for anything else.

    `letters` is how many e-mail addresses did not take it. `key` makes the report one.
    """

    key: str
    edition: int
    failures: tuple[Failure, ...]
    letters: int


async def take(session: AsyncSession, now: datetime) -> tuple[Report, ...]:
    """What failed since somebody was told last; it counts as told with this transaction."""
    rows = await unreported(session)
    for row in rows:
        row.reported_at = now
    told = [row for row in rows if row.kind not in UNTOLD and row.reason not in SILENT]
    ordered = sorted(told, key=_thing)
    reports = (_report(thing, list(ones)) for thing, ones in groupby(ordered, key=_thing))
    return tuple(one for one in reports if one.failures or one.edition)


def _thing(row: Delivery) -> str:
    """What a failure is reported with: the newsletter it is part of, or all else together."""
    return row.about if row.about.startswith("edition:") and row.kind == "newsletter" else ""


def _report(thing: str, rows: Sequence[Delivery]) -> Report:
    places = sorted((row.channel, row.reason or "") for row in rows if not row.channel.startswith("mail:"))
    failures = tuple(Failure(channel, reason, len(list(ones))) for (channel, reason), ones in groupby(places))
    number = int(thing.partition(":")[2] or 0)
    letters = sum(row.channel.startswith("mail:") for row in rows)
    return Report(f"failures:{min(row.id for row in rows)}", number, failures, letters)
