"""What is promised: one message a key, changed in place, called off while nobody has it, gone if undone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.deliveries import PROMISED, Outgoing, call_off, put, stands
from community.deliveries import replace as change
from storage.database import Database
from storage.deliveries import Delivery
from storage.vocabulary import DeliveryState
from storage.worklist import AFTERMATH, claim_due, settle

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LEASE = timedelta(minutes=2)
HELLO = Outgoing("update:17:C1", "update:17", "notice", "C1", "en", {"text": "Hello"})
BYE = replace(HELLO, payload={"text": "Goodbye"})


async def promise(database: Database, message: Outgoing = HELLO, **more: Any) -> None:
    async with database.writing() as session:
        await put(session, message, NOW, **more)


async def rows(database: Database) -> list[Delivery]:
    async with database.reading() as session:
        return list((await session.scalars(select(Delivery).order_by(Delivery.id))).all())


async def take(session: AsyncSession, token: str = "me") -> list[tuple[Delivery, bool]]:
    return await claim_due(session, NOW, token, LEASE, 20, [])


async def test_the_same_promise_twice_is_one_message_and_changes_nothing(database: Database) -> None:
    await promise(database)
    await promise(database)
    [row] = await rows(database)
    assert (row.state, row.wanted, row.shown, row.due_at) == (DeliveryState.PENDING, 1, 0, NOW)


async def test_two_who_promise_the_same_at_once_make_one_message(database: Database) -> None:
    """Neither fails: what else they did in their transactions would be lost with it."""
    await asyncio.gather(*(promise(database) for _ in range(8)))
    assert len(await rows(database)) == 1


async def test_another_text_before_it_was_sent_takes_the_first_ones_place(database: Database) -> None:
    await promise(database)
    await promise(database, BYE)
    [row] = await rows(database)
    assert (row.state, row.wanted, row.payload) == (DeliveryState.PENDING, 2, {"text": "Goodbye"})


async def test_a_promise_for_later_is_not_due_before(database: Database) -> None:
    await promise(database, due=NOW + timedelta(hours=1))
    async with database.writing() as session:
        assert await take(session) == []


async def test_a_transaction_that_is_rolled_back_promises_nothing(database: Database) -> None:
    told: list[bool] = []
    watched = replace(database, committed=lambda session: told.append(PROMISED in session.info))

    async def undone() -> None:
        async with watched.writing() as session:
            await put(session, HELLO, NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await undone()
    assert await rows(database) == []
    assert told == [], "the worker is not woken either"
    await promise(watched)
    assert told == [True]


async def test_what_failed_stays_so(database: Database) -> None:
    await promise(database)
    async with database.writing() as session:
        [(row, _)] = await take(session)
        row.state = DeliveryState.FAILED
    await promise(database, BYE)
    [row] = await rows(database)
    assert (row.state, row.payload) == (DeliveryState.FAILED, {"text": "Hello"})


@pytest.mark.parametrize("again", [HELLO, BYE])
async def test_what_was_called_off_can_be_promised_anew(database: Database, again: Outgoing) -> None:
    later = NOW + timedelta(hours=1)
    await promise(database)
    async with database.writing() as session:
        assert await call_off(session, HELLO.about, [HELLO.kind]) == []
    await promise(database, again, due=later)
    [row] = await rows(database)
    assert (row.state, row.payload, row.due_at) == (DeliveryState.PENDING, again.payload, later)


async def test_what_changes_after_it_was_sent_is_to_be_sent_again(database: Database) -> None:
    async with database.writing() as session:
        await stands(session, HELLO, NOW, room="C1", ts="1.000001")
    await promise(database)
    assert [row.state for row in await rows(database)] == [DeliveryState.SENT], "nothing changed"
    await promise(database, BYE)
    [row] = await rows(database)
    assert (row.state, row.wanted, row.shown, row.ts) == (DeliveryState.PENDING, 2, 1, "1.000001")


async def test_what_changes_while_it_is_under_way_stays_with_who_has_it(database: Database) -> None:
    await promise(database)
    async with database.writing() as session:
        await take(session)
    await promise(database, BYE)
    [row] = await rows(database)
    assert (row.state, row.token, row.wanted) == (DeliveryState.CLAIMED, "me", 2)


async def test_calling_off_cancels_what_was_not_sent_and_gives_back_the_rest(database: Database) -> None:
    other = replace(HELLO, key="update:17:C2", channel="C2")
    await promise(database)
    async with database.writing() as session:
        await take(session)
    await promise(database, other)
    await promise(database, replace(HELLO, key="update:18:C1", about="update:18"))
    async with database.writing() as session:
        standing = await call_off(session, "update:17", ["notice"])
        assert [row.key for row in standing] == [HELLO.key], "it may stand there already"
        await change(session, standing[0], {"text": "Withdrawn"}, NOW)
    assert [(row.state.value, row.payload["text"]) for row in await rows(database)] == [
        ("claimed", "Withdrawn"), ("cancelled", "Hello"), ("pending", "Hello"),
    ]  # fmt: skip


async def test_two_who_claim_at_once_never_get_the_same(database: Database) -> None:
    for number in range(10):
        await promise(database, replace(HELLO, key=f"k{number}", channel=f"C{number}"))

    async def claim(token: str) -> list[str]:
        async with database.writing() as session:
            return [row.key for row, _ in await take(session, token)]

    first, second = await asyncio.gather(claim("one"), claim("two"))
    assert sorted(first + second) == [f"k{number}" for number in range(10)]


async def test_who_lost_a_claim_writes_nothing(database: Database) -> None:
    await promise(database)
    async with database.writing() as session:
        await take(session, "slow")
    async with database.writing() as session:
        assert await claim_due(session, NOW + LEASE * 2, "quick", LEASE, 20, []) == []
    async with database.writing() as session:
        [(row, uncertain)] = await claim_due(session, NOW + LEASE * 2 + AFTERMATH, "quick", LEASE, 20, [])
        assert uncertain, "whoever had it may have sent it before"
        assert not await settle(session, row.id, "slow", state=DeliveryState.SENT)
        assert await settle(session, row.id, "quick", state=DeliveryState.SENT)
