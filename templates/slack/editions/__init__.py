"""The newsletter of a channel: as it is sent, as editors see it before, and its schedules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time
from typing import Any

from babel.dates import get_day_names
from slack_sdk.models.blocks import ActionsBlock

from community.editions import Issue
from community.events import Happening
from community.schedules import Plan
from storage.vocabulary import Cadence, EditionState, Quiet
from templates import forms
from templates.forms import Choice, Field
from templates.messages import Button, Message, Templates, button_element
from templates.terms import term
from templates.voice import Voice

SCHEDULE, EDIT = "digest_schedule", "digest_edit"
LISTED = 5
"""Updates a message: with an introduction and what is coming they stand on one page (`templates.budget`)."""
NINE = time(9)
SCHEDULES = 8
"""Schedules on a page: each has two buttons, within Slack's 25."""


def parts(templates: Templates, voice: Voice, issue: Issue, coming: Sequence[Happening]) -> Sequence[Message]:
    """The messages of an edition, exactly as they are sent; said as of the moment at which it goes out."""
    voice = replace(voice, now=issue.sends_at, to_channel=True)
    batches = [issue.items[first : first + LISTED] for first in range(0, len(issue.items), LISTED)] or [()]
    return [
        templates.message(
            "editions/edition", voice, issue=issue, items=items, number=number, of=len(batches),
            coming=coming if number == len(batches) else (),
            introduction=issue.introduction if number == 1 else None, when=name(voice, issue),
        )
        for number, items in enumerate(batches, start=1)
    ]  # fmt: skip


def with_next(voice: Voice, message: Message, command: str) -> Message:
    """A part as it is sent, and below it the button for the next one."""
    row = ActionsBlock(
        elements=[button_element(0, Button(voice.say("Next page"), command, first=True), voice)]
    )
    return replace(message, blocks=(*message.blocks, row.to_dict()))


def draft(templates: Templates, voice: Voice, issue: Issue, what: str = "") -> Message:
    """Before the editors: what waits, when it goes out, and what they may say. `what` says how it came."""
    seen = f"{issue.id} {issue.revision}"
    buttons = []
    if issue.state in (EditionState.IN_REVIEW, EditionState.HELD, EditionState.APPROVED):
        buttons.append(Button(voice.say("Look at it"), f"/digest look {issue.id}"))
        if issue.state is not EditionState.APPROVED:
            buttons.insert(0, Button(voice.say("Approve"), f"/digest approve {seen}", first=True))
        if issue.state is not EditionState.HELD:
            buttons.append(Button(voice.say("Hold"), f"/digest hold {seen}"))
        buttons.append(Button(voice.say("Edit"), seen, opens=EDIT))
    return templates.message(
        "editions/draft", voice, buttons=buttons, issue=issue, what=what, when=name(voice, issue),
        personal=True,
    )  # fmt: skip


def superseded(templates: Templates, voice: Voice, issue: Issue) -> Message:
    """In place of a draft that was changed since."""
    return templates.message("editions/superseded", voice, when=name(voice, issue), issue=issue)


def overview(
    templates: Templates,
    voice: Voice,
    plans: Sequence[Plan],
    waiting: Sequence[Issue] | None,
    *,
    what: str = "",
) -> Message:
    """Where the newsletter goes and when; for editors (`waiting` is not None) what waits, too."""
    plans = plans[:SCHEDULES]
    buttons = [
        Button(voice.say("Preview %(n)s", n=number), f"/digest preview {one.id}")
        for number, one in enumerate(plans, start=1)
    ]
    if waiting is not None:
        buttons = [
            *(
                Button(voice.say("Review %(n)s", n=number), f"/digest review {one.id}")
                for number, one in enumerate(waiting[:3], start=1)
            ),
            *buttons,
        ]
        buttons.append(Button(voice.say("Give a channel its newsletter"), "", opens=SCHEDULE))
        buttons += [
            Button(
                voice.say("End %(n)s", n=number),
                f"/digest end {one.id}",
                confirm=voice.say("Nothing more is sent there. What was sent stays."),
            )
            for number, one in enumerate(plans, start=1)
        ]
    buttons.append(Button(voice.say("Past newsletters"), "/digest past"))
    buttons.append(Button(voice.say("Choose what I follow"), "/digest follow"))
    days = [get_day_names("wide", locale=voice.locale)[one.weekday] for one in plans]
    return templates.message(
        "editions/overview", voice, buttons=buttons[:25], personal=True, what=what,
        plans=list(zip(plans, days, strict=True)),
        waiting=[(one, name(voice, one)) for one in waiting or ()],
    )  # fmt: skip


