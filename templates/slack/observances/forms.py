"""The forms for an observed day: a highlight, a champion, and why something is declined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from community.contributed import Contributed
from community.contributions import LONGEST
from community.names import PlaceName
from storage.base import Words
from templates import dates, forms
from templates.forms import Field
from templates.mrkdwn import escape
from templates.voice import Voice

HIGHLIGHT, CHAMPION, DECLINE = "observance_highlight", "observance_champion", "observance_decline"
MOST_CHOICES = 100
"""docs.slack.dev/reference/block-kit/block-elements/select-menu-element: options of a static select."""


def highlight(
    voice: Voice,
    event: Words,
    day: date,
    own: Sequence[PlaceName],
    others: Sequence[PlaceName],
    *,
    notice: str = "",
    metadata: str = "",
) -> Mapping[str, Any]:
    """The form for a country's highlight; the writer's own countries stand first."""
    mine = forms.places(voice, own)
    choices = [*mine, *forms.places(voice, others)][:MOST_CHOICES]
    return forms.form(
        HIGHLIGHT,
        voice.say("Send in a highlight"),
        voice.say("Send"),
        voice.say("Cancel"),
        [
            Field("place", voice.say("Country"), forms.select(choices, chosen=mine[0].value if mine else "")),
            Field(
                "text",
                voice.say("What is done there, or was reached"),
                forms.text(lines=True, most=LONGEST),
                hint=voice.say("No details of persons, please: this is read by many."),
            ),
            _language(voice),
        ],
        metadata=metadata,
        notice=_notice(voice, event, day, notice),
    )


def champion(
    voice: Voice, event: Words, day: date, *, notice: str = "", metadata: str = ""
) -> Mapping[str, Any]:
    """The form to propose a champion: a member of the workspace, or an organisation."""
    return forms.form(
        CHAMPION,
        voice.say("Nominate a champion"),
        voice.say("Send"),
        voice.say("Cancel"),
        [
            Field(
                "person",
                voice.say("A member of this workspace"),
                forms.person(),
                optional=True,
                hint=voice.say("They are asked first, and shown only if they agree. It may be yourself."),
            ),
            Field(
                "organisation", voice.say("Or an organisation"), forms.text(most=150), optional=True
            ),
            Field(
                "text",
                voice.say("Why"),
                forms.text(lines=True, most=LONGEST),
                hint=voice.say("No details of other persons, please: this is read by many."),
            ),
            _language(voice),
        ],
        metadata=metadata,
        notice=_notice(voice, event, day, notice),
    )  # fmt: skip


def decline(voice: Voice, item: Contributed) -> Mapping[str, Any]:
    """The form in which an editor says why something is not taken."""
    return forms.form(
        DECLINE,
        voice.say("Decline"),
        voice.say("Send"),
        voice.say("Cancel"),
        [
            Field(
                "reason",
                voice.say("Why"),
                forms.text(lines=True, most=LONGEST),
                hint=voice.say("Whoever sent it in reads this."),
            )
        ],
        metadata=f"{item.id} {item.revision}",
    )


def _language(voice: Voice) -> Field:
    return Field("language", voice.say("Written in"), forms.select(forms.languages(), chosen=voice.language))


def _notice(voice: Voice, event: Words, day: date, notice: str) -> str:
    """For which day it is; and what there is to look at first."""
    return "\n\n".join(filter(None, (f"*{escape(voice.words(event))}* · {dates.day(voice, day)}", notice)))
