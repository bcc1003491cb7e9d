"""What followers get together: daily and weekly, each update once, none left out, and kept right."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from handlers.slack import digests
from storage.tables import Change, Delivery, Edition, Subscription, Update
from storage.vocabulary import Stage
from tests.handlers.talk import ENGLISH, FRENCH, SPANISH, Talk, modal
from tests.handlers.test_newsletters import as_shipped, reach
from tests.handlers.test_update_life import phrase, posted
from tests.handlers.wishes import chaired_by, heard, told

__all__ = ["as_shipped"]
SECRETARIAT, DAKAR = "U0SECRETA", FRENCH
MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
"""In London half past eight in the morning, in Dakar too."""


@pytest.fixture(autouse=True)
async def a_chair(talk: Talk) -> None:
    talk.box.clock.at(MONDAY - timedelta(days=60))
    await talk.box.settle()
    await chaired_by(talk, SPANISH)
    talk.box.clock.at(MONDAY - timedelta(days=2))
    await talk.box.settle()


async def at(talk: Talk, moment: datetime) -> None:
    """The clock strikes at that moment, and what is due is sent."""
    talk.box.clock.at(moment)
    await talk.box.settle()
    await digests.send(talk.going.bot.services)
    await talk.box.settle()


async def editions(talk: Talk) -> list[tuple[str, str]]:
    async with talk.database.reading() as session:
        rows = await session.scalars(select(Edition).order_by(Edition.id))
        return [(row.cadence.value, row.period) for row in rows]


async def test_once_a_week_from_nine_in_the_readers_own_morning(talk: Talk) -> None:
    await talk.ask("/alliance suivre group:migration hebdomadaire", DAKAR)
    await posted(talk, SPANISH)
    await posted(talk, SPANISH, headline={"value": "An altogether different matter"})
    assert await told(talk, DAKAR) == "", "nothing at once"
    await at(talk, MONDAY)
    assert await told(talk, DAKAR) == "", "not before nine"
    await at(talk, MONDAY + timedelta(minutes=31))
    (message,) = await heard(talk, DAKAR)
    text = await told(talk, DAKAR)
    assert "Cette semaine, parmi ce que vous suivez" in text
    assert text.index("Second meeting held online") < text.index("An altogether different matter")
    await at(talk, MONDAY + timedelta(days=3))
    assert len(await heard(talk, DAKAR)) == 1, "once a week"
    assert message["pings"] in ([], [f"@{SPANISH}"])


async def test_each_update_comes_once_and_what_came_late_is_in_the_next(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration daily")
    await posted(talk, SPANISH)
    await at(talk, MONDAY + timedelta(hours=1))
    await posted(talk, SPANISH, headline={"value": "Late in the day"})
    async with talk.database.writing() as session:  # committed late: its moment lies before the edition's
        late = update(Update).where(Update.headline == "Late in the day")
        await session.execute(late.values(released_at=MONDAY + timedelta(minutes=45)))
    await at(talk, MONDAY + timedelta(days=1, hours=1))
    first, second = [str(message["blocks"]) for message in await heard(talk, ENGLISH)]
    assert "Second meeting" in first
    assert "Second meeting" not in second
    assert "Late in the day" in second
    assert await editions(talk) == [("daily", "2026-11-23"), ("daily", "2026-11-24")]


async def test_a_day_without_news_is_silent_and_a_day_that_nobody_ran_is_made_up_for(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration daily")
    await at(talk, MONDAY + timedelta(hours=1))
    assert await heard(talk, ENGLISH) == []
    await posted(talk, SPANISH)
    await at(talk, MONDAY + timedelta(days=4, hours=9))
    assert "Second meeting" in await told(talk, ENGLISH)


async def test_two_clocks_make_one_edition(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration daily")
    await posted(talk, SPANISH)
    talk.box.clock.at(MONDAY + timedelta(hours=2))
    await talk.box.settle()
    await asyncio.gather(*(digests.send(talk.going.bot.services) for _ in range(4)))
    await talk.box.settle()
    assert len(await heard(talk, ENGLISH)) == 1
    assert await editions(talk) == [("daily", "2026-11-23")]


@pytest.mark.parametrize(("zone", "day"), [("Europe/London", "2027-03-28"), ("Europe/London", "2026-10-25")])
async def test_both_clock_changes_give_one_edition_that_day(talk: Talk, zone: str, day: str) -> None:
    begin = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    talk.box.clock.at(begin - timedelta(days=1))
    await talk.box.settle()
    await talk.ask(f"/alliance settings zone {zone}")
    await talk.ask("/alliance follow group:migration daily")
    await posted(talk, SPANISH)
    for hour in range(24):
        await at(talk, begin + timedelta(hours=hour))
    assert [period for _, period in await editions(talk)].count(day) == 1
    assert len(await heard(talk, ENGLISH)) == 1


async def test_choosing_anew_loses_nothing_that_waits(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration weekly")
    await posted(talk, SPANISH)
    await talk.ask("/alliance follow group:migration daily")
    await at(talk, MONDAY + timedelta(hours=1))
    assert "Second meeting" in await told(talk, ENGLISH)


async def test_what_was_heard_at_once_does_not_come_again(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration")
    await posted(talk, SPANISH)
    assert len(await heard(talk, ENGLISH)) == 1
    await talk.ask("/alliance follow group:migration daily")
    await at(talk, MONDAY + timedelta(hours=1))
    assert len(await heard(talk, ENGLISH)) == 1


async def in_the_middle_of_a_week(talk: Talk) -> None:
    """Monday's editions were made, though empty; on Tuesday there is news."""
    await at(talk, MONDAY + timedelta(hours=1))
    await at(talk, MONDAY + timedelta(days=1, hours=1))
    await posted(talk, SPANISH)
    await at(talk, MONDAY + timedelta(days=2, hours=1))


