"""Who came to an event, by constituency: as much as may be shown of it.

Lengths are those of counts that are told anyway. What `community.attendance` keeps back has no length: all
such rows look alike, whatever stands behind them.
"""

from __future__ import annotations

from dataclasses import dataclass

from community.attendance import Came
from community.events import Happening
from storage.vocabulary import Constituency
from templates.pictures.drawing import LINE, MARGIN, SMALL, WIDTH, Drawing, clean, drawn, lines, listed
from templates.terms import label
from templates.voice import Voice

_FULL = WIDTH - 2 * MARGIN - 90
"""The longest bar: beside it there is room for its number."""
_STUB = 60
"""The bar of every count that is not told."""
_THICK = 20


@dataclass(frozen=True)
class _Row:
    """A constituency: the length of its bar, None where its count is not told, and the words beside it."""

    y: float
    name: str
    length: float | None
    said: str


def participation(voice: Voice, event: Happening, came: Came) -> Drawing:
    """Who came, largest first; then those below five or kept back, then those of whom nobody came."""
    shown = came.constituencies
    largest = max((count for _, count in shown.exact), default=1)
    named: list[tuple[Constituency, float | None, str]] = [
        (kind, round(_FULL * count / largest, 1), voice.number(count)) for kind, count in shown.exact
    ]
    named += [(kind, None, voice.say("fewer than five")) for kind in shown.few]
    named += [(kind, None, voice.say("not shown")) for kind in shown.kept_back]
    named += [(kind, 0.0, voice.say("nobody")) for kind in shown.none]
    total = _total(voice, came)
    rows, y = [], 56.0
    for kind, length, said in named:
        rows.append(_Row(round(y), label(voice, kind), length, said))
        y += LINE + _THICK + 18
    why = (
        voice.say("Numbers below five are not told, nor what would tell them.")
        if shown.few or shown.kept_back
        else ""
    )
    small = [
        (round(y + 14 + 24 * n), text) for n, text in enumerate(lines(why, WIDTH - 2 * MARGIN, 3, SMALL))
    ]
    title = voice.say("%(name)s: who came", name=clean(voice.words(event.name)))
    alt = listed(
        [
            title,
            total,
            *(voice.say("%(what)s: %(said)s", what=label(voice, kind), said=said) for kind, _, said in named),
            why,
        ]
    )
    return drawn(
        "participation", title, alt, y + 24 * len(small) + 4,
        rows=rows, total=total, small=small, left=MARGIN, stub=_STUB, thick=_THICK,
    )  # fmt: skip


def _total(voice: Voice, came: Came) -> str:
    if came.total is None:
        return voice.say("Fewer than five people came")
    return voice.say_many("%(n)s person came", "%(n)s people came", came.total)
