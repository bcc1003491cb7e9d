"""Where one subscribes to a calendar."""

from __future__ import annotations

from community.calendars import Named
from templates.messages import Button, Message, Templates
from templates.voice import Voice


def page(
    templates: Templates,
    voice: Voice,
    *,
    own: str,
    version: int,
    signs: bool,
    everything: str,
    about: Named,
    address: str,
    changed: str = "",
) -> Message:
    """The addresses: the reader's `own`, that of `everything`, and the one of what is asked about.

    `own` is empty where they are not known yet, where others read, or where nothing `signs` it.
    """
    buttons = []
    if own:
        sure = voice.say("Apps that use the present address will get nothing more by it.")
        buttons.append(Button(voice.say("A new address"), f"/events subscribe new {version}", confirm=sure))
    buttons.append(Button(voice.say("What is coming"), "/events"))
    return templates.message(
        "calendars/page", voice, buttons=buttons,
        own=own, signs=signs, everything=everything, about=about, address=address, changed=changed,
        personal=True,
    )  # fmt: skip
