"""A short soak: replicas killed at any step or moment while all else fails too.

Each half on one database, to be short; the long ones, on both: `make soak`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.soak.run import soak
from tests.soak.storm import storm

SECONDS = 8.0


@pytest.mark.parametrize(("kind", "replicas"), [("sqlite", 1)])
async def test_replicas_that_are_killed_lose_nothing_and_say_nothing_twice(
    databases: Any, kind: str, replicas: int
) -> None:
    address = await databases.fresh(kind, "loaded")
    report = await soak(address, kills=10, replicas=replicas, channels=8, readers=4, seed=8)
    assert report.kills >= 10
    assert report.deliveries >= 16
    assert report.good, report
    await databases.drop(address)


@pytest.mark.long
@pytest.mark.parametrize(("kind", "replicas"), [("postgresql", 2)])
async def test_in_a_storm_every_promise_is_kept_once_and_every_error_has_a_cause(
    databases: Any, kind: str, replicas: int, tmp_path: Path
) -> None:
    address = await databases.fresh(kind, "loaded")
    what = await storm(
        address, seconds=SECONDS, replicas=replicas, seed=8, pause=0.5, folder=tmp_path, mean=SECONDS / 2
    )
    found, counts = what.reckoning, what.trouble.counts()
    assert found.good, (found.lost, found.twice, found.unhandled, found.no_answer)
    assert sum(what.told.acts.values()) >= 10
    assert found.promised
    assert counts["killed"] + counts["stopped"] + counts["paused"] >= 1, counts
    await databases.drop(address)
