"""From starting the process to its first right answer, against the bare app's, in turns.

DESIGN section 8 asks for at most twice. The database is there and migrated; ours reads the names of all
countries, looks at the tables, asks Slack who it is, and then answers with the card of Nepal.
"""

from __future__ import annotations

import time

from benchmarks.rows import Found, middles, of_pairs
from benchmarks.servers import BARE, CARD, NOTHING, OURS, answered, server, workspace

ROUNDS = 7


async def measure() -> Found:
    """Start both in turns; the first of each, which reads everything from the disk, does not count."""
    pairs = []
    async with workspace() as (box, setting):
        for _ in range(ROUNDS + 1):
            spent = []
            for kind, expected in ((OURS, CARD), (BARE, NOTHING)):
                begun = time.perf_counter()
                with server(kind, setting) as port:
                    await answered(port, box.signing_secret, expected)
                    spent.append(time.perf_counter() - begun)
            pairs.append((spent[0], spent[1]))
    ours, bare = middles(pairs[1:])
    figures = f"{ours:.2f} and {bare:.2f} seconds"
    return Found([of_pairs("start to first answer by the bare app's", pairs[1:], "≤ 2", figures)])
