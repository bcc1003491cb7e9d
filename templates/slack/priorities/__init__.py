"""The priorities of the Chair of the Alliance, the progress report, and the form that changes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from community.paging import listed
from community.priorities import Entries, Entry, Which
from templates import forms
from templates.messages import Button, Message, Templates, turning
from templates.slack.meetings.forms import in_three_languages
from templates.voice import Voice

FORM = "chair_entry"
LISTED = 7
LONGEST = 400


def page(
    templates: Templates, voice: Voice, found: Entries, *, what: str = "", shared: bool = False, page: int = 1
) -> Message:
    """What stands; `what` says what was just done: a word of `priorities/page.j2`."""
    line = f"/alliance {found.which.value}"
    shown = listed(found.entries, page, LISTED)
    buttons = []
    if found.may_change and not shared:
        buttons.append(Button(voice.say("Add something"), found.which.value, opens=FORM, first=True))
        for n, one in shown.entries:
            buttons.append(
                Button(voice.say("Change %(n)s", n=n), f"{found.which.value} {one.id}", opens=FORM)
            )
            buttons.append(
                Button(
                    voice.say("End %(n)s", n=n),
                    f"{line} end {one.id} {one.seen}",
                    confirm=voice.say("It is shown no more from now on. What it said is kept."),
                )
            )
    buttons += turning(voice, line, shown)
    if not shared:
        other = Which.PROGRESS if found.which is Which.PRIORITIES else Which.PRIORITIES
        buttons.append(Button(voice.say("Share here"), line, share=True))
        buttons.append(Button(title(voice, other), f"/alliance {other.value}"))
    return templates.message(
        "priorities/page", voice, buttons=buttons, title=title(voice, found.which), shown=shown, what=what,
        which=found.which.value,
    )  # fmt: skip


def form(voice: Voice, which: Which, entry: Entry | None) -> Mapping[str, Any]:
    """The form for a new entry, or for one that stands already."""
    old = entry.what if entry else None
    return forms.form(
        FORM,
        title(voice, which),
        voice.say("Save"),
        voice.say("Cancel"),
        in_three_languages(voice, old.text if old else None, LONGEST),
        metadata=f"{which.value} {entry.id} {entry.seen}" if entry else which.value,
    )


def done(templates: Templates, voice: Voice, what: str) -> Message:
    """The last page of the form."""
    return templates.message("priorities/done", voice, what=what)


def title(voice: Voice, which: Which) -> str:
    """What the page is called."""
    if which is Which.PRIORITIES:
        return voice.say("Priorities of the Chair")
    return voice.say("Progress report")
