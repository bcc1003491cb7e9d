"""What stands in the record of a place or a group, entry by entry, for those who may change it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.events import Happening, happening
from community.facts import Citation, Said, Statement, citation, said, statement
from community.history import row_name
from community.names import PlaceName
from community.pathfinders import Reached, reached
from community.progress import last_stage
from community.record import is_changeable, seen_as, standing_row, subject_of
from community.rights import Action, Actor, Subject, require
from storage.base import Words, with_source
from storage.events import Event, events_of_place
from storage.facts import Fact, facts_of
from storage.groups import Group
from storage.pathfinders import Pathfinder, Place
from storage.vocabulary import GroupStatus


@dataclass(frozen=True)
class Entry:
    """One entry that may be changed. `row` names it, `seen` marks how it stood when it was looked at."""

    row: str
    seen: str
    what: Statement | Happening

    @property
    def number(self) -> str:
        """The number of its row."""
        return self.row.partition(":")[2]

    @property
    def is_fact(self) -> bool:
        """Whether it is a fact; else it is a workshop."""
        return isinstance(self.what, Statement)


@dataclass(frozen=True)
class Standing:
    """What stands of one place (`place`, `stage`) or one group (`group`, `status`).

    `seen` marks how the stage, or the group's own entry, stood. `citation` and `said` go with the status.
    """

    scope: str
    place: PlaceName | None
    group: Words | None
    stage: Reached | None
    status: GroupStatus | None
    citation: Citation | None
    said: Said | None
    seen: str
    entries: tuple[Entry, ...]


async def standing(session: AsyncSession, actor: Actor, scope: str, today: date) -> Standing:
    """What stands in the record of `group:KEY` or `place:KEY`; `today` is the reader's own day.

    Raises `NotAllowed`, or `Invalid` for a place that is no pathfinder.
    """
    subject = await subject_of(session, scope)
    require(actor, Action.CHANGE_RECORD, subject)
    facts = await facts_of(session, place_id=subject.place_id, group_id=subject.group_id)
    entries = tuple(entry_of(row, today) for row in facts if is_changeable(row))
    if subject.group_id is not None:
        group = await session.get_one(Group, subject.group_id, options=with_source(Group))
        return Standing(
            scope, None, group.name, None, group.status, citation(group), said(group), seen_as(group), entries
        )
    assert subject.place_id is not None  # noqa: S101 - it is the one or the other
    place = await session.get_one(Place, subject.place_id)
    journey = select(Pathfinder.id).where(Pathfinder.place_id == place.id)
    stage = await last_stage(session, (await session.scalars(journey)).one())
    events = [row for row in await events_of_place(session, place.id) if is_changeable(row)]
    return Standing(
        scope=scope,
        place=PlaceName(place.key, place.names),
        group=None,
        stage=reached(stage) if stage else None,
        status=None,
        citation=None,
        said=None,
        seen=seen_as(stage),
        entries=(*(entry_of(row, today) for row in events), *entries),
    )


async def entry(session: AsyncSession, actor: Actor, name: str, today: date) -> Entry | None:
    """One entry, such as `fact:17`, to change it; None if it is gone. Raises `NotAllowed`."""
    row, _ = await standing_row(session, actor, name, "")
    return entry_of(row, today) if isinstance(row, Fact | Event) else None


def entry_of(row: Fact | Event, today: date) -> Entry:
    """A row as an entry."""
    what = statement(row) if isinstance(row, Fact) else happening(row, today)
    return Entry(row_name(row), seen_as(row), what)


async def scope_of(session: AsyncSession, subject: Subject) -> tuple[str, PlaceName | None, Words | None]:
    """What a subject is called: its scope, and the place or the name of the group."""
    if subject.group_id is not None:
        group = await session.get_one(Group, subject.group_id)
        return f"group:{group.key}", None, group.name
    place = await session.get_one(Place, subject.place_id)
    return f"place:{place.key}", PlaceName(place.key, place.names), None
