"""What an edition is made of: the pieces of news that its reader has not had, and those that it holds.

News is what became public, or changed in the record, since the reader's last edition. A piece that was left
out of an edition waits as an item without one. So an edition costs what its own period's news cost.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from storage.changes import Change
from storage.editions import Edition, EditionItem
from storage.groups import Group
from storage.organisations import Organisation
from storage.pathfinders import Pathfinder, Place, StageChange
from storage.updates import Update
from storage.vocabulary import Theme, UpdateState, Visibility

_BY_SUBJECT = (Update.group_id, Update.place_id, Update.released_at, Update.id)


@dataclass(frozen=True)
class Topics:
    """What news is to be about: ids of groups and places, and themes. None of them is everything."""

    groups: frozenset[int] = frozenset()
    places: frozenset[int] = frozenset()
    themes: frozenset[Theme] = frozenset()

    @property
    def are_all(self) -> bool:
        """Whether nothing is left out."""
        return not (self.groups or self.places or self.themes)


def fresh_updates(reader: str, since: datetime, topics: Topics) -> Select[int]:
    """The ids of what was published on topics since then, and is in no edition of this reader yet."""
    had = select(EditionItem.id).where(EditionItem.reader == reader, EditionItem.update_id == Update.id)
    found = select(Update.id).where(
        Update.state == UpdateState.PUBLISHED, Update.released_at >= since, ~had.exists()
    )
    if topics.are_all:
        return found
    return found.where(
        or_(
            Update.group_id.in_(topics.groups),
            Update.place_id.in_(topics.places),
            Update.theme.in_(topics.themes),
        )
    )


def public_updates(reader: str, since: datetime, topics: Topics) -> Select[int]:
    """Of these, the ids of what is public."""
    return fresh_updates(reader, since, topics).where(Update.visibility == Visibility.PUBLIC)


def fresh_changes(reader: str, since: datetime, topics: Topics) -> Select[int]:
    """The ids of the changes of the record since then that are news: a stage reached, a new organisation.

    On topics, only stages of their places.
    """
    had = select(EditionItem.id).where(EditionItem.reader == reader, EditionItem.change_id == Change.id)
    found = select(Change.id).where(
        Change.at >= since,
        Change.act == "added",
        Change.taken_back_at.is_(None),
        or_(Change.row.startswith("stage:"), Change.row.startswith("organisation:")),
        ~had.exists(),
    )
    return found if topics.are_all else found.where(Change.place_id.in_(topics.places))


def left_out(reader: str, kind: str, hidden: Collection[str]) -> Select[Any]:
    """The ids of the updates, or changes, that earlier editions left out, but for those in `hidden`."""
    column = EditionItem.update_id if kind == "update" else EditionItem.change_id
    found = select(column).where(
        EditionItem.reader == reader,
        EditionItem.edition_id.is_(None),
        column.is_not(None),
        column.not_in(_numbers(hidden, kind)),
    )
    stands = _public() if kind == "update" else select(Change.id).where(Change.taken_back_at.is_(None))
    return found.where(column.in_(stands))


async def fill(
    session: AsyncSession, edition: int, reader: str, since: datetime, topics: Topics, hidden: Collection[str]
) -> None:
    """Put into a newsletter's edition what is public and new, and what an earlier one left out.

    One statement a table, however much it is: subject by subject, oldest first, after what it holds already.
    `hidden` is what its own editors left out.
    """
    last = func.max(EditionItem.position)
    held = await session.scalar(select(last).where(EditionItem.edition_id == edition)) or 0
    for kind, found, order in (
        ("update", public_updates(reader, since, topics), _BY_SUBJECT),
        ("change", fresh_changes(reader, since, topics), (Change.id,)),
    ):
        position = func.row_number().over(order_by=order) + literal(held)
        rows = found.add_columns(literal(edition), literal(reader), position)
        columns = [f"{kind}_id", "edition_id", "reader", "position"]
        await session.execute(insert(EditionItem).from_select(columns, rows))
        column = EditionItem.update_id if kind == "update" else EditionItem.change_id
        again = update(EditionItem).where(
            EditionItem.reader == reader,
            EditionItem.edition_id.is_(None),
            column.in_(left_out(reader, kind, hidden)),
        )
        await session.execute(again.values(edition_id=edition).execution_options(synchronize_session=False))


async def hold(
    session: AsyncSession,
    edition: int,
    reader: str,
    update_ids: Sequence[int],
    change_ids: Sequence[int],
) -> None:
    """Put updates and changes into an edition, in that order."""
    for column, ids in (("update_id", update_ids), ("change_id", change_ids)):
        rows = [
            {"edition_id": edition, "reader": reader, column: one, "position": position}
            for position, one in enumerate(ids, start=1)
        ]
        if rows:
            await session.execute(insert(EditionItem), rows)


async def keep_public(session: AsyncSession, edition: int) -> None:
    """Leave out of a new edition what is public no more, and let the rest be, until the transaction ends.

    Whoever withdraws an update at this moment is waited for, or waits and then finds the edition.
    """
    held = select(EditionItem.update_id).where(EditionItem.edition_id == edition)
    public = Update.state == UpdateState.PUBLISHED, Update.visibility == Visibility.PUBLIC
    await _hold_still(session, select(Update.id).where(Update.id.in_(held), *public))
    gone = select(Update.id).where(Update.id.in_(held), not_(and_(*public)))
    left = update(EditionItem).where(EditionItem.edition_id == edition, EditionItem.update_id.in_(gone))
    await session.execute(left.values(edition_id=None).execution_options(synchronize_session=False))


async def still_published(session: AsyncSession, update_ids: Collection[int]) -> list[Update]:
    """Of these updates those that are published; nobody changes them until the transaction ends."""
    mine = Update.id.in_(update_ids), Update.state == UpdateState.PUBLISHED
    await _hold_still(session, select(Update.id).where(*mine))
    return await _updates(session, select(Update).where(*mine).order_by(*_BY_SUBJECT))


async def leave_out(session: AsyncSession, edition: int, names: Collection[str] | None = None) -> None:
    """Leave pieces such as `update:17` out of an edition, or (None) all of it: they are for the next one."""
    left = update(EditionItem).where(EditionItem.edition_id == edition)
    if names is not None:
        left = left.where(
            or_(
                EditionItem.update_id.in_(_numbers(names, "update")),
                EditionItem.change_id.in_(_numbers(names, "change")),
            )
        )
    await session.execute(left.values(edition_id=None).execution_options(synchronize_session=False))


async def put_first(session: AsyncSession, edition: int, names: Sequence[str]) -> None:
    """Let updates such as `update:17` come first in an edition, in that order."""
    for place, number in enumerate(_numbers(names, "update")):
        mine = EditionItem.edition_id == edition, EditionItem.update_id == number
        await session.execute(update(EditionItem).where(*mine).values(position=place - len(names)))


async def updates_of(session: AsyncSession, edition: int) -> list[Update]:
    """The updates of an edition as they stand now, in its order."""
    query = select(Update).join(EditionItem, EditionItem.update_id == Update.id)
    query = query.where(EditionItem.edition_id == edition).order_by(EditionItem.position, EditionItem.id)
    return await _updates(session, query)


async def updates_among(session: AsyncSession, *found: Select[int]) -> list[Update]:
    """The updates of these ids as they stand now, subject by subject."""
    query = select(Update).where(or_(*(Update.id.in_(ids) for ids in found))).order_by(*_BY_SUBJECT)
    return await _updates(session, query)


def changes_of_edition(edition: int) -> Select[int | None]:
    """The ids of the changes that an edition holds."""
    return select(EditionItem.change_id).where(EditionItem.edition_id == edition)


async def advances_among(
    session: AsyncSession, *found: Select[Any]
) -> list[tuple[Change, StageChange, Place]]:
    """The stages that pathfinders reached, among the changes of these ids: each with the change's row."""
    query = (
        select(Change, StageChange, Place)
        .join(StageChange, Change.row == literal("stage:") + cast(StageChange.id, String))
        .join(Pathfinder, Pathfinder.id == StageChange.pathfinder_id)
        .join(Place, Place.id == Pathfinder.place_id)
        .where(or_(*(Change.id.in_(ids) for ids in found)))
        .order_by(Change.id)
        .execution_options(populate_existing=True)
    )
    return [(change, stage, place) for change, stage, place in await session.execute(query)]


