"""Calendars (RFC 5545, RFC 7986): an event as a calendar program takes it, in the language of the address.

The `icalendar` library writes the format. What is here decides what is said: how exact a date is, what may
change still, and when the clocks of a zone move.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from threading import Lock
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration, vRecur, vText

from community.calendars import BEGAN, Entry, Named
from community.events import Happening
from community.places import CODE_LETTERS
from storage.partial_dates import Part, PartialDate, Precision, Standing, Status
from storage.vocabulary import Mode, Theme, Visibility
from templates import dates
from templates.clocks import clocks
from templates.footnotes import locator
from templates.terms import term
from templates.voice import Voice

KIND = "text/calendar"
PRODUCT = "-//Alliance 8.7//pathfinder-bot//EN"
ASKED_AGAIN = timedelta(hours=6)
"""How often a program may ask for news."""
LOOKED_AHEAD = 10
"""Years from now that are looked at for the rule by which clocks move."""
_COARSE = (Precision.MONTH, Precision.YEAR, Precision.DEADLINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls, which RFC 5545 (3.1) has no place for, direction overrides, and halves of signs."""
_BLANKS = re.compile(r"[\t\n ]+")
_END = b"END:VCALENDAR\r\n"


class _Text(vText):
    """Text as it was meant: the library's own takes the letter N after a backslash for the end of a line."""

    def to_ical(self) -> bytes:
        said = str(self)
        for sign, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
            said = said.replace(sign, escaped)
        return said.encode()


@dataclass(frozen=True)
class _Written:
    """An event as it stands in a calendar: whose clocks it names, if any, and in which years."""

    data: bytes
    zone: str | None
    first: int
    last: int


class Writer:
    """Writes calendars. What it wrote of an event last is kept, for as long as the event says the same.

    To write one takes about half a millisecond, and programs ask for all of them several times a day. Many
    may use a writer at once. Ten thousand events in three languages take 30 MB.
    """

    def __init__(self, most: int = 30_000) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, _Written] = OrderedDict()
        self._lock = Lock()

    def calendar(self, voice: Voice, host: str, named: Named | None, entries: Sequence[Entry]) -> bytes:
        """A calendar with its entries, in their order. `named` is None for the reader's own.

        `host` goes into the names by which programs know an event again.
        """
        written = [self._written(voice, host, entry) for entry in entries]
        timed = [one for one in written if one.zone]
        year = voice.today.year
        first, last = (
            min((one.first for one in timed), default=year),
            max((one.last for one in timed), default=year),
        )
        # A calendar has one part at least (RFC 5545, 3.6); an empty one has the reader's own clocks.
        zones = {one.zone for one in timed if one.zone} if entries else {voice.zone}
        frame = _frame(_title(voice, named))
        for zone in clocks(zones, min(first, year), max(last, year + LOOKED_AHEAD)):
            frame.add_component(zone)
        return b"".join([bytes(frame.to_ical()).removesuffix(_END), *(one.data for one in written), _END])

    def _written(self, voice: Voice, host: str, entry: Entry) -> _Written:
        says = sha256(repr((voice.language, host, entry)).encode("utf-8", "replace")).digest()
        with self._lock:
            if (kept := self._kept.get(says)) is not None:
                self._kept.move_to_end(says)
                return kept
        one = _event(voice, host, entry)
        zone = one["dtstart"].params.get("TZID")
        made = _Written(bytes(one.to_ical()), zone, one.start.year, one.end.year)
        with self._lock:
            self._kept[says] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


def gone(voice: Voice, host: str) -> bytes:
    """In place of a calendar whose address holds no more: one that says so, today, and what to do."""
    title = voice.say("This calendar has another address now")
    about = voice.say(
        "This address holds no more. Please remove this calendar from your program, and type "
        "/events subscribe in Slack for your present address."
    )
    frame, one = _frame(title), Event()
    one.add("uid", _Text(f"gone@{host}"))
    one.add("dtstamp", voice.now.astimezone(UTC))
    one.add("dtstart", voice.today)
    one.add("summary", _Text(title))
    one.add("description", _Text(about))
    one.add("transp", "TRANSPARENT")
    frame.add_component(one)
    return bytes(frame.to_ical())


def changed(event: Happening) -> datetime:
    """The aware moment, to the second, from which an event reads as it does.

    Of a shipped one it is the day of its document.
    """
    as_of = event.citation.as_of if event.citation else PartialDate()
    shipped = datetime.combine(as_of.start or as_of.end or BEGAN, time(), UTC)
    moment = event.changed_at or event.added_at or shipped
    return moment.astimezone(UTC).replace(microsecond=0)


def _event(voice: Voice, host: str, entry: Entry) -> Event:
    event, when, one = entry.event, entry.when, Event()
    one.add("uid", _Text(f"{event.key}@{host}"))
    one.add("dtstamp", changed(event))
    one.add("last-modified", changed(event))
    if event.added_at is not None:
        one.add("created", event.added_at.replace(microsecond=0))
    one.add("sequence", event.revision)
    one.add("status", _status(when))
    is_timed = _put_times(one, when)
    one.add("transp", "OPAQUE" if is_timed and when.status is not Status.CANCELLED else "TRANSPARENT")
    if entry.rule is not None:
        one.add("rrule", vRecur.from_ical(entry.rule))
    one.add("summary", _Text(_line(_summary(voice, event, when, is_timed=is_timed))))
    one.add("description", _Text(_clean("\n".join(_description(voice, entry)))))
    if where := _where(voice, event):
        one.add("location", _Text(_line(where)))
    themes = (term(voice, Theme(theme)) for theme in event.themes if theme in set(Theme))
    one.add("categories", [term(voice, event.kind), *themes])
    if event.visibility is not Visibility.PUBLIC:
        one.add("class", "PRIVATE")
    return one


