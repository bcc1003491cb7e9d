"""The calendar: what is coming or has been, one event with all that is said of it, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from babel.dates import format_skeleton, format_time

from community.attendance import Came
from community.clashes import Awkward
from community.coming import Wanted
from community.events import Happening
from community.feeding import Links
from community.paging import Listed, listed
from community.seating import Seats
from storage.partial_dates import Precision, Standing, Status
from storage.vocabulary import Theme, Visibility
from templates import dates
from templates.messages import Button, Message, Picture, Templates, turning
from templates.slack.events import forms, later
from templates.terms import term
from templates.voice import Voice

LISTED = 8
"""Events a page: each has a button, within the five and the turning that fit on a phone."""
UNDECIDED = 6
"""Proposals a page: each has two buttons or three."""
COARSE = (Precision.UNKNOWN, Precision.MONTH, Precision.YEAR, Precision.DEADLINE)


@dataclass(frozen=True)
class Shown:
    """What a card shows beside the event itself.

    `may_manage` whether the reader does; then `clashes` and `awkward` tell what stands in its way. `seats` is
    how it stands with registrations, if it takes any, `came` how many came, `links` what its results go into.
    `file` is its address for calendar programs; `buttons` are those of registration and agenda; `picture` is
    of who came.
    """

    may_manage: bool = False
    clashes: tuple[Happening, ...] = ()
    awkward: Awkward | None = None
    seats: Seats | None = None
    came: Came | None = None
    file: str = ""
    links: Links = Links()  # noqa: RUF009 - it is frozen
    buttons: tuple[Button, ...] = field(default=())
    picture: Picture | None = None


def listing(
    templates: Templates,
    voice: Voice,
    shown: Listed[Happening],
    wanted: Wanted,
    *,
    count: int,
    asked: str,
    name: str = "",
    shared: bool = False,
    may_add: bool = True,
) -> Message:
    """A page of the `count` events that fit.

    `asked` is the command that shows them, `name` a place or group as typed in it.
    """
    buttons = [
        Button(voice.say("Open %(n)s", n=n), f"/events show {one.id}")
        for n, one in (() if shared else shown.entries)
    ]
    buttons += turning(voice, asked, shown)
    if not shared:
        buttons.append(Button(voice.say("Share here"), asked, share=True))
    if wanted.past:
        buttons.append(Button(voice.say("What is coming"), "/events"))
    else:
        what_has_been = asked.replace("/events", "/events past", 1)
        buttons.append(Button(voice.say("What has been"), what_has_been))
        if may_add:
            buttons.append(Button(voice.say("Add an event"), "", opens=forms.EVENT))
        buttons.append(Button(voice.say("In my calendar"), "/events subscribe"))
    return templates.message(
        "events/list",
        voice,
        buttons=buttons,
        events=shown.entries,
        count=count,
        shown=shown,
        shared=shared,
        wanted=wanted,
        filters=_filters(voice, wanted, name),
    )


def card(
    templates: Templates,
    voice: Voice,
    event: Happening,
    shown: Shown,
    *,
    shared: bool = False,
    what: str = "",
) -> Message:
    """One event. `what` says what was just done to it: a word of `events/done.j2`."""
    line = f"/events show {event.id}"
    buttons = [] if shared else list(shown.buttons)
    if not shared and event.visibility is Visibility.PUBLIC:
        buttons.append(Button(voice.say("Share here"), line, share=True))
    if shown.may_manage and not shared:
        buttons.append(Button(voice.say("Manage"), f"/events manage {event.id}"))
    clocks = [f"{format_time(at, 'short', locale=voice.locale)} {zone}" for zone, at in _clocks(shown)]
    return templates.message(
        "events/card", voice, buttons=buttons, picture=shown.picture, event=event, shown=shown, what=what,
        clocks=clocks, themes=[term(voice, Theme(one)) for one in event.themes],
        elsewhere=dates.elsewhere(voice, event),
    )  # fmt: skip


def manage(
    templates: Templates, voice: Voice, event: Happening, *, further: Sequence[Button] = (), what: str = ""
) -> Message:
    """What may be done with an event, by who may; `further` are the buttons of agenda and attendance."""
    seen = f"{event.id} {event.revision}"
    buttons = [
        Button(voice.say("Change"), str(event.id), opens=forms.EVENT),
        Button(voice.say("Say more"), str(event.id), opens=forms.DETAILS),
    ]
    open_still = event.standing not in (Standing.CANCELLED, Standing.HELD) and not event.yearly
    if open_still and event.when.status is not Status.PLANNED and event.when.precision not in COARSE:
        buttons.insert(0, Button(voice.say("Confirm the date"), f"/events confirm {seen}", first=True))
    if open_still:
        buttons.append(Button(voice.say("Move"), str(event.id), opens=later.MOVE))
        buttons.append(Button(voice.say("Cancel it"), str(event.id), opens=later.CANCEL))
    begun = event.when.start is None or event.when.start <= voice.today
    if begun and not event.yearly and event.standing is not Standing.CANCELLED:
        at = 0 if event.standing is Standing.PASSED else len(buttons)
        buttons.insert(at, Button(voice.say("What came of it"), str(event.id), opens=later.RESULT))
    buttons += [*further, Button(voice.say("Show it"), f"/events show {event.id}")]
    return templates.message("events/manage", voice, buttons=buttons, event=event, what=what, personal=True)


def proposals(
    templates: Templates, voice: Voice, events: Sequence[tuple[Happening, bool]], *, what: str = ""
) -> Message:
    """What was proposed and waits, each with whether the reader decides on it."""
    shown = listed(events, 1, UNDECIDED)
    buttons = []
    for n, (one, decides) in shown.entries:
        if decides:
            buttons += deciding(voice, one, n)
        buttons.append(Button(voice.say("Change %(n)s", n=n), str(one.id), opens=forms.EVENT))
    return templates.message(
        "events/proposals", voice, buttons=buttons, events=shown.entries, what=what, personal=True,
        left=len(events) - len(shown.entries),
    )  # fmt: skip


def to_decide(templates: Templates, voice: Voice, event: Happening) -> Message:
    """A proposed event, before those who put it into the calendar."""
    return templates.message("events/proposed", voice, buttons=deciding(voice, event), event=event)


def became(templates: Templates, voice: Voice, event: Happening, what: str) -> Message:
    """What became of an event, for one person: `listed`, `declined`, `moved`, `cancelled`, `revived`."""
    buttons = [] if what == "declined" else [Button(voice.say("Show it"), f"/events show {event.id}")]
    return templates.message("events/became", voice, buttons=buttons, event=event, what=what)


def lost(templates: Templates, voice: Voice) -> Message:
    """Somebody was faster."""
    return templates.message("events/lost", voice)


def deciding(voice: Voice, event: Happening, n: int | None = None) -> list[Button]:
    """What who decides may say to a proposed event; in a list with its number."""
    accept = voice.say("Put it in %(n)s", n=n) if n else voice.say("Put it into the calendar")
    decline = voice.say("Decline %(n)s", n=n) if n else voice.say("Decline")
    return [
        Button(accept, f"/events accept {event.id}", first=n is None),
        Button(decline, f"/events decline {event.id}", confirm=voice.say("Who proposed it hears of it.")),
    ]


def _clocks(shown: Shown) -> tuple[tuple[str, datetime], ...]:
    return shown.awkward.clocks if shown.awkward else ()


def _filters(voice: Voice, wanted: Wanted, name: str) -> list[str]:
    """What narrows the list, in the reader's language; a name as it was typed."""
    if wanted.place and len(wanted.place) == 2:
        name = voice.names.of(wanted.place, voice.language)
    region = term(voice, wanted.region) if wanted.region else ""
    return [part for part in (name, region, _period(voice, wanted)) if part]


def _period(voice: Voice, wanted: Wanted) -> str:
    if wanted.month and wanted.year:
        return str(format_skeleton("yMMMM", date(wanted.year, wanted.month, 1), locale=voice.locale))
    month = voice.locale.months["stand-alone"]["wide"][wanted.month] if wanted.month else ""
    return str(month or wanted.year or "")
