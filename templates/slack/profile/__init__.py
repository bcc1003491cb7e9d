"""The form "About me", and what its last page says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from community.members import Reader
from community.profile import AboutMe
from community.welcome import Progress
from storage.vocabulary import Constituency, Theme
from templates import forms
from templates.forms import Choice, Field
from templates.messages import Message, Templates
from templates.slack.welcome import PROFILE, next_step
from templates.terms import label
from templates.voice import Voice

AS_IN_SLACK = "slack"
"""What is chosen for following Slack's language."""


def form(voice: Voice, me: AboutMe) -> Mapping[str, Any]:
    """The form, with what was said so far; everything in it is optional."""
    languages = [Choice(voice.say("As in Slack"), AS_IN_SLACK), *forms.languages()]
    findable = Choice(voice.say("Yes, others may find me by what I say here"), "yes")
    return forms.form(
        PROFILE,
        voice.say("About me"),
        voice.say("Save"),
        voice.say("Cancel"),
        [
            Field(
                "organisation",
                voice.say("Organisation"),
                forms.text(initial=voice.stored(me.organisation)[0], most=150),
                optional=True,
                hint=voice.say("Its name or abbreviation. It gives no right to act for it."),
            ),
            Field(
                "constituency",
                voice.say("Constituency"),
                forms.select(
                    [Choice(label(voice, one), one.value) for one in Constituency],
                    chosen=me.constituency.value if me.constituency else "",
                ),
                optional=True,
            ),
            Field(
                "expertise",
                voice.say("Expertise"),
                forms.several(
                    [Choice(label(voice, one), one.value) for one in Theme],
                    chosen=[one.value for one in me.expertise],
                ),
                optional=True,
            ),
            Field(
                "language",
                voice.say("Language I read"),
                forms.select(languages, chosen=me.language or AS_IN_SLACK),
            ),
            Field(
                "zone",
                voice.say("Time zone"),
                forms.text(initial=me.zone or "", most=64),
                optional=True,
                hint=voice.say("Such as Africa/Kampala; empty: as in Slack."),
            ),
            Field(
                "quiet_from",
                voice.say("Quiet from"),
                forms.hour(chosen=me.quiet_from),
                optional=True,
                hint=voice.say("Between these times, by your own clock, I send you nothing."),
            ),
            Field("quiet_until", voice.say("Quiet until"), forms.hour(chosen=me.quiet_until), optional=True),
            Field(
                "findable",
                voice.say("May others find me?"),
                forms.tick(findable, ticked=me.is_findable),
                optional=True,
            ),
        ],
    )


def saved(templates: Templates, voice: Voice, me: AboutMe, reader: Reader, reached: Progress) -> Message:
    """The last page: what is kept now, and what comes next in the welcome."""
    return templates.message(
        "profile/saved",
        voice,
        buttons=next_step(voice, reached),
        personal=True,
        me=me,
        reader=reader,
        reached=reached,
    )
