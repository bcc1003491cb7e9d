"""When the clocks of a zone move, as a calendar says it (RFC 5545, 3.6.5).

The `icalendar` library writes these too, but gives the moment of a change by the clocks after it, where the
RFC wants those before, and knows nothing after 2038.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

_STEP = timedelta(days=1)
"""No zone of the tz database moves its clocks there and back within a day."""
_ENOUGH = 5
"""Years that show a rule: in fewer, the fourth Sunday of a month may be the last each time."""
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_EXACT, _NONE = timedelta(seconds=1), timedelta()


def clocks(zones: Collection[str], first: int, last: int) -> Iterator[Timezone]:
    """How the clocks of IANA zones go in the years from `first` to `last`, by the zones' names."""
    for zone in sorted(zones):
        yield _clock(zone, first, last)


@lru_cache(maxsize=256)
def _clock(zone: str, first: int, last: int) -> Timezone:
    """One zone. Found out day by day, which takes a few hundredths of a second; so it is kept."""
    info = ZoneInfo(zone)
    begin, end = datetime(first, 1, 1, tzinfo=UTC) - _STEP, datetime(last + 1, 1, 2, tzinfo=UTC)
    onsets: dict[tuple[timedelta, timedelta, str, bool], list[datetime]] = defaultdict(list)
    for at in (begin, *_changes(info, begin, end)):
        before, after = _offset(info, at - _EXACT if at > begin else at), _offset(info, at)
        local = at.astimezone(info)
        kind = (before, after, local.tzname() or zone, (local.dst() or _NONE) > _NONE)
        onsets[kind].append((at + before).replace(tzinfo=None))
    made = Timezone()
    made.add("tzid", zone)
    for (before, after, name, is_summer), moments in onsets.items():
        for some, rule in _ruled(moments, last):
            part = TimezoneDaylight() if is_summer else TimezoneStandard()
            part.add("dtstart", some[0])
            part.TZOFFSETFROM, part.TZOFFSETTO = before, after
            part.add("tzname", name)
            if rule:
                part.add("rrule", vRecur.from_ical(rule))
            elif len(some) > 1:
                part.add("rdate", some[1:])
            made.add_component(part)
    return made


def _ruled(moments: list[datetime], last: int) -> Iterator[tuple[list[datetime], str]]:
    """The changes of one kind: one by one, and from when on they go by a rule that holds still, by that.

    Many programs read only rules; and a rule tells of the years after `last`, too.
    """
    for count in range(len(moments) if moments[-1].year >= last else 0):
        if rule := _rule(moments[count:]):
            if count:
                yield moments[:count], ""
            yield moments[count:], rule
            return
    yield moments, ""


def _rule(moments: list[datetime]) -> str:
    """The rule of what comes every year, such as on the last Sunday in March; empty if there is none."""
    first, years = moments[0], [one.year for one in moments]
    alike = {(one.month, one.weekday(), one.time()) for one in moments}
    if len(moments) < _ENOUGH or len(alike) > 1 or years != list(range(first.year, first.year + len(years))):
        return ""
    from_first = {(one.day - 1) // 7 + 1 for one in moments}
    from_last = {(one.day - 1 - monthrange(one.year, one.month)[1]) // 7 for one in moments}
    for place in (from_first, from_last):
        if len(place) == 1:
            return f"FREQ=YEARLY;BYMONTH={first.month};BYDAY={place.pop()}{_DAYS[first.weekday()]}"
    return ""


def _changes(info: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The moments, in UTC and to the second, from which another offset holds."""
    at = begin
    while at < end:
        low, high = at, at + _STEP
        if _offset(info, low) != _offset(info, high):
            while high - low > _EXACT:
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                low, high = (middle, high) if _offset(info, middle) == _offset(info, at) else (low, middle)
            yield high
        at += _STEP


def _offset(info: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(info).utcoffset() or _NONE
