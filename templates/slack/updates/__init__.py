"""The form to post an update, a member's own updates, and what waits for the editors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from babel import Locale

from community.names import HOUSE_LANGUAGES, OwnName, PlaceName
from community.updates import Decision, Posted
from storage.vocabulary import Theme, UpdateState, Visibility
from templates import forms
from templates.forms import Choice, Field
from templates.messages import Button, Message, Templates
from templates.terms import term
from templates.voice import Voice

POST, REASON = "update_post", "update_reason"
LISTED = 5
"""Updates a page: each with its text and up to four buttons, within Slack's 25."""


def post(
    voice: Voice,
    groups: Sequence[OwnName],
    places: Sequence[PlaceName],
    *,
    subject: str = "",
    revised: Posted | None = None,
) -> Mapping[str, Any]:
    """The form to post an update, or to change one: then it holds all that stands there now."""
    subjects = [Choice(voice.words(dict(group.names)), f"group:{group.key}") for group in groups]
    subjects += [Choice(voice.country(place), f"place:{place.key}") for place in places]
    languages = [
        Choice((Locale.parse(code).get_display_name(code) or code).capitalize(), code)
        for code in HOUSE_LANGUAGES
    ]
    old = revised
    return forms.form(
        POST,
        voice.say("Change an update") if old else voice.say("Post an update"),
        voice.say("Send"),
        voice.say("Cancel"),
        [
            Field(
                "subject",
                voice.say("About"),
                forms.select(subjects[:100], chosen=old.subject if old else subject),
            ),
            Field(
                "headline", voice.say("Headline"), forms.text(initial=old.headline if old else "", most=150)
            ),
            Field(
                "body",
                voice.say("What moved"),
                forms.text(initial=old.body if old else "", lines=True, most=2_500),
                hint=voice.say("No details of persons, please: this is read by many."),
            ),
            Field(
                "language",
                voice.say("Written in"),
                forms.select(languages, chosen=old.language if old else voice.language),
            ),
            Field(
                "visibility",
                voice.say("Who may see it"),
                forms.select(
                    [Choice(term(voice, one), one.value) for one in Visibility],
                    chosen=(old.visibility if old else Visibility.PUBLIC).value,
                ),
            ),
            Field(
                "theme",
                voice.say("Theme"),
                forms.select(
                    [Choice(term(voice, one), one.value) for one in Theme],
                    chosen=old.theme.value if old and old.theme else "",
                ),
                optional=True,
            ),
            Field(
                "link",
                voice.say("Link"),
                forms.text(initial=(old.link or "") if old else "", most=500),
                optional=True,
            ),
        ],
        metadata=f"{old.id} {old.revision}" if old else "",
    )


def reason(voice: Voice, decision: Decision, number: int, revision: int) -> Mapping[str, Any]:
    """The form in which an editor says what should change, or why an update is declined."""
    asked = decision is Decision.ASK_CHANGE
    return forms.form(
        REASON,
        voice.say("Ask for a change") if asked else voice.say("Decline"),
        voice.say("Send"),
        voice.say("Cancel"),
        [
            Field(
                "reason",
                voice.say("What should change") if asked else voice.say("Why"),
                forms.text(lines=True, most=500),
                hint=voice.say("The author reads this."),
            )
        ],
        metadata=f"{decision.value} {number} {revision}",
    )


def sent(templates: Templates, voice: Voice, what: str, posted: Posted | None = None) -> Message:
    """The last page of a form: what became of it. `posted` is the update as it stands now."""
    return templates.message("updates/sent", voice, what=what, posted=posted)


def lost(templates: Templates, voice: Voice, typed: str) -> Message:
    """Somebody was faster: what was typed is said back, so that it is not lost."""
    return templates.message("updates/lost", voice, typed=typed)


def own(templates: Templates, voice: Voice, found: Sequence[Posted], *, what: str = "") -> Message:
    """A member's own updates, with what became of each."""
    shown = found[:LISTED]
    buttons = []
    for number, one in enumerate(shown, start=1):
        if one.state in (UpdateState.IN_REVIEW, UpdateState.CHANGE_ASKED, UpdateState.PUBLISHED):
            buttons.append(Button(voice.say("Change %(n)s", n=number), f"revise {one.id}", opens=POST))
            buttons.append(
                Button(
                    voice.say("Withdraw %(n)s", n=number),
                    f"/update mine withdraw {one.id}",
                    confirm=voice.say("It will be shown nowhere any more."),
                )
            )
    return templates.message(
        "updates/list", voice, buttons=buttons, personal=True, found=shown, review=False, what=what, left=0
    )


def review(templates: Templates, voice: Voice, found: Sequence[Posted], *, what: str = "") -> Message:
    """What waits for the editors, longest first, each to approve, send back or decline."""
    shown = found[:LISTED]
    buttons = []
    for number, one in enumerate(shown, start=1):
        seen = f"{one.id} {one.revision}"
        buttons.append(Button(voice.say("Approve %(n)s", n=number), f"/update review approve {seen}"))
        buttons.append(
            Button(voice.say("Ask for a change %(n)s", n=number), f"ask_change {seen}", opens=REASON)
        )
        buttons.append(Button(voice.say("Decline %(n)s", n=number), f"decline {seen}", opens=REASON))
    return templates.message(
        "updates/list",
        voice,
        buttons=buttons,
        personal=True,
        found=shown,
        review=True,
        what=what,
        left=len(found) - len(shown),
    )
