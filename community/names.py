"""Which country or regional body somebody means: forgiving, and never a wrong one in silence.

Exact names in English, French, Spanish and the reader's language, ISO codes and aliases answer at once. A
name in any other CLDR language answers at once if nothing else is as near. A slip of the finger does from
five letters on, in a name that the reader may know, if a single place fits; four letters, a name in a far
language and a city are only suggested. Decision: docs/decisions/0002-names.md.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from community.errors import Ambiguous, NotFound
from community.folding import fold
from community.own_names import HOUSE_LANGUAGES as HOUSE_LANGUAGES
from community.own_names import OwnNames, read_own_names

ARTICLES = ("the", "le", "la", "les", "l", "el", "los", "las")
MOST_CHOICES = 8
"""More would not be read on a phone, and a slip that fits more places is a guess."""

LEAST_SUGGESTED, LEAST_ANSWERED = 4, 5
"""Letters from which a slip is suggested, and from which it may answer: three are a slip from anything."""
MOST_SUGGESTED = 3

ALIKE_ENOUGH = 72
"""Similarity, of 100, from which a name is worth suggesting: lets "Germanie" through, not "xyzzy"."""

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class OwnName:
    """A stored place's names: of a regional body, or what the secretariat calls a country."""

    key: str
    names: Mapping[str, str]
    aliases: Sequence[str] = ()


@dataclass(frozen=True)
class PlaceName:
    """How a place is called: `names` where it has its own, else by its ISO `key` in the CLDR."""

    key: str
    names: Mapping[str, str] | None


@dataclass(frozen=True)
class _Near:
    """A place with names at most one slip from what is typed; `slips` is 0 where it is called so.

    `is_familiar`: such a name is English, French, Spanish, of the reader's language, or the place's own.
    """

    key: str
    slips: int
    is_familiar: bool