def past(templates: Templates, voice: Voice, issues: Sequence[Issue]) -> Message:
    """What went out, newest first."""
    shown = issues[:10]
    buttons = [
        Button(voice.say("Show %(n)s", n=number), f"/digest look {one.id}")
        for number, one in enumerate(shown, start=1)
    ]
    return templates.message(
        "editions/past", voice, buttons=buttons, personal=True,
        issues=[(one, name(voice, one)) for one in shown],
    )  # fmt: skip


def name(voice: Voice, issue: Issue) -> str:
    """An edition by its period: a day, or the week of a day."""
    if issue.plan.cadence is Cadence.DAILY:
        return voice.say("of %(period)s", period=issue.period)
    year, _, week = issue.period.partition("-W")
    return voice.say("of week %(week)s of %(year)s", week=int(week), year=year)


def schedule(voice: Voice, zone: str) -> Mapping[str, Any]:
    """The form to give a channel its newsletter."""
    days = get_day_names("wide", locale=voice.locale)
    cadences = (Cadence.WEEKLY, Cadence.DAILY)
    return forms.form(
        SCHEDULE,
        voice.say("Newsletter"),
        voice.say("Save"),
        voice.say("Cancel"),
        [
            Field("channel", voice.say("Channel"), forms.channel()),
            Field(
                "cadence",
                voice.say("How often"),
                forms.select([Choice(term(voice, one), one.value) for one in cadences], chosen="weekly"),
            ),
            Field(
                "weekday",
                voice.say("On which day, if weekly"),
                forms.select([Choice(days[one].capitalize(), str(one)) for one in range(7)], chosen="0"),
            ),
            Field("at", voice.say("At what time"), forms.hour(chosen=NINE)),
            Field("zone", voice.say("In which time zone"), forms.text(initial=zone, most=64)),
            Field(
                "language",
                voice.say("In which language"),
                forms.select(forms.languages(), chosen=voice.language),
            ),
            Field(
                "reviewed",
                voice.say("Review"),
                forms.tick(Choice(voice.say("Editors approve each one, a day ahead"), "yes"), ticked=True),
                optional=True,
            ),
            Field(
                "quiet",
                voice.say("When there is nothing new"),
                forms.select([Choice(term(voice, one), one.value) for one in Quiet], chosen=Quiet.SKIP.value),
            ),
        ],
    )


def edit(voice: Voice, issue: Issue) -> Mapping[str, Any]:
    """The form to introduce an edition and to leave updates out."""
    choices = [Choice(item.headline, str(item.id)) for item in issue.items[:100]]
    fields = [
        Field(
            "introduction",
            voice.say("Introduction"),
            forms.text(initial=issue.introduction or "", lines=True, most=1_000),
            optional=True,
        )
    ]
    if choices:
        fields.append(
            Field(
                "hidden",
                voice.say("Leave out"),
                forms.several(choices),
                optional=True,
                hint=voice.say("What is left out is free for the next one. What is new meanwhile comes in."),
            )
        )
    return forms.form(
        EDIT,
        voice.say("Edit"),
        voice.say("Save"),
        voice.say("Cancel"),
        fields,
        metadata=f"{issue.id} {issue.revision}",
    )
