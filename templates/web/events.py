"""The calendar on the web: what is coming as a list, a month as a grid, and each event with its agenda."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, TypeVar
from urllib.parse import urlencode

from babel.dates import format_skeleton, get_day_names
from dateutil.relativedelta import relativedelta

from community.agendas import Agenda
from community.calendars import is_dated
from community.coming import Line, Wanted, is_coming
from community.events import Happening
from community.feeding import Links
from community.folding import fold
from community.names import OwnName, PlaceName
from storage.partial_dates import PartialDate, Precision
from storage.vocabulary import Theme
from templates import dates
from templates.terms import term
from templates.voice import Voice
from templates.web import Around, Pages, brief

Shown = TypeVar("Shown", Happening, Line)

ON_A_PAGE = 40
IN_A_FIELD, BESIDE = 6, 30
"""Events in the field of a day, and beside a month's grid; the list has the others."""
_NO_MONTH = 13
EXACT = (Precision.DAY, Precision.RANGE, Precision.PART_OF_DAY)
"""Only what has its days stands on a day."""


@dataclass(frozen=True)
class Asked:
    """What of the calendar is shown, and what else can be chosen."""

    wanted: Wanted
    groups: Sequence[OwnName]
    places: Sequence[PlaceName]

    def query(self, **more: str) -> str:
        """The end of an address that asks for the same."""
        given = {"group": self.wanted.group, "place": self.wanted.place, **more}
        chosen = {name: value for name, value in given.items() if value}
        return f"?{urlencode(chosen)}" if chosen else ""


@dataclass(frozen=True)
class Option:
    """One of the choices of a form."""

    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True)
class Link:
    """A link with its name; `is_here` tells that it leads to this very page."""

    address: str
    name: str
    is_here: bool = False


@dataclass(frozen=True)
class Part:
    """Events under one heading; `month`, such as `2026-11`, leads to its grid."""

    heading: str
    month: str
    events: tuple[Happening, ...]


@dataclass(frozen=True)
class Field:
    """A day of a month; `more` counts the events for which there is no room."""

    day: date
    events: tuple[Happening, ...]
    more: int


@dataclass(frozen=True)
class Weekday:
    """A day of the week, in few letters and in full."""

    short: str
    wide: str


def on_page(voice: Voice, events: Sequence[Shown], page: int, *, past: bool) -> tuple[Shown, ...]:
    """Of all that fit those of one page: month by month, without one after its year, undated ones last."""
    today, undated = voice.today, (0, 0) if past else (9_999, 0)
    ordered = sorted(events, key=lambda one: _period(today, one.when) or undated, reverse=past)
    return tuple(ordered[(page - 1) * ON_A_PAGE : page * ON_A_PAGE])


def listing(
    made: Pages, voice: Voice, around: Around, events: Sequence[Happening], asked: Asked, page: int,
    count: int,
) -> str:  # fmt: skip
    """A page of the `count` events that fit: coming ones, those of the past, or those of one month."""
    wanted, here = asked.wanted, f"{around.start}/calendar"
    given = f"{wanted.year}-{wanted.month:02}" if wanted.month and wanted.year else ""
    asks = {"past": "1" if wanted.past else "", "month": given}
    if wanted.past:
        title, about = voice.say("Past events"), voice.say("What has been, latest first.")
    elif wanted.month and wanted.year:
        title = month_name(voice, date(wanted.year, wanted.month, 1))
        about = voice.say("All events of this month.")
    else:
        title = voice.say("Calendar")
        about = voice.say("What is coming in the Alliance, and the international days of its field.")

    def turned(number: int) -> str:
        return here + asked.query(**asks, **({"page": str(number)} if number > 1 else {}))

    more = count > page * ON_A_PAGE
    return made.page(
        "calendar", voice, around, title, about=about, parts=_parts(voice, events), query=asked.query(),
        newer=turned(page - 1) if page > 1 else "", older=turned(page + 1) if more else "",
        action=here, past=wanted.past, **_filters(voice, around, asked, "past" if wanted.past else "coming"),
    )  # fmt: skip


