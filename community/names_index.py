"""Builds the index of country names: `python -m community.names_index`. Reading every locale takes seconds.

`names.tsv` holds each name in every CLDR language, folded, with the ISO codes it stands for;
`names_exact.tsv` those that answer at once: English, French, Spanish, UN usage, ISO codes and aliases.
A test compares both with a fresh build, so that an upgrade of Babel never goes unnoticed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from babel import Locale, localedata
from babel.core import get_global

from community.folding import fold
from community.names import HOUSE_LANGUAGES, un_names

NOT_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)
"""CLDR regions that ISO 3166-1 does not assign officially."""

_ALPHA_2 = re.compile("[A-Z]{2}")

Index = dict[str, set[str]]


def countries() -> list[str]:
    """The 249 alpha-2 codes that ISO 3166-1 assigns officially."""
    regions = Locale("en").territories
    return sorted(
        code for code in map(str, regions) if _ALPHA_2.fullmatch(code) and code not in NOT_COUNTRIES
    )


def build() -> tuple[Index, Index]:
    """Folded name -> codes: in all languages, and those that answer at once."""
    codes = countries()
    everything: Index = defaultdict(set)
    at_once: Index = defaultdict(set)
    for identifier in localedata.locale_identifiers():
        locale = Locale.parse(identifier)
        territories = locale.territories
        for code in codes:
            if name := fold(territories.get(code, "")):
                for form in (name, *_without_a_letter(name)):
                    everything[form].add(code)
                if identifier in HOUSE_LANGUAGES:
                    at_once[name].add(code)
    for code in codes:
        at_once[code.lower()].add(code)
    for former, now in get_global("territory_aliases").items():
        if len(former) == 3 and former.isalpha() and len(now) == 1 and now[0] in codes:
            at_once[former.lower()].add(now[0])
    settings = un_names()
    spellings = [
        *((code, name) for code, names in settings["names"].items() for name in names.values()),
        *((code, name) for code, names in settings["aliases"].items() for name in names),
    ]
    for code, name in spellings:
        everything[fold(name)].add(code)
        at_once[fold(name)].add(code)
    return everything, at_once


def _without_a_letter(name: str) -> list[str]:
    """The name without each of its words of one letter: one slip takes away a blank with the letter."""
    words = name.split()
    if len(words) == 1:
        return []
    return [" ".join(words[:i] + words[i + 1 :]) for i, word in enumerate(words) if len(word) == 1]


def written(index: Index) -> str:
    """The text of an index file."""
    return "".join(f"{name}\t{','.join(sorted(codes))}\n" for name, codes in sorted(index.items()))


if __name__ == "__main__":
    here = Path(__file__).parent
    for name, index in zip(("names.tsv", "names_exact.tsv"), build(), strict=True):
        (here / name).write_text(written(index), encoding="utf-8")
