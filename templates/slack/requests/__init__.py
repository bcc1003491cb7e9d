"""What members ask, before those who decide; what comes of it, before those who asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from community.paging import listed
from community.requests import Waiting
from storage.vocabulary import RequestState
from templates import forms
from templates.forms import Field
from templates.messages import Button, Message, Templates, turning
from templates.voice import Voice

INTEREST, DECLINE = "request_interest", "request_decline"
LISTED = 7
"""Requests a page: each has two buttons, within Slack's 25."""


def interest(voice: Voice, country: str = "") -> Mapping[str, Any]:
    """The form to say that a country is interested in becoming a pathfinder."""
    return forms.form(
        INTEREST,
        voice.say("Become a pathfinder"),
        voice.say("Send"),
        voice.say("Cancel"),
        [
            Field(
                "country",
                voice.say("Country or regional body"),
                forms.text(initial=country[:100], most=100),
                hint=voice.say("Its name in any language, or its ISO code."),
            ),
            Field(
                "note",
                voice.say("A few words"),
                forms.text(lines=True, most=1_000),
                optional=True,
                hint=voice.say(
                    "Who stands behind it, and what comes next. The secretariat writes to you here."
                ),
            ),
        ],
    )


def invitation(templates: Templates, voice: Voice, country: str) -> Message:
    """What saying one's interest means, and the button that opens the form."""
    button = Button(voice.say("Express interest"), country, opens=INTEREST, first=True)
    return templates.message("requests/invitation", voice, buttons=[button], personal=True)


def decline(templates: Templates, voice: Voice, asked: Waiting) -> Mapping[str, Any]:
    """The form for a friendly word to whoever asked."""
    return forms.form(
        DECLINE,
        voice.say("Decline"),
        voice.say("Decline"),
        voice.say("Cancel"),
        [
            Field(
                "word",
                voice.say("A friendly word"),
                forms.text(lines=True, most=500),
                optional=True,
                hint=voice.say("Whoever asked reads it, with your name."),
            )
        ],
        metadata=str(asked.id),
        notice=forms.sentences(templates.message("requests/request", voice, one=asked)),
    )


def done(templates: Templates, voice: Voice, what: str) -> Message:
    """The last page of a form: `asked`, `waits`, `accepted`, `declined`, or `faster` for somebody else."""
    return templates.message("requests/done", voice, personal=True, what=what)


def listing(
    templates: Templates, voice: Voice, found: Sequence[Waiting], *, what: str = "", page: int = 1
) -> Message:
    """What waits for the reader's decision, longest first; `what` came of the last one."""
    shown = listed(found, page, LISTED)
    buttons = []
    for number, one in shown.entries:
        buttons.append(Button(voice.say("Accept %(n)s", n=number), f"/alliance requests accept {one.id}"))
        buttons.append(Button(voice.say("Decline %(n)s", n=number), str(one.id), opens=DECLINE))
    buttons += turning(voice, "/alliance requests", shown)
    return templates.message(
        "requests/list", voice, buttons=buttons, personal=True, requests=shown.entries, found=found, what=what
    )


def request(templates: Templates, voice: Voice, one: Waiting) -> Message:
    """A request before those who decide; once decided, by whom and when.

    Whoever decides must know who asks, in the secretariat's and the editors' channels too: the person is
    named there, who reads it only if they belong to that channel.
    """
    buttons = [
        Button(voice.say("Accept"), f"/alliance requests accept {one.id}", first=True),
        Button(voice.say("Decline"), str(one.id), opens=DECLINE),
    ]
    waits = one.state is RequestState.OPEN
    return templates.message(
        "requests/request", replace(voice, to_channel=False), buttons=buttons if waits else (), one=one
    )


def outcome(templates: Templates, voice: Voice, one: Waiting, word: str) -> Message:
    """What came of a request, for whoever asked; `word` is what the decider adds."""
    buttons = []
    if one.place:
        card = Button(voice.country(one.place), f"/pathfinder {one.place.key}", first=True)
        buttons.append(card)
    elif one.group:
        buttons.append(Button(voice.words(one.group), f"/actiongroup {one.group_key}", first=True))
    return templates.message("requests/outcome", voice, buttons=buttons, personal=True, one=one, word=word)
