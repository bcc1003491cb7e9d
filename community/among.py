"""Which of a few is meant: an action group, an organisation, a term of the glossary."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from community.errors import Ambiguous, Asked, NotFound
from community.folding import fold
from community.names import ALIKE_ENOUGH, LEAST_SUGGESTED, MOST_CHOICES, OwnName, by_name, letters_in

LEAST_BEGUN = 3
"""Letters from which the beginning of a word counts: "of" begins a word of many names."""


def find_among(asked: Asked, query: str, options: Iterable[OwnName]) -> str:
    """The key of the one option meant: by its exact name, by one slip, or by words that begin or stand in it.

    For short lists such as action groups. Too short a word is only ever an exact name: "en" is no slip of
    another, "of" no beginning. Raises `Ambiguous` where several fit, `NotFound` with the nearest.
    """
    wanted = fold(query)
    letters = letters_in(wanted)
    names = by_name((option.key, [*option.names.values(), *option.aliases]) for option in options)
    slips = {name: OSA.distance(wanted, name, score_cutoff=1) for name in names}
    attempts = (
        [name for name, slip in slips.items() if slip == 0],
        [name for name, slip in slips.items() if slip == 1 and letters >= LEAST_SUGGESTED],
        [name for name in names if letters >= LEAST_BEGUN and f" {name}".find(f" {wanted}") >= 0],
    )
    for found in attempts:
        keys = sorted({key for name in found for key in names[name]})
        if len(keys) == 1:
            return keys[0]
        if keys:
            raise Ambiguous(asked, query.strip(), tuple(keys[:MOST_CHOICES]))
    alike = process.extract(wanted, list(names), scorer=fuzz.WRatio, score_cutoff=ALIKE_ENOUGH, limit=3)
    nearest = dict.fromkeys(key for name, _, _ in alike for key in sorted(names[name]))
    raise NotFound(asked, query.strip(), tuple(nearest))
