"""Which commitments somebody wants to see, by what they typed."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_
from sqlalchemy.ext.asyncio import AsyncSession

from community.among import find_among
from community.errors import Ambiguous, NotFound
from community.folding import fold
from community.groups import find_group, group_names
from community.names import Names
from community.organisations import organisation_names
from community.pathfinders import find_place
from storage.commitments import Commitment, id_of, is_late
from storage.groups import Group
from storage.organisations import Organisation
from storage.pathfinders import Place


@dataclass(frozen=True)
class Wanted:
    """Which commitments somebody wants to see: all conditions hold together.

    `place` and `organisation` together are one name that is both, a country's and its government's: what
    concerns the one or is promised by the other.
    """

    mine: bool = False
    overdue: bool = False
    done: bool = False
    group: str | None = None
    place: str | None = None
    organisation: str | None = None
    event: int | None = None


async def named(session: AsyncSession, names: Names, query: str, locale: str) -> Wanted:
    """What concerns a group; or a country, or is promised by the organisation called so; or by another one.

    Raises `Ambiguous` where several countries fit, and `NotFound` with the nearest.
    """
    with contextlib.suppress(NotFound, Ambiguous):
        return Wanted(group=find_group(await group_names(session), query))
    organisations = await organisation_names(session)
    wanted = fold(query)
    exact = next(
        (one.key for one in organisations if wanted in map(fold, (*one.names.values(), *one.aliases))), None
    )
    place, nearest = None, tuple[str, ...]()
    try:
        place = await find_place(session, names, query, locale)
    except NotFound as nothing:
        nearest = nothing.nearest
    except Ambiguous:
        if exact is None:
            raise
    if exact is not None and place not in names.exact.get(wanted, ()):
        place = None  # an organisation's short name may be one slip from a country's
    if place is not None or exact is not None:
        return Wanted(place=place, organisation=exact)
    with contextlib.suppress(NotFound, Ambiguous):
        return Wanted(organisation=find_among("organisation", query, organisations))
    raise NotFound("commitment", query, nearest)


def conditions(wanted: Wanted, mine: ColumnElement[bool], today: date) -> list[ColumnElement[bool]]:
    """What commitments have to fulfil. `mine` is the condition that one is the asker's."""
    ended = Commitment.outcome.is_not(None) if wanted.done else Commitment.outcome.is_(None)
    found: list[ColumnElement[bool]] = [ended]
    if wanted.mine:
        found.append(mine)
    if wanted.overdue:
        found.append(is_late(today))
    if wanted.group:
        found.append(Commitment.group_id == id_of(Group, wanted.group))
    named: list[ColumnElement[bool]] = []
    if wanted.place:
        named.append(Commitment.place_id == id_of(Place, wanted.place))
    if wanted.organisation:
        named.append(Commitment.organisation_id == id_of(Organisation, wanted.organisation))
    if named:
        found.append(or_(*named))
    if wanted.event is not None:
        found.append(Commitment.event_id == wanted.event)
    return found
