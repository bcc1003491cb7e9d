"""`/actiongroup` as people use it. Facts: facts.md section 3, with the lines of the report."""

from __future__ import annotations

import pytest

from community.rights import actor_of
from community.roles import grant
from storage.vocabulary import RoleName
from tests.handlers.talk import ENGLISH, FRENCH, Talk, labels, modal, said


async def test_migration_has_two_co_chairs(talk: Talk) -> None:
    card = await talk.ask("/actiongroup migration")
    assert "Co-chairs: *International Organization for Migration (IOM)*" in card
    assert "*United Nations Children’s Fund (UNICEF)*" in card
    assert "_[1] line 214_" in card
    assert card.count("\n• ") >= 8, "four areas of work and four next steps"


@pytest.mark.parametrize("name", ["conflict", "Conflict and Humanitarian Settings", "humanitaire", "conflit"])
async def test_the_chair_of_the_conflict_group_is_vacant(talk: Talk, name: str) -> None:
    card = await talk.ask(f"/actiongroup {name}")
    assert "Chair: *vacant* _[1] lines 224–227_" in card
    assert "reorganisation in New York" in card
    assert "At a standstill" in card


async def test_a_lead_is_not_a_chair(talk: Talk) -> None:
    card = await talk.ask("/actiongroup supply chains")
    assert "Lead: *International Labour Organization (ILO)*" in card
    assert "Chair: not stated in the record" in card


async def test_leading_the_first_workshop_is_neither(talk: Talk) -> None:
    card = await talk.ask("/actiongroup rule of law")
    assert "Leads the first workshop: *Office of the United Nations High Commissioner" in card
    assert "Lead:" not in card


async def test_the_list_has_five_groups_and_who_they_report_to(talk: Talk) -> None:
    outcome = await talk.command("/actiongroup")
    assert outcome.replies[-1]["text"] == "5 action groups"
    assert labels(outcome)[2] == "Migration"
    assert "They report to the *Global Coordinating Group*" in said(outcome)


async def test_a_group_in_french(talk: Talk) -> None:
    card = await talk.ask("/actiongroup migrations", FRENCH)
    assert card.startswith("Migrations\n")
    assert "OIM" in card


async def test_the_purposes_of_one_meeting_are_not_called_what_the_alliance_is_for(talk: Talk) -> None:
    for asker, heading in ((ENGLISH, "*Aims*"), (FRENCH, "*Buts*")):
        card = await talk.ask("/actiongroup gcg", asker)
        assert heading in card
        assert "What the Alliance is for" not in card
        assert "À quoi sert" not in card
        assert heading in await talk.ask("/alliance about", asker)


async def test_an_unknown_group_gets_the_way_on(talk: Talk) -> None:
    answer = await talk.ask("/actiongroup astronomy")
    assert "could not find an action group called “astronomy”" in answer
    assert "`/actiongroup` alone lists every action group" in answer


async def test_a_slip_finds_the_group(talk: Talk) -> None:
    assert (await talk.ask("/actiongroup migraton")).startswith("Migration\n")


async def test_every_group_has_a_card_and_a_longer_one(talk: Talk) -> None:
    for key in ("supply-chains", "rule-of-law", "migration", "conflict-humanitarian", "ceag", "gcg"):
        short, long = await talk.ask(f"/actiongroup {key}"), await talk.ask(f"/actiongroup {key} more")
        assert len(long) > len(short)


async def test_a_card_offers_what_fits_whoever_reads_it_and_no_more_than_five_things(talk: Talk) -> None:
    stranger = await talk.command("/actiongroup migration")
    assert labels(stranger) == ["Share here", "Show more", "Follow", "Join", "Ask"]
    vacant = await talk.command("/actiongroup conflict")
    assert labels(vacant)[-1] == "Offer to chair it"
    assert len(labels(vacant)) == 5
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        secretariat = await actor_of(session, "U0SECRETA", now.date())
        await grant(
            session, secretariat, ENGLISH, RoleName.CHAIR, "group:migration",
            is_deputy=False, today=now.date(), now=now,
        )  # fmt: skip
    own = await talk.command("/actiongroup migration")
    assert labels(own)[3] == "Post an update"
    form = await talk.click("Post an update", own)
    subject = next(block for block in modal(form)["blocks"] if block["block_id"] == "subject")
    assert subject["element"]["initial_option"]["value"] == "group:migration"
    assert "you hear of it from now on" in said(await talk.click("Follow", own))
