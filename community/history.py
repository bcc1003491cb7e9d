"""Changes of the record: how each is kept, shown afterwards, and taken back while nothing else came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.events import touch
from community.rights import Action, Actor, Subject, require
from storage.base import Base, Words
from storage.changes import Change, changes_of, columns_of, read_columns
from storage.events import Event
from storage.facts import Fact
from storage.groups import Group
from storage.partial_dates import PartialDate, Standing
from storage.pathfinders import StageChange
from storage.vocabulary import FactKind, FactState, GroupStatus, Stage, Theme

TABLES: Mapping[str, type[Base]] = {"fact": Fact, "stage": StageChange, "event": Event, "group": Group}
"""The tables that people change, by the word that names a row of theirs, such as `fact:17`."""
SHOWN = 10
LOOKED_AT = 50
"""Among the latest changes of a group stand those of its name and its channel, which are not shown here."""


class Act(StrEnum):
    """What somebody did to the record."""

    ADDED = "added"
    CHANGED = "changed"
    CONFIRMED = "confirmed"
    ENDED = "ended"


class TakenBack(StrEnum):
    """What came of taking a change back: it was done, or was done before, or the entry was changed since."""

    DONE = "done"
    ALREADY = "already"
    CHANGED_SINCE = "changed_since"


@dataclass(frozen=True)
class Version:
    """What an entry said, as far as a change touched it; None is what was empty, or was not touched."""

    text: Words | None = None
    theme: Theme | None = None
    state: FactState | None = None
    owner: Words | None = None
    stage: Stage | None = None
    group_status: GroupStatus | None = None
    when: PartialDate | None = None
    standing: Standing | None = None
    note: Words | None = None


@dataclass(frozen=True)
class Earlier:
    """One change as it is shown. `about` is the entry as it stands now; `what` the kind of its row."""

    id: int
    at: datetime
    by: str
    act: Act
    what: str
    kind: FactKind | None
    about: Words | None
    before: Version
    after: Version
    is_taken_back: bool


async def write(
    session: AsyncSession,
    actor: Actor,
    act: Act,
    row: Base,
    before: Mapping[str, Any] | None,
    subject: Subject,
    now: datetime,
) -> None:
    """Keep a change, and note it in the audit. `before` is `columns_of` the row, None for one just added.

    A date is kept whole, however little of it changed.
    """
    await session.flush()
    after = columns_of(row)
    if before is not None:
        changed = {name for name, value in after.items() if value != before[name]}
        if any(name.startswith("when_") for name in changed):
            changed |= {name for name in after if name.startswith("when_")}
        before = {name: value for name, value in before.items() if name in changed}
        after = {name: value for name, value in after.items() if name in changed}
    name = row_name(row)
    session.add(
        Change(
            at=now, by_id=actor.member_id, place_id=subject.place_id, group_id=subject.group_id,
            act=act.value, row=name, before=before, after=after,
        )
    )  # fmt: skip
    note(session, actor, f"record_{act.value}", name, now)


async def earlier(session: AsyncSession, actor: Actor, subject: Subject, today: date) -> tuple[Earlier, ...]:
    """The latest changes of a place's or a group's record, newest first. Raises `NotAllowed`."""
    require(actor, Action.CHANGE_RECORD, subject)
    found = await changes_of(session, LOOKED_AT, place_id=subject.place_id, group_id=subject.group_id)
    shown = [change for change in found if _is_of_the_record(change)][:SHOWN]
    return tuple([await _shown(session, change, today) for change in shown])


async def take_back(session: AsyncSession, actor: Actor, number: int, now: datetime) -> TakenBack:
    """Undo a change: the entry says again what it said before; what was added is shown no more.

    Only while it stands as that change left it, and only once. Raises `NotAllowed`.
    """
    query = select(Change).where(Change.id == number).with_for_update(of=Change)
    change = (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()
    if change is None or not _is_of_the_record(change):
        return TakenBack.ALREADY
    require(actor, Action.CHANGE_RECORD, Subject(change.group_id, change.place_id))
    if change.taken_back_at is not None:
        return TakenBack.ALREADY
    row = await row_called(session, change.row)
    stands = columns_of(row) if row is not None else {}
    if row is None or any(stands[name] != value for name, value in (change.after or {}).items()):
        return TakenBack.CHANGED_SINCE
    values = {"ended_at": now} if change.before is None else read_columns(type(row), change.before)
    for name, value in values.items():
        setattr(row, name, value)
    if isinstance(row, Event):
        touch(row, now)
    change.taken_back_at, change.taken_back_by_id = now, actor.member_id
    note(session, actor, "record_taken_back", change.row, now)
    await session.flush()
    return TakenBack.DONE


async def row_called(session: AsyncSession, name: str) -> Any:
    """The row of a name such as `fact:17`, locked where the database can; None if there is none."""
    word, _, number = name.partition(":")
    table: Any = TABLES.get(word)
    if table is None or not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    query = select(table).where(table.id == int(number)).with_for_update(of=table)
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()


def row_name(row: Any) -> str:
    """The name of a row, such as `fact:17`."""
    word = next(word for word, table in TABLES.items() if type(row) is table)
    return f"{word}:{row.id}"


def _is_of_the_record(change: Change) -> bool:
    word = change.row.partition(":")[0]
    return (
        word in TABLES
        and change.act in set(Act)
        and (word != "group" or bool(change.before and "status" in change.before))
    )


async def _shown(session: AsyncSession, change: Change, today: date) -> Earlier:
    word, _, number = change.row.partition(":")
    row: Any = await session.get(TABLES[word], int(number))
    return Earlier(
        id=change.id,
        at=change.at,
        by=change.by.slack_id,
        act=Act(change.act),
        what=word,
        kind=row.kind if isinstance(row, Fact) else None,
        about=row.text if isinstance(row, Fact) else row.name if isinstance(row, Event) else None,
        before=_version(TABLES[word], change.before, today),
        after=_version(TABLES[word], change.after, today),
        is_taken_back=change.taken_back_at is not None,
    )


def _version(table: type[Base], columns: Mapping[str, Any] | None, today: date) -> Version:
    values = read_columns(table, columns or {})
    parts = {name.removeprefix("when_"): part for name, part in values.items() if name.startswith("when_")}
    when = PartialDate(**parts) if parts else None
    return Version(
        text=values.get("text"),
        theme=values.get("theme"),
        state=values.get("state"),
        owner=values.get("owner"),
        stage=values.get("stage"),
        group_status=values.get("status"),
        when=when,
        standing=when.standing(today) if when else None,
        note=values.get("note"),
    )
