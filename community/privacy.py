"""What is stored about a person: shown to them in numbers, and given to them whole. Erasing is `erasure`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Table, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import NotFound
from community.names import PlaceName
from community.rights import Action, Actor, Subject, require
from storage.base import Words
from storage.members import Member, member_by_slack_id
from storage.personal import MESSAGES, Kind, Trace, by_table, count_rows, of
from storage.roles import Role, holders, represented_alone, roles_of_people
from storage.tables import Question, metadata
from storage.vocabulary import RoleName

LINK_HOLDS = timedelta(hours=1)
"""How long the address of one's own data is good."""
NOT_THEIRS = frozenset({"token", "leased_until", "is_emptied"})
"""Columns that tell of the machinery alone."""


@dataclass(frozen=True)
class Seat:
    """A role that somebody holds today, for a group, a place, or (neither) the Alliance.

    `represents` is the organisation whose role it is, where they alone act for it; it may hold none.
    """

    role: RoleName | None
    group: Words | None = None
    place: PlaceName | None = None
    represents: Words | None = None


@dataclass(frozen=True)
class Stored:
    """What is stored about somebody: rows by kind, and the seats that would become vacant without them.

    `is_last` says that nobody else is of the secretariat.
    """

    counts: Mapping[Kind, int]
    seats: tuple[Seat, ...] = ()
    is_last: bool = False


@dataclass(frozen=True)
class Link:
    """What the address of somebody's own data is signed about."""

    member_id: int
    made: str


async def stored(session: AsyncSession, slack_id: str, day: date) -> Stored:
    """What is stored about a Slack user: nothing, if they were not met."""
    member = await member_by_slack_id(session, slack_id)
    if member is None:
        return Stored({})
    seats = await seats_of(session, member.id, day)
    secretariat = await holders(session, day, [RoleName.SECRETARIAT])
    return Stored(await count_rows(session, member), seats, secretariat == [slack_id])


async def seats_of(session: AsyncSession, member_id: int, day: date) -> tuple[Seat, ...]:
    """The roles that somebody holds on `day`: in person, and for organisations that nobody else acts for."""
    rows = [row for row in await roles_of_people(session, day) if row.member_id == member_id]
    return (*(seat(row) for row in rows), *await seats_represented(session, member_id, day))


async def seats_represented(session: AsyncSession, member_id: int, day: date) -> tuple[Seat, ...]:
    """The roles of organisations that nobody but this member acts for on `day`."""
    rows = await represented_alone(session, member_id, day)
    return tuple(seat(row, one.name) for one, row in rows)


def seat(row: Role | None, represents: Words | None = None) -> Seat:
    """A role that was read with its group and its place; None for that of an organisation without one."""
    if row is None:
        return Seat(None, represents=represents)
    place = PlaceName(row.place.key, row.place.names) if row.place else None
    return Seat(row.name, row.group.name if row.group else None, place, represents)


async def new_link(session: AsyncSession, actor: Actor, now: datetime) -> Link | None:
    """Make an address of one's own data; the one before holds no more. None for a person not met yet.

    Raises `NotAllowed`.
    """
    if actor.member_id is None:
        return None
    require(actor, Action.OWN_DATA, Subject(author_id=actor.member_id))
    row = await session.get_one(Member, actor.member_id, with_for_update=True)
    row.own_data_at = now
    note(session, actor, "own_data_asked", f"member:{row.id}", now)
    return Link(row.id, now.astimezone(UTC).isoformat())


async def holder(session: AsyncSession, link: Link, now: datetime) -> Member:
    """Whose an address is. Raises `NotFound` where it holds no more."""
    member = await session.get(Member, link.member_id)
    made = member.own_data_at if member else None
    if member is None or made is None or made.isoformat() != link.made or now - made > LINK_HOLDS:
        raise NotFound("link", "")
    return member


async def own(session: AsyncSession, slack_id: str, now: datetime) -> dict[str, Any]:
    """All that is stored about a Slack user. Raises `NotFound` for one who was not met."""
    member = await member_by_slack_id(session, slack_id)
    if member is None:
        raise NotFound("link", "")
    return await own_data(session, member, now)


async def own_data(session: AsyncSession, member: Member, now: datetime) -> dict[str, Any]:
    """All that is stored about a member, by kind, ready for JSON: nothing that is only somebody else's.

    A row says in `table` what it is; what it points at is named by its key.
    """
    found: dict[str, Any] = {"made_at": now.astimezone(UTC).isoformat()}
    keys: dict[tuple[str, int], str | None] = {}
    for (kind, table), traces in by_table().items():
        query = select(table).where(or_(*(of(trace, member) for trace in traces)))
        order = list(table.primary_key)
        rows = [dict(row) for row in (await session.execute(query.order_by(*order))).mappings()]
        about = [_shown(table, traces, row, member) for row in rows]
        for row in about:
            await _name(session, table, row, keys)
        found.setdefault(kind.value, []).extend(about)
    asked = [row["question_id"] for row in found[Kind.QUESTIONS.value] if row["table"] == "askers"]
    hidden = await session.execute(select(Question.id, Question.text).where(Question.id.in_(asked)))
    texts: dict[int, Words] = {row.id: row.text for row in hidden}
    for row in found[Kind.QUESTIONS.value]:
        if row["table"] == "askers":
            row["text"] = texts[row["question_id"]]
    return {name: rows for name, rows in found.items() if rows}


def _shown(table: Table, traces: Iterable[Trace], row: Mapping[str, Any], member: Member) -> dict[str, Any]:
    """What somebody gets of a row: all of it but other people, or which one it is and how it names them."""
    mine = [trace for trace in traces if trace is MESSAGES or row[trace.column.name] == member.id]
    named = {"table": table.name, "as": [trace.column.name for trace in mine]}
    if any(trace.own and not trace.only for trace in mine):
        others = {column.name for column in table.columns if _names_a_member(column)} | NOT_THEIRS
        columns = [name for name in row if name not in others]
    else:
        only = [name for trace in mine for name in trace.only]
        columns = [column.name for column in table.primary_key] + only
    return named | {name: _plain(row[name]) for name in columns if row[name] not in (None, [], {})}


async def _name(
    session: AsyncSession, table: Table, row: dict[str, Any], keys: dict[tuple[str, int], str | None]
) -> None:
    """Put keys in the place of the ids of what a row points at. `keys` keeps what was looked up already."""
    for column in table.columns:
        for there in [key.column.table for key in column.foreign_keys if "key" in key.column.table.c]:
            if (number := row.get(column.name)) is None:
                continue
            if (there.name, number) not in keys:
                query = select(there.c.key).where(there.c.id == number)
                keys[there.name, number] = await session.scalar(query)
            row[column.name.removesuffix("_id")] = keys[there.name, number]


def _names_a_member(column: Any) -> bool:
    return any(key.column.table is metadata.tables["members"] for key in column.foreign_keys)


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date | time) else value
