"""What is said when something did not work: what happened, what it means, what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from templates.budget import cut
from templates.messages import Button, Message, Templates
from templates.voice import Voice

LONGEST_QUOTE = 60
"""Characters of what somebody typed that are said back to them."""


def not_found(
    templates: Templates, voice: Voice, asked: str, query: str, nearest: Sequence[Button]
) -> Message:
    """Nothing is called so; the nearest names are a click away."""
    return templates.message(
        "errors/not_found",
        voice,
        buttons=nearest,
        asked=asked,
        query=quoted(query),
        nearest=[button.label for button in nearest],
    )


def ambiguous(
    templates: Templates, voice: Voice, asked: str, query: str, choices: Sequence[Button]
) -> Message:
    """Several things are called so; each is a click away."""
    return templates.message(
        "errors/ambiguous", voice, personal=True, buttons=choices, asked=asked, query=quoted(query)
    )


def invalid(templates: Templates, voice: Voice, field: str, reason: str, value: str) -> Message:
    """What was entered cannot be taken."""
    return templates.message(
        "errors/invalid", voice, personal=True, field=field, reason=reason, value=quoted(value)
    )


def not_allowed(templates: Templates, voice: Voice, who: str, why: str) -> Message:
    """Somebody else may do this: `who` is the name of the role, and the secretariat helps on.

    `why` is what `NotAllowed` has there, or empty.
    """
    return templates.message("errors/not_allowed", voice, personal=True, who=who, why=why)


def try_again(templates: Templates, voice: Voice, form: str, argument: str) -> Message:
    """The click was too old for Slack to open a form: a fresh one is a click away."""
    button = Button(voice.say("Try again"), argument, first=True, opens=form)
    return templates.message("errors/try_again", voice, personal=True, buttons=[button])


def taken_already(templates: Templates, voice: Voice) -> Message:
    """The same form was sent before; its effect stands."""
    return templates.message("errors/taken_already", voice, personal=True)


def fault(templates: Templates, voice: Voice, reference: str, *, database: bool) -> Message:
    """Our fault, with the number under which the log tells more."""
    return templates.message("errors/fault", voice, personal=True, reference=reference, database=database)


def moment(templates: Templates, voice: Voice) -> Message:
    """The answer takes longer than Slack waits."""
    return templates.message("errors/moment", voice, personal=True)


def patience(templates: Templates, voice: Voice, wait: int) -> Message:
    """Somebody sent more than anybody types; it works again in `wait` seconds."""
    return templates.message("errors/patience", voice, personal=True, wait=wait)


def quoted(text: str) -> str:
    """What somebody typed, short enough to say back, on one line."""
    return cut(" ".join(text.split()), LONGEST_QUOTE)
