"""A group's work plan: how far each area and output has come, in words and as a bar of four steps.

The record tells progress in words, never in figures: a bar has as many steps as the word has, and none is
filled where nothing is stated. That is hatched: not stated is not nought.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from community.facts import Statement
from community.groups import GroupCard
from storage.vocabulary import FactKind, FactState
from templates import dates
from templates.pictures.drawing import LINE, MARGIN, SMALL, WIDTH, Drawing, clean, drawn, lines, listed
from templates.terms import label, term
from templates.voice import Voice

OF = 4
"""Steps of a bar: planned, in preparation, under way, done."""
STEPS: Mapping[FactState, int] = {
    FactState.NOT_CONFIRMED: 1,
    FactState.ANNOUNCED: 1,
    FactState.PLANNED: 1,
    FactState.DRAFT: 2,
    FactState.IN_PREPARATION: 2,
    FactState.APPROVED: 2,
    FactState.STARTED: 3,
    FactState.UNDER_WAY: 3,
    FactState.LIVING_DOCUMENT: 3,
    FactState.AWAITING_RELEASE: 3,
    FactState.ADOPTED: 4,
    FactState.PUBLISHED: 4,
    FactState.IN_FORCE: 4,
}
"""How far a state is; what is approved, or awaits its release, is not done."""
KINDS = (FactKind.WORK_AREA, FactKind.DELIVERABLE)
MOST = 8
"""Areas, and outputs, that are drawn: more would be a list, and that stands beside the picture."""
_BAR, _THICK = 190, 16


@dataclass(frozen=True)
class _Row:
    """An area: its name in lines, its bar (None where nothing is stated) and its state in words."""

    name: tuple[tuple[float, str], ...]
    bar: float
    filled: int | None
    state: str


@dataclass(frozen=True)
class _Part:
    """Areas or outputs, under their heading."""

    y: float
    heading: str
    rows: tuple[_Row, ...]
    more: tuple[float, str] | None


def has_work_plan(card: GroupCard) -> bool:
    """Whether the record states any area or output to draw."""
    return any(item.kind in KINDS for item in card.statements)


def work_plan(voice: Voice, card: GroupCard) -> Drawing:
    """The areas of a group's work plan and its outputs, from above down."""
    parts: list[_Part] = []
    told: list[str] = []
    y = 4.0
    for kind in KINDS:
        every = [item for item in card.statements if item.kind is kind]
        if not every:
            continue
        heading = round(y + 26)
        y += 44
        rows = []
        for item in every[:MOST]:
            row, y = _row(voice, item, y)
            rows.append(row)
        left = len(every) - MOST
        more = (
            (round(y + 18), voice.say_many("… and %(n)s more", "… and %(n)s more", left))
            if left > 0
            else None
        )
        y += 40 if more else 8
        parts.append(_Part(heading, label(voice, kind), tuple(rows), more))
        told.append(label(voice, kind))
        told += [_told(voice, item) for item in every]
    if not parts:
        parts.append(_Part(30, voice.say("The record states no areas of work."), (), None))
        told.append(parts[0].heading)
        y = 50
    title = voice.say("%(name)s: work plan", name=clean(voice.words(card.line.name)))
    return drawn(
        "progress", title, listed([title, *told]), y, parts=parts, left=MARGIN, bar=_BAR, thick=_THICK, of=OF
    )


def _row(voice: Voice, item: Statement, y: float) -> tuple[_Row, float]:
    """An area from `y` down, and where it ends."""
    found = lines(voice.words(item.text), WIDTH - 2 * MARGIN, 2)
    names = tuple((round(y + 18 + LINE * n), text) for n, text in enumerate(found))
    y += LINE * len(found) + 4
    filled = STEPS[item.state] if item.state else None
    words = lines(_state(voice, item), WIDTH - 2 * MARGIN - _BAR - 16, 1, SMALL)
    return _Row(names, round(y), filled, words[0]), y + _THICK + 22


def _state(voice: Voice, item: Statement) -> str:
    said = term(voice, item.state) if item.state else voice.say("progress not stated")
    return f"{said} · {dates.bare(voice, item.when)}" if item.when.end else said


def _told(voice: Voice, item: Statement) -> str:
    return voice.say("%(what)s: %(said)s", what=clean(voice.words(item.text)), said=_state(voice, item))
