"""To whom a question is put: read forgivingly off what is typed, and never a wrong one in silence."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA
from sqlalchemy.ext.asyncio import AsyncSession

from community.errors import Invalid
from community.folding import fold
from community.names import ARTICLES, HOUSE_LANGUAGES, Names, PlaceName
from community.rights import Subject
from storage.base import Words
from storage.groups import all_groups, group_by_key
from storage.pathfinders import pathfinder_places, place_by_key
from storage.vocabulary import RoleName

OFFICES: Mapping[RoleName, tuple[str, ...]] = {
    RoleName.SECRETARIAT: ("secretariat", "secrétariat", "secretaría", "secretariado"),
    RoleName.ALLIANCE_CHAIR: (
        "Chair", "Chair of the Alliance", "alliance_chair", "présidence", "présidence de l’Alliance",
        "président", "présidente", "presidencia", "presidencia de la Alianza", "presidente", "presidenta",
    ),
}  # fmt: skip
"""The offices of the Alliance that are asked, and how each may be called."""
MOST_WORDS = 8
"""How many words a name has at most."""
SHORTEST_SLIP = 5
"""Letters of a name from which on a slip of the finger is believed to be one."""
ALIKE_ENOUGH = 72


@dataclass(frozen=True)
class Addressee:
    """One that may be asked: an office of the Alliance, a group or a pathfinder.

    `key` is `group:KEY`, `place:KEY`, or the office's role; `spelled` is how it may be called, folded.
    """

    key: str
    office: RoleName | None = None
    group: Words | None = None
    place: PlaceName | None = None
    spelled: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reading:
    """What was typed: to whom, and the question. Several `to` are a choice; else `nearest` may help."""

    question: str
    to: tuple[Addressee, ...] = ()
    nearest: tuple[Addressee, ...] = ()


async def everybody(session: AsyncSession, names: Names, locale: str) -> tuple[Addressee, ...]:
    """Whoever may be asked, offices first. Country names are read in the house's languages and `locale`."""
    offices = [Addressee(role.value, office=role, spelled=_folded(said)) for role, said in OFFICES.items()]
    groups = [
        Addressee(
            f"group:{row.key}", group=row.name, spelled=_folded([*row.name.values(), row.key, *row.aliases])
        )
        for row in await all_groups(session)
    ]
    places = []
    for row in await pathfinder_places(session):
        said = [*(row.names or {}).values(), *row.aliases, row.key]
        said += [names.of(row.key, one) for one in (*HOUSE_LANGUAGES, locale)]
        exact = {name for name, keys in names.exact.items() if row.key in keys}
        called = PlaceName(row.key, row.names)
        places.append(Addressee(f"place:{row.key}", place=called, spelled=_folded(said) | exact))
    return (*offices, *groups, *places)


def read(typed: str, known: Sequence[Addressee], names: Names) -> Reading:
    """Whom the leading words name, and the rest: as many words as name somebody exactly, or but for one slip.

    An ISO code counts only in capitals, for "no" and "is" are words; so does no name of another country.
    """
    key, _, rest = typed.partition(" ")
    if exactly := [one for one in known if one.key == key]:
        return Reading(rest.strip(), tuple(exactly))
    for found in (_exact, _slipped):
        for lead, question in _leads(typed):
            if to := tuple(found(lead, known, names)):
                return Reading(question, to)
    return Reading(typed.strip(), nearest=_nearest(typed, known))


async def subject_of(session: AsyncSession, key: str) -> Subject:
    """What rights are asked about for an addressee's key. Raises `Invalid` for one that is not there."""
    kind, _, name = key.partition(":")
    if kind in OFFICES:
        return Subject(office=RoleName(kind))
    if kind == "group" and (group := await group_by_key(session, name)):
        return Subject(group_id=group.id)
    if kind == "place" and (place := await place_by_key(session, name)):
        return Subject(place_id=place.id)
    raise Invalid("to", "gone", key)


def _leads(typed: str) -> Iterable[tuple[str, str]]:
    """The leading words of what was typed, most of them first, and what follows each."""
    ends = [match.end() for match in re.finditer(r"\S+", typed)][:MOST_WORDS]
    for end in reversed(ends):
        yield typed[:end].strip().rstrip(":,.–—-?"), typed[end:].strip().lstrip(":,–—- ")


def _exact(lead: str, known: Sequence[Addressee], _names: Names) -> list[Addressee]:
    wanted = _bare(lead)
    is_code = len(wanted) <= 3 and not lead.isupper()
    return [one for one in known if wanted in one.spelled and not (is_code and one.place)]


def _slipped(lead: str, known: Sequence[Addressee], names: Names) -> list[Addressee]:
    wanted = _bare(lead)
    if len(wanted) < SHORTEST_SLIP or wanted in names.exact:
        return []
    return [
        one
        for one in known
        if any(
            name.count(" ") == wanted.count(" ")
            and len(name) >= SHORTEST_SLIP
            and OSA.distance(wanted, name, score_cutoff=1) <= 1
            for name in one.spelled
        )
    ]


def _nearest(typed: str, known: Sequence[Addressee]) -> tuple[Addressee, ...]:
    """Up to three that may be meant: a word of their name was typed, or one that looks much like it."""
    spelled: dict[str, list[Addressee]] = defaultdict(list)
    for one in known:
        for name in one.spelled:
            spelled[name].append(one)
    found: dict[str, Addressee] = {}
    for lead, _ in [*_leads(typed)][-2:]:
        wanted = _bare(lead)
        begun = [name for name in spelled if len(wanted) > 3 and f" {name}".find(f" {wanted}") >= 0]
        alike = process.extract(wanted, list(spelled), scorer=fuzz.ratio, score_cutoff=ALIKE_ENOUGH, limit=3)
        for name in (*sorted(begun), *(name for name, _, _ in alike if len(name) > 3)):
            found |= {one.key: one for one in spelled[name]}
    return tuple(found.values())[:3]


def _bare(lead: str) -> str:
    """A folded name without the article before it."""
    wanted = fold(lead)
    first, _, rest = wanted.partition(" ")
    return rest if rest and first in ARTICLES else wanted


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(name) for name in names)
