"""Whether anything is sent, the switch, the line on what comes late, and a message that is only a trial."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import ContextBlock, MarkdownTextObject

from community.names import Names
from community.sending import Sending
from templates import dates
from templates.messages import Button, Message, Templates
from templates.voice import Voice


def late(names: Names) -> Callable[[str, datetime], dict[str, Any]]:
    """What makes the block which says, in a language, that a message was due at an earlier moment."""

    def block(language: str, promised: datetime) -> dict[str, Any]:
        voice = Voice(language, "UTC", promised, names, to_channel=True)
        when = dates.moment(voice, promised)
        text = voice.marked("Sent late: it was due on %(date)s.", {"date": when})
        return ContextBlock(elements=[MarkdownTextObject(text=text)]).to_dict()

    return block


def trial(voice: Voice) -> str:
    """What stands for a moment in a channel while `pathfinder-bot doctor --post` looks for it."""
    return voice.say("This is a trial: I am looking whether I find what I post, and take it away at once.")


def page(templates: Templates, voice: Voice, found: Sending, *, started: bool = False) -> Message:
    """How it stands, and the other position of the switch a click away."""
    if found.stopped_at:
        button = Button(voice.say("Send again"), "/alliance start", first=True)
    else:
        confirm = voice.say("Nothing is sent to anybody until somebody of the secretariat starts it again.")
        button = Button(voice.say("Stop all sending"), "/alliance stop now", confirm=confirm)
    return templates.message(
        "sending/page", voice, buttons=[button], personal=True, found=found, started=started
    )
