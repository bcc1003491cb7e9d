"""Cards and the list of action groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from community.groups import GroupCard, GroupLine
from storage.vocabulary import FactKind, GroupKind
from templates.messages import Button, Message, Picture, Templates
from templates.slack.questions.forms import ASK
from templates.slack.sections import sections
from templates.slack.updates.forms import POST
from templates.voice import Voice

AT_FIRST = (FactKind.AIM, FactKind.WORK_AREA, FactKind.NEXT_STEP)
ON_DEMAND = (*AT_FIRST, FactKind.DELIVERABLE, FactKind.LESSON, FactKind.REMARK)


def card(
    templates: Templates,
    voice: Voice,
    found: GroupCard,
    *,
    stale_after: timedelta,
    full: bool = False,
    shared: bool = False,
    page: int = 1,
    picture: Picture | None = None,
    address: str = "",
) -> Message:
    """A group's card: who chairs it, its work plan, its next steps. `stale_after`: see `Said.is_stale`.

    `address` is its page on the web, if others can reach it.
    """
    command = f"/actiongroup {found.line.key}"
    kinds = ON_DEMAND if full else AT_FIRST
    shown = sections(found.statements, kinds, full=full, themes=False)
    more = not full and (
        any(item.kind not in kinds for item in found.statements)
        or any(part.hidden for part in shown)
        or bool(found.events)
    )
    buttons = [] if shared else [Button(voice.say("Share here"), command, share=True, first=True)]
    if more:
        buttons.append(Button(voice.say("Show more"), f"{command} more"))
    if not shared:
        buttons.append(Button(voice.say("Follow"), f"/alliance follow group:{found.line.key}"))
        buttons.append(
            Button(voice.say("Post an update"), found.line.key, opens=POST)
            if found.is_inside
            else Button(voice.say("Join"), f"{command} join")
        )
    if not shared and found.line.vacancy:
        buttons.append(Button(voice.say("Offer to chair it"), f"{command} chair"))
    elif not shared:
        buttons.append(Button(voice.say("Ask"), f"group:{found.line.key}", opens=ASK))
    else:
        buttons.append(Button(voice.say("All action groups"), "/actiongroup"))
    return templates.message(
        "groups/card",
        voice,
        buttons=buttons,
        command=f"{command} more" if full else command,
        page=page,
        picture=picture,
        address=address,
        card=found,
        stale_after=stale_after,
        line=found.line,
        coordinating=found.line.kind is GroupKind.COORDINATING,
        sections=shown,
        full=full,
    )


def listing(templates: Templates, voice: Voice, lines: Sequence[GroupLine], *, page: int = 1) -> Message:
    """All action groups, and the group that coordinates them."""
    return templates.message(
        "groups/list",
        voice,
        buttons=[
            Button(voice.words(line.name), f"/actiongroup {line.key}")
            for line in lines
            if line.kind is not GroupKind.COORDINATING
        ],
        command="/actiongroup",
        page=page,
        groups=[line for line in lines if line.kind is not GroupKind.COORDINATING],
        coordinating=[line for line in lines if line.kind is GroupKind.COORDINATING],
    )
