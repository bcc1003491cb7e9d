"""The welcome: what this place is, its steps, and the common principles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from community.welcome import Progress, Step
from templates import forms
from templates.forms import Choice, Field
from templates.messages import Button, Message, Templates
from templates.terms import N_
from templates.voice import Voice

PRINCIPLES, PROFILE = "welcome_principles", "profile"
FORMS: Mapping[Step, str] = {
    Step.PRINCIPLES: PRINCIPLES,
    Step.PROFILE: PROFILE,
    Step.FOLLOW: "follow_choose",
}
"""The form of each step."""
_BUTTONS: Mapping[Step, str] = {
    Step.PRINCIPLES: N_("Read the principles"),
    Step.PROFILE: N_("About me"),
    Step.FOLLOW: N_("Choose what I follow"),
}


def page(templates: Templates, voice: Voice, reached: Progress) -> Message:
    """What this place is, and the steps, with the first unfinished one a click away."""
    buttons = [*next_step(voice, reached), Button(voice.say("What I can ask"), "/alliance help")]
    return templates.message("welcome/page", voice, buttons=buttons, personal=True, reached=reached)


def principles(templates: Templates, voice: Voice, accepted_at: datetime | None) -> Message:
    """The common principles, and since when the reader has accepted them."""
    return templates.message("welcome/principles", voice, personal=True, accepted_at=accepted_at)


def accept(templates: Templates, voice: Voice, version: str) -> Mapping[str, Any]:
    """The form in which the principles are accepted, in the version that it shows."""
    box = Choice(voice.say("I have read the principles and will keep to them"), "yes")
    return forms.form(
        PRINCIPLES,
        voice.say("Common principles"),
        voice.say("Accept"),
        voice.say("Cancel"),
        [Field("accept", voice.say("The principles"), forms.tick(box))],
        metadata=version,
        notice=forms.sentences(principles(templates, voice, None)),
    )


def thanks(templates: Templates, voice: Voice, reached: Progress) -> Message:
    """The last page of the principles' form: what comes next."""
    return templates.message(
        "welcome/thanks", voice, buttons=next_step(voice, reached), personal=True, reached=reached
    )


def next_step(voice: Voice, reached: Progress) -> list[Button]:
    """The button of the first unfinished step; none where all are done."""
    step = reached.next
    return [Button(voice.say(_BUTTONS[step]), "", opens=FORMS[step], first=True)] if step else []
