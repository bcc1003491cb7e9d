"""Reminders: once, at nine of one's own morning, moved with its clock, put off, switched off, never stale."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from handlers.slack import failures, reminders
from storage.tables import Delivery, Member, Update
from tests.handlers.talk import ENGLISH, SPANISH, Talk, said, texts
from tests.handlers.test_update_life import click_in_message, phrase, posted
from tests.handlers.wishes import chaired_by, heard, told

SECRETARIAT = "U0SECRETA"
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
STEP: dict[str, Any] = {
    "next_step": {"value": "Publish the <!channel> study"}, "next_owner": {"value": "IOM"},
    "next_due": {"value": "2026-11-20"},
}  # fmt: skip
NINE = datetime(2026, 11, 17, 9, tzinfo=UTC)
"""Three days before, in London; Mexico, where the chair is, has six hours less."""
IN_MEXICO = NINE + timedelta(hours=6)


@pytest.fixture(autouse=True)
async def a_chair(talk: Talk) -> None:
    talk.box.clock.at(NOW - timedelta(days=60))
    await talk.box.settle()
    await chaired_by(talk, SPANISH)
    talk.box.clock.at(NOW)
    await talk.box.settle()
    await talk.ask("/alliance settings zone America/Mexico_City", SPANISH)


async def at(talk: Talk, moment: datetime) -> None:
    """The clock strikes at that moment; then once more, as it does each minute."""
    talk.box.clock.at(moment)
    for _ in range(2):
        await talk.box.settle()
        await reminders.send(talk.going.bot.services)
    await talk.box.settle()


async def reminded(talk: Talk, user: str = SPANISH) -> list[str]:
    found = ["\n".join(texts(message["blocks"])) for message in await heard(talk, user)]
    titles = phrase("es", "A next step is due"), "A next step is due"
    return [text for text in found if text.startswith(titles)]


async def waits(talk: Talk) -> list[datetime]:
    async with talk.database.reading() as session:
        rows = await session.scalars(select(Delivery).where(Delivery.kind == "reminder"))
        return [row.due_at for row in rows if row.state.value == "pending"]


async def test_three_days_before_at_nine_of_ones_own_morning_once(talk: Talk) -> None:
    await posted(talk, SPANISH, **STEP)
    await at(talk, NINE - timedelta(days=2))
    assert await waits(talk) == [], "it is put down a day ahead"
    await at(talk, NINE)
    assert await waits(talk) == [IN_MEXICO]
    await at(talk, IN_MEXICO - timedelta(minutes=1))
    assert await reminded(talk) == []
    await at(talk, IN_MEXICO)
    (text,) = await reminded(talk)
    assert "*Publish the &lt;!channel&gt; study* · a más tardar el 20 de noviembre de 2026" in text
    assert "Sent late" not in text
    for days in range(1, 9):
        await at(talk, IN_MEXICO + timedelta(days=days))
    assert len(await reminded(talk)) == 1
    assert (await heard(talk, SPANISH))[-1]["pings"] == []


async def test_a_changed_zone_moves_what_is_not_sent_and_nothing_else(talk: Talk) -> None:
    await posted(talk, SPANISH, **STEP)
    await at(talk, NINE - timedelta(hours=12))
    await talk.ask("/alliance settings zone Europe/London", SPANISH)
    await at(talk, NINE - timedelta(hours=1))
    assert await waits(talk) == [NINE]
    await at(talk, NINE)
    assert len(await reminded(talk)) == 1
    await talk.ask("/alliance settings zone America/Mexico_City", SPANISH)
    await at(talk, IN_MEXICO)
    assert len(await reminded(talk)) == 1, "what was sent does not come again"


async def test_in_quiet_hours_it_comes_once_afterwards(talk: Talk) -> None:
    await posted(talk, SPANISH, **STEP)
    async with talk.database.writing() as session:
        mine = update(Member).where(Member.slack_id == SPANISH)
        await session.execute(mine.values(quiet_from=time(8), quiet_until=time(11)))
    await at(talk, IN_MEXICO + timedelta(hours=1))
    assert await reminded(talk) == []
    await at(talk, IN_MEXICO + timedelta(hours=2))
    (text,) = await reminded(talk)
    assert "Envío tardío" not in text, "it is at the hour that it was promised for"


async def test_put_off_it_says_the_new_local_time_and_a_second_click_does_nothing(talk: Talk) -> None:
    await posted(talk, SPANISH, **STEP)
    await at(talk, IN_MEXICO)
    for _ in range(2):
        label = phrase("es", "Remind me later")
        later = await click_in_message(talk, SPANISH, talk.box.dm(SPANISH), label)
        assert "18/11/26, 9:00 (America/Mexico_City)" in said(later).replace("\u2060", "")
    assert await waits(talk) == [IN_MEXICO + timedelta(days=1)]
    await at(talk, IN_MEXICO + timedelta(hours=12))
    await at(talk, IN_MEXICO + timedelta(days=1))
    await at(talk, IN_MEXICO + timedelta(days=2))
    assert len(await reminded(talk)) == 2
    async with talk.database.reading() as session:
        number = (await session.scalars(select(Update.id))).one()
    assert "Publish" not in await talk.ask(f"/alliance later step {number}", ENGLISH), "not theirs"


async def test_who_opts_out_after_it_was_put_down_gets_none(talk: Talk) -> None:
    await posted(talk, SPANISH, **STEP)
    await at(talk, IN_MEXICO - timedelta(hours=1))
    assert len(await waits(talk)) == 1
    page = await talk.command("/alliance recordatorios", SPANISH)
    done = await talk.click("Desactivar 1", page, SPANISH)
    assert await waits(talk) == []
    await at(talk, IN_MEXICO + timedelta(hours=1))
    assert await reminded(talk) == []
    await talk.click("Activar 1", done, SPANISH)
    await at(talk, IN_MEXICO + timedelta(hours=1, minutes=5))
    assert len(await reminded(talk)) == 1


async def test_after_downtime_it_comes_once_and_says_that_it_is_late(talk: Talk) -> None:
    await posted(talk, SPANISH, **STEP)
    await at(talk, IN_MEXICO + timedelta(days=2))
    (text,) = await reminded(talk)
    assert "Envío tardío: estaba previsto para el" in text
    await at(talk, IN_MEXICO + timedelta(days=3))
    assert len(await reminded(talk)) == 1


async def test_what_is_of_no_use_any_more_is_skipped_and_reported(talk: Talk) -> None:
    await posted(talk, SPANISH, **STEP)
    await at(talk, IN_MEXICO - timedelta(hours=1))
    await talk.ask("/alliance stop now", SECRETARIAT)
    talk.box.clock.at(IN_MEXICO + timedelta(days=20))
    await talk.box.settle()
    await talk.ask("/alliance start", SECRETARIAT)
    await talk.box.settle()
    assert await reminded(talk) == []
    await failures.report(talk.going.bot.services)
    assert f"<@{SPANISH}> · 1 message · It came too late to be of use." in await told(talk, SECRETARIAT)


async def test_what_was_withdrawn_or_moved_is_not_reminded_of(talk: Talk) -> None:
    await posted(talk, SPANISH, **STEP)
    await at(talk, IN_MEXICO - timedelta(hours=1))
    async with talk.database.writing() as session:
        await session.execute(update(Update).values(next_due=datetime(2026, 12, 20, tzinfo=UTC).date()))
    await at(talk, IN_MEXICO - timedelta(minutes=1))
    await at(talk, IN_MEXICO)
    assert await reminded(talk) == []
    await at(talk, IN_MEXICO + timedelta(days=30, minutes=-1))
    assert len(await waits(talk)) == 1
    mine = await talk.command("/update mine", SPANISH)
    await talk.click(phrase("es", "Withdraw %(n)s", n=1), mine, SPANISH)
    assert await waits(talk) == [], "at once, not only at the next tick"
    await at(talk, IN_MEXICO + timedelta(days=30))
    assert await reminded(talk) == []


async def test_one_that_breaks_stops_nobody_elses(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    await posted(talk, SPANISH, **STEP)
    await posted(talk, SECRETARIAT, headline={"value": "Quite another matter"}, **STEP)
    good = reminders._outgoing

    def broken(services: Any, one: Any) -> Any:
        if one.to == SPANISH:
            raise ValueError("broken")
        return good(services, one)

    monkeypatch.setattr(reminders, "_outgoing", broken)
    await at(talk, IN_MEXICO)
    assert await reminded(talk) == []
    assert len(await reminded(talk, SECRETARIAT)) == 1
    monkeypatch.undo()
    await at(talk, IN_MEXICO + timedelta(minutes=1))
    assert len(await reminded(talk)) == 1, "tried again at the next tick"


@pytest.mark.parametrize("day", ["2027-03-28", "2026-10-25"])
async def test_nine_comes_once_on_the_days_on_which_clocks_change(talk: Talk, day: str) -> None:
    begin = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    talk.box.clock.at(begin - timedelta(days=10))
    await talk.box.settle()
    await talk.ask("/alliance settings zone Europe/London", SPANISH)
    due = (begin + timedelta(days=3)).date().isoformat()
    await posted(talk, SPANISH, **{**STEP, "next_due": {"value": due}})
    for hour in range(24):
        await at(talk, begin + timedelta(hours=hour, minutes=1))
        local = begin + timedelta(hours=hour, minutes=1)
        if local < begin + timedelta(hours=8 if day.startswith("2027") else 9):
            assert await reminded(talk) == []
    assert len(await reminded(talk)) == 1
