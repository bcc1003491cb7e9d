"""What the heartbeats tell: who fell silent and was not replaced, what hangs, and when all stood still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from community.deliveries import Outgoing, put
from community.watching import SETTLED, SILENT, STOOD_STILL, Gone, Incident, Still, Stuck, Trouble, take
from storage.beats import Beat, all_beats, forget_beats, forget_silent, note_beats
from storage.database import Database
from storage.deliveries import deliveries_by_key
from storage.vocabulary import DeliveryState

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PARTS = ("clock", "worker", "socket")


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


async def heard(
    database: Database, replica: str, since: datetime, at: datetime, parts: tuple[str, ...] = PARTS
) -> None:
    async with database.writing() as session:
        await note_beats(session, replica, [(part, since, at) for part in parts])


async def told(database: Database, *, now: datetime = NOW, **troubles: str) -> list[Incident]:
    async with database.writing() as session:
        return await take(session, now, troubles, now)


async def test_who_goes_on_is_not_spoken_of(database: Database) -> None:
    await heard(database, "a", ago(days=2), NOW)
    await heard(database, "b", ago(minutes=4), ago(minutes=4))
    assert await told(database) == []


async def test_a_replica_that_fell_silent_is_told_of_once_by_whoever_lives(database: Database) -> None:
    await heard(database, "a", ago(hours=2), NOW)
    await heard(database, "b", ago(hours=2), ago(minutes=6))
    (found,) = await told(database)
    assert found == Gone("gone:b", "b", ago(minutes=6), 1)
    assert await told(database) == []


async def test_one_that_was_replaced_is_not(database: Database) -> None:
    await heard(database, "a", ago(hours=2), NOW)
    await heard(database, "b", ago(hours=2), ago(minutes=6))
    await heard(database, "b2", ago(minutes=5), NOW)
    assert await told(database) == []


async def test_each_new_one_replaces_one(database: Database) -> None:
    await heard(database, "a", ago(hours=2), NOW)
    await heard(database, "b", ago(hours=2), ago(minutes=30))
    await heard(database, "c", ago(hours=2), ago(minutes=20))
    await heard(database, "d", ago(minutes=29), ago(minutes=10))
    await heard(database, "e", ago(minutes=9), NOW)
    assert [one.key for one in await told(database)] == ["gone:c"], "d came for b, e for d"


async def test_one_that_stopped_properly_leaves_no_trace(database: Database) -> None:
    await heard(database, "a", ago(hours=2), NOW)
    await heard(database, "b", ago(hours=2), ago(minutes=20))
    async with database.writing() as session:
        await forget_beats(session, "b")
    assert await told(database) == []


async def test_a_part_that_hangs_of_a_replica_that_lives_is_told_of_once_a_time(database: Database) -> None:
    await heard(database, "a", ago(hours=2), NOW)
    await heard(database, "a", ago(hours=2), ago(minutes=6), ("clock",))
    (found,) = await told(database)
    assert isinstance(found, Stuck)
    assert (found.replica, found.part, found.at) == ("a", "clock", ago(minutes=6))
    assert await told(database) == []
    await heard(database, "a", ago(hours=2), NOW)
    await heard(database, "a", ago(hours=2), NOW + SILENT * 3, PARTS[1:])
    (again,) = await told(database, now=NOW + SILENT * 3)
    assert isinstance(again, Stuck)
    assert again.at == NOW, "another time, another incident"


@pytest.mark.parametrize(("minutes", "is_told"), [(9, False), (11, True)])
async def test_after_a_standstill_it_is_told_from_when_to_when(
    database: Database, minutes: int, is_told: bool
) -> None:
    back = NOW - SETTLED
    await heard(database, "a", ago(hours=5), back - timedelta(minutes=minutes))
    await heard(database, "b", ago(hours=5), back - timedelta(minutes=minutes + 5))
    for name in ("a2", "b2"):
        await heard(database, name, back, NOW)
    found = await told(database)
    assert bool(found) is is_told
    if is_told:
        (still,) = found
        assert isinstance(still, Still)
        assert (still.since, still.until) == (back - timedelta(minutes=minutes), back)
    assert await told(database) == []


async def test_it_is_told_once_what_was_late_has_gone_out_and_how_much_that_was(database: Database) -> None:
    died, back = ago(hours=3), NOW - SETTLED
    await heard(database, "a", ago(hours=9), died)
    await heard(database, "b", back, NOW)
    assert await told(database, now=NOW - timedelta(seconds=1)) == [], "it has only just come back"
    made: dict[str, tuple[datetime, DeliveryState, datetime | None, str | None]] = {
        "late": (ago(hours=2), DeliveryState.SENT, NOW, None),
        "late too": (ago(hours=1), DeliveryState.SENT, back, None),
        "in time": (ago(hours=4), DeliveryState.SENT, ago(hours=4), None),
        "skipped": (ago(hours=2), DeliveryState.FAILED, None, "too_late"),
        "refused": (ago(hours=2), DeliveryState.FAILED, None, "is_archived"),
        "waits": (ago(hours=1), DeliveryState.PENDING, None, None),
        "of later": (NOW, DeliveryState.PENDING, None, None),
    }
    async with database.writing() as session:
        for key, (promised, *_) in made.items():
            await put(session, Outgoing(key, "x", "x", "C1", "en", {}, promised=promised), promised)
        rows = await deliveries_by_key(session, list(made))
        for key, (_, state, sent, reason) in made.items():
            rows[key].state, rows[key].sent_at, rows[key].reason = state, sent, reason
    (still,) = await told(database)
    assert isinstance(still, Still)
    assert (still.backlog.late, still.backlog.skipped, still.backlog.waiting) == (2, 1, 1)


async def test_another_replica_that_went_on_means_no_standstill(database: Database) -> None:
    await heard(database, "a", ago(hours=5), ago(hours=2))
    await heard(database, "b", ago(hours=5), NOW)
    await heard(database, "c", ago(hours=1), NOW)
    assert await told(database) == []


async def test_a_kind_of_fault_is_told_of_once_an_hour(database: Database) -> None:
    (first,) = await told(database, worker_failed="ABC123")
    assert first == Trouble("trouble:worker_failed:ABC123", "worker_failed", "ABC123")
    later = NOW + timedelta(minutes=59)
    assert [one.key for one in await told(database, now=later, worker_failed="X", page_failed="DEF456")] == [
        "trouble:page_failed:DEF456"
    ]
    (again,) = await told(database, now=NOW + timedelta(minutes=61), worker_failed="FED321")
    assert again.key == "trouble:worker_failed:FED321"


async def test_beats_of_those_long_gone_are_removed_but_not_of_who_hangs(database: Database) -> None:
    await heard(database, "gone", ago(days=3), ago(days=2))
    await heard(database, "hangs", ago(days=3), NOW)
    await heard(database, "hangs", ago(days=3), ago(days=2), ("clock",))
    async with database.writing() as session:
        await forget_silent(session, ago(days=1))
        left: list[Beat] = await all_beats(session)
    assert [(beat.replica, beat.part) for beat in left] == [("hangs", part) for part in sorted(PARTS)]
    assert STOOD_STILL > SILENT
