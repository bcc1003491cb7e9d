"""Every benchmark, or those that are named: `python -m benchmarks answer compose`."""

import asyncio
import os
import sys
import time
from datetime import UTC, datetime

from benchmarks import allocator, answer, calendar, channels, compose, page, replicas, sending, starting
from benchmarks.history import keep, machine, say, write_page
from benchmarks.rows import Row

ALL = {
    "answer": answer.measure,
    "start": starting.measure,
    "allocator": allocator.measure,
    "replicas": replicas.measure,
    "growth": compose.measure,
    "calendar": calendar.measure,
    "sending": sending.measure,
    "channels": channels.measure,
    "page": page.measure,
}


def main() -> None:
    """Measure, print, and keep what was found."""
    if unknown := set(sys.argv[1:]) - set(ALL):
        sys.exit(f"there is no benchmark {', '.join(unknown)}: {', '.join(ALL)}")
    rows: list[Row] = []
    for name in sys.argv[1:] or ALL:
        begun, load = time.monotonic(), os.getloadavg()[0]
        found = asyncio.run(ALL[name]())
        where = machine(load)
        print(f"{name}: {time.monotonic() - begun:.0f} seconds; {where}", flush=True)
        say(found.rows)
        keep(found, datetime.now(UTC), where)
        rows += found.rows
    print()
    say(rows)
    write_page()


if __name__ == "__main__":
    main()
