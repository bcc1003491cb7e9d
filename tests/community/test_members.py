"""In which language and zone somebody reads, and acts that may happen once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from community.errors import Invalid, NotFound
from community.members import (
    Profile,
    Reader,
    channel_reader,
    choose_language,
    choose_zone,
    claim,
    forget_claims,
    reader_of,
    remember,
    spoken,
)
from storage.database import Database
from storage.members import ChannelSetting, Member, member_by_slack_id

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
DEFAULT = Reader("en", "en-US", "UTC")
AMINA = Profile("U1", locale="fr-CA", zone="Africa/Dakar")


async def reads(database: Database, slack_id: str = "U1") -> Reader:
    async with database.reading() as session:
        return await reader_of(session, slack_id, DEFAULT)


async def meet(database: Database, *profiles: Profile) -> None:
    async with database.writing() as session:
        await remember(session, profiles)


async def test_whoever_is_not_met_yet_reads_by_default_and_is_told_apart(database: Database) -> None:
    assert await reads(database) == replace(DEFAULT, known=False)


async def test_a_profile_gives_language_locale_and_zone(database: Database) -> None:
    await meet(database, AMINA)
    assert await reads(database) == Reader("fr", "fr-CA", "Africa/Dakar", is_guest=False)


async def test_a_locale_the_bot_does_not_speak_gives_the_default_language_but_stays_for_names(
    database: Database,
) -> None:
    await meet(database, Profile("U1", locale="sq-AL", zone="Europe/Tirane"))
    assert await reads(database) == Reader("en", "sq-AL", "Europe/Tirane", is_guest=False)


async def test_what_somebody_chose_goes_before_the_profile_and_survives_it(database: Database) -> None:
    await meet(database, AMINA)
    async with database.writing() as session:
        await choose_language(session, "U1", "es")
        await choose_zone(session, "U1", "america/lima")
    await meet(database, Profile("U1", locale="en-GB", zone="Europe/London"))
    found = await reads(database)
    assert (found.language, found.zone, found.locale) == ("es", "America/Lima", "en-GB")
    assert found.language_chosen
    assert found.zone_chosen


async def test_choosing_nothing_follows_slack_again(database: Database) -> None:
    await meet(database, AMINA)
    async with database.writing() as session:
        await choose_language(session, "U1", "es")
        await choose_zone(session, "U1", "America/Lima")
        await choose_language(session, "U1", None)
        await choose_zone(session, "U1", None)
    assert await reads(database) == Reader("fr", "fr-CA", "Africa/Dakar", is_guest=False)


async def test_somebody_may_choose_before_they_are_met(database: Database) -> None:
    async with database.writing() as session:
        await choose_language(session, "U9", "fr")
    found = await reads(database, "U9")
    assert (found.language, found.zone, found.known) == ("fr", "UTC", False)


async def test_a_language_the_bot_has_not_is_refused(database: Database) -> None:
    async with database.writing() as session:
        with pytest.raises(Invalid) as caught:
            await choose_language(session, "U1", "de")
    assert (caught.value.field, caught.value.reason, caught.value.value) == ("language", "not_spoken", "de")


@pytest.mark.parametrize(
    ("typed", "zone"),
    [("Asia/Kathmandu", "Asia/Kathmandu"), (" asia/kathmandu ", "Asia/Kathmandu"), ("america/new york", "America/New_York")],  # noqa: E501
)  # fmt: skip
async def test_a_zone_is_forgiving(database: Database, typed: str, zone: str) -> None:
    async with database.writing() as session:
        await choose_zone(session, "U1", typed)
    assert (await reads(database)).zone == zone


async def test_a_zone_that_is_none_is_refused_with_the_nearest(database: Database) -> None:
    async with database.writing() as session:
        with pytest.raises(NotFound) as caught:
            await choose_zone(session, "U1", "Asia/Katmandu2")
    assert caught.value.asked == "zone"
    assert {"Asia/Kathmandu", "Asia/Katmandu"} & set(caught.value.nearest)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "GMT+25", "../etc/passwd", None])
async def test_a_wrong_zone_in_a_profile_gives_the_default(database: Database, zone: str | None) -> None:
    await meet(database, Profile("U1", locale="fr-FR", zone=zone))
    found = await reads(database)
    assert (found.language, found.zone) == ("fr", "UTC")
    assert found.today(NOW) == NOW.date()


async def test_a_profile_with_less_in_it_forgets_nothing(database: Database) -> None:
    await meet(database, AMINA)
    await meet(database, Profile("U1"))
    assert await reads(database) == Reader("fr", "fr-CA", "Africa/Dakar", is_guest=False)


async def test_guests_bots_and_the_gone_are_marked_and_unmarked(database: Database) -> None:
    async def marks(slack_id: str) -> tuple[bool, bool, bool]:
        async with database.reading() as session:
            member = await member_by_slack_id(session, slack_id)
            assert member is not None
            return member.is_guest, member.is_bot, member.is_active

    await meet(database, Profile("U1", is_guest=True), Profile("U2", is_bot=True), Profile("U3"))
    await meet(database, Profile("U3", is_active=False))
    assert [await marks(f"U{n}") for n in (1, 2, 3)] == [
        (True, False, True), (False, True, True), (False, False, False),
    ]  # fmt: skip
    await meet(database, Profile("U1"), Profile("U3"))
    assert await marks("U1") == await marks("U3") == (False, False, True)


async def test_meeting_somebody_twice_at_once_makes_one_member(database: Database) -> None:
    await asyncio.gather(*(meet(database, AMINA) for _ in range(6)))
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Member)) == 1


async def test_a_channel_has_its_own_language(database: Database) -> None:
    async with database.writing() as session:
        session.add(ChannelSetting(slack_id="C1", language="es"))
    async with database.reading() as session:
        assert await channel_reader(session, "C1", DEFAULT) == Reader("es", "es", "UTC")
        assert await channel_reader(session, "C2", DEFAULT) == DEFAULT


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("fr-CA", "fr"), ("es_LA", "es"), ("EN-gb", "en"), ("en", "en"), ("de-DE", None), ("", None),
        (None, None), ("french", None), ("-", None),
    ],
)  # fmt: skip
def test_a_slack_locale_is_a_house_language_or_none(locale: str | None, language: str | None) -> None:
    assert spoken(locale) == language


async def claims(database: Database, key: str, now: datetime, minutes: int | None = None) -> bool:
    async with database.writing() as session:
        again = None if minutes is None else timedelta(minutes=minutes)
        return await claim(session, key, now, again_after=again)


async def test_a_claim_is_made_once(database: Database) -> None:
    assert await claims(database, "Ev1", NOW) is True
    assert await claims(database, "Ev1", NOW) is False
    assert await claims(database, "Ev1", NOW + timedelta(days=30)) is False
    assert await claims(database, "Ev2", NOW) is True


async def test_a_second_click_counts_again_after_a_while(database: Database) -> None:
    assert await claims(database, "click", NOW, 1) is True
    assert await claims(database, "click", NOW + timedelta(seconds=59), 1) is False
    assert await claims(database, "click", NOW + timedelta(seconds=60), 1) is False
    assert await claims(database, "click", NOW + timedelta(seconds=61), 1) is True
    assert await claims(database, "click", NOW + timedelta(seconds=62), 1) is False


async def test_a_claim_rolled_back_was_not_made(database: Database) -> None:
    async def fail() -> None:
        async with database.writing() as session:
            assert await claim(session, "Ev1", NOW)
            raise RuntimeError("the work failed")

    with pytest.raises(RuntimeError):
        await fail()
    assert await claims(database, "Ev1", NOW) is True


@pytest.mark.parametrize("minutes", [None, 1])
async def test_of_many_claims_at_once_one_is_the_first(database: Database, minutes: int | None) -> None:
    made = await asyncio.gather(*(claims(database, "Ev1", NOW, minutes) for _ in range(8)))
    assert sorted(made) == [False] * 7 + [True]


async def test_two_claims_of_which_the_first_is_not_committed_yet_give_one(
    database: Database, kind: str
) -> None:
    if kind == "sqlite":
        pytest.skip("there the second transaction cannot even begin")
    begun = asyncio.Event()

    async def first() -> bool:
        async with database.writing() as session:
            made = await claim(session, "Ev1", NOW)
            begun.set()
            await asyncio.sleep(0.1)
            return made

    async def second() -> bool:
        await begun.wait()
        return await claims(database, "Ev1", NOW)

    assert await asyncio.gather(first(), second()) == [True, False]


async def test_old_claims_are_forgotten_and_young_ones_stay(database: Database) -> None:
    await claims(database, "old", NOW - timedelta(days=2))
    await claims(database, "young", NOW)
    async with database.writing() as session:
        await forget_claims(session, NOW - timedelta(days=1))
    assert await claims(database, "old", NOW) is True
    assert await claims(database, "young", NOW) is False
