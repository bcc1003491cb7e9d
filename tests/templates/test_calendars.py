"""Calendars as other programs read them: two parsers that know nothing of ours agree with the record."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil import tz
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from community import calendars
from community.calendars import Entry, Named
from community.events import Happening
from community.names import OwnName, PlaceName, load_names
from storage.database import Database
from storage.partial_dates import Part, PartialDate, Precision, Standing, Status, zones
from storage.vocabulary import EventKind, Mode, Visibility
from templates.calendars import Writer, gone
from templates.clocks import clocks
from templates.voice import Voice

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NAMES = load_names()
HOST = "alliance.example.org"
COARSE = (Precision.MONTH, Precision.YEAR, Precision.DEADLINE)
Speak = Callable[[str], Voice]
NASTY = (
    "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:forged", "a,b;c\\d\\n\\N:\"e\"",
    "\x85\u2028\u2029\x0b\x0c\x1c tail",
    "é" * 40 + "😀" * 40, "w" * 500, "\ud800 half", "\x00\x07\x1b[2J", "‮evil‬", " \t ", "ATTACH:https://x",
)  # fmt: skip


@pytest.fixture
def voice() -> Speak:
    return lambda language: Voice(language, "Europe/Paris", NOW, NAMES)


def happening(when: PartialDate, text: str = "Second meeting", **changes: Any) -> Happening:
    return Happening(
        **{
            "id": 17, "key": "event/abc", "kind": EventKind.MEETING, "name": {"en": text}, "when": when,
            "yearly": False, "standing": when.standing(NOW.date()), "about": None, "venue": None,
            "organiser": None, "mode": None, "place": None, "region": None, "group": None, "group_name": None,
            "themes": (), "note": None, "citation": None, "said": None, **changes,
        }
    )  # fmt: skip


def entry(when: PartialDate, text: str = "Second meeting", **changes: Any) -> Entry:
    return Entry(happening(when, text, **changes), when, None)


def written(voice: Voice, *entries: Entry, named: Named | None = Named()) -> str:  # noqa: B008 - frozen
    return Writer().calendar(voice, HOST, named, entries).decode()


def is_well_formed(text: str) -> None:
    """RFC 5545, 3.1, by hand: lines of 75 octets at most, each ended by CRLF, and no other control."""
    assert text.endswith("END:VCALENDAR\r\n")
    for line in text.removesuffix("\r\n").split("\r\n"):
        assert len(line.encode()) <= 75, line
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]", line), line
        assert line.splitlines() == [line], "no sign that some program takes for the end of a line"


def read(text: str) -> list[dict[str, Any]]:
    """Every event as both parsers read it, which must be the same."""
    is_well_formed(text)
    strict = IcsCalendarStream.calendar_from_ics(text)
    other = other_program(text)
    assert other.validate(raiseException=True)
    ours = [
        {
            "uid": one.uid, "start": one.dtstart, "end": one.dtend, "status": str(one.status.value),
            "sequence": one.sequence, "summary": one.summary, "description": one.description,
            "where": one.location, "stamp": one.dtstamp, "free": one.transparency,
        }
        for one in strict.events
    ]  # fmt: skip
    theirs = [
        {
            "uid": one.uid.value, "start": one.dtstart.value, "status": one.status.value,
            "sequence": int(one.sequence.value), "summary": one.summary.value,
        }
        for one in getattr(other, "vevent_list", [])
    ]  # fmt: skip
    assert len(ours) == len(theirs)
    for mine, their in zip(ours, theirs, strict=True):
        for key, value in their.items():
            assert _plain(mine[key]) == _plain(value), key
    return ours


def other_program(text: str) -> Any:
    """What vobject reads, with the clocks of this very file.

    Left alone, it keeps the first clocks of a zone that it meets for all later files, and takes a zone that
    has the offset of UTC in the year 2000 for UTC.
    """
    getattr(vobject.icalendar, "__tzidMap").clear()
    held = tz.tzical(io.StringIO(text))
    for zone in held.keys():  # noqa: SIM118 - it is no mapping
        vobject.icalendar.registerTzid(zone, held.get(zone))
    return vobject.readOne(text)


def _plain(value: Any) -> Any:
    """Moments compare by their instant: one parser has the zone's own rules, the other those of the file."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def agrees(event: dict[str, Any], one: Entry) -> None:
    """What the record says of the date is what the programs read."""
    when = one.when
    assert event["uid"] == f"{one.event.key}@{HOST}"
    assert event["sequence"] == one.event.revision
    if when.instant() is not None:
        wanted = when.instant().astimezone(UTC)  # type: ignore[union-attr]
        assert event["start"].astimezone(UTC) == wanted
        assert event["start"].astimezone(ZoneInfo(str(when.zone))).tzname()
        if event["end"] is not None and when.ends_at:
            assert event["end"].astimezone(UTC) == when.instant_of_end().astimezone(UTC)  # type: ignore[union-attr]
    else:
        assert event["start"] == (when.start or when.end)
        assert event["end"] == when.end + timedelta(days=1)  # type: ignore[operator]
        assert event["free"] == "TRANSPARENT"
    if when.status is Status.CANCELLED:
        assert event["status"] == "CANCELLED"
    elif (
        when.precision in COARSE or when.inferred or when.status in (Status.TENTATIVE, Status.TO_BE_CONFIRMED)
    ):
        assert event["status"] == "TENTATIVE"
    else:
        assert event["status"] == "CONFIRMED"


