"""How many came to an event, by constituency and by region; and what of such counts may be shown.

What is kept: whoever reads `Shown`, and knows the true total besides, can bring no count of one to four down
to fewer than two possible values. (The total is taken as known because places left, or another table of the
same people, may tell it.) A count of nought is told, where it was recorded, only beside no such count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from community import events
from community.audit import note
from community.errors import Invalid, NotFound, refuse
from community.events import Happening
from community.rights import Action, Actor, require
from community.timing import has_begun
from storage.events import Event
from storage.partial_dates import Status
from storage.registrations import Attendance, attendances_of
from storage.vocabulary import Constituency, Region

SMALLEST_SHOWN = 5
LARGEST = 100_000
"""More than that is a slip of the finger."""

Kind = TypeVar("Kind", bound=StrEnum)


@dataclass(frozen=True)
class Shown(Generic[Kind]):
    """What may be shown of counts. `total` is None where it is below five, or nothing was counted.

    `exact` are counts of five and more, largest first. Each of `few` is below five; of `kept_back`, some are,
    and the others would tell how many: only one of the two is ever there. `nobody` came from `none`.
    """

    total: int | None = None
    exact: tuple[tuple[Kind, int], ...] = ()
    few: tuple[Kind, ...] = ()
    kept_back: tuple[Kind, ...] = ()
    none: tuple[Kind, ...] = ()


@dataclass(frozen=True)
class Came:
    """How many came, as everybody may know it; `total` is None below five, which `is_few` says."""

    total: int | None
    is_few: bool
    constituencies: Shown[Constituency]
    regions: Shown[Region]


def shown(counts: Mapping[Kind, int]) -> Shown[Kind]:
    """What may be shown of counts by kind, such that no count of one to four follows from it."""
    total = sum(counts.values())
    small = [kind for kind, count in counts.items() if 0 < count < SMALLEST_SHOWN]
    none = [kind for kind, count in counts.items() if count == 0]
    large = sorted((one for one in counts.items() if one[1] >= SMALLEST_SHOWN), key=lambda one: -one[1])
    known = total if total >= SMALLEST_SHOWN else None
    if not small:
        return Shown(known, tuple(large), none=tuple(none))
    few = [kind for kind, count in counts.items() if count < SMALLEST_SHOWN]
    rest = total - sum(count for _, count in large)
    if len(few) > 1 and rest < (SMALLEST_SHOWN - 1) * len(few):
        return Shown(known, tuple(large), few=tuple(few))
    if not large:  # one small count alone, or fours only: nothing else can hide it
        return Shown(known)
    hidden = {*few, large[-1][0]}
    return Shown(known, tuple(large[:-1]), kept_back=tuple(kind for kind in counts if kind in hidden))


async def of_event(session: AsyncSession, event_id: int) -> Came | None:
    """How many came to an event, as everybody may know it; None where nobody recorded it."""
    constituencies, regions = await _counts(session, event_id)
    if not constituencies and not regions:
        return None
    total = max(sum(constituencies.values()), sum(regions.values()))
    is_few = total < SMALLEST_SHOWN
    return Came(None if is_few else total, is_few, shown(constituencies), shown(regions))


async def to_record(
    session: AsyncSession, actor: Actor, number: int, now: datetime, day: date
) -> tuple[Happening, Mapping[Constituency, int], Mapping[Region, int]]:
    """An event whose attendance somebody may record, and the exact counts recorded so far.

    Raises `NotAllowed`, `NotFound`, or `Invalid` for an event that has not begun, or was cancelled.
    """
    row = await events.row_of(session, number)
    _check(actor, row, now)
    return events.happening(row, day), *await _counts(session, row.id)


async def record(
    session: AsyncSession,
    actor: Actor,
    number: int,
    typed: Mapping[str, str],
    now: datetime,
) -> None:
    """Keep how many came, in place of what was recorded before. `typed` is by constituency and region.

    What is left empty is not recorded. Raises as `to_record` does, and `Invalid` for every field that is no
    number, is negative or is too large.
    """
    row = await events.row_of(session, number, lock=True)
    _check(actor, row, now)
    wrong = [Invalid(field, reason, text) for field, text in typed.items() if (reason := _wrong(text))]
    refuse(wrong)
    await session.execute(delete(Attendance).where(Attendance.event_id == row.id))
    for kind in (*Constituency, *Region):
        if text := typed.get(kind.value, ""):
            session.add(
                Attendance(
                    event_id=row.id, count=int(text), by_id=actor.member_id, at=now,
                    constituency=kind if isinstance(kind, Constituency) else None,
                    region=kind if isinstance(kind, Region) else None,
                )
            )  # fmt: skip
    note(session, actor, "attendance_recorded", f"event:{row.id}", now)
    await session.flush()


def _check(actor: Actor, row: Event, now: datetime) -> None:
    if row.state is not None:
        raise NotFound("event", str(row.id))
    require(actor, Action.MANAGE_EVENT, events.about(row))
    if row.when.status is Status.CANCELLED:
        raise Invalid("event", "event_cancelled")
    if row.when.status is not Status.HELD and not has_begun(row.when, now):
        raise Invalid("event", "event_not_begun")


def _wrong(text: str) -> str:
    """Why a count cannot be taken; empty if it can, or is empty."""
    if not text:
        return ""
    if not (text.removeprefix("-").isascii() and text.removeprefix("-").isdigit()):
        return "no_number"
    if text.startswith("-"):
        return "negative"
    return "too_large" if len(text) > 9 or int(text) > LARGEST else ""


async def _counts(session: AsyncSession, event_id: int) -> tuple[dict[Constituency, int], dict[Region, int]]:
    rows = await attendances_of(session, event_id)
    return (
        {row.constituency: row.count for row in rows if row.constituency is not None},
        {row.region: row.count for row in rows if row.region is not None},
    )
