"""What is shown of counts of people tells nobody how many came where only a few did."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from community.attendance import SMALLEST_SHOWN, Shown, shown
from storage.vocabulary import Constituency

A, B, C, D = list(Constituency)[:4]
COUNTS = st.dictionaries(
    st.sampled_from(list(Constituency)), st.one_of(st.integers(0, 6), st.integers(0, 500)), max_size=12
)


def possible(seen: Shown[Constituency], total: int) -> dict[Constituency, set[int]]:
    """What each count that is not told may be, for a reader who knows the true total besides.

    Each of `few` is nought to four. Of those kept back nothing is known but that some are below five.
    """
    rest = total - sum(count for _, count in seen.exact)
    hidden = seen.few or seen.kept_back
    most = SMALLEST_SHOWN - 1 if seen.few else rest
    others = len(hidden) - 1
    found = {}
    for one in hidden:
        found[one] = {
            count for count in range(min(most, rest) + 1)
            if 0 <= rest - count <= others * most
        }  # fmt: skip
    return found


@given(COUNTS)
@example({A: 40, B: 3})
@example({A: 40, B: 4, C: 4})
@example({A: 5, B: 1})
@example({A: 3})
@example({A: 4, B: 4})
@example({A: 0, B: 1, C: 0})
def test_no_count_of_one_to_four_follows_from_what_is_shown(counts: Mapping[Constituency, int]) -> None:
    seen, total = shown(counts), sum(counts.values())
    assert seen.total in (None, total)
    assert seen.total is None or total >= SMALLEST_SHOWN
    assert all(count >= SMALLEST_SHOWN and counts[kind] == count for kind, count in seen.exact)
    assert not (seen.few and seen.kept_back)
    assert all(counts[kind] < SMALLEST_SHOWN for kind in seen.few)
    assert all(counts[kind] == 0 for kind in seen.none)
    small = {kind for kind, count in counts.items() if 0 < count < SMALLEST_SHOWN}
    assert not (seen.none and small), "an absence is told beside no small count"
    may_be = possible(seen, total)
    for kind in small & set(may_be):
        assert counts[kind] in may_be[kind]
        assert len(may_be[kind]) >= 2, (counts, seen)
    if not may_be:  # a small one that is not even named
        assert not small or not seen.exact


@given(COUNTS)
def test_where_nothing_is_small_everything_is_shown(counts: Mapping[Constituency, int]) -> None:
    large = {kind: count for kind, count in counts.items() if count == 0 or count >= SMALLEST_SHOWN}
    seen = shown(large)
    assert {**dict(seen.exact), **dict.fromkeys(seen.none, 0)} == large
    assert not seen.few
    assert not seen.kept_back


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, Shown()),
        ({A: 3}, Shown()),
        ({A: 40, B: 0}, Shown(40, ((A, 40),), none=(B,))),
        ({A: 40, B: 30, C: 3}, Shown(73, ((A, 40),), kept_back=(B, C))),
        ({A: 40, B: 3, C: 2}, Shown(45, ((A, 40),), few=(B, C))),
        ({A: 40, B: 3, C: 0}, Shown(43, ((A, 40),), few=(B, C))),
        ({A: 40, B: 4, C: 4}, Shown(48, (), kept_back=(A, B, C))),
        ({A: 4, B: 4}, Shown(8)),
    ],
)
def test_what_is_shown(counts: dict[Constituency, int], expected: Shown[Constituency]) -> None:
    assert shown(counts) == expected
