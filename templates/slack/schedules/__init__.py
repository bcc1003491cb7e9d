"""Schedules: where newsletters go and when, and the form in which they are given that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from babel.dates import get_day_names
from markupsafe import Markup

from community.issues import Issue
from community.names import HOUSE_LANGUAGES, OwnName, PlaceName
from community.schedules import LAST_MONTHDAY, PERIODS, Plan
from storage.vocabulary import Cadence, Quiet
from templates import forms
from templates.forms import Choice, Field
from templates.messages import Button, Message, Templates
from templates.mrkdwn import channel_link
from templates.slack import following
from templates.slack.editions import channels, name
from templates.terms import label
from templates.voice import Voice

SCHEDULE = "digest_schedule"
NINE = time(9)
SCHEDULES = 6
"""Schedules on a page: each has three buttons, within Slack's 25."""


def overview(
    templates: Templates,
    voice: Voice,
    plans: Sequence[Plan],
    waiting: Sequence[Issue] | None,
    *,
    what: str = "",
    by_mail: str = "",
) -> Message:
    """Where newsletters go and when; for editors (`waiting` is not None) what waits, too.

    `by_mail` is the address of the page on which one asks for it by e-mail; empty where there is none.
    """
    plans = plans[:SCHEDULES]
    numbered = list(enumerate(plans, start=1))
    buttons = [Button(voice.say("Preview %(n)s", n=n), f"/digest preview {one.id}") for n, one in numbered]
    if waiting is not None:
        review = [
            Button(voice.say("Review %(n)s", n=n), f"/digest review {one.id}")
            for n, one in enumerate(waiting[:3], start=1)
        ]
        buttons = [*review, *buttons, Button(voice.say("A new newsletter"), "", opens=SCHEDULE)]
        sure = voice.say("Nothing more is sent there. What was sent stays.")
        for n, one in numbered:
            buttons.append(Button(voice.say("Change %(n)s", n=n), str(one.id), opens=SCHEDULE))
            buttons.append(Button(voice.say("End %(n)s", n=n), f"/digest end {one.id}", confirm=sure))
    buttons.append(Button(voice.say("Past newsletters"), "/digest past"))
    buttons.append(Button(voice.say("Choose what I follow"), "/digest follow"))
    return templates.message(
        "schedules/overview", voice, buttons=buttons, personal=True, what=what,
        by_mail=by_mail, plans=[(one, _day(voice, one), _where(one)) for one in plans],
        waiting=[(one, name(voice, one), channels(one)) for one in waiting or ()],
    )  # fmt: skip


def form(
    voice: Voice, zone: str, plan: Plan | None, groups: Sequence[OwnName], places: Sequence[PlaceName]
) -> Mapping[str, Any]:
    """The form for a new newsletter, in `zone`, or for one that there is."""
    given = plan or Plan(
        channels=(), cadence=Cadence.WEEKLY, weekday=0, at=NINE, zone=zone, is_reviewed=True, quiet=Quiet.SKIP
    )
    days = get_day_names("wide", locale=voice.locale)
    weekdays = [Choice(days[one].capitalize(), str(one)) for one in range(7)]
    monthdays = [Choice(voice.number(one), str(one)) for one in range(1, LAST_MONTHDAY + 1)]
    labels = {
        "en": voice.say("Channels that get it in English"),
        "fr": voice.say("Channels that get it in French"),
        "es": voice.say("Channels that get it in Spanish"),
    }
    fields = [
        Field(
            f"channels_{language}",
            labels[language],
            forms.channels(chosen=[channel for channel, its in given.channels if its == language]),
            optional=True,
        )
        for language in HOUSE_LANGUAGES
    ]
    fields += [
        Field("cadence", voice.say("How often"), _select(voice, PERIODS, given.cadence)),
        Field(
            "weekday",
            voice.say("On which day, if weekly"),
            forms.select(weekdays, chosen=str(given.weekday)),
        ),
        Field(
            "monthday",
            voice.say("On which day of the month, if monthly"),
            forms.select(monthdays, chosen=str(given.monthday)),
        ),
        Field("at", voice.say("At what time"), forms.hour(chosen=given.at)),
        Field("zone", voice.say("In which time zone"), forms.text(initial=given.zone, most=64)),
        *following.topics(voice, groups, places, given.topics),
        Field(
            "reviewed",
            voice.say("Review"),
            forms.tick(
                Choice(voice.say("Editors approve each one, a day ahead"), "yes"), ticked=given.is_reviewed
            ),
            optional=True,
        ),
        Field(
            "leaves_slack",
            voice.say("Outside Slack"),
            forms.tick(
                Choice(voice.say("It goes by e-mail and on the web too"), "yes"), ticked=given.leaves_slack
            ),
            optional=True,
            hint=voice.say("For one newsletter of the community. Everything in it is public in any case."),
        ),
        Field("quiet", voice.say("When there is nothing new"), _select(voice, Quiet, given.quiet)),
    ]
    return forms.form(
        SCHEDULE,
        voice.say("Newsletter"),
        voice.say("Save"),
        voice.say("Cancel"),
        fields,
        metadata=str(given.id) if given.id else "",
    )


def _select(voice: Voice, words: Any, chosen: Any) -> Any:
    return forms.select([Choice(label(voice, one), one.value) for one in words], chosen=chosen.value)


def _day(voice: Voice, plan: Plan) -> str:
    """The day on which it goes out, where the cadence leaves one open."""
    if plan.cadence is Cadence.WEEKLY:
        return str(get_day_names("wide", locale=voice.locale)[plan.weekday])
    if plan.cadence is Cadence.MONTHLY:
        return voice.say("day %(number)s of the month", number=plan.monthday)
    return ""


def _where(plan: Plan) -> list[tuple[Markup, list[str]]]:
    """Each channel with the languages in which it gets it."""
    found: dict[str, list[str]] = {}
    for channel, language in plan.channels:
        found.setdefault(channel, []).append(language)
    return [(channel_link(channel), languages) for channel, languages in found.items()]
