"""Whether anything is sent, and the switch."""

from __future__ import annotations

from community.sending import Sending
from templates.messages import Button, Message, Templates
from templates.voice import Voice


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
