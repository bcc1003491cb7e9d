"""A pathfinder's journey: the six stages from interest to reporting, with what the record says of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from community.events import Happening
from community.pathfinders import PathfinderCard, Reached
from storage.partial_dates import Standing
from storage.vocabulary import EventKind, Stage, Visibility
from templates import dates
from templates.pictures.drawing import LINE, MARGIN, SMALL, WIDTH, Drawing, clean, drawn, lines, listed
from templates.pictures.marks import COLOURS, stage_name
from templates.terms import term
from templates.voice import Voice

_LEFT = MARGIN + 18
"""Where the line of stages stands."""
_ASIDE = _LEFT + 40
_SMALL_LINE = 24


@dataclass(frozen=True)
class _Step:
    """A stage; `how` is `now`, `reached`, `passed` (without an entry of its own), `ahead` or `unknown`."""

    y: float
    how: str
    name: str
    said: tuple[tuple[float, str], ...]
    colour: str
    derived: bool


def journey(voice: Voice, card: PathfinderCard) -> Drawing:
    """The stages from above down; what is not on record is said to be so. Only public events count."""
    reached = {one.stage: one for one in card.stages}
    last = card.stages[-1].stage if card.stages else None
    workshops = [one for one in card.workshops if one.visibility is Visibility.PUBLIC]
    steps, told = [], []
    y = 30.0
    for stage in Stage:
        how = _how(stage, last, stage in reached or (stage is Stage.WORKSHOP and _held(workshops)))
        said = _said(voice, stage, how, reached.get(stage), workshops)
        name = _name(voice, stage, how)
        told.append(voice.say("%(what)s: %(said)s", what=name, said=said))
        below = lines(said, WIDTH - _ASIDE - MARGIN, 3, SMALL)
        places = tuple((round(y + 7 + _SMALL_LINE * (n + 1)), text) for n, text in enumerate(below))
        one = reached.get(stage)
        derived = bool(one and one.citation and one.citation.derived)
        steps.append(_Step(round(y), how, name, places, COLOURS[stage], derived))
        y += LINE + _SMALL_LINE * len(below) + 16
    title = voice.say("%(name)s: journey as a pathfinder", name=clean(voice.country(card.place)))
    now = stage_name(voice, last)
    if last:
        number = list(Stage).index(last) + 1
        now = voice.say("Stage %(number)s of %(of)s: %(stage)s", number=number, of=len(Stage), stage=now)
    return drawn("journey", title, listed([title, now, *told]), y - 8, steps=steps, left=_LEFT, aside=_ASIDE)


def _name(voice: Voice, stage: Stage, how: str) -> str:
    """The stage; the workshop is not called held before it is."""
    workshop = stage is Stage.WORKSHOP and how != "now"
    return term(voice, EventKind.PATHFINDER_WORKSHOP if workshop else stage)


def _held(workshops: Sequence[Happening]) -> bool:
    return any(one.standing is Standing.HELD for one in workshops)


def _how(stage: Stage, last: Stage | None, is_on_record: bool) -> str:
    if stage is last:
        return "now"
    if is_on_record:
        return "reached"
    if last is None:
        return "unknown"
    order = list(Stage)
    return "passed" if order.index(stage) < order.index(last) else "ahead"


def _said(voice: Voice, stage: Stage, how: str, one: Reached | None, workshops: Sequence[Happening]) -> str:
    """What the record says of a stage: its date, that it is worked out, or that there is no entry."""
    parts = []
    if one is not None and one.when.end:
        parts.append(dates.bare(voice, one.when))
    if stage is Stage.WORKSHOP and workshops:
        parts.append(dates.said_when(voice, workshops[0].when, workshops[0].standing))
    if not parts and how in ("now", "reached"):
        parts.append(voice.say("date not stated"))
    if not parts:
        parts.append(
            {
                "passed": voice.say("no entry in the record"),
                "ahead": voice.say("still to come"),
                "unknown": voice.say("not stated"),
            }[how]
        )
    if how == "now":
        parts.insert(0, voice.say("now here"))
    if one is not None and one.citation and one.citation.derived:
        parts.append(voice.say("worked out from the record"))
    return " · ".join(parts)
