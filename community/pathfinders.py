"""Pathfinder countries and bodies: their card, and the list of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from community.events import Happening, happening, of_kind
from community.facts import Citation, Said, Statement, citation, said, statement
from community.groups import Seat, seat
from community.names import Names, OwnName, PlaceName
from community.posted import SHOWN_ON_A_CARD, Posted, latest, steps, visible
from community.promised import ON_A_CARD, Promised, concerning
from storage.base import Words
from storage.events import events_of_kind, events_of_place
from storage.facts import facts_of
from storage.partial_dates import PartialDate
from storage.pathfinders import (
    Pathfinder,
    Place,
    StageChange,
    all_pathfinders,
    named_places,
    pathfinder_of,
    pathfinder_places,
    place_by_key,
)
from storage.roles import roles_of
from storage.sight import Sight
from storage.vocabulary import EventKind, PlaceKind, Region, RoleName, Stage


@dataclass(frozen=True)
class Reached:
    """A stage that a pathfinder reached, and when, as far as the record tells."""

    stage: Stage
    when: PartialDate
    note: Words | None
    citation: Citation | None
    said: Said | None


@dataclass(frozen=True)
class PathfinderCard:
    """All that the record has of one place. `stages` is empty where none is stated; the last one holds."""

    place: PlaceName
    kind: PlaceKind
    region: Region | None
    is_pathfinder: bool
    citation: Citation | None
    note: Words | None
    stages: tuple[Reached, ...]
    workshops: tuple[Happening, ...]
    events: tuple[Happening, ...]
    statements: tuple[Statement, ...]
    focal_points: tuple[Seat, ...]
    updates: tuple[Posted, ...]
    commitments: tuple[Promised, ...]


@dataclass(frozen=True)
class PathfinderLine:
    """One line in the list of all pathfinders."""

    place: PlaceName
    kind: PlaceKind
    region: Region | None
    stage: Reached | None
    workshop: Happening | None


async def find_place(session: AsyncSession, names: Names, query: str, locale: str) -> str:
    """The key of the place meant by `query`. Raises `Ambiguous` or `NotFound`."""
    return _find(await named_places(session), names, query, locale)


async def card(
    session: AsyncSession, names: Names, query: str, locale: str, today: date, *, to_guests: bool = True
) -> PathfinderCard:
    """The card of the place meant by `query`; `today` is the reader's own day.

    A country that the record does not know has a card too: it says that it is no pathfinder. `to_guests`
    leaves out the updates that are for members only. Raises `Ambiguous` or `NotFound`.
    """
    places = await named_places(session)
    key = _find(places, names, query, locale)
    place = next((place for place in places if place.key == key), None)
    return await _card(session, key, place, today, to_guests=to_guests)


async def card_of(
    session: AsyncSession, key: str, today: date, *, to_guests: bool = True, most: int | None = None
) -> PathfinderCard:
    """The same card by a place's own key; with the `most` latest updates and commitments, if not a few."""
    return await _card(session, key, await place_by_key(session, key), today, to_guests=to_guests, most=most)


async def _card(
    session: AsyncSession,
    key: str,
    place: Place | None,
    today: date,
    *,
    to_guests: bool,
    most: int | None = None,
) -> PathfinderCard:
    if place is None:
        return PathfinderCard(
            PlaceName(key, None), PlaceKind.COUNTRY, None, False, None, None, (), (), (), (), (), (), ()
        )
    journey = await pathfinder_of(session, place.id)
    seen = await visible(session, to_guests=to_guests, member_id=None, day=today)
    stated = tuple(statement(row) for row in await facts_of(session, place_id=place.id))
    sight = Sight(members=not to_guests)
    events = tuple(happening(row, today) for row in await events_of_place(session, place.id, sight))
    roles = await roles_of(session, today, place_id=place.id)
    return PathfinderCard(
        place=PlaceName(place.key, place.names),
        kind=place.kind,
        region=place.region,
        is_pathfinder=journey is not None,
        citation=citation(journey) if journey else None,
        note=journey.note if journey else None,
        stages=_stages(journey) if journey else (),
        workshops=of_kind(events, EventKind.PATHFINDER_WORKSHOP),
        events=tuple(event for event in events if event.kind is not EventKind.PATHFINDER_WORKSHOP),
        statements=(*await steps(session, seen, place_id=place.id), *stated),
        focal_points=tuple(seat(row) for row in roles if row.name is RoleName.FOCAL_POINT),
        updates=await latest(session, seen, place_id=place.id, most=most or SHOWN_ON_A_CARD),
        commitments=await concerning(session, sight, today, place_id=place.id, most=most or ON_A_CARD),
    )


async def names_of_all(session: AsyncSession) -> tuple[PlaceName, ...]:
    """Every pathfinder by its name, to choose from, in the order of the record."""
    return tuple(PlaceName(row.key, row.names) for row in await pathfinder_places(session))


async def listing(session: AsyncSession, today: date) -> tuple[PathfinderLine, ...]:
    """Every pathfinder with its latest stage and its first workshop, in the order of the record."""
    workshops: dict[str, Happening] = {}
    for row in await events_of_kind(session, EventKind.PATHFINDER_WORKSHOP):
        if row.place:
            workshops.setdefault(row.place.key, happening(row, today))
    return tuple(
        PathfinderLine(
            place=PlaceName(journey.place.key, journey.place.names),
            kind=journey.place.kind,
            region=journey.place.region,
            stage=stages[-1] if (stages := _stages(journey)) else None,
            workshop=workshops.get(journey.place.key),
        )
        for journey in await all_pathfinders(session)
    )


def reached(row: StageChange) -> Reached:
    """A stage's row as it is shown."""
    return Reached(row.stage, row.when, row.note, citation(row), said(row))


def _find(places: Sequence[Place], names: Names, query: str, locale: str) -> str:
    own = [OwnName(place.key, place.names or {}, place.aliases) for place in places]
    return names.find(query, locale, own)


def _stages(journey: Pathfinder) -> tuple[Reached, ...]:
    return tuple(reached(row) for row in journey.stages)
