"""Pages of the pathfinders: all of them on a map and in a table, and each with all that is on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from community.coming import is_coming
from community.folding import fold
from community.pathfinders import PathfinderCard, PathfinderLine
from storage.vocabulary import PlaceKind, Region, Stage
from templates.pictures import dots, journey, world
from templates.slack.pathfinders import AT_FIRST, ON_DEMAND, Heading, profile_of
from templates.slack.sections import sections
from templates.voice import Voice
from templates.web import Around, Pages


def listing(
    made: Pages,
    voice: Voice,
    around: Around,
    lines: Sequence[PathfinderLine],
    *,
    by_stage: bool,
    stale_after: timedelta,
) -> str:
    """All pathfinders by region or by stage, each part in the order of the alphabet, below their map."""
    ordered = sorted(lines, key=lambda line: fold(voice.country(line.place)))
    stages: list[Stage | None] = [*reversed(Stage), None]
    regions: list[Region | None] = [*Region, None]
    if by_stage:
        headings = [
            Heading(None, stage, tuple(x for x in ordered if (x.stage.stage if x.stage else None) is stage))
            for stage in stages
        ]
    else:
        headings = [Heading(part, None, tuple(x for x in ordered if x.region is part)) for part in regions]
    spots = dots(voice, lines, lambda key: f"{around.start}/pathfinders/{key}")
    return made.page(
        "pathfinders", voice, around, voice.say("Pathfinders"), about=_about(voice, lines),
        headings=[heading for heading in headings if heading.lines], by_stage=by_stage,
        drawing=world(voice, spots) if lines else None, stale_after=stale_after,
    )  # fmt: skip


def card(
    made: Pages,
    voice: Voice,
    around: Around,
    found: PathfinderCard,
    *,
    delta87: str,
    stale_after: timedelta,
) -> str:
    """One place with all that is public. `delta87` and `stale_after` are as on the card in Slack."""
    stage = found.stages[-1] if found.stages else None
    shown = sections(found.statements, ON_DEMAND, full=True)
    stated = {section.kind for section in shown}
    return made.page(
        "pathfinder", voice, around, voice.country(found.place), about=_said(voice, found),
        card=found, stage=stage, sections=shown, stale_after=stale_after,
        drawing=journey(voice, found) if found.is_pathfinder else None,
        missing=[kind for kind in AT_FIRST if found.is_pathfinder and kind not in stated],
        coming=[event for event in found.events if is_coming(event, voice.today)],
        others=[event for event in found.events if not is_coming(event, voice.today)],
        feed=f"{around.start}/calendar/place/{found.place.key}.ics",
        profile=profile_of(voice, found, delta87),
    )  # fmt: skip


def _about(voice: Voice, lines: Sequence[PathfinderLine]) -> str:
    countries = sum(line.kind is PlaceKind.COUNTRY for line in lines)
    return voice.say_many(
        "%(n)s country on its way to end child labour and forced labour, and how far it is.",
        "%(n)s countries on their way to end child labour and forced labour, and how far each is.",
        countries,
    )


def _said(voice: Voice, found: PathfinderCard) -> str:
    name = voice.country(found.place)
    if not found.is_pathfinder:
        return voice.say("%(name)s in the Alliance: what is on record.", name=name)
    return voice.say("%(name)s as a pathfinder: what is on record of its journey, with sources.", name=name)
