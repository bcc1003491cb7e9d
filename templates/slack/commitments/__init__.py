"""Commitments in lists, one by one, and as they are told to those whose they are. The forms: `forms`."""

from __future__ import annotations

from collections.abc import Sequence

from community.helplines import Help
from community.names import PlaceName
from community.paging import Listed
from community.promised import Promised
from community.safeguards import Detail
from community.sought import Wanted
from templates.messages import Button, Message, Templates, turning
from templates.slack.commitments.forms import ADD, CHANGE, DROP
from templates.slack.updates import DETAILS
from templates.voice import Voice

LISTED = 7
"""Commitments a page: with three buttons each, and four more, within Slack's limit of 25."""
COMMAND = "/commitments"


def listing(
    templates: Templates,
    voice: Voice,
    found: Listed[Promised],
    wanted: Wanted,
    *,
    asked: str,
    name: str = "",
    may_add: bool = False,
    meeting: str = "",
) -> Message:
    """The commitments that fit. `asked` is the command that shows them, `name` a name as typed in it."""
    buttons: list[Button] = []
    if not voice.to_channel:
        for one in found.lines:
            buttons += _acts(voice, one, number=one.id)
        if may_add:
            buttons.append(Button(voice.say("Record a commitment"), "", opens=ADD))
        if not wanted.mine:
            buttons.append(Button(voice.say("Mine"), f"{COMMAND} mine"))
    buttons += turning(voice, asked, found)
    return templates.message(
        "commitments/list",
        voice,
        buttons=buttons,
        personal=wanted.mine,
        found=found,
        wanted=wanted,
        filters=_filters(voice, wanted, name, meeting),
    )


def card(templates: Templates, voice: Voice, one: Promised, *, what: str = "") -> Message:
    """One commitment whole. `what` became of it just now: `added`, `changed`, `done`, `dropped`, `opened`.

    `faster`: somebody else did something meanwhile, and this is how it stands.
    """
    buttons = [] if voice.to_channel else _acts(voice, one)
    buttons.append(Button(voice.say("All commitments"), COMMAND))
    return templates.message("commitments/card", voice, buttons=buttons, one=one, what=what)


def told(templates: Templates, voice: Voice, one: Promised, by: str) -> Message:
    """To somebody whose commitment it is: `by`, a Slack id, recorded it."""
    buttons = [
        Button(voice.say("It is done"), f"{COMMAND} done {one.id}", first=True),
        Button(voice.say("Drop it"), str(one.id), opens=DROP),
        Button(voice.say("Show mine"), f"{COMMAND} mine"),
    ]
    return templates.message("commitments/told", voice, buttons=buttons, one=one, by=by)


def invitation(templates: Templates, voice: Voice) -> Message:
    """Where no form can open, as after a mention: a button that opens it."""
    button = Button(voice.say("Record a commitment"), "", opens=ADD, first=True)
    return templates.message("commitments/invitation", voice, buttons=[button])


def doubts(templates: Templates, voice: Voice, details: Sequence[Detail], helps: Sequence[Help]) -> str:
    """What stands above the form that is shown once more, as mrkdwn."""
    said = [voice.say(DETAILS[one]) for one in details]
    message = templates.message("commitments/doubts", voice, details=said, helps=helps)
    return "\n\n".join(block["text"]["text"] for block in message.blocks if block["type"] == "section")


def of_home(voice: Voice, found: Sequence[Promised]) -> list[Button]:
    """The buttons under somebody's own commitments on App Home."""
    buttons = [button for one in found for button in _acts(voice, one, number=one.id, changes=False)]
    return [*buttons, Button(voice.say("All of mine"), f"{COMMAND} mine")]


def _acts(voice: Voice, one: Promised, *, number: int | None = None, changes: bool = True) -> list[Button]:
    """What the reader may do with it; in a list with its number."""
    if not one.may_manage:
        return []
    if one.outcome is not None:
        label = voice.say("Open it again") if number is None else voice.say("Open %(n)s again", n=number)
        return [Button(label, f"{COMMAND} open {one.id}")]
    done = voice.say("It is done") if number is None else voice.say("Done: %(n)s", n=number)
    change = voice.say("Change it") if number is None else voice.say("Change %(n)s", n=number)
    drop = voice.say("Drop it") if number is None else voice.say("Drop %(n)s", n=number)
    buttons = [Button(done, f"{COMMAND} done {one.id}")]
    if changes:
        buttons.append(Button(change, str(one.id), opens=CHANGE))
    return [*buttons, Button(drop, str(one.id), opens=DROP)]


def _filters(voice: Voice, wanted: Wanted, name: str, meeting: str) -> list[str]:
    """What narrows the list, in the reader's language; a name as it was typed."""
    if wanted.place and len(wanted.place) == 2:
        name = voice.country(PlaceName(wanted.place, None))
    mine = voice.say("mine") if wanted.mine else ""
    overdue = voice.say("late") if wanted.overdue else ""
    done = voice.say("done or dropped") if wanted.done else ""
    return [part for part in (mine, overdue, done, name, meeting) if part]
