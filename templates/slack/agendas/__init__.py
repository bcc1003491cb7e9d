"""An event's agenda: its items, who presents them, and the forms with which organisers change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel.dates import get_timezone_location

from community.agendas import Agenda, Item, Presenter
from community.events import Happening
from community.feeding import Fed
from community.other_business import is_open
from community.paging import listed
from community.programmes import MOST_MEMBERS
from storage.vocabulary import SessionFormat, Visibility
from templates import forms
from templates.forms import Choice, Field
from templates.messages import Button, Message, Templates, turning
from templates.terms import label
from templates.voice import Voice

ITEM, SPEAKER = "agenda_item", "agenda_speaker"
LISTED = 6
"""Items a page, so that each has its three buttons below Slack's limit of 25 in a row."""
NO_FORMAT = "-"
"""The choice of no format: Slack's menus cannot be emptied."""


def listing(
    templates: Templates,
    voice: Voice,
    agenda: Agenda,
    *,
    changed: str = "",
    shared: bool = False,
    page: int = 1,
) -> Message:
    """The agenda. `changed` says what was just done: a word of `agendas/list.j2`."""
    number = agenda.event.id
    line = f"/events agenda {number}"
    shown = listed(agenda.items, page, LISTED)
    buttons = []
    if agenda.may_change and not shared:
        buttons.append(Button(voice.say("Add an item"), str(number), opens=ITEM, first=not agenda.items))
        for n, one in shown.entries:
            buttons += _changing(voice, number, n, one)
        if any(one.speakers for one in agenda.items):
            buttons.append(Button(voice.say("Replace a speaker"), str(number), opens=SPEAKER))
    buttons += turning(voice, line, shown)
    if not shared and agenda.event.visibility is Visibility.PUBLIC:
        buttons.append(Button(voice.say("Share here"), line, share=True))
    if not shared:
        if is_open(agenda.event, voice.now):
            buttons.append(Button(voice.say("Any other business"), f"/events aob {number}"))
        buttons.append(Button(voice.say("Show the event"), f"/events show {number}"))
    return templates.message(
        "agendas/list", voice, buttons=buttons, agenda=agenda, shown=shown, changed=changed
    )


def buttons(voice: Voice, event: Happening, *, there: bool) -> list[Button]:
    """What an event's card offers: its agenda, if it is `there`."""
    return [Button(voice.say("Agenda"), f"/events agenda {event.id}")] if there else []


def told(templates: Templates, voice: Voice, event: Happening, item: Item, what: str) -> Message:
    """To a member who presents an item (`on`), or in whose place somebody else does (`off`)."""
    button = Button(voice.say("Show the agenda"), f"/events agenda {event.id}")
    return templates.message("agendas/told", voice, buttons=[button], event=event, item=item, what=what)


def fed(templates: Templates, voice: Voice, what: Fed, event: Happening, later: Happening) -> Message:
    """What came of the wish to link two events."""
    return templates.message(
        "agendas/fed",
        voice,
        buttons=[Button(voice.say("Show the event"), f"/events show {event.id}")],
        personal=True,
        what=what.value,
        event=event,
        later=later,
    )


def item(voice: Voice, event: Happening, old: Item | None = None) -> Mapping[str, Any]:
    """The form for a new item, or for one that stands already."""
    speakers = old.speakers if old else ()
    return forms.form(
        ITEM,
        voice.say("Change the item") if old else voice.say("A new item"),
        voice.say("Save"),
        voice.say("Cancel"),
        [
            Field("title", voice.say("What it is about"), forms.text(initial=_in(voice, old), most=200)),
            Field("format", voice.say("How it is held"), _formats(voice, old)),
            *_hours(voice, event, old),
            *_speakers(voice, speakers),
        ],
        metadata=f"{event.id} {old.id if old else 0}",
    )


