"""Pages of the action groups: all of them, and each with its work plan and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from community.coming import is_coming
from community.groups import GroupCard, GroupLine
from storage.vocabulary import FactKind, GroupKind
from templates.pictures import work_plan
from templates.slack.groups import ON_DEMAND
from templates.slack.sections import sections
from templates.voice import Voice
from templates.web import Around, Pages, brief

STATED = (FactKind.WORK_AREA, FactKind.NEXT_STEP, FactKind.DELIVERABLE)
"""What a thematic group has; where the record has none of it, that is said."""


def listing(made: Pages, voice: Voice, around: Around, lines: Sequence[GroupLine]) -> str:
    """All action groups, and the group that coordinates them."""
    return made.page(
        "groups", voice, around, voice.say("Action groups"),
        about=voice.say("Who chairs them, what they work on, and what comes next."),
        groups=[line for line in lines if line.kind is not GroupKind.COORDINATING],
        coordinating=[line for line in lines if line.kind is GroupKind.COORDINATING],
    )  # fmt: skip


def card(made: Pages, voice: Voice, around: Around, found: GroupCard, *, stale_after: timedelta) -> str:
    """One group with all that is public; `stale_after` is as on its card in Slack."""
    shown = sections(found.statements, ON_DEMAND, full=True, themes=False)
    stated = {section.kind for section in shown}
    coordinating = found.line.kind is GroupKind.COORDINATING
    wanted = () if coordinating else STATED
    return made.page(
        "group", voice, around, voice.words(found.line.name), about=brief(voice.words(found.about)),
        card=found, coordinating=coordinating, sections=shown, stale_after=stale_after,
        drawing=work_plan(voice, found) if FactKind.WORK_AREA in stated else None,
        missing=[kind for kind in wanted if kind not in stated],
        coming=[event for event in found.events if is_coming(event, voice.today)],
        others=[event for event in found.events if not is_coming(event, voice.today)],
        feed=f"{around.start}/calendar/group/{found.line.key}.ics",
    )  # fmt: skip
