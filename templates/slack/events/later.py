"""The forms of an event that stands already: another date, a cancellation, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from community.events import Happening
from community.timing import chosen
from templates import forms
from templates.forms import Field
from templates.slack.events.forms import LONGEST_TEXT, in_language, seen, when_fields
from templates.voice import Voice

MOVE, CANCEL, RESULT = "event_move", "event_cancel", "event_result"


def move(voice: Voice, zone: str, old: Happening) -> Mapping[str, Any]:
    """The form to move an event to another date, or to one that is not known yet."""
    timing = chosen(old.when)
    fields = [*when_fields(voice, replace(timing, zone=timing.zone or zone), yearly=False), _words(voice)]
    return forms.form(
        MOVE,
        voice.say("Another date"),
        voice.say("Move it"),
        voice.say("Leave it as it is"),
        fields,
        metadata=seen(old),
    )


def cancel(voice: Voice, old: Happening) -> Mapping[str, Any]:
    """The form to cancel an event."""
    return forms.form(
        CANCEL,
        voice.say("Cancel the event"),
        voice.say("Cancel the event"),
        voice.say("Leave it as it is"),
        [_words(voice)],
        metadata=seen(old),
        notice=voice.say("Those who are registered hear of it once. It stays in the calendar as cancelled."),
    )


def result(voice: Voice, old: Happening) -> Mapping[str, Any]:
    """The form to say that it was held, and what came of it."""
    field = Field(
        "outcome",
        voice.say("What came of it"),
        forms.text(initial=in_language(voice, old.outcome), lines=True, most=LONGEST_TEXT),
        optional=True,
        hint=voice.say("No names of persons. Saving says that it was held."),
    )
    return forms.form(
        RESULT,
        voice.say("What came of it"),
        voice.say("Save"),
        voice.say("Cancel"),
        [field],
        metadata=seen(old),
    )


def _words(voice: Voice) -> Field:
    return Field(
        "words",
        voice.say("What those concerned should know"),
        forms.text(lines=True, most=500),
        optional=True,
    )
