"""What a first page tells: the latest newsletter, what is coming, and how many pathfinders are how far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from community import coming, groups, issues, pathfinders
from community.coming import Wanted
from community.events import Happening
from community.groups import GroupLine
from community.issues import Issue
from community.pathfinders import PathfinderLine
from storage.partial_dates import PartialDate, Precision
from storage.vocabulary import GroupKind, PlaceKind, Stage

NEXT_EVENTS = 3


@dataclass(frozen=True)
class Start:
    """What is public today. `newsletter` is the latest that went out, without its items.

    `events` are the next ones that have a day, a month or a year.
    """

    newsletter: Issue | None
    events: tuple[Happening, ...]
    pathfinders: tuple[PathfinderLine, ...]
    groups: tuple[GroupLine, ...]

    @property
    def countries(self) -> int:
        """How many pathfinders are countries."""
        return sum(line.kind is PlaceKind.COUNTRY for line in self.pathfinders)

    @property
    def bodies(self) -> int:
        """How many pathfinders are regional bodies."""
        return len(self.pathfinders) - self.countries

    @property
    def stages(self) -> Mapping[Stage | None, int]:
        """How many pathfinders are at each stage, in its order; None counts those of which none is stated."""
        at = [line.stage.stage if line.stage else None for line in self.pathfinders]
        return {stage: at.count(stage) for stage in (*Stage, None) if stage in at}

    @property
    def as_of(self) -> PartialDate | None:
        """When a source last tells of a stage, as exactly as that is known."""
        dates: list[PartialDate] = []
        for stage in (line.stage for line in self.pathfinders if line.stage):
            if stage.said:
                dates.append(PartialDate(Precision.DAY, stage.said.at.date(), stage.said.at.date()))
            elif stage.citation and stage.citation.as_of.end:
                dates.append(stage.citation.as_of)
        return max(dates, key=lambda one: one.end or date.min, default=None)


async def start(session: AsyncSession, today: date, now: datetime) -> Start:
    """What a first page tells on its `today`, at an aware moment."""
    latest = await issues.published(session, now, 1)
    found = await coming.lines(session, Wanted(), today, now=now)
    following = [line for line in found if line.when.end and line.is_coming][:NEXT_EVENTS]
    standing = await groups.listing(session, today)
    return Start(
        latest[0] if latest else None,
        await coming.shown(session, following, Wanted(), today, now=now),
        await pathfinders.listing(session, today),
        tuple(line for line in standing if line.kind is not GroupKind.COORDINATING),
    )