async def test_what_waited_comes_at_once_when_one_changes_to_that(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration weekly")
    await in_the_middle_of_a_week(talk)
    assert await told(talk, ENGLISH) == "", "it waits for Monday"
    await talk.ask("/alliance follow group:migration now")
    await posted(talk, SPANISH, headline={"value": "An altogether different matter"})
    assert "Second meeting" not in await told(talk, ENGLISH)
    for _ in range(3):
        await at(talk, MONDAY + timedelta(days=2, hours=2))
    (new, waited) = [str(message["blocks"]) for message in await heard(talk, ENGLISH)]
    assert "An altogether different matter" in new
    assert "Second meeting" in waited
    assert "What waited, of what you follow" in waited
    assert "An altogether different matter" not in waited, "that came at once"
    await talk.ask("/alliance follow group:migration weekly")
    await at(talk, MONDAY + timedelta(days=7, hours=1))
    assert len(await heard(talk, ENGLISH)) == 2, "nothing comes twice"


async def test_what_waited_comes_with_the_day_when_one_changes_from_weekly_to_daily(talk: Talk) -> None:
    await talk.ask("/alliance follow place:NP daily")
    await talk.ask("/alliance follow group:migration weekly")
    await in_the_middle_of_a_week(talk)
    await at(talk, MONDAY + timedelta(days=3, hours=1))
    await talk.ask("/alliance follow group:migration daily")
    await at(talk, MONDAY + timedelta(days=4, hours=1))
    assert (await told(talk, ENGLISH)).count("Second meeting") == 1
    await at(talk, MONDAY + timedelta(days=5, hours=1))
    await at(talk, MONDAY + timedelta(days=7, hours=1))
    assert len(await heard(talk, ENGLISH)) == 1


async def test_who_changes_their_mind_before_the_next_edition_loses_nothing(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration weekly")
    await in_the_middle_of_a_week(talk)
    for often in ("now", "daily", "monthly", "now", "weekly"):
        await talk.ask(f"/alliance follow group:migration {often}")
    await at(talk, MONDAY + timedelta(days=3, hours=1))
    assert await told(talk, ENGLISH) == ""
    await at(talk, MONDAY + timedelta(days=7, hours=1))
    assert (await told(talk, ENGLISH)).count("Second meeting") == 1


async def test_a_stage_that_waited_comes_too(talk: Talk) -> None:
    await talk.ask("/alliance follow place:NP weekly")
    await at(talk, MONDAY + timedelta(hours=1))
    await reach(talk, Stage.REPORTING)
    await at(talk, MONDAY + timedelta(days=2, hours=1))
    await talk.ask("/alliance follow place:NP now")
    await at(talk, MONDAY + timedelta(days=2, hours=2))
    assert "Nepal: Reporting" in await told(talk, ENGLISH)


async def test_what_came_at_once_for_one_reason_does_not_come_again_for_another(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration")
    await talk.ask("/alliance follow theme:child_labour daily")
    await posted(talk, SPANISH, theme={"value": "child_labour"})
    await at(talk, MONDAY + timedelta(hours=1))
    assert (await told(talk, ENGLISH)).count("Second meeting") == 1


async def test_what_waited_comes_once_though_two_clocks_bring_it(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration weekly")
    await in_the_middle_of_a_week(talk)
    await talk.ask("/alliance follow group:migration now")
    await asyncio.gather(*(digests.send(talk.going.bot.services) for _ in range(4)))
    await talk.box.settle()
    assert (await told(talk, ENGLISH)).count("Second meeting") == 1


async def test_what_is_withdrawn_is_gone_from_what_waits_and_noted_in_what_was_sent(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration daily")
    await talk.ask("/alliance follow group:migration daily", FRENCH)
    async with talk.database.writing() as session:  # French is asleep: theirs waits
        quiet = datetime(2026, 1, 1, 0, 0).time(), datetime(2026, 1, 1, 23, 0).time()  # noqa: DTZ001
        row = (await session.scalars(select(Subscription).order_by(Subscription.id.desc()))).unique().first()
        assert row is not None
        assert row.member is not None
        row.member.quiet_from, row.member.quiet_until = quiet
    await posted(talk, SPANISH)
    await at(talk, MONDAY + timedelta(hours=1))
    assert "Second meeting" in await told(talk, ENGLISH)
    assert await told(talk, FRENCH) == ""
    mine = await talk.command("/update mine", SPANISH)
    await talk.click(phrase("es", "Withdraw %(n)s", n=1), mine, SPANISH)
    assert "Second meeting" not in await told(talk, ENGLISH)
    assert "It was withdrawn on" in await told(talk, ENGLISH)
    async with talk.database.reading() as session:
        waiting = [row for row in await session.scalars(select(Delivery)) if row.channel == FRENCH]
    assert "Second meeting" not in str([row.payload for row in waiting])


async def test_more_than_one_message_holds_is_several_and_none_is_left_out(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration daily")
    async with talk.database.writing() as session:
        first = (await session.scalars(select(Subscription))).unique().one()
        first.since = MONDAY - timedelta(days=30)
    await posted(talk, SPANISH, headline={"value": "&" * 150}, body={"value": "<&>*" * 600})
    async with talk.database.writing() as session:
        old = (await session.scalars(select(Update))).unique().one()
        same = {
            name: getattr(old, name)
            for name in ("author_id", "group_id", "language", "body", "visibility", "state", "released_at")
        }
        session.add_all(
            Update(headline=f"News number {n}", posted_at=old.posted_at, **same) for n in range(1, 20)
        )
    await at(talk, MONDAY + timedelta(hours=1))
    messages = await heard(talk, ENGLISH)
    assert len(messages) == 3
    assert all(f"News number {n}" in str(messages) for n in range(1, 20))


async def test_one_edition_that_cannot_be_made_stops_nobody_elses(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in (ENGLISH, FRENCH):
        await talk.ask("/alliance follow group:migration daily", user)
    await posted(talk, SPANISH)
    good = digests.said.parts

    def broken(templates: object, voice: object, digest: object) -> object:
        if digest.to == ENGLISH:  # type: ignore[attr-defined]
            raise ValueError("broken")
        return good(templates, voice, digest)  # type: ignore[arg-type]

    monkeypatch.setattr(digests.said, "parts", broken)
    await at(talk, MONDAY + timedelta(hours=1))
    assert "Second meeting" in await told(talk, FRENCH)
    assert await told(talk, ENGLISH) == ""
    monkeypatch.undo()
    await at(talk, MONDAY + timedelta(hours=1, minutes=1))
    assert "Second meeting" in await told(talk, ENGLISH), "tried again at the next tick"


async def test_a_stage_that_a_followed_country_reached_is_told_once_and_said_to_be_taken_back(
    talk: Talk,
) -> None:
    await reach(talk, Stage.IMPLEMENTING)
    await talk.ask("/alliance follow place:NP weekly")
    await talk.ask("/alliance follow place:NP weekly", SECRETARIAT)
    await talk.ask("/alliance follow group:migration weekly", FRENCH)
    await reach(talk, Stage.REPORTING)
    await at(talk, MONDAY + timedelta(hours=1))
    assert "Nepal: Reporting" in await told(talk, ENGLISH)
    assert "Implementing" not in await told(talk, ENGLISH), "it was before they followed"
    assert await told(talk, FRENCH) == ""
    assert "Reporting" not in await told(talk, SECRETARIAT), "they set it themselves"
    async with talk.database.reading() as session:
        change = (await session.scalars(select(Change.id).order_by(Change.id.desc()))).first()
    await talk.ask(f"/pathfinder NP change back {change}", SECRETARIAT)
    assert "An entry on Nepal stood here. It was taken back." in await told(talk, ENGLISH)
    await at(talk, MONDAY + timedelta(days=7, hours=1))
    assert len(await heard(talk, ENGLISH)) == 1


async def test_once_a_month_from_nine_on_its_first_day(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration monthly")
    await posted(talk, SPANISH)
    await at(talk, MONDAY + timedelta(hours=1))
    assert await editions(talk) == [("monthly", "2026-11")], "what waits in the month in which one begins"
    await posted(talk, SPANISH, headline={"value": "An altogether different matter"})
    await at(talk, MONDAY + timedelta(days=7, hours=23))
    assert len(await heard(talk, ENGLISH)) == 1, "not before nine"
    await at(talk, MONDAY + timedelta(days=8, hours=1))
    assert await editions(talk) == [("monthly", "2026-11"), ("monthly", "2026-12")]
    assert "An altogether different matter" in await told(talk, ENGLISH)


async def test_a_text_that_waits_for_its_review_is_not_shown_in_what_was_sent(talk: Talk) -> None:
    """Whoever wrote it corrects it, and it looks like somebody's details: an editor decides first."""
    await talk.ask("/alliance follow group:migration daily")
    await posted(talk, SPANISH)
    await at(talk, MONDAY + timedelta(hours=1))
    assert "Twelve partners met" in await told(talk, ENGLISH)
    mine = await talk.command("/update mine", SPANISH)
    form = await talk.click(phrase("es", "Change %(n)s", n=1), mine, SPANISH)
    words = {"body": {"value": "Call Maria on +41 22 799 61 11, she is twelve years old."}}
    again = await talk.box.submit(SPANISH, modal(form)["id"], words)
    if again.views:  # the form came once more, with what looks personal
        await talk.box.submit(SPANISH, modal(again)["id"], words)
    await talk.box.settle()
    async with talk.database.reading() as session:
        assert (await session.scalars(select(Update.state))).one().value == "in_review"
    seen = await told(talk, ENGLISH)
    assert "Maria" not in seen
    assert "It is being corrected" in seen
