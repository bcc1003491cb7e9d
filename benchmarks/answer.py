"""`/pathfinder Nepal`, signed HTTP, one process, PostgreSQL, against a bare Bolt app in the same run.

DESIGN section 8 asks for 0.85 of the bare app's requests a second, and p99 at most twice its p99, at 32
connections. That a read-only command costs one statement when warm, and no call of the Web API, is counted
by `tests/handlers/test_kept.py`. `cold` makes every answer anew: a figure without a target.
"""

from __future__ import annotations

from benchmarks.rows import Found, Row, middles, of_pairs
from benchmarks.servers import BARE, CARD, COLD, NOTHING, OURS, answered, load, server, workspace

ROUNDS = 7
SECONDS = 3.0
WARM_UP = 2.0
CONNECTIONS = 32
FEW = 4
"""Connections to what makes every answer anew: more only wait longer, and those Slack gives up on."""
Round = dict[str, dict[str, float]]


async def measure() -> Found:
    """Alternate the servers, so that what else the machine does meets all of them."""
    rounds: list[Round] = []
    async with workspace() as (box, setting):
        secret = box.signing_secret
        with server(BARE, setting) as bare, server(OURS, setting) as ours, server(COLD, setting) as cold:
            sides = {
                "bare": (bare, NOTHING, CONNECTIONS),
                "ours": (ours, CARD, CONNECTIONS),
                "cold": (cold, CARD, FEW),
            }
            for port, expected, connections in sides.values():
                await answered(port, secret, expected)
                await load(port, secret, expected, connections, WARM_UP)
            for _ in range(ROUNDS):
                one = {
                    name: await load(port, secret, expected, connections, SECONDS)
                    for name, (port, expected, connections) in sides.items()
                }
                rounds.append(one)
    return Found(
        [
            _row("/pathfinder Nepal by the bare app, requests a second", rounds, "ours", "bare", "≥ 0.85"),
            _row("/pathfinder Nepal by the bare app, p99", rounds, "ours", "bare", "≤ 2", "p99_ms"),
            _row("/pathfinder Nepal made anew by the kept one, requests a second", rounds, "cold", "ours"),
        ]
    )


def _row(
    name: str, rounds: list[Round], side: str, other: str, target: str = "", figure: str = "a_second"
) -> Row:
    pairs = [(one[side][figure], one[other][figure]) for one in rounds]
    unit = "ms" if figure == "p99_ms" else "a second"
    first, second = middles(pairs)
    return of_pairs(name, pairs, target, f"{first:.0f} and {second:.0f} {unit}")
