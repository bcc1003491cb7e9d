"""Where to turn with a concern, and the secretariat's form to enter a help line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from community.helplines import Helps
from templates import forms
from templates.forms import Field
from templates.messages import Button, Message, Templates
from templates.voice import Voice

ADD = "help_line_add"


def concern(
    templates: Templates, voice: Voice, found: Helps, *, removed: bool | None = None, page: int = 1
) -> Message:
    """Whom to turn to. Who may manage the list can add to it and take away."""
    country = found.place.key if found.place else ""
    buttons = [Button(voice.country(one), f"/alliance concern {one.key}") for one in found.nearest]
    if found.may_manage:
        buttons.append(Button(voice.say("Add a help line"), country, opens=ADD))
        buttons += [
            Button(
                voice.say("Remove %(n)s", n=number),
                f"/alliance concern remove {line.id}",
                confirm=voice.say("It will not be shown any more."),
            )
            for number, line in enumerate(found.lines[:20], start=1)
        ]
    return templates.message(
        "helplines/concern",
        voice,
        buttons=buttons,
        command=f"/alliance concern {country}".strip(),
        page=page,
        personal=True,
        place=found.place,
        lines=found.lines,
        nearest=[button.label for button in buttons[: len(found.nearest)]],
        removed=removed,
    )


def add(voice: Voice, country: str) -> Mapping[str, Any]:
    """The form to enter a help line, for the country it was asked in."""
    return forms.form(
        ADD,
        voice.say("Add a help line"),
        voice.say("Add"),
        voice.say("Cancel"),
        [
            Field(
                "country",
                voice.say("Country"),
                forms.text(initial=country, most=100),
                optional=True,
                hint=voice.say("Leave it empty for one that helps everywhere."),
            ),
            Field("name", voice.say("Who they are"), forms.text(most=150)),
            Field("contact", voice.say("How to reach them"), forms.text(most=300)),
            Field(
                "note",
                voice.say("Hours and languages"),
                forms.text(most=300),
                optional=True,
                hint=voice.say("Please check the number before you send it: people in need rely on it."),
            ),
        ],
    )


def added(templates: Templates, voice: Voice) -> Message:
    """The last page of the form."""
    return templates.message("helplines/added", voice)