@pytest.mark.parametrize("language", ["en", "fr", "es"])
async def test_every_dated_event_of_the_record_is_read_as_it_is(
    loaded: Database, voice: Speak, language: str
) -> None:
    async with loaded.reading() as session:
        entries = await calendars.public(session, Named(), date(2017, 1, 1))
    events = read(written(voice(language), *entries))
    assert len(events) == len(entries) >= 35
    for event, one in zip(events, entries, strict=True):
        agrees(event, one)
        assert voice(language).words(one.event.name) in event["summary"]
    assert {one.rule is not None for one in entries} == {True, False}


# Whatever people may enter

days = st.dates(min_value=date(1971, 1, 1), max_value=date(2100, 12, 31))
walls = st.datetimes(datetime(2020, 1, 1), datetime(2045, 1, 1))  # noqa: DTZ001 - as clocks show them
hours = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))
texts = st.text(max_size=600) | st.sampled_from(NASTY)


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    first = draw(days)
    last = first + timedelta(days=draw(st.integers(0, 40)))
    more: dict[str, Any] = {
        "status": draw(st.none() | st.sampled_from(Status)), "inferred": draw(st.booleans()),
        "precision": draw(st.sampled_from([one for one in Precision if one is not Precision.UNKNOWN])),
        "start": first, "end": last,
    }  # fmt: skip
    match more["precision"]:
        case Precision.DEADLINE:
            more["start"] = None
        case Precision.MONTH | Precision.YEAR:
            pass
        case Precision.DAY | Precision.PART_OF_DAY | Precision.YEARLY:
            more["end"] = first
            more["part"] = draw(st.none() | st.sampled_from(Part))
        case _:
            pass
    if more["precision"] not in (*COARSE,) and draw(st.booleans()):
        more["starts_at"], more["zone"] = draw(hours), draw(st.sampled_from(sorted(zones())))
        more["ends_at"] = draw(st.none() | hours)
        if more["ends_at"] and more["end"] == first and more["ends_at"] <= more["starts_at"]:
            more["ends_at"] = None
    return PartialDate(**more)


