"""Reminders, and who wants which."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from community.posted import Posted
from storage.vocabulary import ReminderKind
from templates.messages import Button, Message, Templates
from templates.voice import Voice


def step(templates: Templates, voice: Voice, item: Posted) -> Message:
    """To whoever named a next step: it is due soon."""
    buttons = [
        Button(voice.say("Post what came of it"), item.subject, opens="update_post", first=True),
        Button(voice.say("Remind me tomorrow"), f"/alliance later {item.id}"),
        Button(voice.say("No more reminders of steps"), f"/alliance reminders off {ReminderKind.STEP.value}"),
    ]
    return templates.message("reminders/step", voice, buttons=buttons, item=item, personal=True)


def put_off(templates: Templates, voice: Voice, item: Posted, due: datetime) -> Message:
    """After it was put off: when it comes again, by the reader's own clock."""
    return templates.message("reminders/put_off", voice, item=item, due=due, personal=True)


def page(templates: Templates, voice: Voice, off: Collection[ReminderKind], *, what: str = "") -> Message:
    """The kinds of reminder, each with its switch. `what` was just done."""
    buttons = [
        Button(voice.say("Remind me of my next steps"), f"/alliance reminders on {one.value}", first=True)
        if one in off
        else Button(voice.say("No more reminders of steps"), f"/alliance reminders off {one.value}")
        for one in ReminderKind
    ]
    return templates.message("reminders/page", voice, buttons=buttons, off=off, what=what, personal=True)
