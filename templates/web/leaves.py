"""What stands beside an event in a list, and in a field of a month: never a day that nobody stated."""

from __future__ import annotations

from dataclasses import dataclass

from babel.dates import format_skeleton

from storage.partial_dates import PartialDate, Precision, Standing
from templates.voice import Voice


@dataclass(frozen=True)
class Leaf:
    """A leaf of a calendar: what stands big on it, a day where one is known, and what stands small below."""

    big: str
    small: str = ""


def leaf(voice: Voice, when: PartialDate) -> Leaf:
    """A date as a leaf: "7 / Feb 2019", "7–9 / Feb 2019", "Feb / 2019", "2019", or a dash without any."""
    if when.end is None:
        return Leaf("–")
    start = when.start or when.end
    if when.precision is Precision.YEAR:
        return Leaf(str(start.year) if start.year == when.end.year else f"{start.year}–{when.end.year}")
    month = str(format_skeleton("MMM", start, locale=voice.locale))
    if when.precision is Precision.MONTH:
        return Leaf(month, str(start.year))
    if when.start is None:
        return Leaf("≤", str(format_skeleton("yMMM", when.end, locale=voice.locale)))
    one_month = (start.year, start.month) == (when.end.year, when.end.month)
    days = f"{start.day}–{when.end.day}" if one_month and start != when.end else str(start.day)
    return Leaf(days, f"{month} {start.year}")


def doubt(voice: Voice, standing: Standing | None) -> str:
    """In a word, why one should not count on its day; empty where one may."""
    if standing is Standing.TENTATIVE:
        return voice.say("tentative")
    if standing is Standing.TO_BE_CONFIRMED:
        return voice.say("to be confirmed")
    if standing is Standing.CANCELLED:
        return voice.say("cancelled")
    if standing is Standing.PASSED:
        return voice.say("no result recorded")
    return ""
