"""Clocks that jump and machines that stand still: nothing is lost, nothing twice, nobody waits for a year."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.worker import LATE, LEASE
from sandbox import Fault
from storage.deliveries import Delivery
from storage.worklist import AFTERMATH
from tests.bot.test_worker import GENERAL, POST, Post, post

__all__ = ["post"]
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)


async def test_a_machine_that_stood_still_in_mid_work_posts_nothing_that_another_posted(post: Post) -> None:
    await post.promise()
    asleep = post.worker()
    [job] = await asleep._claimed([])
    await post.send(after=LEASE.total_seconds() + 1)
    await post.send(after=AFTERMATH.total_seconds())
    assert (post.shown(), await post.states()) == (["Hello"], [("sent", None)]), "another took over"
    await asleep._deliver(job)
    assert (post.shown(), post.calls()) == (["Hello"], [POST])
    assert await post.states() == [("sent", None)]


async def test_a_machine_that_stood_still_shows_nothing_older_than_another_did(post: Post) -> None:
    await post.promise("Somebody's name")
    await post.send()
    await post.promise("Somebody's name, corrected")
    asleep = post.worker()
    [job] = await asleep._claimed([])
    await post.send(after=LEASE.total_seconds() + 1)
    await post.send(after=AFTERMATH.total_seconds())
    await post.promise("Withdrawn")
    await post.send(after=1)
    await asleep._deliver(job)
    assert (post.shown(), await post.states()) == (["Withdrawn"], [("sent", None)])


async def test_a_machine_that_stood_still_alone_sends_it_when_it_wakes(post: Post) -> None:
    await post.promise()
    asleep = post.worker()
    [job] = await asleep._claimed([])
    post.box.clock.advance(HOUR.total_seconds())
    await asleep._deliver(job)
    assert post.shown() == [], "it may be somebody else's by now"
    await asleep.drain()
    assert (post.shown(), await post.states()) == (["Hello"], [("sent", None)])


async def test_whoever_takes_over_waits_for_what_the_other_has_under_way(post: Post) -> None:
    """The clock jumps a day while Slack has not answered: nobody looks before Slack can have taken it."""
    await post.promise()
    first = post.worker()
    await first._claimed([])
    post.box.clock.advance(DAY.total_seconds())
    await post.worker().drain()
    assert await post.states() == [("unknown", None)]
    assert post.calls("conversations.history", POST) == [], "nobody has looked yet"


@pytest.mark.parametrize("jump", [-HOUR, DAY, YEAR])
async def test_a_jump_while_a_post_is_unanswered_posts_nothing_twice(post: Post, jump: timedelta) -> None:
    post.box.faults.add(Fault("cut_after", method=POST))
    await post.promise()
    await post.send()
    assert await post.states() == [("unknown", None)]
    post.box.clock.advance(jump.total_seconds())
    await post.send()
    for _ in range(2):
        await post.send(after=max(LATE, -jump).total_seconds() + 60)
    assert (post.shown(), post.calls(POST)) == (["Hello"], [POST])
    assert await post.states() == [("sent", None)]


@pytest.mark.parametrize("trouble", ["server_error", "cut_after", "claimed"])
async def test_a_year_ahead_and_back_again_delays_by_minutes(post: Post, trouble: str) -> None:
    await post.promise()
    post.box.clock.advance(YEAR.total_seconds())
    if trouble == "claimed":
        await post.worker()._claimed([])
    else:
        post.box.faults.add(Fault(trouble, method=POST))  # type: ignore[arg-type]
        await post.send()
    post.box.clock.advance(-YEAR.total_seconds())
    for _ in range(3):
        await post.send(after=AFTERMATH.total_seconds())
    assert (post.shown(), await post.states()) == (["Hello"], [("sent", None)])


async def test_a_machine_whose_clock_is_ahead_of_slack_finds_what_it_posted(post: Post) -> None:
    post.box.faults.add(Fault("cut_after", method=POST))
    await post.promise()
    ahead = post.worker()
    ahead._clock = lambda: post.now() + DAY
    await ahead.drain()
    post.box.clock.advance(300)
    await ahead.drain()
    assert (post.shown(GENERAL), post.calls(POST)) == (["Hello"], [POST])
    assert await post.states() == [("sent", None)]


async def test_what_is_planned_for_later_is_not_sent_early_because_it_is_far_ahead(post: Post) -> None:
    await post.promise()
    async with post.database.writing() as session:
        await session.execute(update(Delivery).values(due_at=post.now() + YEAR))
    await post.send(after=600)
    assert (post.shown(), await post.states()) == ([], [("pending", None)])
