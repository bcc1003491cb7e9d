"""What people and channels follow, and the forms in which they choose it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import StaticSelectElement

from community.following import Followed
from community.mail import Mine
from community.names import OwnName, PlaceName
from community.welcome import Progress
from storage.vocabulary import Cadence, Theme
from templates import forms
from templates.forms import Field
from templates.messages import Button, Message, Templates
from templates.slack.errors import quoted
from templates.slack.updates import subject
from templates.slack.welcome import next_step
from templates.terms import label
from templates.voice import Voice

CHOOSE, CHANNEL = "follow_choose", "follow_channel"
IN_SLACK, BY_MAIL = "slack", "mail"
AS_NOW = "as_now"
"""How often: what is followed already as it is now, whatever else is chosen at once."""
LISTED = 10
"""Things a page, each with its button, within Slack's 25."""


def listing(
    templates: Templates,
    voice: Voice,
    found: Sequence[Followed],
    channels: Sequence[Followed] | None,
    *,
    what: str = "",
    typed: str = "",
    page: int = 1,
    by_mail: bool = False,
) -> Message:
    """What the reader follows; and what channels do (None: that is not theirs to change).

    `what` was just done; "unknown" where `typed` names nothing. `by_mail`: what comes together goes to their
    e-mail address.
    """
    entries = [*found, *(channels or ())]
    shown = list(enumerate(entries, start=1))[LISTED * (page - 1) : LISTED * page]
    buttons = [Button(voice.say("Choose what I follow"), "", opens=CHOOSE, first=True)]
    if channels is not None:
        buttons.append(Button(voice.say("Let a channel follow"), "", opens=CHANNEL))
    for number, one in shown:
        command = f"/alliance unfollow {one.channel or ''} {one.topic}".replace("  ", " ")
        buttons.append(Button(voice.say("Follow no more %(n)s", n=number), command))
    if len(entries) > LISTED * page:
        buttons.append(Button(voice.say("Next page"), f"/alliance follow page {page + 1}"))
    named = [(number, subject(voice, one), one) for number, one in shown]
    return templates.message(
        "following/list", voice, buttons=buttons, personal=True, found=named, what=what, typed=quoted(typed),
        by_mail=by_mail,
    )  # fmt: skip


def chosen(
    templates: Templates, voice: Voice, found: Sequence[Followed], reached: Progress, mail: str = ""
) -> Message:
    """After choosing: what is followed from now on, and what comes next of the welcome.

    `mail` is "asked" where a letter to be confirmed was sent, "on" where what comes together goes by e-mail.
    """
    names = [subject(voice, one) for one in found]
    return templates.message(
        "following/chosen",
        voice,
        buttons=next_step(voice, reached),
        personal=True,
        names=names,
        reached=reached,
        mail=mail,
    )


def channel_done(templates: Templates, voice: Voice, channel: str) -> Message:
    """The last page of a channel's form."""
    return templates.message("following/channel", voice, channel_id=channel)


def topics(
    voice: Voice, groups: Sequence[OwnName], places: Sequence[PlaceName], chosen: Sequence[str]
) -> list[Field]:
    """The fields of a form in which topics such as `group:migration` are chosen."""
    of_groups = [forms.Choice(voice.words(dict(one.names)), f"group:{one.key}") for one in groups]
    of_places = forms.places(voice, places)
    of_themes = [forms.Choice(label(voice, one), f"theme:{one.value}") for one in Theme]
    return [
        Field(name, text, forms.several(choices[:100], chosen=chosen), optional=True)
        for name, text, choices in (
            ("groups", voice.say("Action groups"), of_groups),
            ("places", voice.say("Pathfinders"), of_places),
            ("themes", voice.say("Themes"), of_themes),
        )
        if choices
    ]


def form(
    voice: Voice,
    name: str,
    groups: Sequence[OwnName],
    places: Sequence[PlaceName],
    *,
    chosen: Sequence[Followed] = (),
    by_mail: bool = False,
    mine: Mine | None = None,
) -> Mapping[str, Any]:
    """The form to choose, for oneself or (`CHANNEL`) for a channel.

    `by_mail` offers e-mail for what comes together, at the address that is theirs already, if there is one.
    Where one thing comes more often than another, each stays so unless the reader chooses otherwise.
    """
    fields = topics(voice, groups, places, [one.topic for one in chosen])
    if name == CHOOSE:
        fields.append(Field("cadence", voice.say("How often"), _how_often(voice, chosen)))
    if by_mail:
        fields += _by_mail(voice, mine)
    if name == CHANNEL:
        fields.insert(0, Field("channel", voice.say("Channel"), forms.channel()))
    title = voice.say("What I follow") if name == CHOOSE else voice.say("A channel follows")
    return forms.form(name, title, voice.say("Save"), voice.say("Cancel"), fields)


def _how_often(voice: Voice, chosen: Sequence[Followed]) -> StaticSelectElement:
    cadences = [forms.Choice(label(voice, one), one.value) for one in Cadence]
    often = list({one.cadence.value for one in chosen}) or [Cadence.AT_ONCE.value]
    if len(often) > 1:
        cadences.insert(0, forms.Choice(voice.say("Each as it is now; new ones at once"), AS_NOW))
        often = [AS_NOW]
    return forms.select(cadences, chosen=often[0])


def _by_mail(voice: Voice, mine: Mine | None) -> list[Field]:
    """Where what comes daily, weekly or monthly is to arrive."""
    ways = [forms.Choice(voice.say("In Slack"), IN_SLACK), forms.Choice(voice.say("By e-mail"), BY_MAIL)]
    chosen = BY_MAIL if mine and mine.is_on and not mine.is_refused else IN_SLACK
    refused = voice.say("The mail server of this address refused it for good. Please give another.")
    asked = voice.say("A letter goes there first, to be confirmed. What comes at once comes in Slack.")
    return [
        Field("way", voice.say("Where it arrives"), forms.select(ways, chosen=chosen)),
        Field(
            "address",
            voice.say("E-mail address"),
            forms.text(initial=mine.address if mine else "", most=254),
            optional=True,
            hint=refused if mine and mine.is_refused else asked,
        ),
    ]
