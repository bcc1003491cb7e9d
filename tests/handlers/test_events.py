"""`/events` as people use it, with the sandbox's clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.handlers.talk import ENGLISH, FRENCH, SPANISH, Talk, labels, said


async def test_there_is_always_something_coming(talk: Talk) -> None:
    talk.box.clock.at(datetime(2026, 11, 21, 12, tzinfo=UTC))
    await talk.box.settle()
    answer = await talk.ask("/events")
    assert "*International Day for the Abolition of Slavery* · 2 December 2026" in answer
    assert "in 11 days, every year" in answer
    assert answer.index("2 December 2026") < answer.index("12 June 2027")


async def test_the_same_in_french_and_spanish(talk: Talk) -> None:
    talk.box.clock.at(datetime(2026, 11, 21, 12, tzinfo=UTC))
    await talk.box.settle()
    assert "2 décembre 2026" in await talk.ask("/events", FRENCH)
    assert "2 de diciembre de 2026" in await talk.ask("/events", SPANISH)


async def test_the_day_itself_is_today(talk: Talk) -> None:
    talk.box.clock.at(datetime(2027, 6, 12, 9, tzinfo=UTC))
    await talk.box.settle()
    assert "*World Day against Child Labour* · 12 June 2027" in (answer := await talk.ask("/events"))
    assert "today, every year" in answer


async def test_today_is_the_readers_own_day(talk: Talk) -> None:
    talk.box.clock.at(datetime(2027, 6, 11, 23, 30, tzinfo=UTC))
    await talk.box.settle()
    assert "in 1 day, every year" not in await talk.ask("/events"), "in London it is the 12th already"
    await talk.ask("/alliance settings zone Pacific/Honolulu")
    assert "in 1 day, every year" in await talk.ask("/events")


async def test_past_events_come_latest_first_and_are_paged(talk: Talk) -> None:
    outcome = await talk.command("/events past")
    assert "Page 1 of" in said(outcome)
    second = await talk.click("Next page", outcome)
    assert "Page 2 of" in said(second)
    assert "Previous page" in labels(second)
    third = await talk.click("Next page", second)
    assert "Page 3 of" in said(third)
    assert said(outcome) != said(second) != said(third)


async def test_every_past_event_is_on_exactly_one_page(talk: Talk) -> None:
    outcome = await talk.command("/events past")
    pages = [said(outcome)]
    while "Next page" in labels(outcome):
        outcome = await talk.click("Next page", outcome)
        pages.append(said(outcome))
    lines = [line for page in pages for line in page.split("\n") if re.match(r"\d+\. \*", line)]
    assert len(lines) == len(set(lines)) >= 46


async def test_a_country_a_month_and_a_year_narrow_it(talk: Talk) -> None:
    answer = await talk.ask("/events past Nepal")
    assert "held on 7 February 2019" in answer
    assert "Chile" not in answer
    july = await talk.ask("/events past July 2019")
    assert "Fiji" in july
    assert "17 July 2019" in july
    assert "24 May 2019" not in july
    assert "Fidji" in await talk.ask("/events passés juillet 2019", FRENCH)


@pytest.mark.parametrize(
    ("user", "asked", "title"),
    [
        (SPANISH, "pasados julio de 2019", "Eventos pasados · julio de 2019"),
        (SPANISH, "pasados JULIO DE 2019", "Eventos pasados · julio de 2019"),
        (SPANISH, "pasados en el 2019", "Eventos pasados · 2019"),
        (ENGLISH, "past in July of 2019", "Past events · July 2019"),
        (ENGLISH, "past 2019-07", "Past events · July 2019"),
        (FRENCH, "passés en juillet 2019", "Événements passés · juillet 2019"),
        (FRENCH, "passés d’août 2019", "Événements passés · août 2019"),
        (ENGLISH, "in December", "Coming events · December"),
        (FRENCH, "en décembre", "Événements à venir · décembre"),
        (ENGLISH, "past in Nepal for 2019", "Past events · Nepal · 2019"),
        (FRENCH, "passés de l’Afrique", "Événements passés · Afrique"),
        (FRENCH, "passés d’Ouganda", "Événements passés · Ouganda"),
        (SPANISH, "pasados en El Salvador", "Eventos pasados · El Salvador"),
    ],
)  # fmt: skip
async def test_the_words_between_a_question_s_words_are_no_country(
    talk: Talk, user: str, asked: str, title: str
) -> None:
    assert (await talk.ask(f"/events {asked}", user)).split("\n")[0] == title


@pytest.mark.parametrize("asked", ["DE", "de", "past de", "past DE 2019", "past 2019 DE"])
async def test_such_a_word_alone_or_in_capitals_is_a_country_s_code(talk: Talk, asked: str) -> None:
    assert " · Germany" in (await talk.ask(f"/events {asked}")).split("\n")[0]


@pytest.mark.parametrize("asked", ["2019-13", "2019-00", "20190-07", "de la", "in blorptang"])
async def test_what_is_no_month_and_no_place_is_said_back(talk: Talk, asked: str) -> None:
    assert f"“{asked.removeprefix('in ')}”" in await talk.ask(f"/events {asked}")


async def test_a_region_and_a_group_narrow_it(talk: Talk) -> None:
    africa = await talk.ask("/events past Africa")
    assert "Tunisia" in africa
    assert "Chile" not in africa
    assert "First workshop of the Migration action group" in await talk.ask("/events past migration")


async def test_an_hour_is_shown_in_the_readers_zone(talk: Talk) -> None:
    answer = await talk.ask("/events past October 2020")
    assert "11:00–14:00 (Bangkok time), 04:00–07:00 yours" in answer, "London was on winter time already"
    assert "Times are yours (Europe/London)" in answer


async def test_nothing_on_record_says_where_to_look(talk: Talk) -> None:
    assert "Try `/events` for all that is coming" in await talk.ask("/events Germany")


async def test_a_word_that_means_nothing_says_what_would(talk: Talk) -> None:
    answer = await talk.ask("/events blorptang")
    assert "“blorptang”" in answer
    assert "a month, a year, a region" in answer


@pytest.mark.parametrize(
    ("user", "asked", "title"),
    [
        (ENGLISH, "July 2019", "Past events · July 2019"),
        (ENGLISH, "2019", "Past events · 2019"),
        (FRENCH, "mai 2019", "Événements passés · mai 2019"),
        (SPANISH, "julio de 2019 Fiji", "Eventos pasados · Fiji · julio de 2019"),
    ],
)  # fmt: skip
async def test_a_year_or_a_month_that_is_over_shows_what_has_been(
    talk: Talk, user: str, asked: str, title: str
) -> None:
    outcome = await talk.command(f"/events {asked}", user)
    assert said(outcome).split("\n")[0] == title
    assert "1. *" in said(outcome)


async def test_the_reader_s_own_month_and_year_are_not_over(talk: Talk) -> None:
    talk.box.clock.at(datetime(2027, 6, 30, 23, 30, tzinfo=UTC))
    await talk.box.settle()
    await talk.ask("/alliance settings zone Pacific/Honolulu")
    for asked in ("June 2027", "2027", "June"):
        assert (await talk.ask(f"/events {asked}")).startswith("Coming events")
    assert (await talk.ask("/events May 2027")).startswith("Past events")
    await talk.ask("/alliance settings zone Asia/Bangkok")
    assert (await talk.ask("/events June 2027")).startswith("Past events"), "there it is July"


@pytest.mark.parametrize(
    ("user", "place", "nothing", "label", "found"),
    [
        (ENGLISH, "Nepal", "Nothing that fits is coming up.", "What has been", "held on 7 February 2019"),
        (FRENCH, "Népal", "Rien n’est à venir pour cette demande.", "Événements passés", "7 février 2019"),
        (SPANISH, "Nepal", "No hay nada próximo para esta búsqueda.", "Eventos pasados", "7 de febrero"),
    ],
)  # fmt: skip
async def test_where_nothing_is_coming_what_has_been_is_one_click_away(
    talk: Talk, user: str, place: str, nothing: str, label: str, found: str
) -> None:
    outcome = await talk.command(f"/events {place}", user)
    assert nothing in said(outcome)
    past = said(await talk.click(label, outcome, user))
    assert found in past
    assert "Chil" not in past, "of the same country only"
