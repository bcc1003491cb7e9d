"""What it costs that all memory is left to the system's allocator (`bot/memory.py`), in the same run.

`/pathfinder Nepal`, signed HTTP, one process with each allocator, PostgreSQL. DESIGN section 8 has no target.
"""

from __future__ import annotations

from benchmarks.answer import CONNECTIONS, FEW, SECONDS, WARM_UP
from benchmarks.rows import Found, Row, middles, of_pairs
from benchmarks.servers import CARD, COLD, DEPLOYED, OURS, PYTHONS_OWN, answered, load, server, workspace

ROUNDS = 9


async def measure() -> Found:
    """Alternate the two, first with an answer that is kept, then with one that is made anew each time."""
    async with workspace() as (box, setting):
        kept = await _turns(box.signing_secret, setting, OURS, CONNECTIONS)
        anew = await _turns(box.signing_secret, setting, COLD, FEW)
    return Found(
        [
            _row("a kept answer with the system's allocator by Python's own, requests a second", kept),
            _row("one made anew with the system's allocator by Python's own, requests a second", anew),
        ]
    )


async def _turns(
    secret: str, setting: dict[str, str], kind: tuple[str, ...], connections: int
) -> list[tuple[float, float]]:
    pairs = []
    with server(kind, setting, DEPLOYED) as deployed, server(kind, setting, PYTHONS_OWN) as own:
        for port in (deployed, own):
            await answered(port, secret, CARD)
            await load(port, secret, CARD, connections, WARM_UP)
        for _ in range(ROUNDS):
            found = [await load(port, secret, CARD, connections, SECONDS) for port in (deployed, own)]
            pairs.append((found[0]["a_second"], found[1]["a_second"]))
    return pairs


def _row(name: str, pairs: list[tuple[float, float]]) -> Row:
    first, second = middles(pairs)
    return of_pairs(name, pairs, figures=f"{first:.0f} and {second:.0f} a second")
