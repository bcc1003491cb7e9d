"""The secretariat's list of roles, the forms to give one and hand one over, and the record of acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from community.audit import Act
from community.names import OwnName, PlaceName
from community.paging import listed
from community.roles import GIVEN, Holding
from templates import forms
from templates.acts import act
from templates.forms import Choice, Field
from templates.messages import Button, Message, Templates, turning
from templates.terms import term
from templates.voice import Voice

GIVE, HAND_OVER = "role_give", "role_hand_over"
LISTED = 7
"""Roles a page, so that each has its two buttons below Slack's limit of 25 in a row."""


def listing(
    templates: Templates, voice: Voice, holdings: Sequence[Holding], *, changed: str = "", page: int = 1
) -> Message:
    """Who holds what; seats of people who left are flagged and come first."""
    shown = listed(holdings, page, LISTED)
    buttons = [Button(voice.say("Give a role"), "", opens=GIVE, first=True)]
    for number, one in shown.entries:
        buttons.append(Button(voice.say("Hand over %(n)s", n=number), str(one.id), opens=HAND_OVER))
        buttons.append(
            Button(
                voice.say("End %(n)s", n=number),
                f"/alliance roles end {one.id}",
                confirm=voice.say("The role ends today. Its history stays."),
            )
        )
    buttons += turning(voice, "/alliance roles", shown)
    return templates.message(
        "roles/list",
        voice,
        buttons=buttons,
        holdings=shown.entries,
        changed=changed,
        personal=True,
    )


def give(voice: Voice, groups: Sequence[OwnName], places: Sequence[PlaceName]) -> Mapping[str, Any]:
    """The form to give a role."""
    scopes = [Choice(voice.say("The whole Alliance"), "alliance")]
    scopes += [Choice(voice.words(dict(group.names)), f"group:{group.key}") for group in groups]
    scopes += forms.places(voice, places)
    return forms.form(
        GIVE,
        voice.say("Give a role"),
        voice.say("Give"),
        voice.say("Cancel"),
        [
            Field("person", voice.say("To whom"), forms.person()),
            Field("role", voice.say("Role"), forms.select([Choice(term(voice, r), r.value) for r in GIVEN])),
            Field("scope", voice.say("For"), forms.select(scopes[:100])),
            Field(
                "deputy",
                voice.say("As a deputy"),
                forms.tick(Choice(voice.say("Deputy, with the same rights"), "yes")),
                optional=True,
            ),
        ],
    )


def hand_over(voice: Voice, role_id: str) -> Mapping[str, Any]:
    """The form to hand a role over; `role_id` is carried along."""
    return forms.form(
        HAND_OVER,
        voice.say("Hand over"),
        voice.say("Hand over"),
        voice.say("Cancel"),
        [
            Field(
                "person",
                voice.say("To whom"),
                forms.person(),
                hint=voice.say("The present holder’s role ends today, and the history stays."),
            )
        ],
        metadata=role_id,
    )


def done(templates: Templates, voice: Voice, what: str) -> Message:
    """The last page of a form: `given`, `handed_over`, or `gone` where somebody was faster."""
    return templates.message("roles/done", voice, what=what)


def audit(templates: Templates, voice: Voice, acts: Sequence[Act], *, page: int = 1) -> Message:
    """The latest acts."""
    return templates.message(
        "roles/audit",
        voice,
        command="/alliance audit",
        page=page,
        acts=[(one, act(voice, one.action, one.subject)) for one in acts],
        personal=True,
    )
