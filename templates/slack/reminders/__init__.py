"""Reminders, and who wants which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from community.agendas import Presentation
from community.commitments import CommitmentDue
from community.events import Happening
from community.posted import Posted
from community.reminders import Choice as Chosen
from community.reminding import CHOICES, Reminder
from storage.vocabulary import ReminderKind
from templates import forms
from templates.forms import Choice, Field
from templates.messages import Button, Message, Templates
from templates.slack.commitments.forms import CHANGE
from templates.terms import N_, term
from templates.voice import Voice

HOURS = "reminder_hours"
SAID_HOURS: Mapping[int, str] = {
    336: N_("two weeks before"),
    168: N_("a week before"),
    72: N_("three days before"),
    24: N_("a day before"),
    3: N_("three hours before"),
    1: N_("an hour before"),
}


def message(templates: Templates, voice: Voice, one: Reminder) -> Message:
    """One reminder, in words that go with what it is of."""
    values: dict[str, Any]
    match one.matter:
        case Posted() as item:
            first = [Button(voice.say("Post what came of it"), item.subject, opens="update_post", first=True)]
            name, values = "step", {"item": item}
        case CommitmentDue() as due:
            first = [
                Button(voice.say("It is done"), f"/commitments done {one.number}", first=True),
                Button(voice.say("Change"), str(one.number), opens=CHANGE),
            ]
            name, values = "commitment", {"promised": due.promised}
        case Presentation() as presented:
            first = [Button(voice.say("Agenda"), f"/events agenda {one.number}", first=True)]
            name, values = "presenter", {"event": presented.event, "presented": presented}
        case Happening() as event:
            first = [Button(voice.say("Show it"), f"/events show {one.number}", first=True)]
            if one.kind is ReminderKind.EVENT:
                sure = voice.say("You give up your place; if others wait, whoever waits longest has it.")
                first.append(Button(voice.say("Withdraw"), f"/events withdraw {one.number}", confirm=sure))
            name = "observance" if one.kind is ReminderKind.OBSERVANCE else "event"
            values = {"event": event, "link": one.link}
    later = Button(voice.say("Remind me later"), f"/alliance later {one.kind.value} {one.number}")
    stop = Button(_no_more(voice, one.kind), f"/alliance reminders off {one.kind.value}")
    return templates.message(
        f"reminders/{name}", voice, buttons=[*first, later, stop], personal=True, **values
    )


def put_off(templates: Templates, voice: Voice, one: Reminder) -> Message:
    """After it was put off: when it comes again, by the reader's own clock."""
    return templates.message("reminders/put_off", voice, of=_of(voice, one), due=one.due, personal=True)


def page(templates: Templates, voice: Voice, chosen: Chosen, *, what: str = "") -> Message:
    """The kinds of reminder, each with its switch, and the hours before an event. `what` was just done."""
    buttons = [Button(voice.say("Choose when"), "", opens=HOURS)]
    buttons += [
        Button(voice.say("Switch on %(n)s", n=n), f"/alliance reminders on {one.value}")
        if one in chosen.off
        else Button(voice.say("Switch off %(n)s", n=n), f"/alliance reminders off {one.value}")
        for n, one in enumerate(ReminderKind, start=1)
    ]
    hours = [voice.say(SAID_HOURS[one]) for one in chosen.hours]
    return templates.message(
        "reminders/page", voice, buttons=buttons, kinds=list(ReminderKind), off=chosen.off, hours=hours,
        what=what, personal=True,
    )  # fmt: skip


def form(voice: Voice, chosen: Chosen) -> Mapping[str, Any]:
    """How long before an event one wants to hear of it."""
    choices = [Choice(voice.say(SAID_HOURS[one]), str(one)) for one in CHOICES]
    field = Field(
        "hours", voice.say("Before events for which I am registered"),
        forms.several(choices, chosen=[str(one) for one in chosen.hours]), optional=True,
    )  # fmt: skip
    return forms.form(HOURS, voice.say("Reminders"), voice.say("Save"), voice.say("Cancel"), [field])


def _of(voice: Voice, one: Reminder) -> str:
    """What it is of, in its own words."""
    match one.matter:
        case Posted() as item:
            return item.next_step or item.headline
        case CommitmentDue() as due:
            return voice.words(due.promised.text)
        case Presentation() as presented:
            return voice.words(presented.item.title)
        case Happening() as event:
            return voice.words(event.name)


def _no_more(voice: Voice, kind: ReminderKind) -> str:
    return voice.say("No more: %(kind)s", kind=term(voice, kind))
