"""Reminders of events, of what one presents, of commitments and of days; and notices of what was moved."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, update

from bot.ticking import send_due
from community.reminders import due
from handlers.slack import digests
from storage.partial_dates import PartialDate, Precision, Status
from storage.tables import AgendaItem, Member, Registration, Speaker
from storage.vocabulary import Constituency, RegistrationState, Visibility
from tests.handlers.gatherings import LINK, changed, gathering, stands_for
from tests.handlers.talk import ENGLISH, FRENCH, GENERAL, GUEST, SPANISH, Talk, modal, said, texts
from tests.handlers.test_planning import opened, planned, sent, stored
from tests.handlers.test_reminders import at, waits
from tests.handlers.test_update_life import click_in_message
from tests.handlers.wishes import chaired_by, heard, told

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
START = datetime(2026, 12, 3, 8, tzinfo=UTC)
"""15:00 in Bangkok; 8:00 in London and in Dakar."""
BANGKOK = PartialDate(
    Precision.DAY, date(2026, 12, 3), date(2026, 12, 3), Status.PLANNED, starts_at=time(15), ends_at=time(16),
    zone="Asia/Bangkok",
)  # fmt: skip
WEEK, DAY, HOUR = (START - timedelta(hours=hours) for hours in (168, 24, 1))


@pytest.fixture(autouse=True)
async def people_who_register(talk: Talk) -> None:
    talk.box.clock.at(NOW)
    await talk.box.settle()
    await chaired_by(talk, SPANISH)
    for user in (ENGLISH, FRENCH, SPANISH):
        await stands_for(talk, user, Constituency.CIVIL_SOCIETY)


async def registered(talk: Talk, *users: str, **changes: Any) -> int:
    number = await gathering(talk, when=BANGKOK, **changes)
    for user in users or (ENGLISH,):
        await talk.ask(f"/events register {number}", user)
    return number


async def reminded(talk: Talk, user: str = ENGLISH) -> list[str]:
    found = ["\n".join(texts(message["blocks"])) for message in await heard(talk, user)]
    return [
        text
        for text in found
        if "You are registered for it" in text or "Vous figurez parmi les personnes inscrites." in text
    ]


async def test_a_week_a_day_and_an_hour_before_in_ones_own_time_each_once(talk: Talk) -> None:
    await registered(talk, ENGLISH, FRENCH)
    for moment in (WEEK, DAY, HOUR):
        before = len(await reminded(talk))
        await at(talk, moment - timedelta(minutes=1))
        assert len(await reminded(talk)) == before
        await at(talk, moment)
        await at(talk, moment + timedelta(minutes=10))
        assert len(await reminded(talk)) == before + 1
    first = (await reminded(talk))[0]
    assert "15:00–16:00 (Bangkok time), 08:00–09:00 yours" in first
    assert "in 7 days" in first
    assert "Sent late" not in "".join(await reminded(talk))
    assert "dans 7 jours" in (await reminded(talk, FRENCH))[0]
    assert len(await reminded(talk, FRENCH)) == 3
    assert (await heard(talk, ENGLISH))[-1]["pings"] == []
    await at(talk, START + timedelta(hours=1))
    assert len(await reminded(talk)) == 3


async def test_the_link_comes_to_the_registered_and_as_it_is_by_then(talk: Talk) -> None:
    number = await registered(talk)
    await at(talk, WEEK)
    assert LINK.replace("&", "&amp;") in (await reminded(talk))[0]
    await at(talk, DAY - timedelta(hours=2))
    form = await talk.click(
        "Say more", await talk.command(f"/events manage {number}", SECRETARIAT), SECRETARIAT
    )
    await sent(talk, form, SECRETARIAT, link={"value": "https://meet.example.org/moved"})
    await at(talk, DAY)
    last = (await reminded(talk))[-1]
    assert "https://meet.example.org/moved" in last
    assert LINK.replace("&", "&amp;") not in last
    assert "meet.example.org" not in await told(talk, FRENCH)


SECRETARIAT = "U0SECRETA"


async def test_what_is_for_members_by_then_no_guest_hears_of(talk: Talk) -> None:
    number = await registered(talk)
    await stands_for(talk, GUEST, Constituency.CIVIL_SOCIETY)
    await talk.ask(f"/events register {number}", GUEST, "C0PATHFND")
    await changed(talk, number, visibility=Visibility.MEMBERS)
    await at(talk, WEEK)
    assert len(await reminded(talk)) == 1
    assert not await heard(talk, GUEST)
    await sent(talk, await opened(talk, "Cancelarlo"))
    await talk.going.bot.busy.idle()
    assert len(await heard(talk, ENGLISH)) == 2
    assert not await heard(talk, GUEST)


async def test_nothing_is_said_of_a_day_that_is_not_confirmed(talk: Talk) -> None:
    number = await registered(talk)
    await changed(talk, number, when=PartialDate(
        Precision.DAY, date(2026, 12, 3), date(2026, 12, 3), Status.TENTATIVE, starts_at=time(15),
        zone="Asia/Bangkok",
    ))  # fmt: skip
    await at(talk, WEEK)
    await at(talk, DAY)
    assert await reminded(talk) == []
    await changed(talk, number, when=BANGKOK)
    await at(talk, DAY + timedelta(minutes=5))
    assert len(await reminded(talk)) == 1, "once it is confirmed, the latest one alone"


async def test_who_registers_late_hears_only_of_what_lies_ahead(talk: Talk) -> None:
    number = await gathering(talk, when=BANGKOK)
    await at(talk, DAY + timedelta(hours=2))
    await talk.ask(f"/events register {number}")
    await at(talk, DAY + timedelta(hours=3))
    assert await reminded(talk) == []
    await at(talk, HOUR)
    assert len(await reminded(talk)) == 1


async def test_after_downtime_the_latest_one_comes_alone_and_says_that_it_is_late(talk: Talk) -> None:
    await registered(talk)
    await at(talk, DAY + timedelta(hours=6))
    (text,) = await reminded(talk)
    assert "Sent late" in text
    await at(talk, START + timedelta(minutes=30))
    assert len(await reminded(talk)) == 1, "an hour before is over once it has begun"


async def test_a_moved_event_moves_its_reminders_and_tells_the_registered_once(talk: Talk) -> None:
    await registered(talk, ENGLISH, FRENCH)
    await at(talk, WEEK - timedelta(hours=3))
    assert len(await waits(talk)) == 2
    number = (await stored(talk)).id
    form = await talk.click("Move", await talk.command(f"/events manage {number}", SECRETARIAT), SECRETARIAT)
    await sent(talk, form, SECRETARIAT, first={"value": "2026-12-10"}, words={"value": "A bank holiday"})
    assert await waits(talk) == []
    assert (await told(talk, ENGLISH)).count("was moved") == 1
    assert "A bank holiday" in await told(talk, ENGLISH)
    assert "a changé" in await told(talk, FRENCH)
    await at(talk, WEEK)
    assert await reminded(talk) == []
    await at(talk, WEEK + timedelta(days=7))
    assert len(await reminded(talk)) == 1
    assert "10 December 2026" in (await reminded(talk))[0]


async def test_a_cancelled_event_tells_the_registered_once_and_reminds_nobody(talk: Talk) -> None:
    number = await registered(talk, ENGLISH, FRENCH)
    page = await talk.command(f"/events manage {number}", SECRETARIAT)
    form = await talk.click("Cancel it", page, SECRETARIAT)
    await sent(talk, form, SECRETARIAT)
    again = await talk.command(f"/events manage {number}", SECRETARIAT)
    assert "Cancel it" not in str(again.replies)
    for moment in (WEEK, DAY, HOUR):
        await at(talk, moment)
    assert await reminded(talk) == []
    assert (await told(talk, ENGLISH)).count("is cancelled") == 1
    assert (await told(talk, FRENCH)).count("est annulé") == 1
    assert "is cancelled" not in await told(talk, SECRETARIAT), "who did it knows"
    assert "cancel" not in await told(talk, SPANISH), "who is not registered hears nothing"


async def test_who_withdrew_or_switched_them_off_gets_none(talk: Talk) -> None:
    number = await registered(talk, ENGLISH, FRENCH)
    await at(talk, WEEK - timedelta(hours=1))
    assert len(await waits(talk)) == 2
    await talk.ask(f"/events withdraw {number}", FRENCH)
    await talk.ask("/alliance reminders off event", ENGLISH)
    await at(talk, WEEK - timedelta(minutes=30))
    assert await waits(talk) == []
    for moment in (WEEK, DAY, HOUR):
        await at(talk, moment)
    assert await reminded(talk) == await reminded(talk, FRENCH) == []


async def test_one_chooses_ones_own_hours(talk: Talk) -> None:
    page = await talk.command("/alliance reminders")
    form = await talk.click("Choose when", page)
    await talk.box.submit(ENGLISH, modal(form)["id"], {"hours": {"value": ["72", "3"]}})
    assert "three days before, three hours before" in "\n".join(texts(talk.box.view_of(ENGLISH)["blocks"]))
    await registered(talk)
    for moment in (WEEK, START - timedelta(hours=72), DAY, START - timedelta(hours=3), HOUR):
        await at(talk, moment)
    assert len(await reminded(talk)) == 2


async def test_put_off_it_comes_at_the_next_hour_once(talk: Talk) -> None:
    number = await registered(talk)
    await at(talk, DAY)
    for _ in range(2):
        later = await click_in_message(talk, ENGLISH, talk.box.dm(ENGLISH), "Remind me later")
        assert "02/12/2026, 09:00 (Europe/London)" in said(later), "tomorrow at nine it would have begun"
    await at(talk, DAY + timedelta(hours=1))
    await at(talk, DAY + timedelta(hours=2))
    assert len(await reminded(talk)) == 2
    await at(talk, START - timedelta(minutes=10))
    assert "too soon" in await talk.ask(f"/alliance later event {number}")
    assert "plus rien" in await talk.ask(f"/alliance later event {number}", FRENCH)


async def test_one_that_quiet_hours_hold_past_the_beginning_is_dropped(talk: Talk) -> None:
    await registered(talk)
    async with talk.database.writing() as session:
        mine = update(Member).where(Member.slack_id == ENGLISH)
        await session.execute(mine.values(quiet_from=time(22), quiet_until=time(8, 30)))
    await at(talk, DAY)
    assert await reminded(talk) == []
    await at(talk, DAY + timedelta(minutes=30))
    assert len(await reminded(talk)) == 1, "after the quiet hours"
    await at(talk, START + timedelta(minutes=30))
    assert len(await reminded(talk)) == 1, "by half past eight it has begun"


async def test_a_day_without_an_hour_is_reminded_of_at_nine(talk: Talk) -> None:
    number = await registered(talk)
    day = PartialDate(Precision.DAY, date(2026, 12, 3), date(2026, 12, 3), Status.PLANNED)
    await changed(talk, number, when=day)
    nine = datetime(2026, 12, 2, 9, tzinfo=UTC)
    await at(talk, nine - timedelta(minutes=1))
    before = len(await reminded(talk))
    await at(talk, nine)
    assert len(await reminded(talk)) == before + 1


@pytest.mark.parametrize("day", ["2027-03-28", "2027-10-31"])
async def test_a_day_before_is_a_day_on_the_events_clock_when_clocks_change(talk: Talk, day: str) -> None:
    number = await registered(talk)
    begins = date.fromisoformat(day)
    when = PartialDate(Precision.DAY, begins, begins, Status.PLANNED, starts_at=time(15), zone="Europe/Paris")
    await changed(talk, number, when=when)
    instant = when.instant()
    assert instant is not None
    local = datetime.combine(begins - timedelta(days=1), time(15), instant.tzinfo).astimezone(UTC)
    assert abs(instant.astimezone(UTC) - local) != timedelta(days=1), "an hour more or less passes"
    await at(talk, local - timedelta(minutes=1))
    before = len(await reminded(talk))
    await at(talk, local)
    assert len(await reminded(talk)) == before + 1


async def test_who_presents_hears_of_that_and_not_twice(talk: Talk) -> None:
    number = await registered(talk)
    async with talk.database.writing() as session:
        member = await members(session, ENGLISH)
        item = AgendaItem(key="member/item", event_id=number, title={"en": "Fees"}, starts_at=time(15, 30))
        session.add(item)
        await session.flush()
        session.add(Speaker(key="member/speaker", item_id=item.id, member_id=member))
    await at(talk, DAY + timedelta(minutes=30))
    assert await reminded(talk) == []
    message = "\n".join(texts((await heard(talk, ENGLISH))[-1]["blocks"]))
    assert message.startswith("You present")
    assert "08:30" in message, "the item's own hour, in London"
    await talk.ask("/alliance reminders off presenter")
    await at(talk, HOUR + timedelta(minutes=30))
    assert (await told(talk, ENGLISH)).count("You present") == 1
    assert len(await reminded(talk)) == 1, "but of the event they hear, as everybody who is registered"


async def members(session: Any, slack_id: str) -> int:
    from community.members import ensure_member

    return int((await ensure_member(session, slack_id)).id)


async def test_a_commitment_is_reminded_of_at_nine_three_days_before(talk: Talk) -> None:
    form = await talk.box.command(ENGLISH, GENERAL, "/commitments add Send the <!channel> summary")
    await talk.box.submit(ENGLISH, modal(form)["id"], {"day": {"value": "2026-12-10"}})
    nine = datetime(2026, 12, 7, 9, tzinfo=UTC)
    await at(talk, nine - timedelta(minutes=1))
    assert "A commitment is due" not in await told(talk, ENGLISH)
    await at(talk, nine)
    await at(talk, nine + timedelta(hours=1))
    assert (await told(talk, ENGLISH)).count("A commitment is due") == 1
    assert (await heard(talk, ENGLISH))[-1]["pings"] == []
    done = await click_in_message(talk, ENGLISH, talk.box.dm(ENGLISH), "It is done")
    assert "Done" in said(done)


async def test_an_observed_day_is_said_to_who_follows_its_theme_and_to_nobody_else(talk: Talk) -> None:
    await talk.ask("/alliance follow theme:modern_slavery", FRENCH)
    nine = datetime(2026, 11, 25, 9, tzinfo=UTC)
    await at(talk, nine - timedelta(minutes=1))
    assert "suivez l’un de ses thèmes" not in await told(talk, FRENCH)
    await at(talk, nine)
    await at(talk, nine + timedelta(days=1))
    assert (await told(talk, FRENCH)).count("suivez l’un de ses thèmes") == 1
    assert "themes" not in await told(talk, ENGLISH)


async def test_an_event_that_was_planned_in_slack_reminds_as_it_says(talk: Talk) -> None:
    await planned(talk, first={"value": "2026-11-22"}, registers={"value": ["yes"]}, capacity={"value": "5"})
    number = (await stored(talk)).id
    await talk.ask(f"/events register {number}")
    await at(talk, datetime(2026, 11, 22, 7, tzinfo=UTC))
    assert len(await reminded(talk)) == 1
    await sent(talk, await opened(talk, "Cancelarlo"))
    assert (await told(talk, ENGLISH)).count("is cancelled") == 1


async def form_of(talk: Talk, label: str, number: int) -> Any:
    return await talk.click(label, await talk.command(f"/events manage {number}", SECRETARIAT), SECRETARIAT)


async def test_another_hour_of_the_same_day_reminds_nobody_twice_of_what_is_days_ahead(talk: Talk) -> None:
    number = await registered(talk)
    await at(talk, WEEK)
    await at(talk, WEEK + timedelta(days=2))
    assert len(await reminded(talk)) == 1
    form = await form_of(talk, "Move", number)
    await sent(talk, form, SECRETARIAT, starts_at={"value": "17:00"}, ends_at={"value": "18:00"})
    await at(talk, WEEK + timedelta(days=2, minutes=5))
    assert len(await reminded(talk)) == 1, "they heard that it was moved"
    assert (await told(talk, ENGLISH)).count("was moved") == 1
    await at(talk, DAY + timedelta(hours=2))
    await at(talk, HOUR + timedelta(hours=2))
    assert len(await reminded(talk)) == 3
    assert "17:00" in (await reminded(talk))[-1]


async def test_a_change_while_a_reminder_waits_for_the_morning_does_not_lose_it(talk: Talk) -> None:
    number = await registered(talk)
    form = await form_of(talk, "Move", number)
    await sent(talk, form, SECRETARIAT, first={"value": "2026-12-10"})
    async with talk.database.writing() as session:
        mine = update(Member).where(Member.slack_id == ENGLISH)
        await session.execute(mine.values(quiet_from=time(7), quiet_until=time(12)))
    day = DAY + timedelta(days=7)
    await at(talk, day + timedelta(minutes=30))
    assert await reminded(talk) == []
    await sent(talk, await form_of(talk, "Say more", number), SECRETARIAT, about={"value": "Fees."})
    await at(talk, day + timedelta(hours=4, minutes=5))
    assert len(await reminded(talk)) == 1


async def test_a_tick_asks_no_more_for_many_registered_than_for_a_few(talk: Talk) -> None:
    number = await gathering(talk, when=BANGKOK)
    asked = []
    services = talk.going.bot.services
    for first, many in ((0, 3), (3, 250)):
        async with talk.database.writing() as session:
            members = [Member(slack_id=f"U9X{first + one:05}") for one in range(many)]
            session.add_all(members)
            await session.flush()
            session.add_all(
                Registration(
                    event_id=number, member_id=one.id, state=RegistrationState.REGISTERED, at=NOW,
                    changed_at=NOW,
                )
                for one in members
            )  # fmt: skip
        async with talk.database.writing() as session:
            seen: list[str] = []
            connection = (await session.connection()).sync_connection
            note = partial(_note, seen)
            event.listen(connection, "before_cursor_execute", note)
            found = await due(session, WEEK, services.default_reader)
            event.remove(connection, "before_cursor_execute", note)
        assert len(found) == first + many
        asked.append(len(seen))
    assert asked[0] == asked[1]
    await at(talk, WEEK - timedelta(hours=1))
    assert len(await waits(talk)) == 253


def _note(seen: list[str], *about: Any) -> None:
    seen.append(about[2])


async def test_a_digest_that_breaks_holds_up_no_reminder(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_services: Any) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(digests, "send", broken)
    await registered(talk)
    talk.box.clock.at(DAY)
    await talk.box.settle()
    await send_due(talk.going.bot)
    assert len(await reminded(talk)) == 1