def _status(when: PartialDate) -> str:
    """CONFIRMED only for a day that the record itself has, and does not doubt."""
    if when.status is Status.CANCELLED:
        return "CANCELLED"
    is_open = when.status in (Status.TENTATIVE, Status.TO_BE_CONFIRMED)
    return "TENTATIVE" if is_open or when.inferred or when.precision in _COARSE else "CONFIRMED"


def _put_times(one: Event, when: PartialDate) -> bool:
    """Its hours, in its own zone; else its days, the end being the day after. Returns whether it has hours.

    An hour that the clocks skip is as much later as they jump; one that they show twice is the first of the
    two (RFC 5545, 3.3.5). An hour without an end has none here either: nobody said how long it takes.
    """
    start = _moment(when.instant())
    if start is not None and when.end is not None and when.zone is not None:
        one.add("dtstart", start)
        end = _moment(when.instant_of_end())
        if end is None and when.end > start.date():
            end = datetime.combine(when.end + timedelta(days=1), time(), ZoneInfo(when.zone))
        if end is not None and end.astimezone(UTC) > start.astimezone(UTC):
            one.add("dtend", end)
        return True
    last = when.end or date.min
    first = when.start or last
    one.add("dtstart", first)
    one.add("dtend", last + timedelta(days=1))
    return False


def _moment(at: datetime | None) -> datetime | None:
    """A moment as its zone's clocks really show it."""
    return at and at.astimezone(UTC).astimezone(at.tzinfo)


def _summary(voice: Voice, event: Happening, when: PartialDate, *, is_timed: bool) -> str:
    """The name, with a label where its days say more than is known, or it is cancelled."""
    name = voice.words(event.name)
    if when.status is Status.CANCELLED:
        return voice.say("Cancelled: %(name)s", name=name)
    if when.precision in _COARSE:
        period = _begun(dates.bare(voice, replace(when, inferred=False)))
        if when.precision is Precision.DEADLINE:
            return voice.say("%(deadline)s: %(name)s", deadline=period, name=name)
        if when.status is Status.HELD:
            return voice.say("%(period)s, day not stated: %(name)s", period=period, name=name)
        return voice.say("%(period)s, day not fixed: %(name)s", period=period, name=name)
    if when.part is None or is_timed:
        return name
    match when.part:
        case Part.MORNING:
            return voice.say("%(name)s (morning)", name=name)
        case Part.AFTERNOON:
            return voice.say("%(name)s (afternoon)", name=name)
        case Part.EVENING:
            return voice.say("%(name)s (evening)", name=name)


def _description(voice: Voice, entry: Entry) -> Iterable[str]:
    """What the record says of it, a line each, with the document that it is from."""
    event = entry.event
    if entry.rule is not None and event.standing is not Standing.CANCELLED:
        yield _begun(voice.say("every year"))
    else:
        yield _begun(dates.said_when(voice, event.when, event.standing))
    if event.was is not None and event.standing not in (Standing.HELD, Standing.CANCELLED):
        yield _begun(voice.say("moved from %(date)s", date=dates.bare(voice, event.was)))
    held = [voice.words(words) for words in (event.organiser, event.group_name) if words]
    if event.mode is not None:
        held.insert(0, term(voice, event.mode))
    if held:
        yield _begun(" · ".join(held))
    for words in (event.about, event.outcome, event.note):
        if words:
            yield voice.words(words)
    if event.citation is not None:
        where = locator(voice, event.citation.locator)
        title = voice.words(event.citation.title)
        yield voice.say(
            "From: %(document)s, as of %(date)s",
            document=f"{title}, {where}" if where else title,
            date=dates.bare(voice, event.citation.as_of),
        )


def _where(voice: Voice, event: Happening) -> str:
    venue = voice.words(event.venue)
    country = voice.country(event.place) if event.place and len(event.place.key) == CODE_LETTERS else ""
    parts = [part for part in (venue, country if country not in venue else "") if part]
    if not parts and event.mode is Mode.ONLINE:
        return term(voice, event.mode)
    return ", ".join(parts)


def _title(voice: Voice, named: Named | None) -> str:
    if named is None:
        return voice.say("My Alliance 8.7")
    about = voice.words(dict(named.group.names)) if named.group else ""
    about = about or (voice.country(named.place) if named.place else "")
    return _line(voice.say("Alliance 8.7: %(name)s", name=about)) if about else voice.say("Alliance 8.7")


def _frame(title: str) -> Calendar:
    """A calendar without anything in it. The library escapes no text that it is not told is text."""
    frame = Calendar()
    frame.add("prodid", PRODUCT)
    frame.add("version", "2.0")
    frame.add("name", _Text(title))
    frame.add("x-wr-calname", _Text(title))
    frame.add("refresh-interval", vDuration(ASKED_AGAIN), parameters={"VALUE": "DURATION"})
    frame.add("x-published-ttl", vDuration(ASKED_AGAIN))
    return frame


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _line(text: str) -> str:
    """The same on one line."""
    return _BLANKS.sub(" ", _clean(text)).strip()


def _clean(text: str) -> str:
    """Text whose lines end alike: some programs take further signs for the end of one, and break there."""
    return _CONTROL.sub("", "\n".join(text.splitlines()))
