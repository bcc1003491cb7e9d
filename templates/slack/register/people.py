"""The forms that say who acts for an organisation, and who is stopped from posting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from templates import forms
from templates.forms import Field
from templates.voice import Voice

REPRESENTATIVE, STOP = "register_representative", "register_stop"
LONGEST_NAME = 150


def representative(voice: Voice) -> Mapping[str, Any]:
    """The form to confirm who acts for an organisation."""
    return forms.form(
        REPRESENTATIVE,
        voice.say("Confirm representative"),
        voice.say("Confirm"),
        voice.say("Cancel"),
        [
            Field("person", voice.say("Who"), forms.person()),
            Field("organisation", voice.say("Organisation"), forms.text(most=LONGEST_NAME)),
        ],
        notice=voice.say("They will have the rights of every seat that the organisation holds."),
    )


def stop(voice: Voice) -> Mapping[str, Any]:
    """The form to stop somebody from posting."""
    return forms.form(
        STOP,
        voice.say("Stop from posting"),
        voice.say("Stop"),
        voice.say("Cancel"),
        [
            Field(
                "person",
                voice.say("Who"),
                forms.person(),
                hint=voice.say("They are told so. They still read everything, and what they posted stays."),
            )
        ],
    )
