"""How a partial date is said: exactly as exact as it is known, with what became of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import (
    format_date,
    format_datetime,
    format_interval,
    format_skeleton,
    format_time,
    get_timezone_location,
)
from markupsafe import Markup

from community.events import Happening
from storage.partial_dates import Part, PartialDate, Precision, Standing
from templates.voice import Voice


def bare(voice: Voice, when: PartialDate) -> str:
    """The date alone: "7 February 2019", "July 2019", "before July 2019", "not stated"."""
    return _marked(voice, when, _without_mark(voice, when))


def _marked(voice: Voice, when: PartialDate, said: str) -> str:
    """The date with a mark where the record only implies it."""
    return voice.say("%(date)s (worked out from the record)", date=said) if when.inferred else said


def said_when(voice: Voice, when: PartialDate, standing: Standing | None) -> str:
    """The date with what the record says of it: "held on ...", "planned for ...; no result recorded"."""
    if when.precision is Precision.UNKNOWN:
        return _undated(voice, standing)
    said = bare(voice, when)
    if standing is Standing.HELD:
        return voice.say("held %(when)s", when=_placed(voice, when))
    if when.precision is Precision.DEADLINE and standing in (Standing.PASSED, Standing.PLANNED):
        return _by_deadline(voice, said, standing)
    if standing is Standing.PASSED:
        if when.status and when.status.value == "to_be_confirmed":
            return voice.say(
                "planned for %(date)s, to be confirmed; that date has passed and no result is recorded",
                date=said,
            )
        return voice.say("planned for %(date)s; that date has passed and no result is recorded", date=said)
    if standing is Standing.PLANNED:
        return voice.say("planned for %(date)s", date=said)
    if standing is Standing.TENTATIVE:
        return voice.say("tentatively %(date)s", date=said)
    if standing is Standing.TO_BE_CONFIRMED:
        return voice.say("%(date)s, to be confirmed", date=said)
    if standing is Standing.CANCELLED:
        return voice.say("cancelled (was %(date)s)", date=said)
    return said


def _by_deadline(voice: Voice, said: str, standing: Standing) -> str:
    if standing is Standing.PASSED:
        return voice.say(
            "planned %(deadline)s; that date has passed and no result is recorded", deadline=said
        )
    return voice.say("planned %(deadline)s", deadline=said)


def hours(voice: Voice, when: PartialDate) -> Markup:
    """The hours in the event's own zone and in the reader's; empty if none is known.

    In a channel, where many zones read, Slack itself writes each reader's own time.
    """
    start = when.instant()
    if start is None or when.zone is None:
        return Markup("")
    end = when.instant_of_end()
    city = get_timezone_location(when.zone, locale=voice.locale, return_city=True)
    values: dict[str, object] = {"hours": _span(voice, start, end, when.zone), "city": city}
    if voice.to_channel:
        fallback = _span(voice, start, end, "UTC")
        token = f"<!date^{int(start.timestamp())}^{{date_short}} {{time}}|{fallback} UTC>"
        values["mine"] = Markup(token)  # noqa: S704 - numbers and our own words
    elif start.astimezone(ZoneInfo(voice.zone)).utcoffset() == start.utcoffset():
        return voice.marked("%(hours)s (%(city)s time)", values)
    else:
        values["mine"] = _span(voice, start, end, voice.zone)
    return voice.marked("%(hours)s (%(city)s time), %(mine)s yours", values)


def hours_on_page(voice: Voice, when: PartialDate) -> str:
    """The hours by the event's own clocks, and by those of the page's zone where they differ.

    "15:00–16:00 (Bangkok) · 10:00–11:00 (UTC)"; with the day where it is another one there. Empty if no hour
    is known. A page is read in many zones, so none of them is called the reader's.
    """
    start, end = when.instant(), when.instant_of_end()
    if start is None or when.zone is None:
        return ""
    said = [f"{_span(voice, start, end, when.zone)} ({_city(voice, when.zone)})"]
    there = start.astimezone(ZoneInfo(voice.zone))
    if there.utcoffset() != start.utcoffset():
        its_day = "" if there.date() == start.date() else f"{day(voice, there.date())}, "
        said.append(f"{its_day}{_span(voice, start, end, voice.zone)} ({_city(voice, voice.zone)})")
    return " · ".join(said)


def begins(voice: Voice, when: PartialDate) -> str:
    """The hour at which it begins by its own clocks: "15:00 (Bangkok)". Empty if none is known."""
    start = when.instant()
    if start is None or when.zone is None:
        return ""
    return f"{_span(voice, start, None, when.zone)} ({_city(voice, when.zone)})"


def _city(voice: Voice, zone: str) -> str:
    """How a zone is called among cities; UTC belongs to none."""
    if zone.removeprefix("Etc/") == "UTC":
        return "UTC"
    return str(get_timezone_location(zone, locale=voice.locale, return_city=True))


def elsewhere(voice: Voice, event: Happening) -> str:
    """The hours of an event in the further zones that its organisers chose: "15:00 (Bangkok), ..."."""
    start, end = event.when.instant(), event.when.instant_of_end()
    if start is None:
        return ""
    cities = [
        (zone, get_timezone_location(zone, locale=voice.locale, return_city=True)) for zone in event.zones
    ]
    return " · ".join(f"{_span(voice, start, end, zone)} ({city})" for zone, city in cities)


def clock(voice: Voice, at: time) -> str:
    """An hour of the clock, wherever that clock is: "15:00"."""
    return str(format_time(at, "short", locale=voice.locale))


def _span(voice: Voice, start: datetime, end: datetime | None, zone: str) -> str:
    moments = [moment.astimezone(ZoneInfo(zone)) for moment in (start, end) if moment]
    return "–".join(format_time(moment, "short", locale=voice.locale) for moment in moments)


def _undated(voice: Voice, standing: Standing | None) -> str:
    if standing is Standing.HELD:
        return voice.say("held, date not stated")
    if standing is Standing.CANCELLED:
        return voice.say("cancelled")
    if standing is None:
        return voice.say("date not stated")
    return voice.say("announced, date not stated")


def _without_mark(voice: Voice, when: PartialDate) -> str:
    start, end = when.start, when.end
    if end is None:
        return voice.say("date not stated")
    if start is None:
        return _deadline(voice, end)
    one_month = (start.year, start.month) == (end.year, end.month)
    match when.precision:
        case Precision.MONTH if one_month:
            return _month(voice, start)
        case Precision.MONTH:
            return str(format_interval(start, end, "yMMMM", locale=voice.locale))
        case Precision.YEAR:
            return str(start.year) if start.year == end.year else f"{start.year}–{end.year}"
    if start != end:
        return f"{_first(voice, start, end)}–{day(voice, end)}"
    return _part_of_day(voice, when.part, day(voice, start))


def _first(voice: Voice, start: date, end: date) -> str:
    """The first day of several, without the month that its last one names: "20", in French "1er"."""
    if (start.year, start.month) != (end.year, end.month):
        return day(voice, start)
    return "1er" if voice.language == "fr" and start.day == 1 else str(start.day)


def _part_of_day(voice: Voice, part: Part | None, said: str) -> str:
    if part is Part.MORNING:
        return voice.say("%(day)s, in the morning", day=said)
    if part is Part.AFTERNOON:
        return voice.say("%(day)s, in the afternoon", day=said)
    if part is Part.EVENING:
        return voice.say("%(day)s, in the evening", day=said)
    return said


def _placed(voice: Voice, when: PartialDate) -> str:
    """The date with what its precision needs around it: "on 7 February", "in July", "du 20 au 21 mars"."""
    start, end = when.start, when.end
    if when.precision is Precision.RANGE and start and end and start != end:
        first, last = _first(voice, start, end), day(voice, end)
        return _marked(voice, when, voice.say("on %(first)s–%(last)s", first=first, last=last))
    said = bare(voice, when)
    if when.precision in (Precision.MONTH, Precision.YEAR):
        return voice.say("in %(period)s", period=said)
    if when.precision is Precision.DEADLINE:
        return said
    return voice.say("on %(day)s", day=said)


def _deadline(voice: Voice, last: date) -> str:
    after = last + timedelta(days=1)
    if (after.month, after.day) == (1, 1):
        return voice.say("by the end of %(year)s", year=last.year)
    if after.day == 1:
        return voice.say("before %(month)s", month=_month(voice, after))
    return voice.say("by %(day)s", day=day(voice, last))


def day(voice: Voice, moment: date) -> str:
    """A day in full: "7 February 2019"."""
    said = str(format_date(moment, "long", locale=voice.locale))
    # French counts the first of a month as an ordinal; the CLDR's long format does not.
    return said.replace("1 ", "1er ", 1) if voice.language == "fr" and moment.day == 1 else said


def day_of(voice: Voice, at: datetime) -> str:
    """The reader's own day at a moment, in full."""
    return day(voice, at.astimezone(ZoneInfo(voice.zone)).date())


def moment(voice: Voice, at: datetime) -> str | Markup:
    """A moment in the reader's zone: day and minute. In a channel Slack itself writes each reader's own."""
    if voice.to_channel:
        fallback = format_datetime(at.astimezone(ZoneInfo("UTC")), "short", locale=voice.locale)
        token = f"<!date^{int(at.timestamp())}^{{date_short}} {{time}}|{fallback} UTC>"
        return Markup(token)  # noqa: S704 - numbers and our own words
    return str(format_datetime(at.astimezone(ZoneInfo(voice.zone)), "short", locale=voice.locale))


def _month(voice: Voice, moment: date) -> str:
    return str(format_skeleton("yMMMM", moment, locale=voice.locale))
