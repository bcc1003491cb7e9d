"""What an editor may say to what waits, the same for updates and for translations that are offered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from community.updates import Decision
from templates import forms
from templates.forms import Field
from templates.messages import Button
from templates.voice import Voice


def buttons(
    voice: Voice, approve: str, form: str, seen: str, *, is_flagged: bool, number: int | None = None
) -> list[Button]:
    """To approve, to ask for a change, to decline what was `seen`; in a list with its number.

    `approve` is the command that approves it, `form` the one in which the words for the others are written.
    """
    if number is None:
        labels = (voice.say("Approve"), voice.say("Ask for a change"), voice.say("Decline"))
    else:
        labels = (
            voice.say("Approve %(n)s", n=number),
            voice.say("Ask for a change %(n)s", n=number),
            voice.say("Decline %(n)s", n=number),
        )
    question = voice.say("It may hold a person’s details or a case. Once published, many may have read it.")
    return [
        Button(labels[0], f"{approve} {seen}", confirm=question if is_flagged else ""),
        Button(labels[1], f"ask_change {seen}", opens=form),
        Button(labels[2], f"decline {seen}", opens=form),
    ]


def reason(voice: Voice, form: str, decision: Decision, seen: str, hint: str) -> Mapping[str, Any]:
    """The form in which an editor says what should change, or why it is declined. `hint`: who reads this."""
    asked = decision is Decision.ASK_CHANGE
    return forms.form(
        form,
        voice.say("Ask for a change") if asked else voice.say("Decline"),
        voice.say("Send"),
        voice.say("Cancel"),
        [
            Field(
                "reason",
                voice.say("What should change") if asked else voice.say("Why"),
                forms.text(lines=True, most=500),
                hint=hint,
            )
        ],
        metadata=f"{decision.value} {seen}",
    )
