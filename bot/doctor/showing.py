"""The doctor's findings for people at a terminal, and as JSON for scripts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version

from rich.console import Console
from rich.text import Text

from bot.doctor.finding import Finding, State, is_well

SAID = {
    State.OK: ("ok", "green"),
    State.WATCH: ("watch", "yellow"),
    State.MEND: ("mend", "bold red"),
    State.UNSEEN: ("-", "dim"),
}


def show(console: Console, findings: Sequence[Finding]) -> None:
    """Print a line for each finding, and below it how to mend it; then how many there are of each state."""
    width = max((len(one.name) for one in findings), default=0)
    for one in findings:
        word, style = SAID[one.state]
        line = Text.assemble((f"{word:6}", style), f"{one.name:{width}}  {one.what}")
        console.print(line, soft_wrap=True)
        if one.mend:
            console.print(Text(f"{'':6}{'':{width}}  → {one.mend}", style="bold"), soft_wrap=True)
    counts = Counter(one.state for one in findings)
    told = (
        f"{counts[State.MEND]} to be mended", f"{counts[State.WATCH]} to be watched",
        f"{counts[State.UNSEEN]} not looked at", f"{counts[State.OK]} all right",
    )  # fmt: skip
    console.print(Text(f"\n{', '.join(told)}."), soft_wrap=True)


def as_json(findings: Sequence[Finding]) -> str:
    """The findings as one JSON object."""
    said = {
        "ok": is_well(findings),
        "version": version("pathfinder-bot"),
        "findings": [asdict(one) for one in findings],
    }
    return json.dumps(said, ensure_ascii=False, indent=2)
