"""The forms of an event: what everybody needs, the rest, another date, a cancellation, what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from community.events import Happening
from community.names import OwnName, PlaceName
from community.timing import Exact, Timing, chosen
from storage.partial_dates import Status
from storage.vocabulary import EventKind, Mode, Theme, Visibility
from templates import forms
from templates.forms import Choice, Field
from templates.terms import N_, label
from templates.voice import Voice

EVENT, DETAILS = "event_plan", "event_details"
LONGEST_NAME, LONGEST_TEXT = 150, 1_000
EXACT: Mapping[Exact, str] = {
    Exact.DAY: N_("On that day, or from the first day to the last"),
    Exact.MORNING: N_("In the morning of that day"),
    Exact.AFTERNOON: N_("In the afternoon of that day"),
    Exact.EVENING: N_("In the evening of that day"),
    Exact.MONTH: N_("Some time in that month"),
    Exact.YEAR: N_("Some time in that year"),
    Exact.BEFORE: N_("Before that day"),
    Exact.YEARLY: N_("Every year on that day"),
    Exact.UNKNOWN: N_("The date is not known yet"),
}
STATUS: Mapping[Status, str] = {
    Status.PLANNED: N_("It is confirmed"),
    Status.TENTATIVE: N_("It is tentative"),
    Status.TO_BE_CONFIRMED: N_("It is to be confirmed"),
    Status.HELD: N_("It was held"),
}
NOWHERE = "-"
"""The choice of no group: Slack's menus cannot be emptied."""


def plan(
    voice: Voice, zone: str, groups: Sequence[OwnName], *, old: Happening | None = None, group: str = ""
) -> Mapping[str, Any]:
    """The form for a new event in the time zone `zone`, or for one that stands already."""
    timing = chosen(old.when, yearly=old.yearly) if old else Timing(exact=Exact.DAY)
    status = old.when.status if old else None
    kind = old.kind if old else EventKind.MEETING
    holds = old.group or NOWHERE if old else group or NOWHERE
    capacity = str(old.capacity) if old and old.capacity else ""
    where = voice.country(old.place) if old and old.place else ""
    fields = [
        Field(
            "name",
            voice.say("What it is called"),
            forms.text(initial=in_language(voice, old.name if old else None), most=LONGEST_NAME),
        ),
        Field("kind", voice.say("What it is"), _select(voice, EventKind, kind)),
        *when_fields(voice, replace(timing, zone=timing.zone or zone)),
        Field(
            "status",
            voice.say("How sure it is"),
            forms.select(
                [Choice(voice.say(STATUS[one]), one.value) for one in STATUS],
                chosen=(status or Status.PLANNED).value,
            ),
        ),
        Field(
            "mode",
            voice.say("How people attend"),
            _select(voice, Mode, old.mode if old else None),
            optional=True,
        ),
        Field(
            "venue",
            voice.say("Town or building"),
            forms.text(initial=in_language(voice, old.venue if old else None), most=LONGEST_NAME),
            optional=True,
        ),
        Field(
            "place",
            voice.say("Country where it takes place"),
            forms.text(initial=where, most=100),
            optional=True,
        ),
        Field("group", voice.say("Action group that holds it"), _groups(voice, groups, holds)),
        Field(
            "visibility",
            voice.say("Who sees it"),
            _select(voice, Visibility, old.visibility if old else Visibility.PUBLIC),
        ),
        Field(
            "registers",
            voice.say("Registration"),
            forms.tick(
                Choice(voice.say("People register for it here"), "yes"),
                ticked=old is not None and old.takes_registrations,
            ),
            optional=True,
        ),
        Field(
            "capacity",
            voice.say("Seats, if they are limited"),
            forms.text(initial=capacity, most=9),
            optional=True,
            hint=voice.say("Once they are taken, people wait on a list and move up as places become free."),
        ),
    ]
    title = voice.say("Change the event") if old else voice.say("A new event")
    return forms.form(EVENT, title, voice.say("Save"), voice.say("Cancel"), fields, metadata=seen(old))


