"""Which of a few is meant: by its name, a slip of the finger, or a part of it."""

from __future__ import annotations

import pytest

from community.among import find_among
from community.errors import Ambiguous, NotFound
from community.groups import find_group, group_names
from community.names import OwnName
from storage.database import Database

OPTIONS = (
    OwnName("supply-chains", {"en": "Supply Chains", "fr": "Chaînes d’approvisionnement"}),
    OwnName("migration", {"en": "Migration", "fr": "Migration", "es": "Migración"}),
    OwnName("rule-of-law", {"en": "Rule of Law and Governance"}, ["governance"]),
    OwnName("child-supply", {"en": "Child Supply"}),
)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Supply Chains", "supply-chains"), ("chaines d'approvisionnement", "supply-chains"),
        ("suply chains", "supply-chains"), ("chains", "supply-chains"), ("migr", "migration"),
        ("Migracion", "migration"), ("migratoin", "migration"), ("law", "rule-of-law"),
        ("rule of", "rule-of-law"), ("governance", "rule-of-law"), ("child", "child-supply"),
    ],
)  # fmt: skip
def test_exact_then_a_slip_then_a_part_of_a_name(typed: str, key: str) -> None:
    assert find_among("group", typed, OPTIONS) == key


@pytest.mark.parametrize("typed", ["en", "of", "de", "ru", "m", "gov t", "laws", "mig ration group"])
def test_a_short_word_chooses_nothing_unless_it_is_a_name(typed: str) -> None:
    with pytest.raises(NotFound):
        find_among("group", typed, OPTIONS)
    named = (*OPTIONS, OwnName("short", {"en": "Short one"}, [typed]))
    assert find_among("group", typed, named) == "short"


def test_a_slip_counts_from_four_letters_on() -> None:
    options = (OwnName("seed", {"en": "SEED"}), OwnName("art", {"en": "ART"}))
    assert find_among("group", "sead", options) == "seed"
    for typed in ("ary", "sed"):
        with pytest.raises(NotFound):
            find_among("group", typed, options)


def test_a_part_of_two_names_asks() -> None:
    with pytest.raises(Ambiguous) as caught:
        find_among("group", " supply ", OPTIONS)
    assert caught.value == Ambiguous("group", "supply", ("child-supply", "supply-chains"))


@pytest.mark.parametrize("typed", ["xyzzy", "", "  ", "🎉", "igration group of nowhere at all", "q" * 10_000])
def test_nonsense_is_nowhere(typed: str) -> None:
    with pytest.raises(NotFound) as caught:
        find_among("group", typed, OPTIONS)
    assert caught.value.asked == "group"


def test_a_part_begins_at_a_word() -> None:
    with pytest.raises(NotFound):
        find_among("group", "hains", OPTIONS)


def test_two_slips_are_nowhere_but_offer_the_nearest() -> None:
    with pytest.raises(NotFound) as caught:
        find_among("group", "Mygratoin", OPTIONS)
    assert caught.value.nearest[0] == "migration"


async def test_every_shipped_group_is_found_by_each_of_its_names(loaded: Database) -> None:
    async with loaded.reading() as session:
        groups = await group_names(session)
    assert len(groups) == 6
    for group in groups:
        for name in (group.key, *group.names.values(), *group.aliases):
            assert find_group(groups, name) == group.key