@settings(max_examples=150)
@given(partial_dates(), texts, texts, texts, st.sampled_from(["en", "fr", "es"]), st.integers(0, 99))
@example(PartialDate.parse("2027-02-07"), NASTY[0], NASTY[0], NASTY[0], "fr", 3)
@example(PartialDate.parse("2027-03-28", hours="02:30-02:45", zone="Europe/Paris"), *NASTY[1:4], "es", 1)
@example(PartialDate.parse("2027-10-31", hours="02:30-04:00", zone="Europe/Paris"), *NASTY[4:7], "en", 1)
def test_whatever_is_entered_both_programs_read_the_same(
    when: PartialDate, name: str, about: str, venue: str, language: str, revision: int
) -> None:
    one = entry(
        when, name, about={"en": about}, venue={"es": venue}, note={"fr": about}, revision=revision,
        mode=Mode.ONLINE, changed_at=NOW, added_at=NOW - timedelta(days=9),
    )  # fmt: skip
    speaks = Voice(language, "Asia/Kathmandu", NOW, NAMES)
    group = Named(group=OwnName("own", {"en": name}))
    text = written(speaks, one, one, named=group)
    events = read(text)
    assert len(events) == 2, "nobody forges a third one"
    assert text.count("\r\nBEGIN:") == 2 + text.count("BEGIN:VTIMEZONE") + len(
        re.findall(r"\r\nBEGIN:(?:STANDARD|DAYLIGHT)\r", text)
    )
    agrees(events[0], one)
    assert events[0]["stamp"] == NOW


@pytest.mark.parametrize("nasty", NASTY)
def test_hostile_words_are_words(voice: Speak, nasty: str) -> None:
    when = PartialDate.parse("2027-02-07", status=Status.PLANNED)
    text = written(voice("en"), entry(when, f"A{nasty}Z", about={"en": f"B{nasty}Y"}))
    (event,) = read(text)
    assert event["summary"].startswith("A")
    assert event["summary"].endswith("Z")
    assert event["description"].endswith("Y")
    for sign in ',;\\:"😀':
        assert event["summary"].count(sign) == nasty.count(sign)


# Clocks


def file_zone(zone: str, first: int, last: int) -> Any:
    (made,) = clocks([zone], first, last)
    frame = f"BEGIN:VCALENDAR\r\n{made.to_ical().decode()}END:VCALENDAR\r\n"
    return tz.tzical(io.StringIO(frame)).get()


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(zones())),
    st.lists(walls, min_size=30),
)
def test_the_clocks_of_a_file_go_as_those_of_its_zone(zone: str, some: list[datetime]) -> None:
    info, theirs = ZoneInfo(zone), file_zone(zone, 2020, 2045)
    for wall in some:
        real = wall.replace(tzinfo=info)
        if real.astimezone(UTC).astimezone(info).replace(tzinfo=None) != wall:
            continue  # skipped by the clocks: no event stands there
        assert wall.replace(tzinfo=theirs).utcoffset() == real.utcoffset(), wall


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Pacific/Auckland", "Asia/Tokyo"])
def test_a_rule_holds_after_the_years_that_were_looked_at(zone: str) -> None:
    theirs = file_zone(zone, 2026, 2036)
    for month in range(1, 13):
        wall = datetime(2060, month, 15, 12)  # noqa: DTZ001 - as clocks show it
        assert wall.replace(tzinfo=theirs).utcoffset() == wall.replace(tzinfo=ZoneInfo(zone)).utcoffset()


@pytest.mark.parametrize(
    ("zone", "onsets"),
    [
        ("Europe/Paris", ["20270328T020000", "20271031T030000"]),
        ("America/New_York", ["20270314T020000", "20271107T020000"]),
        ("Australia/Lord_Howe", ["20270404T020000", "20271003T020000"]),
    ],
)
def test_a_change_is_given_by_the_clocks_before_it(zone: str, onsets: list[str]) -> None:
    (made,) = clocks([zone], 2027, 2027)
    text = made.to_ical().decode()
    for onset in onsets:
        assert onset in text


