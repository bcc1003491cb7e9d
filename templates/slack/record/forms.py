"""The forms by which the record is changed, each holding what stands there now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from community.events import Happening
from community.facts import Statement
from community.record import OF_A_GROUP, OF_A_PLACE
from community.standing import Entry, Standing
from storage.base import Words
from storage.partial_dates import PartialDate, Status
from storage.vocabulary import FactState, GroupStatus, Stage, Theme
from templates import forms
from templates.forms import Choice, Field
from templates.terms import label
from templates.voice import Voice

FACT, WORKSHOP, STAGE, STATUS = "record_fact", "record_workshop", "record_stage", "record_status"
TEXT_CHARACTERS, OWNER_CHARACTERS = 400, 150
"""So much of each that a page of entries, and a card, stay within what one message holds."""
NONE = "none"
"""What stands for nothing in a choice: Slack gives no way back from one that was made."""


def fact_form(voice: Voice, scope: str, found: Standing, entry: Entry | None = None) -> Mapping[str, Any]:
    """The form to add a fact, or to change `entry`, say that it is still true, or that it is no longer."""
    old = entry.what if entry and isinstance(entry.what, Statement) else None
    text, language = voice.stored(old.text if old else None)
    owner = _text_in(old.owner, language) if old else ""
    kinds = OF_A_GROUP if found.group else OF_A_PLACE
    acts = []
    if old:
        choices = [
            Choice(voice.say("Change what it says"), "change"),
            Choice(voice.say("It is still true as it is"), "confirm"),
            Choice(voice.say("It is no longer true"), "end"),
        ]
        acts = [Field("act", voice.say("What would you like to do?"), forms.select(choices, chosen="change"))]
    fields = [
        *acts,
        Field("kind", voice.say("What it is"), _choice(voice, kinds, old.kind if old else kinds[0])),
        Field(
            "text",
            voice.say("What is true"),
            forms.text(initial=text, lines=True, most=max(TEXT_CHARACTERS, len(text))),
        ),
        _language(voice, language),
        Field("theme", voice.say("Theme"), _choice(voice, Theme, old.theme if old else None, empty=True)),
        Field(
            "state",
            voice.say("How far it has come"),
            _choice(voice, FactState, old.state if old else None, empty=True),
        ),
        Field(
            "owner",
            voice.say("Who is to act"),
            forms.text(initial=owner, most=max(OWNER_CHARACTERS, len(owner))),
            optional=True,
        ),
        _when(voice, old.when if old else None),
    ]
    title = voice.say("Change the record") if old else voice.say("Add to the record")
    metadata = f"{scope} {entry.row} {entry.seen}" if entry else scope
    return forms.form(FACT, title, voice.say("Save"), voice.say("Cancel"), fields, metadata=metadata)


def workshop_form(voice: Voice, scope: str, entry: Entry) -> Mapping[str, Any]:
    """The form for what became of a pathfinder workshop."""
    old = entry.what
    assert isinstance(old, Happening)  # noqa: S101 - the one entry that is no fact
    note, language = voice.stored(old.note)
    statuses = {
        Status.HELD: voice.say("It was held"),
        Status.PLANNED: voice.say("It is planned"),
        Status.TENTATIVE: voice.say("The date is tentative"),
        Status.TO_BE_CONFIRMED: voice.say("The date is to be confirmed"),
        Status.CANCELLED: voice.say("It was cancelled"),
    }
    choices = [Choice(label, status.value) for status, label in statuses.items()]
    fields = [
        Field(
            "status",
            voice.say("What became of it"),
            forms.select(choices, chosen=old.when.status.value if old.when.status else ""),
        ),
        _when(voice, old.when),
        Field(
            "note",
            voice.say("What came of it"),
            forms.text(initial=note, lines=True, most=max(TEXT_CHARACTERS, len(note))),
            optional=True,
        ),
        _language(voice, language),
    ]
    metadata = f"{scope} {entry.row} {entry.seen}"
    title = voice.say("Pathfinder workshop")
    return forms.form(WORKSHOP, title, voice.say("Save"), voice.say("Cancel"), fields, metadata=metadata)


def stage_form(voice: Voice, found: Standing) -> Mapping[str, Any]:
    """The form for the stage that a pathfinder has reached."""
    fields = [
        Field(
            "stage",
            voice.say("Stage"),
            _choice(voice, Stage, found.stage.stage if found.stage else None),
            hint=voice.say("The stages before it stay on record."),
        ),
        _when(voice, None),
    ]
    metadata = f"{found.scope} {found.seen}"
    title = voice.say("Set the stage")
    return forms.form(STAGE, title, voice.say("Save"), voice.say("Cancel"), fields, metadata=metadata)


def status_form(voice: Voice, found: Standing) -> Mapping[str, Any]:
    """The form for whether a group is at work."""
    fields = [Field("status", voice.say("Status"), _choice(voice, GroupStatus, found.status))]
    metadata = f"{found.scope} {found.seen}"
    title = voice.say("Set the status")
    return forms.form(STATUS, title, voice.say("Save"), voice.say("Cancel"), fields, metadata=metadata)


def _choice(voice: Voice, words: Iterable[StrEnum], chosen: StrEnum | None, *, empty: bool = False) -> Any:
    choices = [Choice(voice.say("Not stated"), NONE)] if empty else []
    choices += [Choice(label(voice, word), word.value) for word in words]
    return forms.select(choices, chosen=chosen.value if chosen else NONE)


def _when(voice: Voice, when: PartialDate | None) -> Field:
    return Field(
        "when",
        voice.say("Date"),
        forms.text(initial=when.compact() if when else "", most=40),
        optional=True,
        hint=voice.say("As exact as you know it: 2027, 2027-03, 2027-03-15, by 2027-06"),
    )


def _language(voice: Voice, language: str) -> Field:
    choices = forms.languages(language)
    return Field("language", voice.say("Written in"), forms.select(choices, chosen=language))


def _text_in(words: Words | None, language: str) -> str:
    return (words or {}).get(language) or next(iter((words or {}).values()), "")
