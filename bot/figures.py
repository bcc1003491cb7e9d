"""The figures of a bot for Prometheus: what it answered, what it called, what waits, and how its parts do.

No label names a person, a channel or a text: each is one of a list of ours.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import datetime
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy.pool import QueuePool

from bot.beat import Pulse
from handlers.work import Work
from storage.backlog import UnderWay, count_unreported, under_way
from storage.database import Database
from storage.switches import sending_stopped

SHARED_SECONDS = 1.0
PATIENCE = 3.0
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0)
"""Seconds; at three Slack gives up."""


class Figures:
    """Counts from the start of this process on; what stands in the database is read when it is asked for."""

    def __init__(self, pulse: Pulse, version: str, schema: str) -> None:
        self._pulse = pulse
        self._registry = own = CollectorRegistry()
        ProcessCollector(registry=own)
        Info("pathfinder_build", "Version of the code and of its tables", registry=own).info(
            {"version": version, "schema": schema}
        )
        kind_and_name = ("kind", "name")
        self._requests = Counter(
            "pathfinder_requests", "Requests by what came of them", (*kind_and_name, "outcome"), registry=own
        )
        self._seconds = Histogram(
            "pathfinder_request_seconds", "Time to an answer", kind_and_name, buckets=BUCKETS, registry=own
        )
        self._calls = Counter(
            "pathfinder_slack_calls", "Calls of Slack's Web API", ("method", "outcome"), registry=own
        )
        self._errors = Counter("pathfinder_errors", "Faults nobody expected", ("kind",), registry=own)
        self._deliveries = Gauge(
            "pathfinder_deliveries",
            "Messages and letters under way, and failed ones that nobody was told of yet",
            ("road", "state"),
            registry=own,
        )
        self._oldest = Gauge(
            "pathfinder_oldest_due_seconds", "Age of the oldest that is due", ("road",), registry=own
        )
        self._stopped = Gauge("pathfinder_sending_stopped", "1 while all sending is stopped", registry=own)
        self._up = Gauge("pathfinder_database_up", "1 if the database answered", registry=own)
        self._pool = Gauge(
            "pathfinder_database_connections", "Connections to the database", ("state",), registry=own
        )
        self._beats = Gauge(
            "pathfinder_beat_age_seconds", "Seconds since a part went round", ("part",), registry=own
        )
        # Asked once a name: the library's own look-up takes longer than the counting.
        self._of = cache(
            lambda kind, name, outcome: (
                self._requests.labels(kind, name, outcome),
                self._seconds.labels(kind, name),
            )
        )
        self._looked_at = 0.0
        self._looking = asyncio.Lock()

    def done(self, work: Work) -> None:
        """Count a request that is over."""
        count, seconds = self._of(work.kind, work.name, work.outcome)
        count.inc()
        seconds.observe(time.perf_counter() - work.begun)

    def called(self, method: str, outcome: str) -> None:
        """Count a call of Slack's Web API."""
        self._calls.labels(method, outcome).inc()

    def broke(self, kind: str) -> None:
        """Count a fault of ours."""
        self._errors.labels(kind).inc()

    async def text(self, database: Database, now: datetime) -> bytes:
        """All of it, in Prometheus' text format; the database is asked once a second at most."""
        async with self._looking:
            if time.monotonic() - self._looked_at > SHARED_SECONDS:
                await self._read(database, now)
                self._looked_at = time.monotonic()
        for part, age in self._pulse.ages().items():
            self._beats.labels(part).set(age)
        pool = database.engine.pool
        if isinstance(pool, QueuePool):
            self._pool.labels("in_use").set(pool.checkedout())
            self._pool.labels("idle").set(pool.checkedin())
        return generate_latest(self._registry)

    async def _read(self, database: Database, now: datetime) -> None:
        self._up.set(0)
        with suppress(Exception):  # a database that is away is a figure too
            async with asyncio.timeout(PATIENCE), database.reading() as session:
                found = await under_way(session)
                failed = await count_unreported(session)
                self._stopped.set(int(await sending_stopped(session) is not None))
                self._show(found, failed, now)
                self._up.set(1)

    def _show(self, found: list[UnderWay], failed: int, now: datetime) -> None:
        self._deliveries.clear()
        for road in ("slack", "mail"):
            ours = [one for one in found if one.by_mail == (road == "mail")]
            for state in ("pending", "claimed", "unknown"):
                count = sum(one.count for one in ours if one.state == state)
                self._deliveries.labels(road, state).set(count)
            oldest = min((one.oldest for one in ours), default=now)
            self._oldest.labels(road).set(max(0.0, (now - oldest).total_seconds()))
        self._deliveries.labels("any", "failed").set(failed)