@given(
    st.sampled_from(["Europe/Paris", "America/New_York", "Pacific/Auckland", "Africa/Casablanca"]),
    days,
    hours,
)
@settings(max_examples=40)
def test_what_comes_every_year_keeps_its_hour_by_the_clock_on_the_wall(
    zone: str, day: date, at: time
) -> None:
    assume((day.month, day.day) != (2, 29))
    day = day.replace(year=2020 + day.year % 7)
    when = PartialDate(Precision.DAY, day, day, Status.PLANNED, starts_at=at, zone=zone)
    rule = f"FREQ=YEARLY;BYMONTH={day.month};BYMONTHDAY={day.day}"
    speaks = Voice("en", "UTC", NOW, NAMES)
    text = written(speaks, Entry(happening(when, yearly=True), when, rule))
    (event,) = read(text)
    info = ZoneInfo(zone)
    shown = IcsCalendarStream.calendar_from_ics(text).timeline_tz(info)
    begin = event["start"]
    for year in range(day.year, day.year + 6):
        wall = datetime.combine(day.replace(year=year), at, info)
        real = wall.astimezone(UTC).astimezone(info)
        if real.time() != at or begin.astimezone(info).time() != at:
            continue  # the clocks skip that hour in that year
        found = list(shown.overlapping(wall - timedelta(hours=1), wall + timedelta(hours=1)))
        assert [one.dtstart.astimezone(UTC) for one in found] == [wall.astimezone(UTC)]


def test_an_hour_that_the_clocks_skip_is_as_much_later_and_never_ends_before_it_begins(voice: Speak) -> None:
    when = PartialDate.parse("2027-03-28", hours="02:30-03:10", zone="Europe/Paris")
    text = written(voice("en"), entry(when))
    assert "DTSTART;TZID=Europe/Paris:20270328T033000" in text
    assert "DTEND" not in text
    read(text)


def test_an_hour_that_the_clocks_show_twice_is_the_first(voice: Speak) -> None:
    when = PartialDate.parse("2027-10-31", hours="02:30-03:30", zone="Europe/Paris")
    (event,) = read(written(voice("en"), entry(when)))
    assert event["start"].astimezone(UTC) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert event["end"] - event["start"] == timedelta(hours=1), "by the wall; two hours pass"
    assert event["end"].astimezone(UTC) == datetime(2027, 10, 31, 2, 30, tzinfo=UTC)


# What is said


SAID = [
    (PartialDate.parse("2027-07", status=Status.PLANNED), "July 2027, day not fixed: Meeting"),
    (PartialDate.parse("2027", status=Status.TENTATIVE), "2027, day not fixed: Meeting"),
    (PartialDate.parse("2019", status=Status.HELD), "2019, day not stated: Meeting"),
    (PartialDate.parse("by 2027-06-15", status=Status.PLANNED), "By 15 June 2027: Meeting"),
    (PartialDate.parse("before 2027-07", status=Status.PLANNED), "Before July 2027: Meeting"),
    (PartialDate.parse("2027-06-30", part=Part.MORNING), "Meeting (morning)"),
    (PartialDate.parse("2027-06-30", part=Part.EVENING, hours="19:00", zone="Asia/Tokyo"), "Meeting"),
    (PartialDate.parse("2027-06-30", status=Status.CANCELLED), "Cancelled: Meeting"),
    (PartialDate.parse("2027-06-30..2027-07-02", status=Status.PLANNED), "Meeting"),
]


@pytest.mark.parametrize(("when", "summary"), SAID, ids=[summary for _, summary in SAID])
def test_a_date_is_labelled_as_exactly_as_it_is_known(voice: Speak, when: PartialDate, summary: str) -> None:
    one = entry(when, "Meeting")
    (event,) = read(written(voice("en"), one))
    assert event["summary"] == summary
    agrees(event, one)


def test_each_language_says_it_in_its_own_words(voice: Speak) -> None:
    when = PartialDate.parse("2027-07", status=Status.PLANNED)
    one = entry(when, name={"en": "Meeting", "fr": "Réunion"}, place=PlaceName("NP", None))
    (french,) = read(written(voice("fr"), one))
    assert french["summary"] == "Juillet 2027, jour non fixé\u00a0: Réunion"
    assert french["where"] == "Népal"
    (spanish,) = read(written(voice("es"), one))
    assert spanish["summary"] == "Julio de 2027, día sin fijar: Meeting (en inglés)"
    assert "CATEGORIES:Reunión" in written(voice("es"), one)


