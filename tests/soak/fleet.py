"""The replicas of the storm: `pathfinder-bot run` in processes of their own, killed, stopped and paused."""

from __future__ import annotations

import asyncio
import importlib
import math
import multiprocessing
import os
import random
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.database import IDLE_SECONDS

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["bot.cli", "tests.soak.fleet", "tests.soak.replica"])
FATES = (("killed", 0.6), ("stopped", 0.25), ("paused", 0.15))
PAUSES = (4.0, 20.0)
NO_STOP, STARVED = "did not stop", "the machine was starved"
PAUSED_LONG = "paused for long"
"""So long that PostgreSQL rolls a transaction back that it fell into (`storage.database.IDLE_SECONDS`)."""
ENOUGH_PRESSURE = 60.0
STOPS_WITHIN = 30.0
"""Seconds, after which a stop has failed: a replica waits ten for answers and ten for each worker."""


class Trouble:
    """What was done to the bot and its surroundings, and when, in seconds of `time.monotonic`."""

    def __init__(self) -> None:
        self._spells: list[tuple[str, float, list[float]]] = []

    @contextmanager
    def spell(self, kind: str, after: float = 0.0) -> Iterator[None]:
        """Something happens inside; what comes of it may show for so many seconds `after`."""
        ended = [math.inf]
        self._spells.append((kind, time.monotonic(), ended))
        try:
            yield
        finally:
            ended[0] = time.monotonic() + after

    def between(self, begun: float, ended: float, kinds: Collection[str]) -> str:
        """Which of these kinds was on at any time between two moments, "" if none was."""
        for kind, first, last in reversed(self._spells):
            if kind in kinds and last[0] >= begun and first <= ended:
                return kind
        return ""

    def counts(self) -> Counter[str]:
        """How often each kind of thing happened."""
        return Counter(kind for kind, _, _ in self._spells)


async def rest(calm: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until it is `calm`."""
    with suppress(TimeoutError):
        await asyncio.wait_for(calm.wait(), seconds)


def starved() -> bool:
    """Whether others keep this machine so busy that Slack's three seconds say nothing of the bot.

    Linux's pressure stall information: the share of the last ten seconds in which some process waited for a
    processor (docs.kernel.org/accounting/psi.html).
    """
    try:
        said = Path("/proc/pressure/cpu").read_text()
    except OSError:
        return False
    return float(said.partition("avg10=")[2].split()[0]) > ENOUGH_PRESSURE


def live(environment: Mapping[str, str], log: str, minute: float) -> None:
    """A replica's life: the command line's own `run`, its standard error in `log`; `minute` in seconds."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, sys.stdout.fileno())
    os.dup2(file, sys.stderr.fileno())
    os.chdir(Path(log).parent)  # no .env there
    for name in [name for name in os.environ if name.startswith(("SLACK_", "SMTP_"))]:
        del os.environ[name]
    os.environ.update(environment)
    importlib.import_module("bot.ticking").MINUTE = minute  # type: ignore[attr-defined]
    sys.argv = ["pathfinder-bot", "run"]
    importlib.import_module("bot.cli").main()


@dataclass(frozen=True)
class End:
    """A process that ended though nobody killed it, or not in order: when, by the monotonic clock, after how
    many seconds, with which exit status."""

    at: float
    lived: float
    status: int


class Replica:
    """One place in the fleet: a process, and the next one when that has ended."""

    def __init__(self, name: str, environment: Mapping[str, str], folder: Path, minute: float) -> None:
        self.port = _free_port()
        self.log = folder / f"{name}.log"
        self._environment = {**environment, "HTTP_PORT": str(self.port)}
        self._minute = minute
        self.process: Any = None
        self.starts, self.started = 0, 0.0
        self.ends: list[End] = []

    def start(self) -> None:
        """Begin a life, or the next."""
        if self.process is not None:
            self.process.join()
        self.process = CONTEXT.Process(
            target=live, args=(self._environment, str(self.log), self._minute), daemon=True
        )
        self.process.start()
        self.starts, self.started = self.starts + 1, time.monotonic()

    def send(self, number: int) -> None:
        """Send a signal."""
        os.kill(self.process.pid, number)

    async def ended(self, seconds: float) -> bool:
        """Whether it ended within so many seconds."""
        await asyncio.to_thread(self.process.join, seconds)
        return not self.process.is_alive()

    def memory(self) -> int:
        """Its resident memory in kB; 0 if it is gone."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return 0
        return int(next((line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")), 0))

    def end(self) -> None:
        """For good."""
        if self.process is not None and self.process.is_alive():
            self.send(signal.SIGCONT)
            self.process.kill()
            self.process.join()


async def keep_alive(replica: Replica) -> None:
    """Start it again whenever it has ended, as whatever runs it in production does."""
    while True:
        if replica.process is None or not replica.process.is_alive():
            if replica.process is not None and replica.process.exitcode not in (0, -signal.SIGKILL):
                now = time.monotonic()
                replica.ends.append(End(now, now - replica.started, replica.process.exitcode))
                await asyncio.sleep(1)
            replica.start()
        await asyncio.sleep(0.2)


async def befall(
    replica: Replica, trouble: Trouble, chance: random.Random, calm: asyncio.Event, mean: float
) -> None:
    """Kill, stop or pause it every `mean` seconds, until it is `calm`."""
    while True:
        await rest(calm, min(chance.expovariate(1 / mean), 4 * mean))
        if calm.is_set():
            return
        if replica.process is None or not replica.process.is_alive():
            continue
        (fate,) = chance.choices([name for name, _ in FATES], [often for _, often in FATES])
        with trouble.spell(fate, after=2.0):
            await FATE[fate](replica, trouble, chance)


async def _killed(replica: Replica, _trouble: Trouble, _chance: random.Random) -> None:
    replica.send(signal.SIGKILL)
    await replica.ended(STOPS_WITHIN)


async def _stopped(replica: Replica, trouble: Trouble, _chance: random.Random) -> None:
    replica.send(signal.SIGTERM)
    if not await replica.ended(STOPS_WITHIN):
        with trouble.spell(NO_STOP):
            replica.send(signal.SIGKILL)


async def _paused(replica: Replica, trouble: Trouble, chance: random.Random) -> None:
    seconds = chance.uniform(*PAUSES)
    replica.send(signal.SIGSTOP)
    with trouble.spell(PAUSED_LONG) if seconds > IDLE_SECONDS - 1 else nullcontext():
        await asyncio.sleep(seconds)
    replica.send(signal.SIGCONT)


FATE = {"killed": _killed, "stopped": _stopped, "paused": _paused}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
