"""What is said of what is stored about a person: its kinds, the forms to erase, and what comes after."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from community import retention
from community.names import HOUSE_LANGUAGES
from community.privacy import Seat, Stored
from storage.personal import Kind
from templates import forms
from templates.forms import Choice, Field
from templates.messages import Button, Message, Templates
from templates.mrkdwn import json_code
from templates.terms import N_
from templates.voice import Voice

ERASE, ERASE_MEMBER = "privacy_erase", "privacy_erase_member"
PART_CHARACTERS = 2_800
"""Of what is stored, in one section: with the name of its kind above it."""
FORMER_MEMBER = N_("a former member")

KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.PROFILE: (
        N_("Profile and settings"),
        N_("You see it; others see what you say of yourself, if you let them find you. Kept until you go."),
    ),
    Kind.ROLES: (
        N_("Roles and seats"),
        N_("Everybody sees them. They are part of the record and stay."),
    ),
    Kind.TAKING_PART: (
        N_("Groups and events you take part in"),
        N_(
            "The group’s leads and the event’s organisers see it; others see counts of five and more. Kept a "
            "year after you left, or after the event."
        ),
    ),
    Kind.FOLLOWING: (
        N_("What you follow, and your digests"),
        N_("Only you. Kept a year after you stopped."),
    ),
    Kind.UPDATES: (
        N_("Updates and translations"),
        N_("Whoever you wrote for. What was published stays; drafts and what was taken back, a year."),
    ),
    Kind.QUESTIONS: (
        N_("Questions and answers"),
        N_(
            "Whoever you wrote for; under a pseudonym nobody learns that it was you. They stay; who asked "
            "under a pseudonym is forgotten when the question is closed, after half a year at the latest."
        ),
    ),
    Kind.COMMITMENTS: (
        N_("Commitments"),
        N_("Whoever they were recorded for. They are part of the record and stay."),
    ),
    Kind.EVENTS: (
        N_("Events, agendas and meeting notes"),
        N_("Whoever may see the event. They are part of the record and stay."),
    ),
    Kind.CONTRIBUTIONS: (
        N_("What was sent in for international days"),
        N_("Editors; everybody, once it is approved. What was declined or taken back goes after a year."),
    ),
    Kind.REQUESTS: (
        N_("Requests"),
        N_("Those who decide on them. Kept a year after they did."),
    ),
    Kind.MAIL: (
        N_("E-mail address"),
        N_("Only the bot and its administrator. Kept until you end it."),
    ),
    Kind.MESSAGES: (
        N_("Messages from me to you"),
        N_("Only you. What they say is kept a year; that they were sent, until you go."),
    ),
    Kind.ACTS: (
        N_("What you did, decided or confirmed"),
        N_("The secretariat; of the record, everybody. Not what was written. The audit is kept three years."),
    ),
}
"""Each kind: what it is called; who sees it, and how long it is kept."""
SAID_OF_TIME = (retention.HALF_A_YEAR, retention.YEAR, retention.THREE_YEARS)
"""The times of the sentences above. A rule with another one fails a test until the sentences are right."""


def page(
    templates: Templates, voice: Voice, found: Stored, *, address: str = "", holds: timedelta, page: int = 1
) -> Message:
    """What is stored about the reader. `address` is where they get all of it, for as long as it `holds`."""
    buttons = [
        Button(voice.say("Get it all"), "/alliance privacy get", first=True),
        Button(voice.say("Erase me"), "", opens=ERASE),
    ]
    others = voice.to_channel
    lines = [(voice.say(KINDS[kind][0]), n, voice.say(KINDS[kind][1])) for kind, n in found.counts.items()]
    return templates.message(
        "privacy/page", voice, buttons=buttons if lines and not others else [], command="/alliance privacy",
        page=page, personal=True, lines=lines, others=others, address=address,
        minutes=int(holds.total_seconds() // 60),
    )  # fmt: skip


def data(templates: Templates, voice: Voice, found: Mapping[str, Any], *, page: int = 1) -> Message:
    """All that is stored about the reader, as it stands: for where no address can be opened."""
    rows = [
        (voice.say(KINDS[kind][0]), part)
        for kind in Kind
        for row in found.get(kind.value, ())
        for part in json_code(json.dumps(row, ensure_ascii=False), PART_CHARACTERS)
    ]
    return templates.message(
        "privacy/data", voice, command="/alliance privacy show", page=page, personal=True, rows=rows
    )


def erase(templates: Templates, voice: Voice, found: Stored) -> Mapping[str, Any]:
    """The form in which somebody erases themselves: what goes, what stays, and that it is for good."""
    return forms.form(
        ERASE,
        voice.say("Erase me"),
        voice.say("Erase me for good"),
        voice.say("Cancel"),
        [_sure(voice)],
        notice=_what(templates, voice, found, own=True),
    )


def erase_member(templates: Templates, voice: Voice) -> Mapping[str, Any]:
    """The form in which the secretariat erases somebody who left, or asked for it."""
    return forms.form(
        ERASE_MEMBER,
        voice.say("Erase a person"),
        voice.say("Erase for good"),
        voice.say("Cancel"),
        [
            Field("person", voice.say("Who"), forms.person(), optional=True),
            Field(
                "slack_id",
                voice.say("Or their Slack id"),
                forms.text(most=20),
                optional=True,
                hint=voice.say("Such as U012AB3CD, for somebody who left Slack."),
            ),
            _sure(voice),
        ],
        notice=_what(templates, voice, Stored({}), own=False),
    )


def last(templates: Templates, voice: Voice) -> Message:
    """To the only member of the secretariat: somebody else has to manage first."""
    roles = [Button(voice.say("Show the roles"), "/alliance roles", first=True)]
    return templates.message("privacy/last", voice, buttons=roles, personal=True)


def done(templates: Templates, voice: Voice, what: str) -> Message:
    """The last page of a form: `erased` oneself, `erased_member`, or `nothing` where nothing was stored."""
    return templates.message("privacy/done", voice, what=what, personal=True)


def vacant(templates: Templates, voice: Voice, seats: Sequence[Seat]) -> Message:
    """For the secretariat: these seats have no holder any more. Whose they were is not said."""
    buttons = [Button(voice.say("Show the roles"), "/alliance roles", first=True)]
    return templates.message("privacy/vacant", voice, buttons=buttons, seats=seats)


def taken_back(templates: Templates, voice: Voice) -> Message:
    """In the place of what waited for somebody to decide on it."""
    return templates.message("privacy/taken_back", voice)


def called(voice: Voice) -> dict[str, str]:
    """What stands in texts in the place of a person who was erased, by language."""
    return {
        code: Voice(code, voice.zone, voice.now, voice.names).say(FORMER_MEMBER) for code in HOUSE_LANGUAGES
    }


def _sure(voice: Voice) -> Field:
    label = voice.say("Yes. I know that nobody can undo this.")
    return Field("sure", voice.say("Are you sure?"), forms.tick(Choice(label, "yes")))


def _what(templates: Templates, voice: Voice, found: Stored, *, own: bool) -> str:
    return forms.sentences(templates.message("privacy/what", voice, found=found, own=own))