def details(
    voice: Voice,
    old: Happening,
    link: str,
    groups: Sequence[OwnName],
    places: Sequence[PlaceName],
    *,
    number: int | None = None,
) -> Mapping[str, Any]:
    """The form for the rest of what is said of an event. `link` is where one joins.

    `number` is what its group's meetings are counted by, its own or the next free one; None for others.
    """
    subjects = [one.subject for one in old.audiences]
    themes = [Choice(label(voice, one), one.value) for one in Theme]
    fields = [
        *_number(voice, number),
        Field(
            "about",
            voice.say("What it is about"),
            forms.text(initial=in_language(voice, old.about), lines=True, most=LONGEST_TEXT),
            optional=True,
        ),
        Field(
            "organiser",
            voice.say("Who organises it"),
            forms.text(initial=in_language(voice, old.organiser), most=LONGEST_NAME),
            optional=True,
        ),
        Field(
            "link",
            voice.say("Where one joins online"),
            forms.text(initial=link, most=500),
            optional=True,
            hint=voice.say("Only those who are registered are given this link."),
        ),
        Field("themes", voice.say("Themes"), forms.several(themes, chosen=list(old.themes)), optional=True),
        Field(
            "languages",
            voice.say("Languages in which it is held"),
            forms.several(forms.languages(), chosen=old.languages),
            optional=True,
        ),
        *_further(voice, groups, places, subjects),
        Field(
            "zones",
            voice.say("Further time zones to show"),
            forms.text(initial=", ".join(old.zones), most=200),
            optional=True,
            hint=voice.say(
                "Such as Asia/Bangkok, with commas between. Everybody sees their own in any case."
            ),
        ),
    ]
    return forms.form(
        DETAILS,
        voice.say("More of the event"),
        voice.say("Save"),
        voice.say("Cancel"),
        fields,
        metadata=seen(old),
    )


def when_fields(voice: Voice, timing: Timing, *, yearly: bool = True) -> list[Field]:
    """A day, and how exactly it is known; `yearly` among the choices."""
    exact = [Choice(voice.say(EXACT[one]), one.value) for one in EXACT if yearly or one is not Exact.YEARLY]
    return [
        Field(
            "exact",
            voice.say("How exactly the date is known"),
            forms.select(exact, chosen=timing.exact.value),
        ),
        Field("first", voice.say("Day, or first day"), forms.day(chosen=timing.first), optional=True),
        Field(
            "last", voice.say("Last day, if there are several"), forms.day(chosen=timing.last), optional=True
        ),
        Field("starts_at", voice.say("Begins at"), forms.hour(chosen=timing.starts_at), optional=True),
        Field("ends_at", voice.say("Ends at"), forms.hour(chosen=timing.ends_at), optional=True),
        Field(
            "zone",
            voice.say("Time zone of these hours"),
            forms.text(initial=timing.zone, most=64),
            optional=True,
            hint=voice.say("A city is enough, such as Bangkok."),
        ),
    ]


def _number(voice: Voice, number: int | None) -> list[Field]:
    if number is None:
        return []
    element = forms.text(initial=str(number), most=9)
    return [Field("number", voice.say("Its number among the meetings of the group"), element, optional=True)]


def _further(
    voice: Voice, groups: Sequence[OwnName], places: Sequence[PlaceName], chosen_ones: Sequence[str]
) -> list[Field]:
    """Whom it concerns beside who holds it; a menu without any choice is left out."""
    of_groups = [Choice(voice.words(dict(one.names)), f"group:{one.key}") for one in groups]
    found = [
        ("groups", voice.say("Further groups whom it concerns"), of_groups),
        ("places", voice.say("Countries whom it concerns"), forms.places(voice, places)),
    ]
    return [
        Field(name, said, forms.several(_hundred(choices, chosen_ones), chosen=chosen_ones), optional=True)
        for name, said, choices in found
        if choices
    ]


def _hundred(choices: Sequence[Choice], chosen_ones: Sequence[str]) -> Sequence[Choice]:
    """As many as a menu takes; what was chosen is among them, for else it would be lost unseen."""
    room = 100 - sum(one.value in chosen_ones for one in choices[100:])
    return [one for at, one in enumerate(choices) if at < room or one.value in chosen_ones][:100]


def _groups(voice: Voice, groups: Sequence[OwnName], holds: str) -> Any:
    none = Choice(voice.say("No action group"), NOWHERE)
    choices = [none, *(Choice(voice.words(dict(one.names)), one.key) for one in groups)]
    return forms.select(_hundred(choices, [holds]), chosen=holds)


def _select(voice: Voice, words: Any, chosen_one: Any) -> Any:
    choices = [Choice(label(voice, one), one.value) for one in words]
    return forms.select(choices, chosen=chosen_one.value if chosen_one else "")


def in_language(voice: Voice, words: Mapping[str, str] | None) -> str:
    """A text in the reader's language, or as it was written."""
    return (words.get(voice.language) or next(iter(words.values()))) if words else ""


def seen(old: Happening | None) -> str:
    """What a form carries along: which event, in which revision it was looked at."""
    return f"{old.id} {old.revision}" if old else ""
