"""The guided first minute: each step names people and places that are there, and does what it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.trying import tried
from community.names import HOUSE_LANGUAGES
from sandbox import Sandbox

KEYS = ["country", "language", "update", "home", "newsletter"]


@pytest.fixture(scope="module")
async def box() -> Sandbox:
    async with tried() as (workspace, _going):
        yield workspace


async def test_the_steps_are_the_same_in_each_language_and_said_in_it(box: Sandbox) -> None:
    guide = box.guide or {}
    assert list(guide) == list(HOUSE_LANGUAGES)
    deeds = [
        [{**step, "title": "", "text": "", "then": len(step["then"])} for step in one["steps"]]
        for one in guide.values()
    ]
    assert deeds[0] == deeds[1] == deeds[2]
    assert [step["key"] for step in deeds[0]] == KEYS
    for said in ("title", "text"):
        assert len({guide[language]["steps"][at][said] for language in guide for at in range(5)}) == 15
    assert "Robin Field" in guide["fr"]["steps"][0]["text"]


async def test_every_command_of_the_guide_is_answered_to_who_types_it(box: Sandbox) -> None:
    for step in (box.guide or {})["en"]["steps"]:
        command = step["do"].get("command")
        if command:
            outcome = await box.command(step["user"], step["place"], command)
            assert outcome.failed is None
            assert outcome.replies or outcome.views
        elif step["place"] == "home":
            assert (await box.open_home(step["user"])).failed is None
            assert box.home_of(step["user"])


async def test_on_the_first_monday_there_is_a_newsletter_that_says_it_brings_an_example(box: Sandbox) -> None:
    now = datetime.fromtimestamp(box.clock.now(), UTC)
    monday = now.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=7 - now.weekday())
    box.clock.at(monday)
    await box.settle()
    texts = str([message["blocks"] for message in box.messages("C0GENERAL")])
    assert "An example: this is how an update looks" in texts
