"""Countries and regional bodies as the secretariat adds and renames them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.entries import add, change, free_key, spellings, wrong_names
from community.errors import Ambiguous, Invalid, NotFound, refuse
from community.folding import fold
from community.interest import begin_journey
from community.names import HOUSE_LANGUAGES, Names, OwnName, PlaceName
from community.pathfinders import find_place
from community.rights import Action, Actor, require
from storage.base import Words
from storage.partial_dates import PartialDate
from storage.pathfinders import Place, named_places, pathfinder_of
from storage.vocabulary import PlaceKind, Region, Stage

CODE_LETTERS = 2
"""ISO 3166-1 alpha-2: a country without a row is named by it."""


@dataclass(frozen=True)
class NewPlace:
    """A country or body to add. `name` is as typed; `others` are a body's further names by language.

    With a stage it is a pathfinder.
    """

    name: str
    is_body: bool
    others: Words
    region: Region
    stage: Stage | None


@dataclass(frozen=True)
class PlaceEntry:
    """A place as a form has it. A country's `names` are only those that differ from the usual ones."""

    place: PlaceName
    kind: PlaceKind
    names: Words
    aliases: tuple[str, ...]


async def add_place(
    session: AsyncSession, actor: Actor, names: Names, new: NewPlace, locale: str, now: datetime
) -> PlaceName:
    """Add a country or a regional body; with a stage, as a pathfinder from now on. Gives its name.

    Raises `NotAllowed`, or `Invalid` for a name that is unclear or taken, and for what stands there already.
    """
    require(actor, Action.MANAGE_REGISTER)
    found = await (_body(session, names, new) if new.is_body else _country(session, names, new, locale))
    row, is_new = found
    if is_new:
        await add(session, actor, row, now)
    elif await pathfinder_of(session, row.id):
        raise Invalid("name", "pathfinder_already", new.name)
    elif new.stage is None:
        raise Invalid("stage", "stage_needed", new.name)
    else:
        await change(session, actor, row, {"region": new.region}, now)
    if new.stage is not None:
        await begin_journey(session, actor, row, new.stage, PartialDate(), now)
    return PlaceName(row.key, row.names)


async def place_entry(
    session: AsyncSession, actor: Actor, names: Names, query: str, locale: str
) -> PlaceEntry:
    """The country or body meant, as it stands. Raises `NotAllowed`, or `Invalid` if it is not clear."""
    require(actor, Action.MANAGE_REGISTER)
    key = await _found(session, names, query, locale, "place")
    row = await _stored(session, key)
    if row is None:
        return PlaceEntry(PlaceName(key, None), PlaceKind.COUNTRY, {}, ())
    own = {
        language: name
        for language, name in (row.names or {}).items()
        if row.kind is PlaceKind.BODY or name != names.of(key, language)
    }
    return PlaceEntry(PlaceName(key, row.names), row.kind, own, tuple(row.aliases))


async def rename_place(
    session: AsyncSession,
    actor: Actor,
    names: Names,
    key: str,
    called: Words,
    aliases: tuple[str, ...],
    now: datetime,
) -> PlaceName:
    """Call a country or body so from now on; what it was called before goes on answering.

    `called` are names by language, without empty ones; a country has its usual name where none is given.
    Raises `NotAllowed`, or `Invalid` for a name that is missing or another place's.
    """
    require(actor, Action.MANAGE_REGISTER)
    row = await _stored(session, key)
    if row is None and not (len(key) == CODE_LETTERS and key.isupper()):
        raise Invalid("name_en", "gone", key)
    is_body = row is not None and row.kind is PlaceKind.BODY
    usual = {} if is_body else {language: names.of(key, language) for language in HOUSE_LANGUAGES}
    wanted = {**usual, **called}
    known = {fold(name) for name in row.aliases} if row else set()
    fresh = [alias for alias in aliases if fold(alias) not in known]
    others = [
        OwnName(place.key, place.names or {}, place.aliases)
        for place in await named_places(session)
        if place.key != key
    ]
    refuse(wrong_names(wanted, fresh, others) + _of_countries(names, key, called, fresh))
    earlier = [name for name in ((row.names or {}) if row else {}).values() if name not in usual.values()]
    values = {
        "names": wanted if wanted != usual else None,
        "aliases": spellings(wanted, aliases, earlier),
    }
    if row is None:
        row = Place(key=key, kind=PlaceKind.COUNTRY, code=key, **values)
        await add(session, actor, row, now)
    else:
        await change(session, actor, row, values, now)
    return PlaceName(row.key, row.names)


async def _country(session: AsyncSession, names: Names, new: NewPlace, locale: str) -> tuple[Place, bool]:
    """The country meant, or a body that is on record already; and whether it is new here."""
    key = await _found(session, names, new.name, locale, "name")
    if (row := await _stored(session, key)) is not None:
        return row, False
    return Place(key=key, kind=PlaceKind.COUNTRY, code=key, region=new.region, aliases=[]), True


async def _body(session: AsyncSession, names: Names, new: NewPlace) -> tuple[Place, bool]:
    """A regional body: the one on record that is called exactly so, or a new one."""
    places = await named_places(session)
    for place in places:
        called = (*(place.names or {}).values(), *place.aliases)
        if place.kind is PlaceKind.BODY and fold(new.name) in {fold(name) for name in called}:
            return place, False
    wanted = {"en": new.name, **new.others}
    others = [OwnName(place.key, place.names or {}, place.aliases) for place in places]
    wrong = wrong_names(wanted, (), others) + _of_countries(names, "", wanted, ())
    refuse([Invalid("name" if one.field == "name_en" else one.field, one.reason) for one in wrong])
    key = await free_key(session, Place, new.name)
    row = Place(key=key, kind=PlaceKind.BODY, region=new.region, names=wanted, aliases=[])
    return row, True


def _of_countries(names: Names, key: str, called: Words, aliases: Iterable[str]) -> list[Invalid]:
    """Names that are a country's own, and not this one's."""
    wrong = [
        Invalid(f"name_{language}", "name_taken", name)
        for language, name in called.items()
        if names.exact.get(fold(name), frozenset()) - {key}
    ]
    if any(names.exact.get(fold(alias), frozenset()) - {key} for alias in aliases):
        wrong.append(Invalid("aliases", "name_taken"))
    return wrong


async def _found(session: AsyncSession, names: Names, query: str, locale: str, field: str) -> str:
    try:
        return await find_place(session, names, query, locale)
    except NotFound as unknown:
        raise Invalid(field, "place_unknown" if field == "name" else "entry_unclear", query) from unknown
    except Ambiguous as unclear:
        raise Invalid(field, "entry_unclear", query) from unclear


async def _stored(session: AsyncSession, key: str) -> Place | None:
    """A place that went into no other, locked against a second change."""
    query = select(Place).where(Place.key == key, Place.merged_into_id.is_(None)).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()
