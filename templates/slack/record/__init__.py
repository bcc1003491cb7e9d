"""What stands in a record, to be changed; what it said before; the forms; the nudge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from community.history import Earlier
from community.paging import listed
from community.staleness import Nudge
from community.standing import Entry, Standing
from templates.messages import Button, Message, Templates, turning
from templates.slack.record.forms import (
    FACT,
    STAGE,
    STATUS,
    WORKSHOP,
    fact_form,
    stage_form,
    status_form,
    workshop_form,
)
from templates.voice import Voice

__all__ = [
    "FACT",
    "STAGE",
    "STATUS",
    "WORKSHOP",
    "done",
    "earlier",
    "fact_form",
    "nudge",
    "page",
    "stage_form",
    "status_form",
    "workshop_form",
]

LISTED = 7
"""Entries a page: more nobody reads on a phone before asking for the next one."""
CHANGES_LISTED = 5
"""Changes a page: each with what was said before and since."""


def page(
    templates: Templates,
    voice: Voice,
    found: Standing,
    *,
    stale_after: timedelta,
    what: str = "",
    page: int = 1,
) -> Message:
    """What stands, each entry with its button. `what` is what was done just now."""
    command = _command(found.scope)
    shown = listed(found.entries, page, LISTED)
    buttons = [Button(voice.say("Add to the record"), found.scope, opens=FACT, first=True)]
    if found.place:
        buttons.append(Button(voice.say("Set the stage"), found.scope, opens=STAGE))
    else:
        buttons.append(Button(voice.say("Set the status"), found.scope, opens=STATUS))
    buttons += [_change(voice, found.scope, number, one) for number, one in shown.entries]
    buttons.append(Button(voice.say("Earlier values"), f"{command} earlier"))
    buttons += turning(voice, command, shown)
    return templates.message(
        "record/page",
        voice,
        buttons=buttons,
        personal=True,
        found=found,
        entries=shown.entries,
        what=what,
        stale_after=stale_after,
    )


def earlier(
    templates: Templates,
    voice: Voice,
    found: Standing,
    changes: Sequence[Earlier],
    *,
    what: str = "",
    page: int = 1,
) -> Message:
    """The latest changes, each with what was said before and since, and a button to take it back."""
    command = _command(found.scope)
    shown = listed(changes, page, CHANGES_LISTED)
    buttons = [
        Button(
            voice.say("Take back %(n)s", n=number),
            f"{command} back {change.id}",
            confirm=voice.say("It will say again what it said before this change."),
        )
        for number, change in shown.entries
        if not change.is_taken_back
    ]
    buttons.append(Button(voice.say("What stands now"), command))
    buttons += turning(voice, f"{command} earlier", shown)
    return templates.message(
        "record/earlier",
        voice,
        buttons=buttons,
        personal=True,
        found=found,
        changes=shown.entries,
        what=what,
    )


def done(templates: Templates, voice: Voice, what: str) -> Message:
    """The last page of a form."""
    return templates.message("record/done", voice, what=what)


def nudge(templates: Templates, voice: Voice, one: Nudge, *, stale_after: timedelta) -> Message:
    """One friendly question, whether this is still true, with a click for each entry."""
    command = _command(one.scope)
    shown = list(enumerate(one.entries[:LISTED], start=1))
    buttons = []
    for number, entry in shown:
        label = voice.say("Still true %(n)s", n=number)
        buttons.append(Button(label, f"{command} confirm {entry.number}", first=number == 1))
        buttons.append(_change(voice, one.scope, number, entry))
    return templates.message(
        "record/nudge",
        voice,
        buttons=buttons,
        one=one,
        entries=shown,
        left=len(one.entries) - len(shown),
        command=command,
        stale_after=stale_after,
    )


def _change(voice: Voice, scope: str, number: int, entry: Entry) -> Button:
    form = FACT if entry.is_fact else WORKSHOP
    return Button(voice.say("Change %(n)s", n=number), f"{scope} {entry.row}", opens=form)


def _command(scope: str) -> str:
    kind, _, key = scope.partition(":")
    return f"/actiongroup {key} change" if kind == "group" else f"/pathfinder {key} change"
