"""The forms of updates: to post or change one, to review, to report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from community.names import OwnName, PlaceName
from community.posted import Posted
from community.updates import Decision
from storage.vocabulary import Theme, Visibility
from templates import forms
from templates.forms import Choice, Field
from templates.slack import deciding
from templates.terms import label
from templates.voice import Voice

POST, REASON, REPORT = "update_post", "update_reason", "update_report"
LONGEST_BODY = 2_500


def post(
    voice: Voice,
    groups: Sequence[OwnName],
    places: Sequence[PlaceName],
    *,
    subject: str = "",
    body: str = "",
    revised: Posted | None = None,
    notice: str = "",
    metadata: str = "",
) -> Mapping[str, Any]:
    """The form to post an update, or to change one: then it holds all that stands there now.

    What everybody fills in comes first; the rest is optional. `body` is text that is carried in.
    """
    subjects = [Choice(voice.words(dict(group.names)), f"group:{group.key}") for group in groups]
    subjects += forms.places(voice, places)
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
                forms.text(initial=old.body if old else body, lines=True, most=LONGEST_BODY),
                hint=voice.say("No details of persons, please: this is read by many."),
            ),
            Field(
                "language",
                voice.say("Written in"),
                forms.select(forms.languages(), chosen=old.language if old else voice.language),
            ),
            Field(
                "visibility",
                voice.say("Who may see it"),
                forms.select(
                    [Choice(label(voice, one), one.value) for one in Visibility],
                    chosen=(old.visibility if old else Visibility.PUBLIC).value,
                ),
            ),
            Field(
                "theme",
                voice.say("Theme"),
                forms.select(
                    [Choice(label(voice, one), one.value) for one in Theme],
                    chosen=old.theme.value if old and old.theme else "",
                ),
                optional=True,
            ),
            Field(
                "next_step",
                voice.say("Next step"),
                forms.text(initial=(old.next_step or "") if old else "", most=300),
                optional=True,
            ),
            Field(
                "next_owner",
                voice.say("Who is to act"),
                forms.text(initial=(old.next_owner or "") if old else "", most=150),
                optional=True,
                hint=voice.say("An organisation or an office."),
            ),
            Field(
                "next_due",
                voice.say("By when"),
                forms.day(chosen=old.next_due if old else None),
                optional=True,
            ),
            Field(
                "link",
                voice.say("Link"),
                forms.text(initial=(old.link or "") if old else "", most=500),
                optional=True,
            ),
            Field("files", voice.say("Files"), forms.files(), optional=True),
        ],
        metadata=metadata,
        notice=notice,
    )


def reason(voice: Voice, decision: Decision, number: int, revision: int) -> Mapping[str, Any]:
    """The form in which an editor says what should change, or why an update is declined."""
    return deciding.reason(
        voice, REASON, decision, f"{number} {revision}", voice.say("The author reads this.")
    )


def report(voice: Voice, number: int) -> Mapping[str, Any]:
    """The form to tell the editors that something is wrong with a post."""
    return forms.form(
        REPORT,
        voice.say("Report"),
        voice.say("Send"),
        voice.say("Cancel"),
        [
            Field(
                "note",
                voice.say("What is wrong with it"),
                forms.text(lines=True, most=500),
                hint=voice.say("Please repeat no details of anybody here."),
            )
        ],
        metadata=str(number),
    )
