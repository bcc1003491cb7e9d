"""The secretariat's page of the register, what closes its forms, and what a member who was stopped is told.

The forms themselves are in `questions`.
"""

from __future__ import annotations

from collections.abc import Sequence

from community.names import PlaceName
from community.paging import listed
from community.register import Overview, Represents, Stopped
from storage.base import Words
from templates.messages import Button, Message, Templates, turning
from templates.slack.register import questions
from templates.voice import Voice

LISTED = 7
"""Entries a page: each with its button, beside the ten that stand on every page."""


def page(templates: Templates, voice: Voice, found: Overview, *, changed: str = "", page: int = 1) -> Message:
    """What the register holds; who is stopped and who represents whom, each with a button.

    `changed` is what was done just now: `lifted`, `ended`, or `gone` where somebody was faster.
    """
    everybody: list[Stopped | Represents] = [*found.stopped, *found.representatives]
    shown = listed(everybody, page, LISTED)
    buttons = [Button(voice.say(label), "", opens=form) for label, form in questions.OFFERED]
    for number, one in shown.entries:
        if number <= len(found.stopped):
            buttons.append(
                Button(voice.say("Let %(n)s post again", n=number), f"/alliance manage lift {one.id}")
            )
        else:
            buttons.append(
                Button(
                    voice.say("End %(n)s", n=number),
                    f"/alliance manage end {one.id}",
                    confirm=voice.say("They can no longer act for this organisation. The history stays."),
                )
            )
    buttons += turning(voice, "/alliance manage", shown)
    return templates.message(
        "register/page",
        voice,
        buttons=buttons,
        personal=True,
        found=found,
        stopped=[entry for entry in shown.entries if entry[0] <= len(found.stopped)],
        representatives=[entry for entry in shown.entries if entry[0] > len(found.stopped)],
        changed=changed,
    )


def done(
    templates: Templates, voice: Voice, what: str, called: Words | None = None, place: PlaceName | None = None
) -> Message:
    """The last page of a form, with what the entry is called.

    `what` is `place`, `pathfinder`, `renamed`, `group`, `organisation`, `representative`, `none` (there is
    no group yet), `stopped`, or `stopped_already`.
    """
    return templates.message("register/done", voice, what=what, called=called, place=place)


def told(templates: Templates, voice: Voice, whom: Sequence[str], *, stopped: bool) -> Message:
    """What a member reads who was stopped from posting, or may post again; `whom` are Slack ids to ask."""
    return templates.message("register/told", voice, whom=whom, stopped=stopped, personal=True)
