"""Slips of the finger, and every name a country has: what the tests of names are measured on."""

from __future__ import annotations

import random
import string
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from babel import Locale, localedata

from community.errors import Ambiguous, NotFound
from community.folding import fold
from community.names import HOUSE_LANGUAGES, Names, OwnName
from community.names_index import countries

KEYS = string.ascii_lowercase + " "


@cache
def all_locales() -> tuple[str, ...]:
    return tuple(sorted(localedata.locale_identifiers()))


@cache
def names_by_locale() -> Mapping[str, Mapping[str, str]]:
    """Locale -> ISO code -> the name as the CLDR writes it."""
    codes = countries()
    return {
        locale: {code: names[code] for code in codes if code in names}
        for locale in all_locales()
        if (names := Locale.parse(locale).territories)
    }


@cache
def every_name() -> Mapping[str, frozenset[str]]:
    """Folded name, in any CLDR language -> the countries it stands for."""
    return _folded((name, code) for names in names_by_locale().values() for code, name in names.items())


def house_names(names: Names) -> Mapping[str, frozenset[str]]:
    """The same in English, French and Spanish, with the names that the United Nations use."""
    return _folded(
        (name, code)
        for language in HOUSE_LANGUAGES
        for code in countries()
        for name in (Locale(language).territories[code], names.of(code, language))
    )


def _folded(pairs: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, code in pairs:
        found[fold(name)].add(code)
    return {name: frozenset(codes) for name, codes in sorted(found.items())}


def deletions(name: str) -> Iterator[str]:
    for i in range(len(name)):
        yield name[:i] + name[i + 1 :]


def transpositions(name: str) -> Iterator[str]:
    for i in range(len(name) - 1):
        yield name[:i] + name[i + 1] + name[i] + name[i + 2 :]


def substitutions(name: str, letters: str = KEYS) -> Iterator[str]:
    for i in range(len(name)):
        for letter in letters:
            yield name[:i] + letter + name[i + 1 :]


def insertions(name: str, letters: str = KEYS) -> Iterator[str]:
    for i in range(len(name) + 1):
        for letter in letters:
            yield name[:i] + letter + name[i:]


def all_slips(name: str) -> set[str]:
    return {*deletions(name), *transpositions(name), *substitutions(name), *insertions(name)} - {name}


@cache
def _letters_of_script(script: str) -> str:
    return "".join(sorted({c for name in every_name() for c in name if script_of(c) == script}))


def script_of(letter: str) -> str:
    return unicodedata.name(letter, "NONE").partition(" ")[0]


def some_substitutions(name: str, seed: str, number: int) -> Iterator[str]:
    """A few letters replaced, each by one of its own script; the same ones at every run."""
    dice = random.Random(seed + name)
    for i in dice.sample(range(len(name)), min(number, len(name))):
        yield name[:i] + dice.choice(_letters_of_script(script_of(name[i])) or "a") + name[i + 1 :]


def outcome(names: Names, typed: str, locale: str = "en") -> str | tuple[str, ...] | None:
    """A key, the keys to choose from, or None where nothing fits."""
    try:
        return names.find(typed, locale)
    except Ambiguous as refusal:
        return refusal.keys
    except NotFound:
        return None


def suggested(
    names: Names, typed: str, locale: str = "en", own: Iterable[OwnName] = ()
) -> tuple[str, ...] | None:
    """What is suggested where nothing is answered and nothing asked; None where something is."""
    try:
        names.find(typed, locale, own)
    except Ambiguous:
        return None
    except NotFound as refusal:
        return refusal.nearest
    return None


def judge(names: Names, meant: frozenset[str], typed: Iterable[str], counts: Counter[str]) -> list[str]:
    """Counts what became of each slip, and returns those that show another country without asking."""
    wrong = []
    for slip in typed:
        try:
            found = names.find(slip, "en")
        except NotFound as refusal:
            counts["suggested" if meant & set(refusal.nearest) else "nothing fits"] += 1
            continue
        except Ambiguous as refusal:
            counts["asked"] += 1
            counts["asked, without the one meant"] += not meant & set(refusal.keys)
            continue
        if found in meant:
            counts["right"] += 1
        elif names.exact.get(fold(slip)) == {found}:
            counts["exactly another's name"] += 1  # then it is that name, and no slip
        else:
            wrong.append(slip)
    return wrong
