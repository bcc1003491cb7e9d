"""A short soak: replicas killed at any step while Slack and mail fail. The long one: `make soak`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.soak.run import soak


@pytest.mark.parametrize(("kind", "replicas"), [("postgresql", 2), ("sqlite", 1)])
async def test_replicas_that_are_killed_lose_nothing_and_say_nothing_twice(
    databases: Any, kind: str, replicas: int
) -> None:
    address = await databases.fresh(kind, "loaded")
    report = await soak(address, kills=10, replicas=replicas, channels=8, readers=4, seed=8)
    assert report.kills >= 10
    assert report.deliveries >= 16
    assert report.good, report
    await databases.drop(address)