def speaker(templates: Templates, voice: Voice, agenda: Agenda) -> Mapping[str, Any]:
    """The form to let somebody else present in a speaker's place; above it, those who present, by number."""
    standing = [(item, one) for item in agenda.items for one in item.speakers][:100]
    choices = [
        Choice(f"{number} · {_name(voice, one)}{voice.words(item.title)}", str(one.id))
        for number, (item, one) in enumerate(standing, start=1)
    ]
    return forms.form(
        SPEAKER,
        voice.say("Replace a speaker"),
        voice.say("Replace"),
        voice.say("Cancel"),
        [
            Field("speaker", voice.say("In whose place"), forms.select(choices)),
            Field("people", voice.say("A member"), forms.person(), optional=True),
            Field("organisations", voice.say("Or an organisation"), forms.text(most=200), optional=True),
            Field(
                "name",
                voice.say("Or somebody else, by function or name"),
                forms.text(most=150),
                optional=True,
                hint=voice.say("Whoever is replaced stays on the agenda as such."),
            ),
        ],
        metadata=str(agenda.event.id),
        notice=forms.sentences(templates.message("agendas/standing", voice, standing=standing)),
    )


def _changing(voice: Voice, event: int, n: int, one: Item) -> list[Button]:
    buttons = [Button(voice.say("Change %(n)s", n=n), f"{event} {one.id}", opens=ITEM)]
    if n > 1:
        buttons.append(Button(voice.say("Move up %(n)s", n=n), f"/events agenda {event} up {one.id}"))
    buttons.append(
        Button(
            voice.say("Remove %(n)s", n=n),
            f"/events agenda {event} remove {one.id}",
            confirm=voice.say("The item and its speakers leave the agenda."),
        )
    )
    return buttons


def _formats(voice: Voice, old: Item | None) -> Any:
    chosen = old.format.value if old and old.format else NO_FORMAT
    choices = [Choice(label(voice, one), one.value) for one in SessionFormat]
    return forms.select([Choice(voice.say("Not stated"), NO_FORMAT), *choices], chosen=chosen)


def _hours(voice: Voice, event: Happening, old: Item | None) -> list[Field]:
    when = event.when
    fields = []
    if when.start != when.end:
        hint = voice.say("One of the days of the event.")
        day = forms.day(chosen=old.day if old else when.start)
        fields.append(Field("day", voice.say("Day"), day, optional=True, hint=hint))
    hint = voice.say("In the hours of the place. An hour that the clocks show twice counts the first time.")
    if when.zone:
        city = get_timezone_location(when.zone, locale=voice.locale, return_city=True)
        hint = voice.say(
            "In %(city)s time. An hour that the clocks show twice counts the first time.", city=city
        )
    starts, ends = (old.starts_at, old.ends_at) if old else (None, None)
    return [
        *fields,
        Field("starts_at", voice.say("Begins at"), forms.hour(chosen=starts), optional=True, hint=hint),
        Field("ends_at", voice.say("Ends at"), forms.hour(chosen=ends), optional=True),
    ]


def _speakers(voice: Voice, speakers: tuple[Presenter, ...]) -> list[Field]:
    people = [one.slack_id for one in speakers if one.slack_id]
    organisations = "; ".join(voice.stored(one.organisation)[0] for one in speakers if one.organisation)
    name = next((voice.stored(one.name)[0] for one in speakers if one.name), "")
    return [
        Field(
            "people",
            voice.say("Members who present it"),
            forms.people(chosen=people, most=max(MOST_MEMBERS, len(people))),
            optional=True,
            hint=voice.say("Each of them hears of it."),
        ),
        Field(
            "organisations",
            voice.say("Organisations that present it"),
            forms.text(initial=organisations, most=1_000),
            optional=True,
            hint=voice.say("As they are called here, with semicolons between."),
        ),
        Field(
            "name",
            voice.say("Somebody else, by function or name"),
            forms.text(initial=name, most=150),
            optional=True,
        ),
    ]


def _in(voice: Voice, old: Item | None) -> str:
    """The title in the reader's language, or as it was written."""
    return voice.stored(old.title)[0] if old else ""


def _name(voice: Voice, one: Presenter) -> str:
    """Who presents, in a menu; a member cannot be mentioned there, and is told by the number alone."""
    said = voice.words(one.short or one.organisation or one.name)
    return f"{said} · " if said else ""