def test_a_moved_event_keeps_its_name_and_has_its_new_time_and_number(voice: Speak) -> None:
    planned = PartialDate.parse(
        "2027-02-07", status=Status.PLANNED, hours="09:00-11:00", zone="Asia/Kathmandu"
    )
    moved = replace(planned, start=date(2027, 3, 1), end=date(2027, 3, 1))
    writer, speaks = Writer(), voice("en")
    (before,) = read(writer.calendar(speaks, HOST, Named(), [entry(planned)]).decode())
    later = entry(moved, revision=1, was=PartialDate.parse("2027-02-07"), changed_at=NOW)
    (after,) = read(writer.calendar(speaks, HOST, Named(), [later]).decode())
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after["start"] == datetime(2027, 3, 1, 9, tzinfo=ZoneInfo("Asia/Kathmandu"))
    assert "Moved from 7 February 2027" in after["description"]
    off = entry(replace(moved, status=Status.CANCELLED), revision=2)
    (gone_off,) = read(writer.calendar(speaks, HOST, Named(), [off]).decode())
    assert (gone_off["status"], gone_off["sequence"], gone_off["free"]) == ("CANCELLED", 2, "TRANSPARENT")


def test_what_is_kept_is_written_anew_as_soon_as_it_says_something_else(voice: Speak) -> None:
    writer, when = Writer(most=2), PartialDate.parse("2027-02-07", status=Status.PLANNED)
    one = entry(when, "Meeting")
    first = writer.calendar(voice("en"), HOST, Named(), [one])
    assert writer.calendar(voice("en"), HOST, Named(), [entry(when, "Meeting")]) == first
    assert b"Reuni" in writer.calendar(voice("es"), HOST, Named(), [one])
    assert b"Other" in writer.calendar(voice("en"), HOST, Named(), [entry(when, "Other")])
    passed = replace(one, event=replace(one.event, standing=Standing.PASSED))
    assert b"no result" in re.sub(rb"\r\n ", b"", writer.calendar(voice("en"), HOST, Named(), [passed]))
    assert len(writer._kept) == 2


def test_an_empty_calendar_is_one_still(voice: Speak) -> None:
    text = written(voice("fr"), named=None)
    assert read(text) == []
    assert "NAME:Mon Alliance 8.7\r\n" in text
    assert "BEGIN:VTIMEZONE" in text, "a calendar has one part at least"
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H" in text


def test_an_address_that_holds_no_more_says_so_in_the_calendar(voice: Speak) -> None:
    text = gone(voice("en"), HOST).decode()
    is_well_formed(text)
    (event,) = IcsCalendarStream.calendar_from_ics(text).events
    assert event.dtstart == NOW.date()
    assert "/events subscribe" in str(event.description)
    assert vobject.readOne(text).validate(raiseException=True)


def test_what_is_not_for_everybody_is_marked_as_private(voice: Speak) -> None:
    when = PartialDate.parse("2027-02-07")
    assert "CLASS:PRIVATE" in written(voice("en"), entry(when, visibility=Visibility.MEMBERS), named=None)
    assert "CLASS" not in written(voice("en"), entry(when))


def many(when: PartialDate, count: int) -> Sequence[Entry]:
    return [entry(when, f"Meeting {n}", id=n, key=f"event/{n}") for n in range(count)]


def test_a_thousand_events_are_each_there_once(voice: Speak) -> None:
    when = PartialDate.parse("2027-02-07", hours="09:00-11:00", zone="Africa/Nairobi")
    events = read(written(voice("en"), *many(when, 1_000)))
    assert len({event["uid"] for event in events}) == 1_000
    assert written(voice("en"), *many(when, 3)).count("BEGIN:VTIMEZONE") == 1