async def partners_among(session: AsyncSession, *found: Select[Any]) -> list[tuple[Change, Organisation]]:
    """The organisations that were added, among the changes of these ids; none that became another since."""
    query = (
        select(Change, Organisation)
        .join(Organisation, Change.row == literal("organisation:") + cast(Organisation.id, String))
        .where(or_(*(Change.id.in_(ids) for ids in found)), Organisation.merged_into_id.is_(None))
        .order_by(Change.id)
        .execution_options(populate_existing=True)
    )
    return [(change, organisation) for change, organisation in await session.execute(query)]


async def editions_with(session: AsyncSession, update_id: int) -> list[Edition]:
    """The editions that hold an update."""
    return await _holding(session, EditionItem.update_id == update_id)


async def editions_with_change(session: AsyncSession, change_id: int) -> list[Edition]:
    """The editions that hold a change of the record."""
    return await _holding(session, EditionItem.change_id == change_id)


async def count_items(session: AsyncSession, edition: int) -> int:
    """How many pieces of news an edition holds."""
    query = select(func.count(EditionItem.id)).where(EditionItem.edition_id == edition)
    return await session.scalar(query) or 0


async def steps_due(session: AsyncSession, first: date, last: date, most: int) -> list[Update]:
    """The public updates whose next step is due from `first` to `last`, soonest first."""
    query = (
        select(Update)
        .where(Update.id.in_(_public()), Update.next_step.is_not(None), Update.next_due.between(first, last))
        .order_by(Update.next_due, Update.id)
        .limit(most)
    )
    return list((await session.scalars(query)).unique())


async def subject_id(session: AsyncSession, table: type[Group] | type[Place], key: str) -> int:
    """The id of a key's group or place, or of what it went into; 0 for none, which nothing is about."""
    query = select(func.coalesce(table.merged_into_id, table.id)).where(table.key == key)
    return await session.scalar(query) or 0


async def _hold_still(session: AsyncSession, updates: Select[int]) -> None:
    """Let nobody change these rows until the transaction ends, where the database can do that."""
    await session.execute(updates.order_by(Update.id).with_for_update(read=True))


async def _updates(session: AsyncSession, query: Select[Update]) -> list[Update]:
    return list((await session.scalars(query.execution_options(populate_existing=True))).unique())


async def _holding(session: AsyncSession, piece: ColumnElement[bool]) -> list[Edition]:
    query = select(Edition).join(EditionItem, EditionItem.edition_id == Edition.id).where(piece)
    return list((await session.scalars(query.order_by(Edition.id))).unique())


def _public() -> Select[int]:
    return select(Update.id).where(
        Update.state == UpdateState.PUBLISHED, Update.visibility == Visibility.PUBLIC
    )


def _numbers(names: Collection[str], kind: str) -> list[int]:
    parts = (name.partition(":") for name in names)
    return [int(number) for word, _, number in parts if word == kind]
