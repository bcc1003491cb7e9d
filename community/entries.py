"""What all entries of the register share: their names and keys, and the record of what they said before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import Invalid
from community.folding import fold
from community.names import OwnName
from community.rights import Actor
from community.sheets import slug
from storage.base import Sourced, Words
from storage.changes import Change, columns_of
from storage.groups import Group
from storage.organisations import Organisation
from storage.pathfinders import Place, StageChange

SHORTEST_KEY = 3
"""Two letters are an ISO code, and with it a country."""
KINDS: Mapping[type[Any], str] = {
    Group: "group",
    Organisation: "organisation",
    Place: "place",
    StageChange: "stage",
}
"""How rows of each table are named in the record of changes, such as `group:17`."""


def wrong_names(names: Words, aliases: Iterable[str], others: Iterable[OwnName]) -> list[Invalid]:
    """What is wrong with names by language and further spellings: missing, or another entry's."""
    taken = {fold(name) for other in others for name in (*other.names.values(), *other.aliases)}
    wrong = [
        Invalid(f"name_{language}", "name_taken", name)
        for language, name in names.items()
        if fold(name) and fold(name) in taken
    ]
    if not fold(names.get("en", "")):
        wrong.append(Invalid("name_en", "name_needed"))
    if any(fold(alias) in taken for alias in aliases):
        wrong.append(Invalid("aliases", "name_taken"))
    return wrong


def spellings(names: Words, aliases: Iterable[str], earlier: Iterable[str]) -> list[str]:
    """Further spellings, with the names that were there before; none twice, and no name of today's."""
    found = {fold(name): name for name in (*reversed([*earlier]), *reversed([*aliases]))}
    for name in names.values():
        found.pop(fold(name), None)
    return [name for folded, name in reversed(found.items()) if folded]


async def free_key(session: AsyncSession, table: type[Any], name: str) -> str:
    """A key made of a name that no row of the table has yet."""
    base = slug(name)
    if len(base) < SHORTEST_KEY:
        base = f"own-{base}"
    taken = set(await session.scalars(select(table.key)))
    return next(key for key in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if key not in taken)


async def add(session: AsyncSession, actor: Actor, row: Any, now: datetime, **about: int) -> None:
    """Store a new row, said by `actor`, and write it down.

    `about` is the `place_id` or `group_id` it belongs to, where it is neither itself.
    """
    _said(row, actor, now)
    session.add(row)
    await session.flush()
    write_down(session, actor, row, "added", None, now, **about)


async def change(
    session: AsyncSession,
    actor: Actor,
    row: Any,
    values: Mapping[str, Any],
    now: datetime,
    *,
    says: bool = True,
) -> None:
    """Set the columns that differ and keep what they said before. Where none does, nothing is written.

    `says` is False where `actor` does not say anew what the row is cited for, such as a group's status.
    """
    if all(getattr(row, name) == value for name, value in values.items()):
        return
    before = columns_of(row)
    for name, value in values.items():
        setattr(row, name, value)
    if says:
        _said(row, actor, now)
    await session.flush()
    write_down(session, actor, row, "changed", before, now)


def _said(row: Any, actor: Actor, now: datetime) -> None:
    if isinstance(row, Sourced):
        row.said_by_id, row.said_at = actor.member_id, now


def write_down(
    session: AsyncSession,
    actor: Actor,
    row: Any,
    act: str,
    before: Mapping[str, Any] | None,
    now: datetime,
    **about: int,
) -> None:
    """Keep what a row said before (`columns_of` it; None: it was added) and says since; note who did it."""
    kind, after = KINDS[type(row)], columns_of(row)
    if before is not None:
        changed = [name for name, value in after.items() if value != before[name]]
        before, after = {name: before[name] for name in changed}, {name: after[name] for name in changed}
    if kind in ("place", "group"):
        about = {f"{kind}_id": row.id, **about}
    name = f"{kind}:{row.id}"
    session.add(Change(at=now, by_id=actor.member_id, act=act, row=name, before=before, after=after, **about))
    note(session, actor, f"{kind}_{act}", name, now)


async def standing(session: AsyncSession, table: type[Any], key: str, field: str) -> Any:
    """A row that went into no other, locked against a second change. Raises `Invalid` if it is gone."""
    query = select(table).where(table.key == key, table.merged_into_id.is_(None))
    query = query.with_for_update(of=table).execution_options(populate_existing=True)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        raise Invalid(field, "gone", key)
    return row
