"""What the secretariat is told when the bot itself is not well: what it means, and what to do."""

from __future__ import annotations

from community.watching import Gone, Incident, Part, Still, Stuck, Trouble
from templates.messages import Message, Templates
from templates.voice import Voice

BY_ITSELF = (
    "clock_work_failed", "edition_failed", "reminder_failed", "resurfacing_failed", "observance_failed",
    "nudge_failed",
)  # fmt: skip
"""What fails where nobody asked for anything."""


def alert(templates: Templates, voice: Voice, incident: Incident) -> Message:
    """One incident."""
    if isinstance(incident, Gone):
        return templates.message("watching/gone", voice, personal=True, found=incident)
    if isinstance(incident, Stuck):
        means = _hanging(voice, incident.part)
        return templates.message("watching/stuck", voice, personal=True, found=incident, means=means)
    if isinstance(incident, Still):
        return templates.message("watching/still", voice, personal=True, found=incident)
    means = _failing(voice, incident)
    return templates.message("watching/trouble", voice, personal=True, found=incident, means=means)


def _hanging(voice: Voice, part: Part) -> str:
    return {
        Part.CLOCK: voice.say("My clock stands still: reminders, digests and newsletters do not come."),
        Part.WORKER: voice.say("I send no messages: what was promised waits."),
        Part.POST: voice.say("I send no e-mail: letters wait."),
        Part.SOCKET: voice.say("The connection to Slack is down: whoever asks there gets no answer."),
    }[part]


def _failing(voice: Voice, trouble: Trouble) -> str:
    by_itself = voice.say(
        "What I do by myself each minute or each hour did not work: a reminder, a digest or a newsletter "
        "may be missing."
    )
    said = {
        **dict.fromkeys(BY_ITSELF, by_itself),
        "retention_failed": voice.say("What has been kept long enough could not be erased: I try again."),
        "worker_failed": voice.say("Sending messages did not work: they may come later."),
        "page_failed": voice.say("A page on the web could not be shown."),
    }
    return said.get(trouble.kind) or voice.say("Somebody asked for something and was told that I am sorry.")
