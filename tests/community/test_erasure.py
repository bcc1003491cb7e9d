"""What is stored about a person: nothing of it is forgotten when they ask for it, or are erased."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import select

from community import erasure, privacy
from community.erasure import Erased
from community.members import Profile, ensure_member, everybody, remember
from storage.database import Database
from storage.members import FORMER
from storage.personal import TRACES, Fate, Kind
from storage.tables import AuditEntry, Change, Member, metadata
from tests.community.filled import PEOPLE, everything, fill, named_in, places

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
AMINA, BORIS, THIRD = "U0AMINA", "U0AMINAB", "U0CHEN"
"""One's id is the beginning of the other's: whoever looks for letters finds too much."""
RECORD = {
    "agenda_items", "answers", "audit_entries", "changes", "commitments", "events", "meeting_notes",
    "reports", "roles", "speakers", "update_translations",
}  # fmt: skip
"""The tables in which what somebody wrote stays: of updates and events here, nothing was published."""
CALLED = {"en": "a former member", "fr": "un ancien membre", "es": "una persona que fue miembro"}


async def erased(database: Database, slack_id: str) -> Erased | None:
    async with database.writing() as session:
        return await erasure.erase_by_rule(session, slack_id, CALLED, NOW)


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
    assert "un ancien membre" in whole, "in words of each language"
    stays = {line.partition(" ")[0] for line in whole.splitlines() if "written by Amina" in line}
    assert stays == RECORD, "no draft, no request, no address, no question without an answer"
    assert len(json.dumps(after)) > 1_000
    assert {kind: len(rows) for kind, rows in after.items()} == {
        kind: len(rows) for kind, rows in before.items()
    }


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
