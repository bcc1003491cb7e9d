"""What the page asks for: the latest of a channel, a thread, what is unread, and only what one may see."""

from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.errors import BadRequest
from sandbox.look import MOST_UNREAD, Wanted
from tests.sandbox.helpers import EDITORS, GENERAL, GUEST, MEMBER, NEPAL, NEWCOMER, Bot


def seen(box: Sandbox, user: str, place: str = GENERAL, **more: Any) -> dict[str, Any]:
    return box.look(Wanted(user, place, **more))


def room(box: Sandbox, user: str, channel: str = GENERAL) -> dict[str, Any]:
    found = next(one for one in seen(box, user)["channels"] if one["id"] == channel)
    return {name: found[name] for name in ("unread", "pinged", "is_member")}


async def takes(event: Any) -> None:
    """Slack would send again what nobody takes."""


def test_what_others_said_is_unread_until_it_was_seen(box: Sandbox) -> None:
    for n in range(3):
        box.put(NEPAL, GENERAL, f"Message {n}")
    assert room(box, MEMBER) == {"unread": 3, "pinged": 0, "is_member": True}
    assert room(box, NEPAL)["unread"] == 0, "one's own is no news"
    box.mark_read(MEMBER, GENERAL)
    assert room(box, MEMBER)["unread"] == 0
    assert room(box, NEWCOMER)["unread"] == 3, "each reads for themselves"
    box.put(NEPAL, GENERAL, "One more")
    assert room(box, MEMBER)["unread"] == 1


async def test_who_is_called_sees_that(box: Sandbox, bot: Bot) -> None:
    bot.app.event("message")(takes)
    await box.message(NEPAL, GENERAL, f"Could <@{MEMBER}> look at this?")
    assert room(box, MEMBER)["pinged"] == 1
    assert room(box, NEWCOMER)["pinged"] == 0
    await box.message(NEPAL, GENERAL, "And <!here> too")
    assert (room(box, MEMBER)["pinged"], room(box, NEWCOMER)["pinged"]) == (2, 1)


def test_nobody_counts_further_than_is_shown(box: Sandbox) -> None:
    for n in range(MOST_UNREAD + 20):
        box.put(NEPAL, GENERAL, f"Message {n}")
    assert room(box, MEMBER)["unread"] == MOST_UNREAD


def test_of_a_long_channel_the_latest_come_and_there_is_more(box: Sandbox) -> None:
    for n in range(100):
        box.put(NEPAL, GENERAL, f"Message {n}")
    place = seen(box, MEMBER, limit=10)["place"]
    assert [one["text"] for one in place["messages"]] == [f"Message {n}" for n in range(90, 100)]
    assert place["older"]
    assert not seen(box, MEMBER, limit=100)["place"]["older"]


async def test_a_thread_stands_apart_from_its_channel(box: Sandbox, bot: Bot) -> None:
    bot.app.event("message")(takes)
    root = (await box.message(NEPAL, GENERAL, "A question")).ts
    for who in (MEMBER, NEWCOMER, MEMBER):
        await box.message(who, GENERAL, "An answer", thread_ts=root)
    (message,) = seen(box, NEPAL)["place"]["messages"]
    assert (message["reply_count"], message["reply_users"]) == (3, [MEMBER, NEWCOMER])
    thread = seen(box, NEPAL, thread=root)["thread"]
    assert [one["text"] for one in thread["messages"]] == [
        "A question",
        "An answer",
        "An answer",
        "An answer",
    ]
    assert room(box, NEPAL)["unread"] == 0, "replies are no messages of the channel"


def test_a_guest_sees_nothing_of_where_they_are_not(box: Sandbox) -> None:
    box.put(NEPAL, GENERAL, "For members")
    shown = seen(box, GUEST)
    assert shown["place"] is None
    assert GENERAL not in [one["id"] for one in shown["channels"]]
    assert "For members" not in str(shown)
    assert EDITORS not in [one["id"] for one in seen(box, MEMBER)["channels"]]
    with pytest.raises(BadRequest):
        box.mark_read(GUEST, GENERAL)


def test_nobody_looks_who_is_not_there(box: Sandbox) -> None:
    with pytest.raises(BadRequest):
        seen(box, "U0NOBODY")
