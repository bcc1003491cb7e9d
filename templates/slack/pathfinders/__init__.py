"""Cards and lists of pathfinders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from community.coming import is_coming
from community.pathfinders import PathfinderCard, PathfinderLine
from storage.vocabulary import FactKind, PlaceKind, Region, Stage
from templates.messages import Button, Message, Picture, Templates
from templates.pictures import Dot, by_stage, stage_name
from templates.slack.questions.forms import ASK
from templates.slack.requests import INTEREST
from templates.slack.sections import sections
from templates.voice import Voice

AT_FIRST = (
    FactKind.PLAN,
    FactKind.LAW,
    FactKind.PRIORITY,
    FactKind.CHALLENGE,
    FactKind.NEXT_STEP,
)
ON_DEMAND = (
    *AT_FIRST,
    FactKind.RESULT,
    FactKind.RATIFICATION,
    FactKind.AREA,
    FactKind.SUPPLY_CHAIN,
    FactKind.PARTICIPANTS,
    FactKind.REMARK,
)


@dataclass(frozen=True)
class Heading:
    """One part of the list: the pathfinders of a region, or of a stage."""

    region: Region | None
    stage: Stage | None
    lines: tuple[PathfinderLine, ...]


def card(
    templates: Templates,
    voice: Voice,
    found: PathfinderCard,
    *,
    delta87: str,
    stale_after: timedelta,
    full: bool = False,
    shared: bool = False,
    page: int = 1,
    picture: Picture | None = None,
    address: str = "",
) -> Message:
    """A place's card. `delta87` is the address of a profile, with `{country}` for the country's name.

    `stale_after`: see `Said.is_stale`. `address` is its page on the web, if others can reach it.
    """
    command = f"/pathfinder {found.place.key}"
    kinds = ON_DEMAND if full else AT_FIRST
    more = not full and (
        any(item.kind not in kinds for item in found.statements)
        or any(section.hidden for section in sections(found.statements, kinds, full=False))
    )
    buttons = []
    if not found.is_pathfinder and not shared:
        name = voice.country(found.place)
        buttons.append(Button(voice.say("Express interest"), name, opens=INTEREST, first=True))
    if not shared:
        first = found.is_pathfinder
        buttons.append(Button(voice.say("Share here"), command, share=True, first=first))
    if found.is_pathfinder and not shared:
        buttons.append(Button(voice.say("Follow"), f"/alliance follow place:{found.place.key}"))
        buttons.append(Button(voice.say("Ask"), f"place:{found.place.key}", opens=ASK))
    if more:
        buttons.append(Button(voice.say("Show more"), f"{command} more"))
    buttons.append(Button(voice.say("All pathfinders"), "/pathfinder"))
    return templates.message(
        "pathfinders/card",
        voice,
        buttons=buttons,
        command=f"{command} more" if full else command,
        page=page,
        picture=picture,
        address=address,
        card=found,
        stale_after=stale_after,
        stage=found.stages[-1] if found.stages else None,
        sections=sections(found.statements, kinds, full=full),
        coming=[event for event in found.events if is_coming(event, voice.today)],
        others=[event for event in found.events if not is_coming(event, voice.today)],
        full=full,
        profile=profile_of(voice, found, delta87),
    )


def listing(
    templates: Templates,
    voice: Voice,
    lines: Sequence[PathfinderLine],
    *,
    region: Region | None = None,
    by_stage: bool = False,
    page: int = 1,
) -> Message:
    """All pathfinders by region or by stage, or those of one region."""
    chosen = [line for line in lines if region is None or line.region is region]
    if by_stage:
        command = "/pathfinder stages"
        other = Button(voice.say("By region"), "/pathfinder")
        stages: list[Stage | None] = [*reversed(Stage), None]
        headings = [Heading(None, stage, _at(chosen, stage)) for stage in stages]
    else:
        command = f"/pathfinder {region.value}" if region else "/pathfinder"
        other = Button(voice.say("By stage"), "/pathfinder stages")
        regions: list[Region | None] = [*Region, None]
        headings = [Heading(part, None, tuple(x for x in chosen if x.region is part)) for part in regions]
    return templates.message(
        "pathfinders/list",
        voice,
        buttons=[other, Button(voice.say("On a map"), "/pathfinder map")],
        command=command,
        page=page,
        headings=[heading for heading in headings if heading.lines],
        region=region,
        by_stage=by_stage,
        countries=sum(line.kind is PlaceKind.COUNTRY for line in chosen),
        bodies=sum(line.kind is PlaceKind.BODY for line in chosen),
    )


def on_a_map(
    templates: Templates,
    voice: Voice,
    lines: Sequence[PathfinderLine],
    dots: Sequence[Dot],
    *,
    picture: Picture | None,
    address: str,
    to_have_pictures: bool,
    shared: bool = False,
) -> Message:
    """The map, and what it shows in words. `address` is its page on the web, if it has one.

    `to_have_pictures` tells the reader how Slack could show it.
    """
    buttons = [] if shared else [Button(voice.say("Share here"), "/pathfinder map", share=True, first=True)]
    buttons.append(Button(voice.say("By region"), "/pathfinder"))
    buttons.append(Button(voice.say("By stage"), "/pathfinder stages"))
    return templates.message(
        "pathfinders/map",
        voice,
        buttons=buttons,
        picture=picture,
        countries=sum(line.kind is PlaceKind.COUNTRY for line in lines),
        bodies=sum(line.kind is PlaceKind.BODY for line in lines),
        stages=[
            (stage_name(voice, stage), len(part), [one.name for one in part])
            for stage, part in by_stage(dots)
        ],
        address=address,
        to_have_pictures=to_have_pictures,
    )


def _at(lines: Sequence[PathfinderLine], stage: Stage | None) -> tuple[PathfinderLine, ...]:
    return tuple(line for line in lines if (line.stage.stage if line.stage else None) is stage)


def profile_of(voice: Voice, found: PathfinderCard, delta87: str) -> str | None:
    """Where Delta 8.7 has the country's data; it has none of regional bodies."""
    if found.kind is PlaceKind.BODY or not delta87:
        return None
    return delta87.replace("{country}", quote(voice.names.of(found.place.key, "en")))
