"""What those who run the bot should hear of: a replica that fell silent, a part that hangs, a standstill.

All of it is read off the heartbeats (`storage.beats`), so that any replica can tell, after a restart too.
Each incident is claimed by its own key, so that it is told once. `now` is real time, as in the beats.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from community.members import claim
from storage.backlog import Backlog, backlog
from storage.beats import Beat, all_beats

SILENT = timedelta(minutes=5)
"""How long nothing is heard of a replica, or of a part of it, before it is told: a restart is faster."""
STOOD_STILL = timedelta(minutes=10)
"""Without a tick of any clock for longer, all stood still."""
SETTLED = timedelta(minutes=3)
"""After a standstill, the time in which most of what is late goes out: then it is counted and told."""
FORGET = timedelta(days=1)
"""How long the beats of who died are kept."""
AGAIN = timedelta(hours=1)
"""How long one kind of fault is told of only once."""


class Part(StrEnum):
    """The parts of a replica that go round."""

    CLOCK = "clock"
    WORKER = "worker"
    POST = "post"
    SOCKET = "socket"


@dataclass(frozen=True)
class Gone:
    """A replica that was last heard `at` and that no other one has replaced; `left` are at work."""

    key: str
    replica: str
    at: datetime
    left: int


@dataclass(frozen=True)
class Stuck:
    """A part of a living replica that went round last `at`."""

    key: str
    replica: str
    part: Part
    at: datetime


@dataclass(frozen=True)
class Still:
    """No clock ticked anywhere from `since` until `until`, and what became of what was due meanwhile."""

    key: str
    since: datetime
    until: datetime
    backlog: Backlog


@dataclass(frozen=True)
class Trouble:
    """A fault of ours that nobody expected: what failed, as the log has it, and the number it has there."""

    key: str
    kind: str
    reference: str


Incident = Gone | Stuck | Still | Trouble


async def take(
    session: AsyncSession, now: datetime, troubles: Mapping[str, str], claimed_at: datetime
) -> list[Incident]:
    """What somebody should hear of and was not told of yet; with this transaction they are told.

    `troubles` has the reference number of the latest fault of each kind. `claimed_at` is the bot's own now.
    """
    beats = await all_beats(session)
    silent: list[Gone | Stuck] = [*gone(beats, now), *stuck(beats, now)]
    found: list[Incident] = [one for one in silent if await claim(session, one.key, claimed_at)]
    for since, until in holes(beats):
        key = f"still:{since.isoformat()}"
        if until <= now - SETTLED and await claim(session, key, claimed_at):
            found.append(Still(key, since, until, await backlog(session, since, until)))
    for kind, reference in troubles.items():
        if await claim(session, f"trouble:{kind}", claimed_at, again_after=AGAIN):
            found.append(Trouble(f"trouble:{kind}:{reference}", kind, reference))
    return found


def gone(beats: Sequence[Beat], now: datetime) -> Iterator[Gone]:
    """Replicas that fell silent without a word, while others go on, and that no new one has replaced."""
    replicas = _by_replica(beats)
    last = {name: max(beat.at for beat in own) for name, own in replicas.items()}
    dead = sorted((at, name) for name, at in last.items() if at < now - SILENT)
    left, missing = len(last) - len(dead), dict(dead)
    for came in sorted(min(beat.since for beat in own) for own in replicas.values()):
        heard_last = max((at for at in missing if at < came), default=None)
        if heard_last is not None:
            del missing[heard_last]  # whoever came took the place of who went last
    for at, name in missing.items():
        if left:
            yield Gone(f"gone:{name}", name, at, left)


def stuck(beats: Sequence[Beat], now: datetime) -> Iterator[Stuck]:
    """Parts that hang of replicas that live."""
    for name, own in _by_replica(beats).items():
        if max(beat.at for beat in own) >= now - SILENT:
            for beat in own:
                if beat.at < now - SILENT:
                    key = f"stuck:{name}:{beat.part}:{beat.at:%Y-%m-%dT%H:%M:%S}"
                    yield Stuck(key, name, Part(beat.part), beat.at)


def holes(beats: Sequence[Beat]) -> Iterator[tuple[datetime, datetime]]:
    """The times in which no clock ticked, on any replica, for longer than `STOOD_STILL`."""
    times = sorted((beat.since, beat.at) for beat in beats if beat.part == Part.CLOCK)
    covered = times[0][1] if times else None
    for since, at in times:
        assert covered is not None  # noqa: S101 - there is a first one
        if since - covered > STOOD_STILL:
            yield covered, since
        covered = max(covered, at)


def _by_replica(beats: Sequence[Beat]) -> dict[str, list[Beat]]:
    found: dict[str, list[Beat]] = defaultdict(list)
    for beat in beats:
        found[beat.replica].append(beat)
    return found
