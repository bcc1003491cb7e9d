"""What goes by itself, and when: not a day too early, all of it, in batches, whoever else does the same."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from community import retention
from community.deliveries import Outgoing, put
from community.members import Profile, ensure_member, remember
from community.retention import HALF_A_YEAR, RULES, YEAR
from storage.database import Database
from storage.partial_dates import PartialDate, Precision, Status
from storage.tables import (
    Asker,
    AuditEntry,
    Claim,
    Contribution,
    Delivery,
    Letter,
    Member,
    Membership,
    Question,
    Registration,
    Request,
    Subscription,
    TranslationOffer,
    Update,
    metadata,
)
from storage.vocabulary import (
    ContributionState,
    DeliveryState,
    QuestionState,
    RequestState,
    UpdateState,
)
from tests.community.filled import added, everything

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


async def run(database: Database, now: datetime = NOW) -> None:
    """What the clock does each hour, on one replica."""
    for rule in RULES:
        while True:
            async with database.writing() as session:
                if not await retention.run(session, rule, now):
                    break


async def made(database: Database, table: Any, **columns: Any) -> Any:
    async with database.writing() as session:
        somebody = await ensure_member(session, "U0SOMEBODY")
        return await added(session, metadata.tables[table], "a private text", somebody.id, **columns)


async def count(database: Database, table: type[Any], *conditions: Any) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


GOES: dict[str, tuple[type[Any], timedelta, Any]] = {
    "claims": (Claim, retention.WEEK, lambda at: {"at": at}),
    "acts": (AuditEntry, retention.THREE_YEARS, lambda at: {"at": at}),
    "requests": (Request, YEAR, lambda at: {"state": RequestState.DECLINED, "decided_at": at}),
    "following": (Subscription, YEAR, lambda at: {"ended_at": at}),
    "memberships": (Membership, YEAR, lambda at: {"until": at.date()}),
    "offers": (TranslationOffer, YEAR, lambda at: {"state": UpdateState.DECLINED, "at": at}),
}


@pytest.mark.parametrize("name", GOES)
async def test_what_is_old_enough_goes_and_nothing_a_day_younger(database: Database, name: str) -> None:
    table, keep, columns = GOES[name]
    for at in (NOW - keep - DAY, NOW - keep + DAY):
        await made(database, table.__tablename__, **columns(at))
    await run(database)
    assert await count(database, table) == 1
    await run(database)
    assert await count(database, table) == 1, "a second time there is nothing to do"


async def test_what_is_open_never_goes(database: Database) -> None:
    long_ago = NOW - 10 * YEAR
    await made(database, "requests", state=RequestState.OPEN, at=long_ago, decided_at=None)
    await made(database, "subscriptions", since=long_ago, ended_at=None)
    await made(database, "memberships", since=long_ago.date(), until=None)
    await made(database, "updates", state=UpdateState.PUBLISHED, posted_at=long_ago)
    await made(database, "updates", state=UpdateState.IN_REVIEW, posted_at=long_ago)
    await run(database)
    for table, n in ((Request, 1), (Subscription, 1), (Membership, 1)):
        assert await count(database, table) == n
    assert await count(database, Update, Update.body.contains("a private text")) == 2


async def test_drafts_and_what_was_taken_back_lose_their_text(database: Database) -> None:
    for state, at in (
        (UpdateState.DECLINED, NOW - YEAR - DAY),
        (UpdateState.WITHDRAWN, NOW - YEAR - DAY),
        (UpdateState.DECLINED, NOW - YEAR + DAY),
    ):
        await made(database, "updates", state=state, posted_at=at, withdrawn_at=None, files=[])
    await made(
        database, "contributions", state=ContributionState.DECLINED, ended_at=NOW - YEAR - DAY,
        text={"en": "a private text"},
    )  # fmt: skip
    await run(database)
    assert await count(database, Update, Update.body.contains("a private text")) == 1
    async with database.reading() as session:
        (row,) = (await session.scalars(select(Contribution))).unique().all()
        assert row.text == {"en": ""}


async def test_an_old_update_is_kept_a_year_from_when_somebody_last_looked_at_it(database: Database) -> None:
    long_ago, lately = NOW - YEAR - 30 * DAY, NOW - timedelta(minutes=5)
    never = {"posted_at": long_ago, "corrected_at": None, "decided_at": None, "withdrawn_at": None}
    for state in (UpdateState.CHANGE_ASKED, UpdateState.DECLINED):
        for touched in ({"corrected_at": lately}, {"decided_at": lately}):
            await made(database, "updates", state=state, files=[], **(never | touched))
        number = await made(database, "updates", state=state, files=[], **never)
        await made(database, "update_revisions", update_id=number, at=lately)
        await made(database, "updates", state=state, files=[], **never)
    await made(
        database, "updates", state=UpdateState.WITHDRAWN, files=[], **(never | {"withdrawn_at": lately})
    )
    await run(database)
    assert await count(database, Update, Update.headline != "") == 7, "of each state but the one let lie"
    await run(database, NOW + YEAR)
    assert await count(database, Update, Update.headline != "") == 0


async def test_a_message_is_emptied_and_its_key_stays_so_that_it_never_comes_twice(
    database: Database,
) -> None:
    letter = await made(database, "letters")
    for at, state in (
        (NOW - YEAR - DAY, DeliveryState.SENT),
        (NOW - YEAR + DAY, DeliveryState.SENT),
        (NOW - YEAR - DAY, DeliveryState.PENDING),
    ):
        await made(
            database, "deliveries", due_at=at, state=state, payload={"text": "a private text"},
            letter_id=letter if state is DeliveryState.SENT and at < NOW - YEAR else None,
        )  # fmt: skip
    await run(database)
    async with database.writing() as session:
        old, young, waits = await session.scalars(select(Delivery).order_by(Delivery.id))
        assert (old.payload, old.is_emptied) == ({}, True)
        assert young.payload == waits.payload == {"text": "a private text"}
        assert (await session.get_one(Letter, letter)).html == ""
        again = Outgoing(old.key, old.about, old.kind, old.channel, "en", {"text": "drawn anew"})
        await put(session, again, NOW)
        await session.refresh(old)
        assert (old.state, old.is_emptied, old.wanted) == (DeliveryState.PENDING, False, 2), "a card changes"
    assert await count(database, Delivery) == 3


async def test_who_came_is_forgotten_a_year_after_and_how_many_is_not(database: Database) -> None:
    for at in (NOW - YEAR - DAY, NOW - YEAR + DAY):
        number = await made(database, "registrations")
        async with database.writing() as session:
            row = await session.get_one(Registration, number)
            when = PartialDate(Precision.DAY, at.date(), at.date(), Status.HELD)
            days = {"when_precision": when.precision, "when_start": when.start, "when_end": when.end}
            events = metadata.tables["events"]
            await session.execute(
                update(events).where(events.c.id == row.event_id).values(**days, recurrence=None)
            )
            counted = {"event_id": row.event_id, "count": 7, "at": NOW}
            await session.execute(insert(metadata.tables["attendances"]).values(**counted))
    await run(database)
    assert await count(database, Registration) == 1
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(metadata.tables["attendances"])) == 2


async def test_a_question_that_nobody_closes_is_closed_and_its_asker_forgotten(database: Database) -> None:
    for at in (NOW - HALF_A_YEAR - DAY, NOW - HALF_A_YEAR + DAY):
        number = await made(
            database, "questions", asked_at=at, is_pseudonymous=True, state=QuestionState.OPEN
        )
        await made(database, "askers", question_id=number)
    await run(database)
    async with database.reading() as session:
        old, young = (await session.scalars(select(Question).order_by(Question.id))).unique().all()
        assert (old.state, old.closed_at) == (QuestionState.CLOSED, NOW)
        assert young.state is QuestionState.OPEN
        assert list(await session.scalars(select(Asker.question_id))) == [young.id]


async def test_many_rows_go_in_batches_and_two_replicas_at_once_do_no_harm(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 4)
    old = [{"at": NOW - 4 * YEAR, "action": "x", "subject": "x"} for _ in range(10)]
    async with database.writing() as session:
        await session.execute(insert(AuditEntry), [*old, {"at": NOW, "action": "x", "subject": "young"}])
    rule = next(rule for rule in RULES if rule.name == "acts")
    async with database.writing() as session:
        assert await retention.run(session, rule, NOW), "there is more"
    assert await count(database, AuditEntry) == 7
    await asyncio.gather(run(database), run(database))
    assert await count(database, AuditEntry) == 1
    assert "young" in await _whole(database)


async def test_who_left_is_due_a_year_after_and_not_if_they_came_back(database: Database) -> None:
    async def due(now: datetime) -> list[str]:
        async with database.writing() as session:
            return await retention.who_left(session, now)

    async with database.writing() as session:
        await remember(session, [Profile("U0GONE"), Profile("U0BACK"), Profile("U0HERE"), Profile("U0BOT")])
        gone = [Profile("U0GONE", is_active=False), Profile("U0BACK", is_active=False)]
        await remember(session, [*gone, Profile("U0BOT", is_bot=True, is_active=False)])
    assert await due(NOW) == []
    assert await due(NOW + YEAR) == []
    async with database.writing() as session:
        await remember(session, [Profile("U0BACK")])
    assert await due(NOW + YEAR + DAY) == ["U0GONE"]
    async with database.writing() as session:
        await remember(session, [Profile("U0BACK", is_active=False)])
    assert await due(NOW + YEAR + 2 * DAY) == ["U0GONE"], "their year begins anew"
    assert await count(database, Member) == 4


async def _whole(database: Database) -> str:
    async with database.reading() as session:
        return await everything(session)
