"""The calendar: what is coming, or what has been."""

from __future__ import annotations

from collections.abc import Sequence

from community.events import Happening, Wanted
from templates.messages import Button, Message, Templates
from templates.terms import term
from templates.voice import Voice


def listing(
    templates: Templates,
    voice: Voice,
    events: Sequence[Happening],
    wanted: Wanted,
    *,
    asked: str,
    name: str = "",
    shared: bool = False,
    page: int = 1,
) -> Message:
    """The events that fit. `asked` is the command that shows them, `name` a place or group as typed in it."""
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
        filters=_filters(voice, wanted, name),
    )


def _filters(voice: Voice, wanted: Wanted, name: str) -> list[str]:
    """What narrows the list, in the reader's language; a name as it was typed."""
    if wanted.place and len(wanted.place) == 2:
        name = voice.names.of(wanted.place, voice.language)
    month = voice.locale.months["stand-alone"]["wide"][wanted.month] if wanted.month else ""
    region = term(voice, wanted.region) if wanted.region else ""
    period = " ".join(part for part in (month, str(wanted.year or "")) if part)
    return [part for part in (name, region, period) if part]
