"""Registering for an event, who is registered, and how many came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from community.attendance import Came as Attended
from community.events import Happening
from community.registrations import Came, Registered
from community.seating import Guests, Seats
from storage.vocabulary import Constituency, Region
from templates import forms
from templates.forms import Choice, Field
from templates.messages import Button, Message, Templates
from templates.terms import label
from templates.voice import Voice

REGISTER, ATTENDANCE = "event_register", "event_attendance"
HAS_SEAT = (Came.REGISTERED, Came.REGISTERED_ALREADY)
STANDS = (*HAS_SEAT, Came.WAITING, Came.WAITING_ALREADY)


def came(templates: Templates, voice: Voice, what: Registered) -> Message:
    """What came of the wish to register or to withdraw, or where somebody stands."""
    number = what.event.id
    buttons = []
    if what.came is Came.ASK:
        say = voice.say("Choose your constituency")
        buttons.append(Button(say, str(number), opens=REGISTER, first=True))
    elif what.came in STANDS:
        buttons.append(_withdraw(voice, number))
    elif what.came is Came.WITHDRAWN:
        buttons.append(Button(voice.say("Register again"), f"/events register {number}"))
    return templates.message(
        "registrations/came",
        voice,
        buttons=[*buttons, _show(voice, number)],
        personal=True,
        came=what,
        what=what.came.value,
        has_seat=what.came in HAS_SEAT,
    )


def moved(templates: Templates, voice: Voice, event: Happening, link: str | None) -> Message:
    """To somebody on the waiting list: there is a place for them now."""
    buttons = [_show(voice, event.id), _withdraw(voice, event.id)]
    return templates.message("registrations/moved", voice, buttons=buttons, event=event, link=link)


def guests(templates: Templates, voice: Voice, found: Guests, *, page: int = 1) -> Message:
    """Who is registered, for the organisers' eyes."""
    number = found.event.id
    return templates.message(
        "registrations/guests",
        voice,
        buttons=[_show(voice, number)],
        command=f"/events registered {number}",
        page=page,
        personal=True,
        guests=found,
    )


def attendance(
    templates: Templates,
    voice: Voice,
    event: Happening,
    came: Attended | None,
    *,
    records: bool,
    saved: bool = False,
) -> Message:
    """How many came, as everybody sees it; whoever `records` it has the form a click away."""
    buttons = [_show(voice, event.id)]
    if records and not saved:
        say = voice.say("Record how many came")
        buttons.insert(0, Button(say, str(event.id), opens=ATTENDANCE, first=True))
    return templates.message(
        "registrations/attendance",
        voice,
        buttons=() if saved else buttons,
        event=event,
        came=came,
        saved=saved,
    )


def buttons(voice: Voice, event: Happening, seats: Seats | None) -> list[Button]:
    """What an event's card offers: to register or to withdraw."""
    if seats and seats.can_withdraw:
        return [_withdraw(voice, event.id)]
    if seats and seats.is_open and not seats.mine:
        return [Button(voice.say("Register"), f"/events register {event.id}", first=True)]
    return []


def managing(voice: Voice, event: Happening) -> list[Button]:
    """What organisers may do besides, on the page where they manage an event."""
    found = []
    if event.takes_registrations:
        found.append(Button(voice.say("Who is registered"), f"/events registered {event.id}"))
    if event.when.start is not None and event.when.start <= voice.today:
        found.append(Button(voice.say("How many came"), str(event.id), opens=ATTENDANCE))
    return found


def register(voice: Voice, event: Happening) -> Mapping[str, Any]:
    """The form that asks for the constituency."""
    choices = [Choice(label(voice, one), one.value) for one in Constituency]
    return forms.form(
        REGISTER,
        voice.say("Register"),
        voice.say("Register"),
        voice.say("Cancel"),
        [
            Field(
                "constituency",
                voice.say("Your constituency"),
                forms.select(choices),
                hint=voice.say("Only numbers by constituency are shown, and none below five."),
            )
        ],
        metadata=str(event.id),
    )


def record(
    voice: Voice,
    event: Happening,
    constituencies: Mapping[Constituency, int],
    regions: Mapping[Region, int],
) -> Mapping[str, Any]:
    """The form for how many came, with what was recorded before."""
    recorded = {kind.value: count for table in (constituencies, regions) for kind, count in table.items()}
    fields = [
        Field(
            one.value,
            label(voice, one),
            forms.text(initial=str(recorded.get(one.value, "")), most=9),
            optional=True,
        )
        for one in (*Constituency, *Region)
    ]
    return forms.form(
        ATTENDANCE,
        voice.say("How many came"),
        voice.say("Save"),
        voice.say("Cancel"),
        fields,
        metadata=str(event.id),
        notice=voice.say(
            "A number for each constituency, and for each region; 0 where nobody came from it, nothing where "
            "you do not know. Numbers below five are shown to nobody else."
        ),
    )


def _withdraw(voice: Voice, number: int) -> Button:
    return Button(
        voice.say("Withdraw"),
        f"/events withdraw {number}",
        confirm=voice.say("You give up your place; if others wait, whoever waits longest has it."),
    )


def _show(voice: Voice, number: int) -> Button:
    return Button(voice.say("Show the event"), f"/events show {number}")
