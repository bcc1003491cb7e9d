"""What editions tell: what is new since the last one, and what lies ahead on the day on which they go out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from community.coming import Wanted, lines, shown
from community.commitments import due_publicly
from community.events import Happening
from community.inquiries import Inquiry
from community.names import PlaceName
from community.posted import Posted, posted
from community.promised import Promised
from community.questions import unsettled_publicly
from storage.base import Words
from storage.changes import Change
from storage.editions import last_made
from storage.groups import Group
from storage.news import (
    Topics,
    advances_among,
    changes_of_edition,
    fresh_changes,
    left_out,
    partners_among,
    public_updates,
    steps_due,
    subject_id,
    updates_among,
    updates_of,
)
from storage.organisations import Organisation
from storage.partial_dates import PartialDate
from storage.pathfinders import Place, StageChange
from storage.updates import Update
from storage.vocabulary import Cadence, Constituency, Stage, Theme

MARGIN = timedelta(hours=1)
"""How long a transaction may last that publishes something, and how far clocks of replicas may differ: what
was published so long before the last edition was made is looked at again."""
AHEAD = {
    Cadence.DAILY: timedelta(days=3),
    Cadence.WEEKLY: timedelta(days=14),
    Cadence.MONTHLY: timedelta(days=45),
}
"""How far an edition looks ahead: beyond the next one, for people plan by it."""
OVERDUE = timedelta(days=30)
"""How long a promise that nobody kept or took back is still named."""
COMING, DUE, ASKED = 5, 5, 5
"""Events, promises and questions in an edition, at most; `/events` and `/ask` have them all."""


@dataclass(frozen=True)
class Advance:
    """A pathfinder reached a stage. `is_gone`: that was taken back since."""

    change_id: int
    place: PlaceName
    stage: Stage
    when: PartialDate
    is_gone: bool


@dataclass(frozen=True)
class Partner:
    """An organisation that was added to the register."""

    change_id: int
    name: Words
    constituency: Constituency | None


@dataclass(frozen=True)
class News:
    """What an edition holds: updates in order, subject by subject, and changes of the record."""

    items: tuple[Posted, ...] = ()
    advances: tuple[Advance, ...] = ()
    partners: tuple[Partner, ...] = ()


@dataclass(frozen=True)
class Outlook:
    """What lies ahead: coming events; next steps and commitments that are due soon, or were, named still.

    And the public questions that wait longest for an answer, without who asked them.
    """

    coming: tuple[Happening, ...] = ()
    due: tuple[Posted, ...] = ()
    promised: tuple[Promised, ...] = ()
    questions: tuple[Inquiry, ...] = ()


async def since(
    session: AsyncSession, reader: str, cadence: Cadence | None, begun: datetime, *, before: int = 0
) -> datetime:
    """From when on news is new for a reader: their last edition of that cadence (None: of any), or `begun`.

    `before` is the id of an edition that is looked at again: what counts is the one before it.
    """
    last = await last_made(session, reader, cadence, before=before)
    return max(begun, last - MARGIN) if last else begun


async def held(session: AsyncSession, edition: int) -> News:
    """What an edition holds, as it stands now."""
    changes = changes_of_edition(edition)
    return _news(
        await updates_of(session, edition),
        await advances_among(session, changes),
        await partners_among(session, changes),
    )


async def to_come(
    session: AsyncSession,
    reader: str,
    begun: datetime,
    topics: Topics,
    hidden: Collection[str],
    *,
    edition: int,
) -> News:
    """What an edition would hold if it were brought up to date now; with id 0, one that is not made yet.

    Nothing changes by looking.
    """
    updates = public_updates(reader, begun, topics), left_out(reader, "update", hidden)
    changes = fresh_changes(reader, begun, topics), left_out(reader, "change", hidden)
    found = changes_of_edition(edition)
    return _news(
        [*await updates_of(session, edition), *await updates_among(session, *updates)],
        await advances_among(session, found, *changes),
        await partners_among(session, found, *changes),
    )


def _news(
    updates: Iterable[Update],
    advances: Iterable[tuple[Change, StageChange, Place]],
    partners: Iterable[tuple[Change, Organisation]],
) -> News:
    reached = (advance(*row) for row in advances)
    joined = (Partner(change.id, row.name, row.constituency) for change, row in partners)
    return News(tuple(by_subject(posted(row) for row in updates)), tuple(reached), tuple(joined))


def advance(change: Change, stage: StageChange, place: Place) -> Advance:
    """A stage that was reached, as it is shown."""
    gone = stage.ended_at is not None or change.taken_back_at is not None
    return Advance(change.id, PlaceName(place.key, place.names), stage.stage, stage.when, is_gone=gone)


def by_subject(items: Iterable[Posted]) -> Sequence[Posted]:
    """Updates with those on the same subject together, in the order in which each subject first comes."""
    found: dict[str, list[Posted]] = {}
    for item in items:
        found.setdefault(item.subject, []).append(item)
    return [item for ones in found.values() for item in ones]


async def outlook(session: AsyncSession, cadence: Cadence, at: datetime, zone: str) -> Outlook:
    """What lies ahead at an aware moment, in a zone."""
    today = at.astimezone(ZoneInfo(zone)).date()
    last = today + AHEAD[cadence]
    found = await lines(session, Wanted(), today)
    near = [one for one in found if one.when.start and today <= one.when.start <= last][:COMING]
    coming = await shown(session, near, Wanted(), today)
    due = await steps_due(session, today - OVERDUE, last, DUE)
    promised = await due_publicly(session, today - OVERDUE, last, DUE)
    asked = await unsettled_publicly(session, at, ASKED)
    return Outlook(coming, tuple(posted(row) for row in due), promised, asked)


async def topics_of(session: AsyncSession, names: Iterable[str]) -> Topics:
    """What `group:KEY`, `place:KEY` and `theme:WORD` name; what was merged is what it went into."""
    ids: dict[str, set[int]] = {"group": set(), "place": set()}
    themes = set()
    for name in names:
        kind, _, key = name.partition(":")
        if kind == "theme":
            themes.add(Theme(key))
        else:
            ids[kind].add(await subject_id(session, Group if kind == "group" else Place, key))
    return Topics(frozenset(ids["group"]), frozenset(ids["place"]), frozenset(themes))
