"""`/pathfinder` as people use it. Facts: facts.md section 4, with the lines of the report."""

from __future__ import annotations

import pytest

from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    SPANISH,
    Talk,
    buttons,
    labels,
    said,
)


async def test_nepal_shows_workshop_plan_and_age_each_with_its_source(talk: Talk) -> None:
    card = await talk.ask("/pathfinder Nepal")
    assert "held on 7 February 2019 _[1] line 93_" in card
    assert "National action plan on child labour · approved _[1] lines 124–125_" in card
    assert "Minimum age for hazardous work raised from 16 to 18 _[1] lines 125–126_" in card
    assert "[1] Report of the fourth meeting of the Alliance 8.7 Global Coordinating Group" in card
    assert "as of April 2019" in card


async def test_the_stage_says_that_it_is_derived(talk: Talk) -> None:
    assert "Stage: *Priorities and roadmap* ●●●●○○ _[1] lines 119–127 – derived_" in await talk.ask(
        "/pathfinder Nepal"
    )


async def test_a_french_reader_is_answered_in_french(talk: Talk) -> None:
    card = await talk.ask("/pathfinder Népal", FRENCH)
    assert card.startswith("Népal\n")
    assert "7 février 2019" in card
    assert "de 16 à 18 ans" in card
    assert "avril 2019" in card


async def test_a_spanish_reader_is_answered_in_spanish(talk: Talk) -> None:
    card = await talk.ask("/pathfinder nepal", SPANISH)
    assert "7 de febrero de 2019" in card
    assert "de 16 a 18 años" in card


@pytest.mark.parametrize("name", ["Viet Nam", "Vietnam", "VN", "vnm", "viêt nam", ":flag-vn:"])
async def test_viet_nam_by_any_of_its_names(talk: Talk, name: str) -> None:
    card = await talk.ask(f"/pathfinder {name}")
    assert card.startswith("Viet Nam\n")
    assert "planned for 24 May 2019; that date has passed and no result is recorded" in card


async def test_fiji_is_a_month_to_be_confirmed_that_passed(talk: Talk) -> None:
    card = await talk.ask("/pathfinder fiji")
    assert "planned for July 2019, to be confirmed; that date has passed and no result is recorded" in card
    assert "held" not in card


async def test_the_african_union_is_a_regional_body_without_a_stated_stage(talk: Talk) -> None:
    card = await talk.ask("/pathfinder African Union")
    assert "*Pathfinder, regional body* · Africa" in card
    assert "Stage: not stated in the record" in card
    assert "20–21 March 2019" in card
    assert "Delta 8.7" not in card


async def test_niger_is_not_nigeria(talk: Talk) -> None:
    niger = await talk.ask("/pathfinder Niger")
    assert "*Niger* is not on record as a pathfinder" in niger
    assert (await talk.ask("/pathfinder Nigeria")).startswith("Nigeria\n*Pathfinder country*")


async def test_a_country_that_is_none_says_so_and_how_one_becomes_one(talk: Talk) -> None:
    outcome = await talk.command("/pathfinder Germany")
    assert "*Germany* is not on record as a pathfinder" in said(outcome)
    assert "writing to the secretariat" in said(outcome)
    assert "All pathfinders" in labels(outcome)


async def test_nonsense_gets_the_way_on(talk: Talk) -> None:
    answer = await talk.ask("/pathfinder xyzzy")
    assert "could not find a country or regional body called “xyzzy”" in answer
    assert "`/pathfinder` alone lists every pathfinder" in answer


async def test_one_slip_answers_at_once_where_one_country_fits(talk: Talk) -> None:
    assert (await talk.ask("/pathfinder Neapl")).startswith("Nepal\n")


async def test_several_countries_are_asked_about_and_a_click_answers(talk: Talk) -> None:
    outcome = await talk.command("/pathfinder Nigeri")
    assert "may mean more than one" in said(outcome)
    assert labels(outcome) == ["Niger", "Nigeria"]
    clicked = await talk.click("Nigeria", outcome)
    assert said(clicked).startswith("Nigeria\n*Pathfinder country*")


async def test_nearest_names_are_offered_as_buttons(talk: Talk) -> None:
    outcome = await talk.command("/pathfinder Madagascarre")
    assert "Did you mean" in said(outcome)
    assert "Madagascar" in labels(outcome)


async def test_the_list_has_every_region_and_counts_the_body_apart(talk: Talk) -> None:
    answer = await talk.ask("/pathfinder")
    assert "*10 countries* · 1 regional body" in answer
    for region in ("Africa", "Americas", "Asia and the Pacific", "Europe and Central Asia"):
        assert f"*{region}*" in answer


async def test_a_region_lists_its_own(talk: Talk) -> None:
    for words in ("Africa", "afrique", "África"):
        answer = await talk.ask(f"/pathfinder {words}")
        assert "Madagascar" in answer
        assert "Nepal" not in answer


async def test_stages_list_the_furthest_first(talk: Talk) -> None:
    answer = await talk.ask("/pathfinder stages")
    assert answer.index("Madagascar") < answer.index("Nepal") < answer.index("Tunisia")
    assert "Stage not stated" in answer
    assert await talk.ask("/pathfinder étapes") == answer


async def test_show_more_is_a_click_and_keeps_both_lists_of_ministries(talk: Talk) -> None:
    outcome = await talk.command("/pathfinder Nepal")
    more = await talk.click("Show more", outcome)
    assert "this is the first" in said(more)
    assert "this is the second" in said(more)
    assert not more.replies, "the answer changes in place"


async def test_no_call_to_slack_is_made_for_a_command(talk: Talk) -> None:
    outcome = await talk.command("/pathfinder Nepal")
    assert [call.direction for call in outcome.calls] == ["to_bot"]


async def test_answers_are_for_the_asker_only(talk: Talk) -> None:
    outcome = await talk.command("/pathfinder Nepal")
    assert outcome.replies[-1]["ephemeral"]
    assert outcome.replies[-1]["text"].startswith("Nepal: Priorities and roadmap")
    assert len(buttons(outcome)) <= 5


async def test_a_country_with_a_contradiction_shows_it(talk: Talk) -> None:
    card = await talk.ask("/pathfinder Mauritania more")
    assert "142" in card
    assert "2015-031" in card
    assert "before July 2019" in card


async def test_every_pathfinder_has_a_card_in_every_language(talk: Talk) -> None:
    for reader in (ENGLISH, FRENCH, SPANISH):
        for key in ("MG", "MR", "TN", "UG", "NG", "CL", "NP", "VN", "FJ", "AL", "african-union"):
            for more in ("", " more"):
                card = await talk.ask(f"/pathfinder {key}{more}", reader)
                assert "2019" in card
                assert "(en anglais)" not in card
                assert "(en inglés)" not in card


async def test_a_country_that_is_no_pathfinder_is_first_offered_to_become_one(talk: Talk) -> None:
    card = await talk.command("/pathfinder Kenya")
    assert labels(card)[0] == "Express interest"
    assert "Follow" not in labels(card)
    assert labels(await talk.command("/pathfinder Nepal"))[:2] == ["Share here", "Follow"]


async def test_what_is_no_name_shows_no_country_and_a_city_suggests_its_own(talk: Talk) -> None:
    for asked, suggestion in (("Lagos", "Did you mean Nigeria"), ("Nepl", "Did you mean Nepal?"), ("x", "")):
        answer = await talk.ask(f"/pathfinder {asked}")
        assert answer.startswith(f"I could not find a country or regional body called “{asked}”.")
        assert suggestion in answer