@dataclass(frozen=True, repr=False)  # two megabytes
class Names:
    """The prebuilt index. `any_language` maps a folded name to the codes it fits; `un` overrides the CLDR.

    `by_ends` holds the same names by their length and either end: see `_ends`; `long_enough` are those of
    `exact` that are worth suggesting. `boundaries` is the note that goes with every map, by language, where
    an installation has its own.
    """

    any_language: Mapping[str, tuple[str, ...]]
    by_ends: Mapping[tuple[int, str], Sequence[str]]
    un: Mapping[str, Mapping[str, str]]
    exact: Mapping[str, frozenset[str]]
    long_enough: Sequence[str]
    boundaries: Mapping[str, str] = field(default_factory=dict)
    _readers: dict[str, Mapping[str, frozenset[str]]] = field(default_factory=dict, compare=False)

    def of(self, code: str, locale: str) -> str:
        """The country's name in a locale such as `fr` or `pt_BR`: as the UN use it, else the CLDR's."""
        parsed = _locale(locale)
        said = self.un.get(code, {}).get(parsed.language)
        return said or parsed.territories.get(code) or Locale("en").territories.get(code, code)

    def find(self, query: str, locale: str, own: Iterable[OwnName] = ()) -> str:
        """The key of the place meant: an ISO code, or a stored place's own key.

        Raises `Ambiguous` where several fit, and `NotFound` with the nearest names where none does.
        """
        wanted = _initials(fold(query))
        stored = by_name((place.key, [*place.names.values(), *place.aliases]) for place in own)
        at_once = self._exactly(wanted, locale) | stored.get(wanted, frozenset())
        bare = _initials(_without_article(wanted))
        if not at_once and bare != wanted:
            at_once = self._exactly(bare, locale) | stored.get(bare, frozenset())
            if at_once:  # "les to" is Tonga's code with an article, and Lesotho with a slip
                at_once |= {one.key for one in self._one_slip(wanted, locale, stored)}
        if len(at_once) == 1:
            return next(iter(at_once))
        if at_once:
            raise Ambiguous("place", query.strip(), tuple(sorted(at_once)))
        for typed in (wanted, bare):
            if near := self._one_slip(typed, locale, stored):
                break
        if _is_meant(typed, near):
            if len(near) == 1:
                return near[0].key
            raise Ambiguous("place", query.strip(), tuple(one.key for one in near[:MOST_CHOICES]))
        city = _cities().get(wanted) or _cities().get(bare)
        likely = [city] if city else [one.key for one in near if letters_in(typed) >= LEAST_SUGGESTED]
        nearest = dict.fromkeys([*likely, *self._nearest(wanted, locale, stored)])
        raise NotFound("place", query.strip(), tuple(nearest)[:MOST_SUGGESTED])

    def _exactly(self, wanted: str, locale: str) -> frozenset[str]:
        found = self.exact.get(wanted, frozenset())
        language = _locale(locale).language
        if language in HOUSE_LANGUAGES:
            return found
        return found | self._reader(locale).get(wanted, frozenset())

    def _reader(self, locale: str) -> Mapping[str, frozenset[str]]:
        """Names in a further reader's language: one locale, loaded when its first reader comes."""
        if locale not in self._readers:
            territories = _locale(locale).territories
            codes = {code for codes in self.any_language.values() for code in codes}
            self._readers[locale] = by_name(
                (code, [territories[code]]) for code in codes if code in territories
            )
        return self._readers[locale]

    def _one_slip(self, wanted: str, locale: str, stored: Mapping[str, frozenset[str]]) -> list[_Near]:
        """Every place with a name, in any language, at most one slip from what is typed; exact ones first."""
        if not wanted:
            return []
        slips: dict[str, int] = {}
        familiar: set[str] = set()
        lengths = range(len(wanted) - 1, len(wanted) + 2)
        ends = [(length, end) for length in lengths for end in _ends(wanted, length)]
        pool = [name for end in ends for name in self.by_ends.get(end, ())]
        for names, keys_of in ((pool, self.any_language), (list(stored), stored)):
            for name, distance, _ in process.extract(
                wanted, names, scorer=OSA.distance, processor=None, score_cutoff=1, limit=None
            ):
                familiar |= self._exactly(name, locale) | stored.get(name, frozenset())
                for key in keys_of[name]:
                    slips[key] = min(slips.get(key, 2), int(distance))
        found = [_Near(key, distance, key in familiar) for key, distance in slips.items()]
        return sorted(found, key=lambda one: (one.slips, not one.is_familiar, one.key))

    def _nearest(self, wanted: str, locale: str, stored: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
        """Up to three places whose names look most like nonsense that was typed."""
        others = [name for name in stored if len(name) > 3 and name not in self.exact]
        names = [*self.long_enough, *others]
        found: dict[str, None] = {}
        for name, _, _ in process.extract(
            wanted, names, scorer=fuzz.ratio, processor=None, score_cutoff=ALIKE_ENOUGH, limit=6
        ):
            found.update(dict.fromkeys(sorted(stored.get(name) or self.exact[name])))
        return tuple(found)[:3]


def load_names(own: Path | None = None) -> Names:
    """Read the index that `python -m community.names_index` made, in some 30 ms.

    `own` is an installation's file (`community.own_names`), which goes before what is shipped. Raises
    `ValueError` for a file that is not of that shape.
    """
    any_language: dict[str, tuple[str, ...]] = {}
    by_ends: dict[tuple[int, str], list[str]] = defaultdict(list)
    with (_HERE / "names.tsv").open(encoding="utf-8", newline="") as file:
        for name, codes in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            any_language[name] = tuple(codes.split(","))
            for end in _ends(name, len(name)):
                by_ends[len(name), end].append(name)
    settings = un_names()
    exact: dict[str, set[str]] = defaultdict(set)
    with (_HERE / "names_exact.tsv").open(encoding="utf-8", newline="") as file:
        for name, codes in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            exact[name].update(codes.split(","))
    added = read_own_names(own) if own else OwnNames()
    for code, name in added.spellings():
        if (name := fold(name)) not in any_language:
            for end in _ends(name, len(name)):
                by_ends[len(name), end].append(name)
        any_language[name] = tuple(sorted({*any_language.get(name, ()), code}))
        exact[name].add(code)
    un = {code: {**settings["names"].get(code, {}), **added.names.get(code, {})} for code in added.names}
    frozen = {name: frozenset(codes) for name, codes in exact.items()}
    long_enough = [name for name in frozen if len(name) > 3]
    return Names(any_language, by_ends, {**settings["names"], **un}, frozen, long_enough, added.boundaries)


def un_names() -> dict[str, dict[str, dict[str, str]]]:
    """The names the United Nations use, and further spellings, from `un_names.yaml`."""
    fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a tenth of a second less at each start
    loaded: dict[str, dict[str, dict[str, str]]] = yaml.load(
        (_HERE / "un_names.yaml").read_text(encoding="utf-8"),
        Loader=fast,  # noqa: S506 - a SafeLoader
    )
    return loaded


def _ends(name: str, length: int) -> tuple[str, ...]:
    """What a name of `length` letters that is one slip from `name` begins or ends with.

    One slip spoils the beginning or the end, never both: two letters of each in a name of six and more, one
    letter in one of four. Shorter names are all compared.
    """
    if length < 4:
        return ("",)
    size = 2 if length >= 6 else 1
    return f"^{name[:size]}", f"{name[-size:]}$"


def _is_meant(typed: str, near: Sequence[_Near]) -> bool:
    """Whether what is near may be shown or chosen from, rather than only suggested."""
    if any(one.slips == 0 for one in near):
        return True
    if letters_in(typed) < LEAST_ANSWERED or typed in _cities():
        return False
    return len(near) > 1 or any(one.is_familiar for one in near)


@cache
def _cities() -> Mapping[str, str]:
    """The cities in the names of time zones, folded, and their countries: "lagos" is no slip of Laos."""
    zones: Mapping[str, str] = get_global("zone_territories")
    return {
        fold(zone.rpartition("/")[2].replace("_", " ")): code
        for zone, code in zones.items()
        if code.isalpha() and code != "ZZ"  # "001" is the world, "ZZ" nowhere
    }


def letters_in(folded: str) -> int:
    """How many letters a folded name has, its blanks not counted."""
    return len(folded.replace(" ", ""))


def _initials(folded: str) -> str:
    """Latin letters with points between them as one word: "u k" → "uk"."""
    words = folded.split()
    return "".join(words) if folded.isascii() and all(len(word) == 1 for word in words) else folded


def _locale(locale: str) -> Locale:
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def by_name(rows: Iterable[tuple[str, Iterable[str]]]) -> dict[str, frozenset[str]]:
    """The keys that each name, folded, stands for; `rows` are keys with their names."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, names in rows:
        for name in names:
            found[fold(name)].add(key)
    return {name: frozenset(keys) for name, keys in found.items()}


def _without_article(folded: str) -> str:
    first, _, rest = folded.partition(" ")
    return rest if rest and first in ARTICLES else folded
