"""The forms for countries and bodies, action groups and organisations, and what the register offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from community.names import OwnName
from community.organisations import OrganisationEntry
from community.places import PlaceEntry
from community.register import GroupEntry
from storage.base import Words
from storage.vocabulary import Constituency, GroupStatus, MembershipPolicy, PlaceKind, Region, Stage
from templates import forms
from templates.forms import Choice, Field
from templates.mrkdwn import escape
from templates.slack.merging import MERGE
from templates.slack.privacy import ERASE_MEMBER
from templates.slack.register.people import REPRESENTATIVE, STOP
from templates.terms import N_, label
from templates.voice import Voice

PLACE, PLACE_PICK, PLACE_NAMES = "register_place", "register_place_pick", "register_place_names"
GROUP, GROUP_PICK = "register_group", "register_group_pick"
ORGANISATION, ORGANISATION_PICK = "register_organisation", "register_organisation_pick"

OFFERED = (
    (N_("Add a country or body"), PLACE),
    (N_("Add a group"), GROUP),
    (N_("Add an organisation"), ORGANISATION),
    (N_("Change a group"), GROUP_PICK),
    (N_("Rename a country or body"), PLACE_PICK),
    (N_("Change an organisation"), ORGANISATION_PICK),
    (N_("Merge two entries"), MERGE),
    (N_("Confirm a representative"), REPRESENTATIVE),
    (N_("Stop somebody from posting"), STOP),
    (N_("Erase a person"), ERASE_MEMBER),
)
"""What the page of the register offers, and the form that each opens."""
LONGEST_NAME = 150


def place(voice: Voice) -> Mapping[str, Any]:
    """The form to add a country or a regional body."""
    return forms.form(
        PLACE,
        voice.say("Add to the register"),
        voice.say("Add"),
        voice.say("Cancel"),
        [
            Field(
                "name",
                voice.say("Country or regional body"),
                forms.text(most=LONGEST_NAME),
                hint=voice.say("A country by its name or ISO code; a new body by its name in English."),
            ),
            Field(
                "body",
                voice.say("Regional body"),
                forms.tick(Choice(voice.say("It is a regional body"), "yes")),
                optional=True,
            ),
            *_further_names(voice, {}),
            Field("region", voice.say("Region"), forms.select(_terms(voice, Region))),
            Field(
                "stage",
                voice.say("Stage as a pathfinder"),
                forms.select(_terms(voice, Stage)),
                optional=True,
                hint=voice.say("Leave it empty for one that is no pathfinder."),
            ),
        ],
    )


def place_pick(voice: Voice) -> Mapping[str, Any]:
    """Which country or body is to be renamed."""
    return forms.form(
        PLACE_PICK,
        voice.say("Rename"),
        voice.say("Go on"),
        voice.say("Cancel"),
        [Field("place", voice.say("Country or regional body"), forms.text(most=LONGEST_NAME))],
    )


def place_names(voice: Voice, entry: PlaceEntry) -> Mapping[str, Any]:
    """The names of a country or body; a country's are empty where it has its usual one."""
    usual = entry.kind is PlaceKind.COUNTRY
    return forms.form(
        PLACE_NAMES,
        voice.say("Rename"),
        voice.say("Save"),
        voice.say("Cancel"),
        [
            _english(voice, entry.names, optional=usual),
            *_further_names(voice, entry.names),
            _spellings(voice, entry.aliases),
        ],
        metadata=entry.place.key,
        notice=escape(voice.country(entry.place))
        + (
            "\n" + voice.say("Where you leave a name empty, the usual name of the country stands.")
            if usual
            else ""
        ),
    )


def group_pick(voice: Voice, groups: Sequence[OwnName]) -> Mapping[str, Any]:
    """Which group is to be changed."""
    choices = [Choice(voice.words(dict(group.names)), group.key) for group in groups[:100]]
    return forms.form(
        GROUP_PICK,
        voice.say("Change a group"),
        voice.say("Go on"),
        voice.say("Cancel"),
        [Field("group", voice.say("Action group"), forms.select(choices))],
    )


def group(voice: Voice, key: str = "", entry: GroupEntry | None = None) -> Mapping[str, Any]:
    """The form to add a group, or to change the one of `key`, with all that it says now."""
    status = entry.status.value if entry and entry.status else ""
    policy = entry.policy.value if entry and entry.policy else ""
    return forms.form(
        GROUP,
        voice.say("Change a group") if entry else voice.say("Add a group"),
        voice.say("Save"),
        voice.say("Cancel"),
        [
            _english(voice, entry.names if entry else {}),
            *_further_names(voice, entry.names if entry else {}),
            _spellings(voice, entry.aliases if entry else ()),
            Field(
                "about",
                voice.say("What it is for"),
                forms.text(initial=entry.about if entry else "", lines=True, most=500),
                optional=True,
                hint=voice.say("In your language; what is there in other languages stays."),
            ),
            Field(
                "status",
                voice.say("Status"),
                forms.select(_terms(voice, GroupStatus), chosen=status),
                optional=True,
            ),
            Field(
                "policy",
                voice.say("How one joins"),
                forms.select(_terms(voice, MembershipPolicy), chosen=policy),
                optional=True,
            ),
            Field(
                "channel",
                voice.say("Its channel"),
                forms.channel(chosen=entry.channel if entry else ""),
                optional=True,
            ),
        ],
        metadata=key,
    )


def organisation_pick(voice: Voice) -> Mapping[str, Any]:
    """Which organisation is to be changed."""
    return forms.form(
        ORGANISATION_PICK,
        voice.say("Change an organisation"),
        voice.say("Go on"),
        voice.say("Cancel"),
        [_organisation(voice)],
    )


def organisation(voice: Voice, key: str = "", entry: OrganisationEntry | None = None) -> Mapping[str, Any]:
    """The form to add an organisation, or to change the one of `key`."""
    return forms.form(
        ORGANISATION,
        voice.say("Change an organisation") if entry else voice.say("Add an organisation"),
        voice.say("Save"),
        voice.say("Cancel"),
        [
            _english(voice, entry.names if entry else {}),
            *_further_names(voice, entry.names if entry else {}),
            Field(
                "short",
                voice.say("Short name"),
                forms.text(initial=entry.short if entry else "", most=40),
                optional=True,
            ),
            Field(
                "constituency",
                voice.say("Constituency"),
                forms.select(_terms(voice, Constituency), chosen=entry.constituency.value if entry else ""),
            ),
        ],
        metadata=key,
    )


def _english(voice: Voice, names: Words, *, optional: bool = False) -> Field:
    element = forms.text(initial=names.get("en", ""), most=LONGEST_NAME)
    return Field("name_en", voice.say("Name in English"), element, optional=optional)


def _further_names(voice: Voice, names: Words) -> list[Field]:
    labels = {"fr": voice.say("Name in French"), "es": voice.say("Name in Spanish")}
    return [
        Field(
            f"name_{language}",
            label,
            forms.text(initial=names.get(language, ""), most=LONGEST_NAME),
            optional=True,
        )
        for language, label in labels.items()
    ]


def _spellings(voice: Voice, aliases: Sequence[str]) -> Field:
    return Field(
        "aliases",
        voice.say("Other spellings"),
        forms.text(initial=", ".join(aliases), most=3_000),
        optional=True,
        hint=voice.say("With commas between. People find it under these too."),
    )


def _organisation(voice: Voice) -> Field:
    return Field("organisation", voice.say("Organisation"), forms.text(most=LONGEST_NAME))


def _terms(voice: Voice, words: Any) -> list[Choice]:
    return [Choice(label(voice, one), one.value) for one in words]
