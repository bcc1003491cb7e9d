"""Two entries of the register become one, and nothing is lost.

Whatever refers to the first is pointed at the second (`storage.references`). Where both are pathfinders, the
journey of the first stays with it, out of sight, and its stages go to the journey of the second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from community.entries import write_down
from community.errors import Ambiguous, Invalid, NotFound
from community.folding import fold
from community.following import waits_from
from community.groups import find_group, group_names
from community.names import Names, PlaceName
from community.organisations import find_organisation
from community.pathfinders import find_place
from community.rights import Action, Actor, require
from storage.changes import columns_of
from storage.deliveries import Delivery
from storage.following import Subscription, subscription
from storage.groups import Group, Membership
from storage.organisations import Organisation
from storage.pathfinders import Pathfinder, Place, StageChange
from storage.references import move, references_to
from storage.requests import Request
from storage.roles import Representative, Role


class Kind(StrEnum):
    """What can be merged."""

    GROUP = "group"
    ORGANISATION = "organisation"
    PLACE = "place"


TABLES: Mapping[Kind, type[Any]] = {
    Kind.GROUP: Group,
    Kind.ORGANISATION: Organisation,
    Kind.PLACE: Place,
}
HELD_ONCE: Mapping[type[Any], tuple[str, ...]] = {
    Membership: ("group_id", "member_id"),
    Representative: ("organisation_id", "member_id"),
    Role: ("name", "group_id", "place_id", "organisation_id", "member_id"),
}
"""What somebody may have held of both: of two rows that say the same the later one is ended, and stays."""


@dataclass(frozen=True)
class Merger:
    """A merger that may take place: the two entries, and how many rows of each table go along."""

    kind: Kind
    source_id: int
    target_id: int
    source: PlaceName
    target: PlaceName
    moving: Mapping[str, int]


async def plan(
    session: AsyncSession, actor: Actor, names: Names, kind: Kind, this: str, into: str, locale: str
) -> Merger:
    """What would move if `this` went `into` the other; both as typed. Nothing is changed.

    Raises `NotAllowed`, or `Invalid` for a name that is unclear, for one entry twice, or for a country.
    """
    require(actor, Action.MANAGE_REGISTER)
    source = await _meant(session, names, kind, this, locale, "this")
    target = await _meant(session, names, kind, into, locale, "into")
    _check(source, target, "this", "into")
    table = TABLES[kind].__table__
    moving: Counter[str] = Counter()
    for column in references_to(table):
        query = select(func.count()).select_from(column.table).where(column == source.id)
        moving[column.table.name] += await session.scalar(query) or 0
    return Merger(kind, source.id, target.id, _name(source), _name(target), +moving)


async def merge(
    session: AsyncSession,
    actor: Actor,
    kind: Kind,
    source_id: int,
    target_id: int,
    today: date,
    now: datetime,
) -> Merger:
    """Let the first entry go into the second: all that refers to it moves, its names find the second.

    Raises `NotAllowed`, or `Invalid` (field `sure`) if one of them went into another meanwhile.
    """
    require(actor, Action.MANAGE_REGISTER)
    table = TABLES[kind]
    query = select(table).where(table.id.in_((source_id, target_id))).order_by(table.id)
    query = query.with_for_update(of=table).execution_options(populate_existing=True)
    rows = {row.id: row for row in (await session.scalars(query)).unique()}
    if source_id not in rows or target_id not in rows:
        raise Invalid("sure", "gone")
    source, target = rows[source_id], rows[target_id]
    _check(source, target, "sure", "sure")
    if kind is Kind.PLACE:
        await _stages_in_order(session, source_id, target_id)
    moved: Counter[str] = Counter()
    await move(session, table.__table__, source_id, target_id, moved)
    await _end_doubles(session, f"{kind.value}_id", target_id, today)
    await _move_names(session, kind, source.key, target.key)
    await _follow_on(session, f"{kind.value}:{source.key}", f"{kind.value}:{target.key}", now)
    before = columns_of(source)
    source.merged_into_id = target_id
    if kind is not Kind.ORGANISATION:
        target.aliases = [*target.aliases, *_spellings(source, target)]
    await session.flush()
    about = {} if kind is Kind.ORGANISATION else {f"{kind.value}_id": target_id}
    write_down(session, actor, source, "merged", before, now, **about)
    return Merger(kind, source_id, target_id, _name(source), _name(target), +moved)


async def _move_names(session: AsyncSession, kind: Kind, source: str, target: str) -> None:
    """The same for what names an entry by its key: cards that were shared, and interests that wait."""
    cards = update(Delivery).where(Delivery.about == f"{kind.value}:{source}")
    await session.execute(
        cards.values(about=f"{kind.value}:{target}").execution_options(synchronize_session=False)
    )
    if kind is Kind.PLACE:
        asked = update(Request).where(Request.about == source).values(about=target)
        await session.execute(asked.execution_options(synchronize_session=False))


async def _follow_on(session: AsyncSession, source: str, target: str, now: datetime) -> None:
    """Whoever followed the first follows the second, once; a key ends with what is followed."""
    query = select(Subscription).where(Subscription.key.endswith(f">{source}", autoescape=True))
    for row in (await session.scalars(query.execution_options(populate_existing=True))).unique().all():
        key = f"{row.key.removesuffix(source)}{target}"
        other = await subscription(session, key)
        if other is None:
            row.key = key
        elif row.ended_at is None:
            if other.ended_at is not None:
                other.cadence, other.since, other.ended_at = row.cadence, row.since, None
                other.waits_from = row.waits_from
            else:
                await _wait_for_both(session, row, other, now)
            row.ended_at = now
    await session.flush()


async def _wait_for_both(
    session: AsyncSession, row: Subscription, other: Subscription, now: datetime
) -> None:
    """What waits of the first comes with the next edition of the second."""
    first, second = await waits_from(session, row, now), await waits_from(session, other, now)
    if first and second and first < second:
        other.since, other.waits_from = now, first


async def _stages_in_order(session: AsyncSession, source_id: int, target_id: int) -> None:
    """Put the stages of the first before those of the second, whose last one then holds."""
    journeys = {}
    for place_id in (source_id, target_id):
        query = select(Pathfinder.id).where(Pathfinder.place_id == place_id)
        journeys[place_id] = (await session.scalars(query)).one_or_none()
    of_source = StageChange.pathfinder_id == journeys[source_id]
    of_target = StageChange.pathfinder_id == journeys[target_id]
    last = await session.scalar(select(func.max(StageChange.position)).where(of_source))
    first = await session.scalar(select(func.min(StageChange.position)).where(of_target))
    if last is not None and first is not None:
        shifted = StageChange.position + (first - last - 1)
        await session.execute(
            update(StageChange).where(of_source).values(position=shifted),
            execution_options={"synchronize_session": False},
        )


async def _end_doubles(session: AsyncSession, column: str, target_id: int, today: date) -> None:
    """End what one person or organisation now holds twice; the earlier row goes on."""
    for table, same in HELD_ONCE.items():
        if column not in same:
            continue
        standing = table.until.is_(None) | (table.until > today)
        query = select(table).where(getattr(table, column) == target_id, standing)
        rows = (await session.scalars(query.execution_options(populate_existing=True))).unique().all()
        held = set()
        for row in sorted(rows, key=_rank):
            what = tuple(getattr(row, name) for name in same)
            if what in held:
                row.until = today
            elif table is not Role or row.member_id or row.organisation_id:  # a vacant seat is nobody's
                held.add(what)


def _rank(row: Any) -> tuple[bool, str, int]:
    """Who holds in full goes before a deputy, the earlier before the later."""
    return getattr(row, "is_deputy", False), str(row.since or ""), row.id


async def _meant(session: AsyncSession, names: Names, kind: Kind, query: str, locale: str, field: str) -> Any:
    """The row meant. Raises `Invalid`."""
    try:
        match kind:
            case Kind.GROUP:
                key = find_group(await group_names(session), query)
            case Kind.ORGANISATION:
                key = await find_organisation(session, query, field)
            case Kind.PLACE:
                key = await find_place(session, names, query, locale)
    except (NotFound, Ambiguous) as unclear:
        raise Invalid(field, "entry_unclear", query) from unclear
    table = TABLES[kind]
    row = (await session.scalars(select(table).where(table.key == key))).one_or_none()
    if row is None:
        raise Invalid(field, "country_stays" if field == "this" else "not_on_record", query)
    return row


def _check(source: Any, target: Any, this: str, into: str) -> None:
    """Raise for two that cannot become one."""
    if source.id == target.id:
        raise Invalid(into, "same_entry")
    if source.merged_into_id is not None or target.merged_into_id is not None:
        raise Invalid(into, "merged_already")
    if getattr(source, "code", None):
        raise Invalid(this, "country_stays")


def _spellings(source: Any, target: Any) -> list[str]:
    """All that the first is called and the second is not."""
    known = {fold(name) for name in (*(_called(target) or {}).values(), *target.aliases, target.key)}
    found: dict[str, str] = {}
    for name in (*(_called(source) or {}).values(), *source.aliases, source.key):
        if fold(name) not in known:
            found.setdefault(fold(name), name)
    return list(found.values())


def _called(row: Any) -> dict[str, str] | None:
    names: dict[str, str] | None = row.names if isinstance(row, Place) else row.name
    return names


def _name(row: Any) -> PlaceName:
    return PlaceName(row.key, _called(row))
