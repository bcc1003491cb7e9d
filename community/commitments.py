"""Commitments that are looked for: in lists, on cards, on App Home, and those that are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.ext.asyncio import AsyncSession

from community.errors import NotFound
from community.events import Happening, happening
from community.paging import Listed, page_with, turned
from community.promised import NOBODY, Promised, holders_of, promised, role_held
from community.rights import Action, Actor, may
from community.sight import sight_of
from community.sought import Wanted, conditions
from storage.commitments import (
    Commitment,
    acting_for,
    commitments,
    count_commitments,
    is_live,
    owned_by,
)
from storage.events import events_of_kind
from storage.roles import holders
from storage.sight import EVERYBODY, Sight
from storage.vocabulary import EventKind

NEAR, MOST_MEETINGS = timedelta(days=183), 50


@dataclass(frozen=True)
class CommitmentDue:
    """A commitment that is due, and the Slack ids of everybody whose it is."""

    promised: Promised
    owners: tuple[str, ...]


async def listing(
    session: AsyncSession,
    actor: Actor,
    wanted: Wanted,
    today: date,
    day: date,
    *,
    to_guests: bool,
    page: int,
    most: int,
) -> Listed[Promised]:
    """The commitments that fit and may be seen, `most` a page.

    `today` is the reader's own day, `day` the one by which roles count. Ended ones only where `done` asks.
    """
    own = _own(actor, day)
    sight = await sight_of(session, actor, day, to_guests=to_guests)
    fitting = [_may_see(sight, actor, own), *conditions(wanted, own, today)]
    total = await count_commitments(session, fitting)
    turn = turned(total, page, most)
    rows = await commitments(session, fitting, own, today, first=turn.before, most=most)
    held = await holders_of(session, rows, day)
    return page_with([promised(one, actor, sight, held) for one in rows], turn, total)


async def one(
    session: AsyncSession, actor: Actor, number: int, day: date, *, to_guests: bool = False
) -> Promised:
    """One commitment that the reader may see. Raises `NotFound`."""
    own = _own(actor, day)
    sight = await sight_of(session, actor, day, to_guests=to_guests)
    conditions = [Commitment.id == number, _may_see(sight, actor, own)]
    rows = await commitments(session, conditions, own, day)
    if not rows:
        raise NotFound("commitment", str(number))
    return promised(rows[0], actor, sight, await holders_of(session, rows, day))


async def own(session: AsyncSession, actor: Actor, today: date, day: date, most: int) -> tuple[Promised, ...]:
    """The first of somebody's own open commitments, late ones first; what is only on record is left out."""
    mine = _own(actor, day)
    conditions = [is_live(), Commitment.outcome.is_(None), mine]
    rows = await commitments(session, conditions, mine, today, most=most)
    return tuple(promised(one, actor, Sight(members=not actor.is_guest), {}) for one in rows)


async def due_publicly(session: AsyncSession, first: date, last: date, most: int) -> tuple[Promised, ...]:
    """The public open commitments that people made, with a last possible day from `first` to `last`."""
    rows = await commitments(
        session, [*_due(first, last), EVERYBODY.condition(Commitment)], false(), first, most=most
    )
    return tuple(promised(one, NOBODY, EVERYBODY, {}) for one in rows)


async def due_between(session: AsyncSession, first: date, last: date) -> list[CommitmentDue]:
    """The open commitments that people made, with a last possible day from `first` to `last`, soonest first.

    With each, those whose it is on `last`: the person, who holds the role, or who acts for the organisation.
    """
    rows = await commitments(session, _due(first, last), false(), first)
    known: dict[object, list[str]] = {}
    return [
        CommitmentDue(
            promised(one, NOBODY, Sight(members=True), {}),
            tuple(await _owners(session, one.row, last, known)),
        )
        for one in rows
    ]


async def meetings(session: AsyncSession, today: date) -> tuple[Happening, ...]:
    """The public meetings of the last half year and the next one, at which something may be promised."""
    rows = await events_of_kind(session, EventKind.MEETING)
    near = [row for row in rows if row.when.end and abs(row.when.end - today) <= NEAR]
    return tuple(happening(row, today) for row in near[:MOST_MEETINGS])


async def owners(session: AsyncSession, number: int, day: date) -> tuple[str, ...]:
    """The Slack ids of those whose a commitment is on `day`. Raises `NotFound`."""
    row = await session.get(Commitment, number, populate_existing=True)
    if row is None:
        raise NotFound("commitment", str(number))
    return tuple(await _owners(session, row, day, {}))


def _own(actor: Actor, day: date) -> ColumnElement[bool]:
    return owned_by(actor.member_id, [(one.role, one.group_id, one.place_id) for one in actor.held], day)


def _may_see(sight: Sight, actor: Actor, mine: ColumnElement[bool]) -> ColumnElement[bool]:
    """What their sight lets them see; and, where no guest reads, what they own, recorded or manage."""
    if not sight.members:
        return sight.condition(Commitment)
    if may(actor, Action.MANAGE_COMMITMENT):
        return true()
    return or_(sight.condition(Commitment), mine, Commitment.by_id == actor.member_id)


def _due(first: date, last: date) -> list[ColumnElement[bool]]:
    end = Commitment.when_end  # type: ignore[attr-defined]
    return [is_live(), Commitment.outcome.is_(None), end.between(first, last)]


async def _owners(
    session: AsyncSession, row: Commitment, day: date, known: dict[object, list[str]]
) -> list[str]:
    """Whose it is. `known` keeps what was looked up already."""
    if row.member is not None:
        able = row.member.is_active and not row.member.is_bot and not row.member.is_stopped
        return [row.member.slack_id] if able else []
    if row.organisation_id is not None:
        key: object = row.organisation_id
        if key not in known:
            known[key] = await acting_for(session, row.organisation_id, day)
        return known[key]
    held = role_held(row)
    if held is None:
        return []
    if held not in known:
        name, group_id, place_id = held
        known[held] = await holders(session, day, [name], group_id=group_id, place_id=place_id)
    return known[held]