def month(
    made: Pages, voice: Voice, around: Around, first: date, events: Sequence[Happening], asked: Asked,
    *, years: range,
) -> str:  # fmt: skip
    """The month that begins on `first`, as a grid; `years` are those that have pages."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    exact = [event for event in events if event.when.precision in EXACT]
    beside = [event for event in events if event.when.precision not in EXACT]
    names = get_day_names("wide", locale=voice.locale), get_day_names("abbreviated", locale=voice.locale)
    return made.page(
        "month", voice, around, month_name(voice, first),
        about=voice.say("Events of Alliance 8.7 in %(month)s.", month=_month(voice, first)),
        weekdays=[Weekday(_begun(names[1][day]), _begun(names[0][day])) for day in range(7)],
        weeks=[[_field(day, exact) if day.month == first.month else None for day in week] for week in weeks],
        found=exact, beside=beside[:BESIDE], more_beside=max(0, len(beside) - BESIDE),
        whole=f"{around.start}/calendar{asked.query(month=f'{first:%Y-%m}')}",
        before=_month_link(voice, around, asked, first - relativedelta(months=1), years),
        after=_month_link(voice, around, asked, first + relativedelta(months=1), years),
        action=f"{around.start}/calendar/{first:%Y-%m}", past=False,
        **_filters(voice, around, asked, "month"),
    )  # fmt: skip


def event(made: Pages, voice: Voice, around: Around, agenda: Agenda, links: Links) -> str:
    """One event with its agenda and the events that its results go into."""
    one = agenda.event
    is_over = not is_coming(one, voice.today)
    when = dates.said_when(voice, one.when, one.standing)
    exact = (*EXACT, Precision.MONTH)
    return made.page(
        "event", voice, around, voice.words(one.name),
        about=brief(f"{_begun(when)}. {voice.words(one.about)}".strip()),
        event=one, agenda=agenda, links=links, is_over=is_over, elsewhere=dates.elsewhere(voice, one),
        themes=[term(voice, Theme(theme)) for theme in one.themes if theme in set(Theme)],
        file=f"{around.start}/events/{one.id}.ics" if is_dated(one) and not is_over else "",
        month=f"/{one.when.end:%Y-%m}" if one.when.end and one.when.precision in exact else "",
    )  # fmt: skip


def month_name(voice: Voice, first: date) -> str:
    """A month with its year, as a heading."""
    return _begun(_month(voice, first))


def _month(voice: Voice, first: date) -> str:
    return str(format_skeleton("yMMMM", first, locale=voice.locale))


def _parts(voice: Voice, events: Sequence[Happening]) -> list[Part]:
    """Events in their order, under the headings of their months."""
    return [
        Part(_heading(voice, period), _address(period), tuple(found))
        for period, found in groupby(events, key=lambda one: _period(voice.today, one.when))
    ]


def _period(today: date, when: PartialDate) -> tuple[int, int] | None:
    """The year and month under which people look for it; month 13 where only the year is known.

    What has begun and goes on stands in the present month. None where nothing is known.
    """
    if when.end is None:
        return None
    if when.precision is Precision.YEAR:
        return when.end.year, _NO_MONTH
    begins = when.start or when.end
    day = today if begins < today <= when.end else begins
    return day.year, day.month


def _heading(voice: Voice, period: tuple[int, int] | None) -> str:
    if period is None:
        return voice.say("Date not stated")
    year, month = period
    if month == _NO_MONTH:
        return voice.say("%(year)s, month not stated", year=year)
    return month_name(voice, date(year, month, 1))


def _address(period: tuple[int, int] | None) -> str:
    return f"{period[0]}-{period[1]:02}" if period and period[1] != _NO_MONTH else ""


def _field(day: date, exact: Sequence[Happening]) -> Field:
    found = [
        one for one in exact if one.when.start and one.when.end and one.when.start <= day <= one.when.end
    ]
    return Field(day, tuple(found[:IN_A_FIELD]), max(0, len(found) - IN_A_FIELD))


def _month_link(voice: Voice, around: Around, asked: Asked, first: date, years: range) -> Link | None:
    if first.year not in years:
        return None
    return Link(f"{around.start}/calendar/{first:%Y-%m}{asked.query()}", month_name(voice, first))


def _filters(voice: Voice, around: Around, asked: Asked, here: str) -> dict[str, Any]:
    """What `web/filters.html` needs; `here` is the tab that is open."""
    list_of, wanted = f"{around.start}/calendar", asked.wanted
    topic = f"group/{wanted.group}" if wanted.group else f"place/{wanted.place}" if wanted.place else ""
    tabs = (
        ("coming", f"{list_of}{asked.query()}", voice.say("What is coming")),
        ("month", f"{list_of}/{voice.today:%Y-%m}{asked.query()}", voice.say("Month by month")),
        ("past", f"{list_of}{asked.query(past='1')}", voice.say("What has been")),
    )
    groups = [Option(one.key, voice.words(dict(one.names)), one.key == wanted.group) for one in asked.groups]
    places = [Option(one.key, voice.country(one), one.key == wanted.place) for one in asked.places]
    return {
        "tabs": [Link(address, name, kind == here) for kind, address, name in tabs],
        "groups": groups,
        "places": sorted(places, key=lambda one: fold(one.name)),
        "feed": f"{list_of}/{topic}.ics" if topic else around.calendar,
    }


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
