"""Joining and leaving an action group, and offering to chair one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from community.groups import GroupLine
from community.membership import Came
from storage.vocabulary import GroupKind
from templates import forms
from templates.forms import Field
from templates.messages import Button, Message, Templates
from templates.voice import Voice

JOIN, CHAIR = "membership_join", "membership_chair"


def came(templates: Templates, voice: Voice, line: GroupLine, what: Came) -> Message:
    """What came of the wish to join or to leave, and what to do next."""
    card = Button(voice.say("Show the group"), f"/actiongroup {line.key}")
    buttons = {
        Came.ASK: [Button(voice.say("Ask to join"), line.key, opens=JOIN, first=True), card],
        Came.LEFT: [Button(voice.say("Join again"), f"/actiongroup {line.key} join"), card],
        Came.NO_MEMBER: [Button(voice.say("Join"), f"/actiongroup {line.key} join"), card],
    }
    return templates.message(
        "membership/came",
        voice,
        buttons=buttons.get(what, [card]),
        personal=True,
        line=line,
        what=what.value,
    )


def which(templates: Templates, voice: Voice, lines: Sequence[GroupLine], wish: str) -> Message:
    """Which group is meant: each is a button that does what was wished, `join`, `leave` or `chair`."""
    lines = [line for line in lines if line.kind is not GroupKind.COORDINATING]
    return templates.message(
        "membership/which",
        voice,
        buttons=[Button(voice.words(line.name), f"/actiongroup {line.key} {wish}") for line in lines],
        personal=True,
        wish=wish,
        key=lines[0].key if lines else "",
    )


def chair(templates: Templates, voice: Voice, line: GroupLine) -> Message:
    """Who chairs the group; where nobody does, how to offer it."""
    card = Button(voice.say("Show the group"), f"/actiongroup {line.key}")
    offer = Button(voice.say("Offer to chair it"), line.key, opens=CHAIR, first=True)
    buttons = [card] if line.chairs else [offer, card]
    return templates.message("membership/chair", voice, buttons=buttons, personal=True, line=line)


def join(templates: Templates, voice: Voice, line: GroupLine) -> Mapping[str, Any]:
    """The form to ask to join."""
    return _form(voice, JOIN, voice.say("Ask to join"), line, came(templates, voice, line, Came.ASK))


def offer(templates: Templates, voice: Voice, line: GroupLine) -> Mapping[str, Any]:
    """The form to offer to chair."""
    return _form(voice, CHAIR, voice.say("Offer to chair"), line, chair(templates, voice, line))


def _form(voice: Voice, name: str, title: str, line: GroupLine, notice: Message) -> Mapping[str, Any]:
    return forms.form(
        name,
        title,
        voice.say("Send"),
        voice.say("Cancel"),
        [
            Field(
                "note",
                voice.say("A few words"),
                forms.text(lines=True, most=1_000),
                optional=True,
                hint=voice.say("Why you would like to, or what you bring. No details of persons, please."),
            )
        ],
        metadata=line.key,
        notice=forms.sentences(notice),
    )
