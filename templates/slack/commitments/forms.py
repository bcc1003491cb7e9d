"""The forms of commitments: to record one, to change one, to drop one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from community.commitment_drafts import OF_ALL, Due
from community.events import Happening
from community.names import HOUSE_LANGUAGES, OwnName, PlaceName
from community.promised import Promised
from community.rights import OF_A_GROUP, OF_A_PLACE
from storage.base import Words
from storage.vocabulary import RoleName, Visibility
from templates import forms
from templates.dates import bare
from templates.forms import Choice, Field
from templates.mrkdwn import escape
from templates.terms import N_, label, term
from templates.voice import Voice

ADD, CHANGE, DROP = "commitment_add", "commitment_change", "commitment_drop"
LONGEST_TEXT, LONGEST_REASON = 1_000, 500
DUE: Mapping[Due, str] = {
    Due.BY_DAY: N_("By the day below, that day included"),
    Due.ON_DAY: N_("On the day below"),
    Due.MONTH: N_("In the month of the day below"),
    Due.BEFORE_MONTH: N_("Before the month of the day below"),
    Due.YEAR: N_("In the year of the day below"),
    Due.SOON: N_("As soon as possible"),
    Due.ONGOING: N_("Ongoing"),
    Due.NONE: N_("No date"),
}
WORDS: Mapping[Due, str] = {Due.SOON: N_("as soon as possible"), Due.ONGOING: N_("ongoing")}
"""What is said instead of a date."""


def due_words(voice: Voice, due: Due) -> Words | None:
    """What is said instead of a date, in every language of the house; None where a date says it, or none."""
    if due not in WORDS:
        return None
    return {code: replace(voice, language=code).say(WORDS[due]) for code in HOUSE_LANGUAGES}


def promise(
    voice: Voice,
    groups: Sequence[OwnName],
    places: Sequence[PlaceName],
    meetings: Sequence[Happening],
    *,
    text: str = "",
    person: str = "",
    subject: str = "",
    event: int = 0,
    has_link: bool = False,
    old: Promised | None = None,
    notice: str = "",
    metadata: str = "",
) -> Mapping[str, Any]:
    """The form to record a commitment, or to change `old`: then it holds all that stands there now.

    `has_link`: the message in which it was made is kept with it.
    """
    subjects = [Choice(voice.words(dict(group.names)), f"group:{group.key}") for group in groups]
    subjects += forms.places(voice, places)
    seen = old.visibility if old else Visibility.PUBLIC
    initial, written = voice.stored(old.text) if old else (text[:LONGEST_TEXT], voice.language)
    hint = voice.say("A link to the message is kept with it.") if has_link else ""
    fields = [
        Field(
            "text",
            voice.say("What was promised"),
            forms.text(initial=initial, lines=True, most=LONGEST_TEXT),
            hint=hint or voice.say("No details of persons, please: this is read by many."),
        ),
        Field(
            "language",
            voice.say("Written in"),
            forms.select(forms.languages(written), chosen=written),
        ),
        *_owner(voice, groups, places, old, person),
        *_due(voice, old),
        Field(
            "concerns",
            voice.say("What it concerns"),
            forms.select(subjects[:100], chosen=old.subject if old else subject),
            optional=True,
        ),
    ]
    if met := _meetings(voice, meetings, old):
        chosen = str(old.meeting_id) if old and old.meeting_id else str(event or "")
        fields.append(
            Field("event", voice.say("At which meeting"), forms.select(met, chosen=chosen), optional=True)
        )
    choices = [Choice(label(voice, one), one.value) for one in Visibility]
    fields.append(Field("visibility", voice.say("Who may see it"), forms.select(choices, chosen=seen.value)))
    return forms.form(
        CHANGE if old else ADD,
        voice.say("Change a commitment") if old else voice.say("Record a commitment"),
        voice.say("Save"),
        voice.say("Cancel"),
        fields,
        metadata=metadata,
        notice=notice,
    )


def drop(voice: Voice, one: Promised, metadata: str) -> Mapping[str, Any]:
    """The form for the reason why a commitment is dropped."""
    return forms.form(
        DROP,
        voice.say("Drop a commitment"),
        voice.say("Drop it"),
        voice.say("Cancel"),
        [
            Field(
                "reason",
                voice.say("Why"),
                forms.text(lines=True, most=LONGEST_REASON),
                hint=voice.say("Whoever may see the commitment reads this."),
            )
        ],
        metadata=metadata,
        notice=escape(voice.words(one.text)),
    )


def _owner(
    voice: Voice,
    groups: Sequence[OwnName],
    places: Sequence[PlaceName],
    old: Promised | None,
    person: str,
) -> list[Field]:
    roles = [Choice(term(voice, one), f"{one.value}:") for one in OF_ALL]
    for group in groups:
        name = voice.words(dict(group.names))
        roles.append(Choice(f"{term(voice, RoleName.CHAIR)} · {name}", f"{RoleName.CHAIR}:group:{group.key}"))
    for choice in forms.places(voice, places):
        said = f"{term(voice, RoleName.FOCAL_POINT)} · {choice.label}"
        roles.append(Choice(said, f"{RoleName.FOCAL_POINT}:{choice.value}"))
    return [
        Field(
            "person",
            voice.say("Who promised it: a person"),
            forms.person(chosen=(old.person or "") if old else person),
            optional=True,
            hint=voice.say("A person, or a role, or an organisation: one of the three."),
        ),
        Field(
            "role",
            voice.say("Or a role, whoever holds it"),
            forms.select(roles[:100], chosen=_role(old) if old else ""),
            optional=True,
        ),
        Field(
            "organisation",
            voice.say("Or an organisation"),
            forms.text(initial=voice.words(old.organisation) if old else "", most=150),
            optional=True,
        ),
    ]


def _role(old: Promised) -> str:
    if old.role is None:
        return ""
    scope = old.subject if old.role in (*OF_A_GROUP, *OF_A_PLACE) else ""
    return f"{old.role.value}:{scope}"


def _due(voice: Voice, old: Promised | None) -> list[Field]:
    choices = [Choice(voice.say(said), due.value) for due, said in DUE.items()]
    if old:
        stands = voice.say("As it stands: %(due)s", due=_said(voice, old))
        choices = [Choice(stands, Due.KEEP.value), *choices]
    return [
        Field(
            "due",
            voice.say("Due"),
            forms.select(choices, chosen=Due.KEEP.value if old else Due.BY_DAY.value),
        ),
        Field("day", voice.say("Day"), forms.day(), optional=True),
    ]


def _said(voice: Voice, old: Promised) -> str:
    if old.when.end:
        return bare(voice, old.when)
    return voice.words(old.due_words) if old.due_words else voice.say("no date stated")


def _meetings(voice: Voice, meetings: Sequence[Happening], old: Promised | None) -> list[Choice]:
    """The meetings to choose from, and the one that stands there, however long ago it was."""
    choices = [Choice(f"{voice.words(one.name)} · {bare(voice, one.when)}", str(one.id)) for one in meetings]
    if old and old.meeting_id and old.meeting_id not in {one.id for one in meetings}:
        choices.append(Choice(voice.words(old.meeting), str(old.meeting_id)))
    return choices
