"""What was measured, kept: a line a row in docs/speed/history.csv, and the latest in docs/speed.md."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.curves import drawn
from benchmarks.rows import Found, Row

ROOT = Path(__file__).parent.parent
PAGE, FOLDER = ROOT / "docs" / "speed.md", ROOT / "docs" / "speed"
HISTORY = FOLDER / "history.csv"
COLUMNS = ("date", "commit", "machine", "name", "ratio", "low", "high", "target", "figures")
BEGIN, END = "<!-- written by `make bench`: begin -->", "<!-- written by `make bench`: end -->"


def machine(before: float) -> str:
    """How many cores it has, and its load before and now; nothing that tells whose it is."""
    return f"{os.cpu_count()} cores, load {before:.1f} to {os.getloadavg()[0]:.1f}"


def keep(found: Found, at: datetime, where: str) -> None:
    """Add each row to the history, and put each curve into its file."""
    FOLDER.mkdir(exist_ok=True)
    is_new = not HISTORY.exists()
    with HISTORY.open("a", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        if is_new:
            lines.writerow(COLUMNS)
        for row in found.rows:
            numbers = (f"{one:.3f}" for one in (row.ratio, row.low, row.high))
            moment = f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
            lines.writerow([moment, _commit(), where, row.name, *numbers, row.target, row.figures])
    for curve in found.curves:
        (FOLDER / f"{curve.name}.svg").write_text(drawn(curve), encoding="utf-8")


def write_page() -> None:
    """Put the latest line of each row into docs/speed.md, between the two marks; the rest is by hand."""
    latest: dict[str, tuple[dict[str, str], Row]] = {}
    with HISTORY.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            ratio, low, high = (float(line[name]) for name in ("ratio", "low", "high"))
            latest.pop(line["name"], None)  # so that they stand in the order of the last run
            latest[line["name"]] = line, Row(line["name"], ratio, low, high, line["target"], line["figures"])
    table = [
        "| measured | ratio (lowest to highest) | target | | figures | commit, machine |",
        "|---|---|---|---|---|---|",
        *(
            f"| {row.name} | {_figure(row.ratio)} ({_figure(row.low)} to {_figure(row.high)}) | {row.target} "
            f"| {row.verdict} | {row.figures} | {line['date'][:10]}, {line['commit']}, {line['machine']} |"
            for line, row in latest.values()
        ),
    ]
    pictures = [f"![{picture.stem}](speed/{picture.name})" for picture in sorted(FOLDER.glob("*.svg"))]
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    written = "\n".join([BEGIN, "", *table, "", *pictures, "", END])
    PAGE.write_text(before + written + after, encoding="utf-8")


def say(rows: Iterable[Row]) -> None:
    """Print rows as a table."""
    shown: Sequence[Row] = list(rows)
    width = max(len(row.name) for row in shown)
    for row in shown:
        spread = f"{_figure(row.ratio):>6} ({_figure(row.low)} to {_figure(row.high)})"
        print(f"{row.name:{width}}  {spread:26} {row.target:7} {row.verdict:15} {row.figures}", flush=True)


def _figure(number: float) -> str:
    return f"{number:.2f}" if number < 100 else f"{number:,.0f}"


def _commit() -> str:
    git = shutil.which("git")
    if git is None:
        return ""
    asked = [git, "-C", str(ROOT), "describe", "--always", "--dirty=+"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
