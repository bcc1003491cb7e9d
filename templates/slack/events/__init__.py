"""The calendar: what is coming, or what has been."""

from __future__ import annotations

from collections.abc import Sequence

from community.events import Happening, Wanted
from templates.messages import Button, Message, Templates
from templates.voice import Voice


def listing(
    templates: Templates,
    voice: Voice,
    events: Sequence[Happening],
    wanted: Wanted,
    *,
    asked: str,
    filters: Sequence[str] = (),
    shared: bool = False,
    page: int = 1,
) -> Message:
    """The events that fit. `asked` is the command that shows them, `filters` what it asked for, in words."""
    buttons = [] if shared else [Button(voice.say("Share here"), asked, share=True)]
    if wanted.past:
        buttons.append(Button(voice.say("What is coming"), "/events"))
    else:
        buttons.append(Button(voice.say("What has been"), "/events past"))
    return templates.message(
        "events/list",
        voice,
        buttons=buttons,
        command=asked,
        page=page,
        events=events,
        wanted=wanted,
        filters=filters,
    )
