"""Planning an event where it is easy to go wrong: who sees it, far clocks, what is told and what is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from community.members import ensure_member
from handlers.slack.forms import submitted
from sandbox import Outcome
from storage.partial_dates import PartialDate, Precision, Status
from storage.tables import Event, EventAudience, Group, Member
from storage.vocabulary import Constituency, EventState, GroupKind, GroupStatus, Visibility
from templates.slack.events import forms, later
from tests.handlers.gatherings import gathering, stands_for
from tests.handlers.talk import ENGLISH, FRENCH, SPANISH, Talk, buttons, labels, modal
from tests.handlers.test_commitments import as_sent
from tests.handlers.test_planning import NOW, SECRETARIAT, option, planned, screen, sent, stored
from tests.handlers.wishes import chaired_by, told

CALLED = "Recruitment fees: what next"


@pytest.fixture(autouse=True)
async def a_chair(talk: Talk) -> AsyncIterator[None]:
    talk.box.clock.at(NOW)
    await talk.box.settle()
    await chaired_by(talk, SPANISH)
    yield
    await talk.going.bot.busy.idle()


async def opened(talk: Talk, form: str, number: int = 0, user: str = SECRETARIAT) -> Outcome:
    """A form of the page to manage an event, by its name, whatever its button says."""
    number = number or (await stored(talk)).id
    page = await talk.command(f"/events manage {number}", user)
    label = next(one["text"]["text"] for one in buttons(page) if one["value"].startswith(form))
    return await talk.click(label, page, user)


async def registered(talk: Talk, user: str, number: int) -> None:
    await stands_for(talk, user, Constituency.CIVIL_SOCIETY)
    await talk.ask(f"/events register {number}", user)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"first": {"value": "0001-01-01"}, "status": option("held")}, {"first"}),
        ({"first": {"value": "0001-01-01"}, "exact": option("before"), "starts_at": {"value": None}},
         {"first"}),
        ({"first": {"value": "9999-12-31"}, "zone": {"value": "Pacific/Kiritimati"}}, {"first"}),
        ({"last": {"value": "9999-12-31"}}, {"last"}),
        ({"exact": option("yearly")}, {"starts_at"}),
    ],
)  # fmt: skip
async def test_a_day_out_of_all_reach_or_an_hour_of_no_day_is_said_on_its_field(
    talk: Talk, changes: dict[str, Any], fields: set[str]
) -> None:
    outcome = await planned(talk, SECRETARIAT, **changes)
    assert set(outcome.errors or {}) == fields
    assert "could not save" not in str(outcome.errors)


async def test_an_editor_who_is_not_in_the_group_changes_what_is_for_it_alone(talk: Talk) -> None:
    await planned(talk, visibility=option("group"))
    row = await stored(talk)
    done = await sent(talk, await opened(talk, forms.EVENT), SECRETARIAT, name={"value": "By an editor"})
    assert "By an editor" in screen(done)
    assert (await stored(talk)).name["en"] == "By an editor"
    assert "By an editor" in await talk.ask(f"/events show {row.id}", SECRETARIAT)
    assert "By an editor" not in await talk.ask(f"/events show {row.id}", ENGLISH)
    assert "Share here" not in labels(await talk.command(f"/events show {row.id}", SECRETARIAT))


async def test_a_clash_names_nothing_that_is_for_others_alone(talk: Talk) -> None:
    when = PartialDate(Precision.DAY, date(2026, 11, 22), date(2026, 11, 22), Status.PLANNED)
    async with talk.database.reading() as session:
        found = await session.execute(select(Group.key, Group.id))
        groups = {str(key): int(number) for key, number in found.all()}
    other = next(key for key in groups if key != "migration")
    for name, seen in (("For them alone", Visibility.GROUP), ("For everybody", None)):
        hidden = await gathering(talk, group=other, visibility=seen, name={"en": name}, when=when)
        async with talk.database.writing() as session:
            session.add(EventAudience(event_id=hidden, group_id=groups["migration"]))
    outcome = await planned(talk)
    assert "For everybody" in screen(outcome)
    assert "For them alone" not in screen(outcome)


async def test_guests_hear_of_another_date_and_not_that_it_is_confirmed(talk: Talk) -> None:
    await planned(talk, SECRETARIAT, status=option("tentative"), registers={"value": ["yes"]})
    row = await stored(talk)
    await registered(talk, ENGLISH, row.id)
    await sent(talk, await opened(talk, forms.EVENT), SECRETARIAT, status=option("planned"))
    assert (await stored(talk)).when.status is Status.PLANNED
    assert await told(talk, ENGLISH) == ""
    await sent(talk, await opened(talk, forms.EVENT), SECRETARIAT, starts_at={"value": "16:00"})
    assert (await told(talk, ENGLISH)).count("was moved") == 1


async def test_who_heard_that_it_is_cancelled_hears_that_it_takes_place_after_all(talk: Talk) -> None:
    await planned(talk, SECRETARIAT, registers={"value": ["yes"]})
    row = await stored(talk)
    for user in (ENGLISH, FRENCH):
        await registered(talk, user, row.id)
    await sent(talk, await opened(talk, later.CANCEL), SECRETARIAT)
    await sent(talk, await opened(talk, forms.EVENT), SECRETARIAT, status=option("planned"))
    assert "takes place after all" in await told(talk, ENGLISH)
    assert "aura lieu finalement" in await told(talk, FRENCH)
    assert "was moved" not in await told(talk, ENGLISH)


async def test_who_proposed_it_confirms_its_date_before_it_is_listed(talk: Talk) -> None:
    await planned(talk, ENGLISH, status=option("tentative"))
    row = await stored(talk)
    for answer in ("The date is confirmed", "Somebody changed it meanwhile"):
        assert answer in await talk.ask(f"/events confirm {row.id} {row.revision}", ENGLISH)
    assert (await stored(talk)).when.status is Status.PLANNED
    assert (await stored(talk)).state is EventState.PROPOSED
    assert CALLED not in await talk.ask("/events migration")


async def test_who_proposed_it_hears_of_that_though_it_is_moved_before_morning(talk: Talk) -> None:
    await planned(talk, ENGLISH)
    row = await stored(talk)
    async with talk.database.writing() as session:
        mine = update(Member).where(Member.slack_id == ENGLISH)
        await session.execute(mine.values(quiet_from=time(10), quiet_until=time(20)))
    await talk.ask(f"/events accept {row.id}", SPANISH)
    await sent(talk, await opened(talk, later.MOVE), SECRETARIAT, first={"value": "2026-12-03"})
    assert await told(talk, ENGLISH) == ""
    talk.box.clock.at(NOW + timedelta(hours=9))
    await talk.box.settle()
    assert (await told(talk, ENGLISH)).count("stands in the calendar now") == 1


@pytest.mark.parametrize(
    ("reader", "zone", "begins"),
    [
        ("Pacific/Kiritimati", "America/New_York", datetime(2026, 11, 21, 20)),  # noqa: DTZ001
        ("Asia/Tokyo", "Pacific/Honolulu", datetime(2026, 11, 21, 9)),  # noqa: DTZ001
    ],
)
async def test_what_is_still_to_come_has_not_passed_where_it_is_the_next_day_already(
    talk: Talk, reader: str, zone: str, begins: datetime
) -> None:
    talk.box.clock.at(datetime(2026, 11, 21, 18, tzinfo=UTC))
    await talk.box.settle()
    async with talk.database.writing() as session:
        await session.execute(update(Member).where(Member.slack_id == ENGLISH).values(zone=reader))
    day = begins.date()
    when = PartialDate(
        Precision.DAY, day, day, Status.PLANNED, starts_at=begins.time(), ends_at=time(21), zone=zone
    )
    number = await gathering(talk, when=when)
    assert CALLED in await talk.ask("/events migration")
    assert CALLED not in await talk.ask("/events migration past")
    assert "no result is recorded" not in await talk.ask(f"/events show {number}")
    talk.box.clock.at(datetime(2026, 11, 22, 18, tzinfo=UTC))
    await talk.box.settle()
    assert CALLED not in await talk.ask("/events migration")
    assert CALLED in await talk.ask("/events migration past")
    assert "no result is recorded" in await talk.ask(f"/events show {number}")


async def test_among_more_groups_than_a_menu_takes_the_one_that_holds_it_is_kept(talk: Talk) -> None:
    async with talk.database.writing() as session:
        session.add_all(
            Group(
                key=f"crowd{i:03}", name={"en": f"Group {i:03}"}, kind=GroupKind.THEMATIC,
                status=GroupStatus.ACTIVE, position=100 + i, aliases=[],
            )
            for i in range(110)
        )  # fmt: skip
    try:
        number = await gathering(talk, group="crowd107")
        form = await opened(talk, forms.EVENT, number)
        done = await sent(talk, form, SECRETARIAT, name={"value": "Another name"})
        assert not done.errors
        async with talk.database.reading() as session:
            row = await session.get_one(Event, number)
            assert (row.group and row.group.key, row.name["en"]) == ("crowd107", "Another name")
    finally:
        async with talk.database.writing() as session:
            await session.execute(update(Event).where(Event.id == number).values(group_id=None))
            await session.execute(delete(Group).where(Group.key.like("crowd%")))


async def test_whom_it_concerns_is_said_once_after_two_groups_became_one(talk: Talk) -> None:
    number = await gathering(talk, group=None)
    async with talk.database.writing() as session:
        group = (await session.scalars(select(Group.id).where(Group.key == "migration"))).one()
        session.add_all(EventAudience(event_id=number, group_id=group) for _ in range(2))
    assert "For: Migration\n" in await talk.ask(f"/events show {number}")


async def test_no_form_that_was_opened_for_ones_own_event_changes_anothers(talk: Talk) -> None:
    mine, theirs = await gathering(talk, group=None), await gathering(talk, group=None)
    async with talk.database.writing() as session:
        member = await ensure_member(session, ENGLISH)
        (await session.get_one(Event, mine)).owner_id = member.id
    for name in (forms.EVENT, later.MOVE, later.CANCEL, forms.DETAILS):
        view = modal(await opened(talk, name, mine, ENGLISH))
        forged = {**as_sent(view), "private_metadata": f"{theirs} 0"}
        answer = await submitted(talk.going.bot.desk, talk.going.bot.services, ENGLISH, forged)
        assert "This is for the editors" in str(answer)
    async with talk.database.reading() as session:
        row = await session.get_one(Event, theirs)
        assert (row.revision, row.when.status) == (0, Status.PLANNED)


async def test_who_left_the_group_hears_no_more_of_what_is_for_it_alone(talk: Talk) -> None:
    number = await gathering(talk)
    for user in (ENGLISH, SPANISH):
        await registered(talk, user, number)
    async with talk.database.writing() as session:
        (await session.get_one(Event, number)).visibility = Visibility.GROUP
    await sent(talk, await opened(talk, later.MOVE, number), SECRETARIAT, first={"value": "2026-12-24"})
    assert CALLED not in await told(talk, ENGLISH)
    assert CALLED in await told(talk, SPANISH), "who chairs it belongs to it"
