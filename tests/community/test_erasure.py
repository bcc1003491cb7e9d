"""What is stored about a person: nothing of it is forgotten when they ask for it, or are erased."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from community import erasure, mail, privacy
from community.deliveries import Outgoing, put
from community.erasure import Erased
from community.members import Profile, ensure_member, everybody, remember
from community.rights import Actor, actor_of
from community.roles import bootstrap
from storage.database import Database
from storage.members import FORMER
from storage.personal import TRACES, Fate, Kind
from storage.roles import holders
from storage.tables import AuditEntry, Change, Delivery, MailReader, Member, Question, metadata
from storage.vocabulary import QuestionState, RoleName
from tests.community.filled import PEOPLE, everything, fill, named_in, places

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
AMINA, BORIS, THIRD = "U0AMINA", "U0AMINAB", "U0CHEN"
"""One's id is the beginning of the other's: whoever looks for letters finds too much."""
RECORD = {
    "agenda_items", "answers", "audit_entries", "changes", "commitments", "events", "meeting_notes",
    "reports", "roles", "speakers", "update_translations",
}  # fmt: skip
"""The tables in which what somebody wrote stays: of updates and events here, nothing was published."""
CALLED = {"en": "a former member", "fr": "une personne qui a été membre", "es": "una persona que fue miembro"}


async def erased(database: Database, slack_id: str) -> Erased | None:
    """Erase somebody, and look again an hour later."""
    async with database.writing() as session:
        done = await erasure.erase_by_rule(session, slack_id, CALLED, NOW)
    async with database.writing() as session:
        await erasure.look_again(session, CALLED, NOW + timedelta(hours=1))
    return done


async def two_people(database: Database) -> None:
    async with database.writing() as session:
        amina, boris = await ensure_member(session, AMINA), await ensure_member(session, BORIS)
        third = await ensure_member(session, THIRD)
        await fill(session, amina, third, "written by Amina")
        await fill(session, boris, third, "written by Boris")


def test_every_column_that_names_a_member_was_decided_upon() -> None:
    naming = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if any(key.column.table is PEOPLE for key in column.foreign_keys)
    }
    assert naming <= places()
    assert places() - naming == {"members.id", "deliveries.channel"}
    assert len(places()) == len(TRACES)
    assert {trace.kind for trace in TRACES} == set(Kind)
    for trace in TRACES:
        assert trace.column.nullable or trace.fate in Fate


async def test_an_export_has_every_row_that_names_its_person_and_nothing_of_others(
    database: Database,
) -> None:
    await two_people(database)
    async with database.reading() as session:
        found = await privacy.own(session, AMINA, NOW)
        shown = await privacy.stored(session, AMINA, NOW.date())
    assert named_in(found) == places()
    text = json.dumps(found, ensure_ascii=False)
    assert "written by Amina" in text
    assert BORIS not in text
    assert THIRD not in text
    assert "written by Boris" not in text
    acts = {trace.place for trace in TRACES if not trace.own}
    for row in (row for kind, rows in found.items() if kind != "made_at" for row in rows):
        if {f"{row['table']}.{column}" for column in row["as"]} <= acts:
            keys = [column.name for column in metadata.tables[row["table"]].primary_key]
            assert set(row) <= {"table", "as", *keys, "event"}, "the rest of it is somebody else's"
    assert {Kind(kind): len(rows) for kind, rows in found.items() if kind != "made_at"} == shown.counts


async def test_who_is_erased_stands_nowhere_any_more_and_nobody_else_is_touched(database: Database) -> None:
    await two_people(database)
    async with database.reading() as session:
        before = await privacy.own(session, BORIS, NOW)
    assert await erased(database, AMINA)
    async with database.reading() as session:
        whole = await everything(session)
        after = await privacy.own(session, BORIS, NOW)
        assert await everybody(session) == [BORIS, THIRD]
    assert f"<@{AMINA}>" not in whole
    assert AMINA not in whole.replace(BORIS, "")
    assert "a former member" in whole
    assert "une personne qui a été membre" in whole, "in words of each language"
    stays = {line.partition(" ")[0] for line in whole.splitlines() if "written by Amina" in line}
    assert stays == RECORD, "no draft, no request, no address, no question without an answer"
    assert len(json.dumps(after)) > 1_000
    assert {kind: len(rows) for kind, rows in after.items()} == {
        kind: len(rows) for kind, rows in before.items()
    }


async def test_an_address_that_was_given_up_goes_at_once_unless_the_newsletter_goes_there(
    database: Database,
) -> None:
    both, private, new = "both@example.org", "private@example.org", "new@example.org"
    async with database.writing() as session:
        await remember(session, [Profile(AMINA, "en", "UTC")])
        actor = await actor_of(session, AMINA, NOW.date())
        asked = await mail.ask(session, both, "en", NOW)
        assert asked is not None
        await mail.confirm(session, asked, NOW)
        for hours, address in enumerate((both, private, new)):
            later = NOW + timedelta(hours=2 * hours + 2)
            ticket = await mail.choose_mail(session, actor, address, "en", later)
            assert ticket is not None
            await mail.confirm(session, ticket, later)
    async with database.reading() as session:
        rows = (await session.scalars(select(MailReader).order_by(MailReader.address))).unique().all()
    assert [(row.address, row.member_id is None) for row in rows] == [(both, True), (new, False)]
    assert await erased(database, AMINA)
    async with database.reading() as session:
        rows = (await session.scalars(select(MailReader))).unique().all()
    assert [row.address for row in rows] == [both], "whoever subscribed on the web ends it by its link"


async def test_no_statement_looks_through_all_the_texts_of_years_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.naming.ROWS_AT_ONCE", 3, raising=False)
    async with database.writing() as session:
        await remember(session, [Profile(AMINA)])
        for number in range(7):
            text = {"text": f"<@{AMINA}> promised it {number}"}
            await put(session, Outgoing(f"k{number}", "update:1", "notice", "C0GENERAL", "en", text), NOW)
        table = metadata.tables["deliveries"]
        await session.execute(update(table).values(id=table.c.id * 100))
    looked: list[str] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "LIKE" in statement and "FROM deliveries" in statement and statement.startswith("SELECT"):
            looked.append(statement)

    assert await erased(database, AMINA)
    assert len(looked) >= 6, "three in the messages, three in the other texts"
    assert all("deliveries.id <= " in statement for statement in looked)
    async with database.reading() as session:
        whole = await everything(session)
    assert AMINA not in whole
    assert whole.count("a former member promised it") == 7


@pytest.mark.parametrize("is_emptied", [False, True])
async def test_no_address_that_was_given_up_leaves_a_mark_behind(
    database: Database, is_emptied: bool
) -> None:
    async with database.writing() as session:
        await remember(session, [Profile(AMINA, "en", "UTC"), Profile(BORIS, "en", "UTC")])
        for who, hours, address, confirms in (
            (AMINA, 0, "both@example.org", True),
            (AMINA, 2, "private@example.org", True),
            (AMINA, 4, "new@example.org", True),
            (AMINA, 6, "slip@example.org", False),
            (BORIS, 0, "boris@example.org", True),
        ):
            later = NOW + timedelta(hours=hours)
            asked = await mail.ask(session, address, "en", later) if "both" in address else None
            actor = await actor_of(session, who, NOW.date())
            ticket = asked or await mail.choose_mail(session, actor, address, "en", later)
            assert ticket is not None
            await promised(session, ticket, later)
            if confirms:
                await mail.confirm(session, ticket, later)
        if is_emptied:
            await session.execute(update(Delivery).values(payload={}, is_emptied=True))
        counts = (await privacy.stored(session, AMINA, NOW.date())).counts
        found = await privacy.own(session, AMINA, NOW)
    assert counts[Kind.MESSAGES] == len(found["messages"]) == 1, "what went to their own address"
    assert found["messages"][0]["kind"] == "confirm"
    assert await erased(database, AMINA)
    async with database.writing() as session:
        await mail.forget_unused(session, NOW + timedelta(days=8))
    async with database.reading() as session:
        rows = (await session.scalars(select(MailReader).order_by(MailReader.address))).unique().all()
        left = (await session.scalars(select(Delivery).order_by(Delivery.about))).all()
    assert [row.address for row in rows] == ["boris@example.org", "both@example.org"]
    assert [row.about for row in left] == sorted(f"mail:{row.id}" for row in rows)


async def promised(session: AsyncSession, ticket: mail.Ticket, now: datetime) -> None:
    """The letter to confirm, as `handlers.letters` promises it."""
    to, payload = f"mail:{ticket.reader}", {"ticket": list(ticket.parts())}
    key = f"confirm:{ticket.reader}:{ticket.version}:{int(now.timestamp())}"
    await put(session, Outgoing(key, to, "confirm", to, "en", payload), now)


@pytest.mark.parametrize("comes_back", [False, True])
async def test_who_is_named_by_others_in_that_very_moment_is_found_within_the_hour(
    database: Database, comes_back: bool
) -> None:
    await two_people(database)
    async with database.writing() as session:
        await erasure.erase_by_rule(session, THIRD, CALLED, NOW)
    async with database.writing() as session:  # on PostgreSQL it was begun before, and is committed now
        promise = Outgoing("k", "update:1", "notice", "C0GENERAL", "en", {"text": f"<@{THIRD}> promised it"})
        await put(session, promise, NOW)
        asked = {"en": f"What does <@{THIRD}> do?"}
        session.add(Question(key="question/late", text=asked, state=QuestionState.OPEN))
        if comes_back:
            await remember(session, [Profile(THIRD)])
    for minutes, is_named in ((1, True), (11, comes_back)):
        async with database.writing() as session:
            await erasure.look_again(session, CALLED, NOW + timedelta(minutes=minutes))
        async with database.reading() as session:
            whole = await everything(session)
            assert (f"<@{THIRD}> promised it" in whole) is is_named
            assert (THIRD in whole) is is_named
    assert "erased:" not in whole


async def test_of_two_who_erase_themselves_in_the_same_moment_one_stays_in_the_secretariat(
    database: Database,
) -> None:
    async with database.writing() as session:
        await remember(session, [Profile(AMINA), Profile(BORIS)])
        await bootstrap(session, (AMINA, BORIS), NOW)
    async with database.reading() as session:
        actors = [await actor_of(session, one, NOW.date()) for one in (AMINA, BORIS)]
    begun, count = asyncio.Event(), 0

    async def go(actor: Actor) -> Erased | None:
        nonlocal count
        async with database.writing() as session:
            if database.engine.dialect.name == "postgresql":  # SQLite has one writer
                await session.execute(select(Member.id))
                count += 1
                begun.set() if count == 2 else await begun.wait()
            return await erasure.erase_oneself(session, actor, CALLED, NOW)

    ended = await asyncio.gather(*(go(actor) for actor in actors), return_exceptions=True)
    assert sorted(type(one).__name__ for one in ended) == ["Erased", "Invalid"]
    async with database.reading() as session:
        assert len(await holders(session, NOW.date(), [RoleName.SECRETARIAT])) == 1


async def test_twice_is_once_and_whoever_comes_back_is_somebody_new(database: Database) -> None:
    await two_people(database)
    assert await erased(database, AMINA)
    assert await erased(database, AMINA) is None
    async with database.writing() as session:
        await remember(session, [Profile(AMINA, is_active=False)])
        assert await everybody(session) == [BORIS, THIRD], "Slack's list of who left brings nobody back"
        await remember(session, [Profile(AMINA)])
        found = await privacy.own(session, AMINA, NOW)
    assert set(found) == {"made_at", "profile"}


async def test_all_who_were_erased_are_one_row_and_so_nobody_s_traces_hang_together(
    database: Database,
) -> None:
    await two_people(database)
    assert await erased(database, AMINA)
    assert await erased(database, BORIS)
    async with database.reading() as session:
        (row,) = await session.scalars(select(Member).where(Member.slack_id != THIRD))
        acts = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id))).unique().all()
    assert (row.slack_id, row.is_active, row.language, row.expertise) == (FORMER, False, None, [])
    assert [act.action for act in acts if act.actor_id is None] == ["person_erased"] * 2
    assert {act.subject for act in acts if act.action == "person_erased"} == {"member"}


async def test_an_earlier_version_of_the_record_can_be_taken_back_still(database: Database) -> None:
    async with database.writing() as session:
        amina, boris = await ensure_member(session, AMINA), await ensure_member(session, BORIS)
        said = {"said_by_id": amina.id, "value": str(amina.id), "position": amina.id}
        session.add(
            Change(at=NOW, by_id=boris.id, act="changed", row="fact:1", before=said, after={"value": "2"})
        )
    assert await erased(database, AMINA)
    async with database.reading() as session:
        (change,) = (await session.scalars(select(Change))).unique().all()
        assert change.before is not None
        former = (await session.scalars(select(Member.id).where(Member.slack_id == FORMER))).one()
    assert change.before["said_by_id"] == former
    assert change.before["position"] == said["position"], "a number that is no person's stays"
