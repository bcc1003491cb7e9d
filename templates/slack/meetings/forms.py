"""The forms of a meeting: a point or a decision, the introduction, what should change, other business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel import Locale

from community.events import Happening
from community.minutes import Minutes, Noted
from community.names import HOUSE_LANGUAGES
from storage.base import Words
from storage.vocabulary import NoteKind
from templates import forms
from templates.budget import cut
from templates.forms import Choice, Field
from templates.mrkdwn import escape
from templates.terms import label
from templates.voice import Voice

NOTE, INTRODUCTION, SEND_BACK, BUSINESS = (
    "meeting_note",
    "meeting_introduction",
    "report_send_back",
    "meeting_business",
)
LONGEST_NOTE, LONGEST_INTRODUCTION, LONGEST_TITLE = 800, 1_500, 200
NO_ITEM = "none"
"""The choice of no item: Slack's menus cannot be emptied."""


def in_three_languages(voice: Voice, stands: Words | None, most: int) -> list[Field]:
    """One field for each language of the house, the reader's own first; at least one is to be filled."""
    fields = []
    for code in sorted(HOUSE_LANGUAGES, key=lambda one: one != voice.language):
        name = (Locale.parse(code).get_display_name(code) or code).capitalize()
        text = (stands or {}).get(code, "")
        element = forms.text(initial=text, lines=True, most=max(most, len(text)))
        fields.append(Field(f"text_{code}", name, element, optional=True))
    return fields


def note(voice: Voice, minutes: Minutes, kind: NoteKind, old: Noted | None) -> Mapping[str, Any]:
    """The form to record a point or a decision, or to change one."""
    items = [one.item for one in (*minutes.agenda, *minutes.other_business) if one.item]
    choices = [Choice(voice.say("None of them"), NO_ITEM)]
    choices += [
        Choice(f"{n}. {voice.words(item.title)}", str(item.id)) for n, item in enumerate(items[:99], start=1)
    ]
    chosen = str(old.item_id) if old and old.item_id else NO_ITEM
    kinds = [Choice(label(voice, one), one.value) for one in NoteKind]
    fields = [
        Field("kind", voice.say("What it is"), forms.select(kinds, chosen=(old.kind if old else kind).value)),
        Field("item", voice.say("Under which item of the agenda"), forms.select(choices, chosen=chosen)),
        *in_three_languages(voice, old.text if old else None, LONGEST_NOTE),
    ]
    return forms.form(
        NOTE,
        voice.say("Change what is recorded") if old else voice.say("Record"),
        voice.say("Save"),
        voice.say("Cancel"),
        fields,
        metadata=f"{minutes.event.id} {old.id} {old.seen}" if old else f"{minutes.event.id} 0 -",
        notice=voice.say("Say what was said, not who of those present said it. No details of persons."),
    )


def introduction(voice: Voice, minutes: Minutes, mark: str) -> Mapping[str, Any]:
    """The form for the words with which a report begins; `mark` tells how they stand."""
    return forms.form(
        INTRODUCTION,
        voice.say("Introduction"),
        voice.say("Save"),
        voice.say("Cancel"),
        in_three_languages(voice, minutes.introduction, LONGEST_INTRODUCTION),
        metadata=f"{minutes.event.id} {mark}",
    )


def send_back(voice: Voice, minutes: Minutes) -> Mapping[str, Any]:
    """The form in which a reviewer says what should change."""
    return forms.form(
        SEND_BACK,
        voice.say("Send back"),
        voice.say("Send back"),
        voice.say("Cancel"),
        [
            Field(
                "words",
                voice.say("What should change"),
                forms.text(lines=True, most=500),
                hint=voice.say("Those who organise the meeting read this."),
            )
        ],
        metadata=f"{minutes.event.id} {minutes.revision}",
    )


def business(voice: Voice, event: Happening) -> Mapping[str, Any]:
    """The form to propose other business for a meeting."""
    return forms.form(
        BUSINESS,
        voice.say("Any other business"),
        voice.say("Propose"),
        voice.say("Cancel"),
        [
            Field("title", voice.say("What should be taken up"), forms.text(most=LONGEST_TITLE)),
            Field(
                "about",
                voice.say("Why, in a few words"),
                forms.text(lines=True, most=600),
                optional=True,
                hint=voice.say("It stands on the agenda; those who organise the meeting hear of it."),
            ),
        ],
        metadata=str(event.id),
        notice=escape(cut(voice.words(event.name), 150)),
    )
