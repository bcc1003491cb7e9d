"""Heartbeats: when each part of this process last went round, and the task that writes it down."""

from __future__ import annotations

import asyncio
import re
import secrets
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog

from community.watching import FORGET, SETTLED, SILENT, STOOD_STILL, Part
from storage.beats import forget_beats, forget_silent, note_beats
from storage.database import Database

EACH_SECONDS = 20.0
"""Between two notes in the database."""
PATIENCE = 10.0
"""Seconds that writing them may take; then the next round tries again."""
STEP = timedelta(minutes=1)
"""A machine's clock that is set right by less moves no beat; by more, it was wrong, or the machine slept."""
WRITING = "writing"
"""What beats each time something was written to the database; it is not written there itself."""


def port_of(replica: str) -> int | None:
    """The port of a replica's web side, as its name tells it."""
    port = replica.split("-")[-2:][0]
    return int(port) if port.isdecimal() else None


def is_of_here(replica: str) -> bool:
    """Whether a replica runs on this very machine, as its name tells it."""
    return replica.startswith(f"{_machine()}-")


def _machine() -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "", socket.gethostname())[:60]


class Pulse:
    """When each part last went round, by a clock that nobody moves."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}

    def beat(self, part: str) -> None:
        """A part went round just now; the first time, it is expected from now on."""
        self._at[part] = time.monotonic()

    def last(self) -> dict[str, float]:
        """When each part went round, by that clock."""
        return dict(self._at)

    def ages(self) -> dict[str, float]:
        """The seconds since each part went round."""
        now = time.monotonic()
        return {part: now - at for part, at in self._at.items()}


class Heart:
    """Writes down the beats of this replica, in real time: a sandbox's clock may stand still or jump.

    `port` is that of its web side. `is_connected` says whether Slack's socket is; None without one. `look` is
    what else is done each round.
    """

    def __init__(
        self,
        pulse: Pulse,
        database: Database,
        *,
        port: int = 0,
        is_connected: Callable[[], Awaitable[bool]] | None = None,
        look: Callable[[datetime], Awaitable[None]] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._pulse, self._database, self._is_connected = pulse, database, is_connected
        self._look, self._now, self._port = look, now, port
        self._stopping = asyncio.Event()
        self._ticked: datetime | None = None
        self._heard: dict[str, tuple[float | None, datetime]] = {}
        self._is_silent = False
        self._begin(now())

    def _begin(self, now: datetime) -> None:
        """Be somebody new: whoever was heard under the old name is gone."""
        self.replica, self._since = f"{_machine()}-{self._port}-{secrets.token_hex(4)}", now
        self._is_settled = False

    async def run(self) -> None:
        """Beat until `stop`; then take the beats away, so that nobody looks for who went."""
        while not self._stopping.is_set():
            await self.round()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), EACH_SECONDS)
        with suppress(Exception):
            async with asyncio.timeout(PATIENCE), self._database.writing() as session:
                await forget_beats(session, self.replica)
                if self._is_settled:
                    # Whoever died before was told of; left behind, it would look like a standstill one day.
                    await forget_silent(session, self._now() - SILENT)

    def stop(self) -> None:
        """End `run`."""
        self._stopping.set()

    async def round(self) -> None:
        """Write once. A database that is away is logged once, and tried again with the next round."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._write()
                self._pulse.beat(WRITING)
                now = self._now()
                if self._look is not None:
                    await self._look(now)
                # Until now the beats of the dead may tell of a standstill, however long ago they died.
                self._is_settled |= now >= self._since + SETTLED
        except Exception as error:
            if not self._is_silent:
                structlog.get_logger().warning("beats_not_written", error=type(error).__name__)
            self._is_silent = True
        else:
            self._is_silent = False

    async def _write(self) -> None:
        if self._is_connected is not None and await self._is_connected():
            self._pulse.beat(Part.SOCKET)
        now = self._now()
        heard = self._moments(now)
        ticked = heard.get(Part.CLOCK)
        async with self._database.writing() as session:
            if ticked and self._ticked and ticked - self._ticked > STOOD_STILL:
                # What was is told apart from what is: the hole between them can be seen.
                await forget_beats(session, self.replica, [part for part in Part if part is not Part.CLOCK])
                self._begin(ticked)
            parts = [(part, min(self._since, at), at) for part, at in heard.items()]
            await note_beats(session, self.replica, parts)
            if self._is_settled:
                await forget_silent(session, now - FORGET)
        self._ticked = ticked

    def _moments(self, now: datetime) -> dict[str, datetime]:
        """When each part went round. It stays what it was at first, for incidents are told apart by it."""
        ages = self._pulse.ages()
        for part, beat in self._pulse.last().items():
            at, (known, before) = now - timedelta(seconds=ages[part]), self._heard.get(part, (None, now))
            if known != beat or abs(at - before) > STEP:
                self._heard[part] = beat, at
        return {part: at for part, (_, at) in self._heard.items() if part != WRITING}
