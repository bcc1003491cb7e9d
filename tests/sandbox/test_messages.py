"""Messages: posting, changing, who sees them, whom they ping, and how fast they may come."""

import asyncio
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Channel, Limits, Sandbox
from tests.sandbox.helpers import (
    EDITORS,
    GENERAL,
    GUEST,
    MANIFEST,
    MEMBER,
    NEPAL,
    NEWCOMER,
    code,
    plain,
    refusal,
    section,
    slack_client,
)


async def test_a_post_needs_something_to_say(client: AsyncWebClient) -> None:
    assert await code(client.chat_postMessage(channel=GENERAL, text="")) == "no_text"


async def test_posting_where_there_is_no_channel_or_it_is_archived() -> None:
    rooms = (Channel("C0OLDXXXX", "old", is_archived=True), Channel("C0GENERAL", "general"))
    async with Sandbox(MANIFEST, channels=rooms).serving() as box:
        client = slack_client(box)
        assert await code(client.chat_postMessage(channel="C0NONEXXX", text="x")) == "channel_not_found"
        assert await code(client.chat_postMessage(channel="C0OLDXXXX", text="x")) == "is_archived"
        assert (await client.chat_postMessage(channel="#general", text="x"))["channel"] == GENERAL


async def test_a_text_is_cut_at_40000_and_an_update_refused_above_4000(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=GENERAL, text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    assert posted["response_metadata"]["warnings"] == ["message_truncated"]
    said = await refusal(client.chat_update(channel=GENERAL, ts=posted["ts"], text="x" * 4_001))
    assert said["error"] == "msg_too_long"


async def test_blocks_of_more_than_13200_characters_in_all_are_too_long(client: AsyncWebClient) -> None:
    long = [section("x" * 2_700) for _ in range(5)]
    assert (
        await code(client.chat_postMessage(channel=GENERAL, text="x", blocks=long)) == "msg_blocks_too_long"
    )
    assert (await client.chat_postMessage(channel=GENERAL, text="x", blocks=long[:4]))["ok"]


async def test_timestamps_rise_under_a_frozen_clock_and_concurrency() -> None:
    async with Sandbox(MANIFEST, limits=Limits(None, 0, None)).serving() as box:
        box.clock.freeze()
        client = slack_client(box)
        posts = [client.chat_postMessage(channel=GENERAL, text=str(n)) for n in range(40)]
        stamps = [answer["ts"] for answer in await asyncio.gather(*posts)]
        assert len(set(stamps)) == 40
        shown = [message["ts"] for message in box.messages(GENERAL)]
        assert shown == sorted(stamps)
        box.clock.advance(-3600)
        assert (await client.chat_postMessage(channel=GENERAL, text="later"))["ts"] > max(stamps)


async def test_more_than_a_post_a_second_a_channel_is_limited(box: Sandbox, client: AsyncWebClient) -> None:
    box.clock.freeze()
    for number in range(5):
        await client.chat_postMessage(channel=GENERAL, text=str(number))
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=GENERAL, text="sixth")
    response = raised.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert response.headers["Retry-After"] == "1"
    assert (await client.chat_postMessage(channel="C0MIGRATE", text="elsewhere"))["ok"]
    box.clock.advance(1)
    assert (await client.chat_postMessage(channel=GENERAL, text="sixth"))["ok"]


async def test_several_hundred_a_minute_is_the_workspaces_limit() -> None:
    async with Sandbox(MANIFEST, limits=Limits(None, 0, 3)).serving() as box:
        box.clock.freeze()
        client = slack_client(box)
        for number in range(3):
            await client.chat_postMessage(channel=GENERAL, text=str(number))
        assert await code(client.chat_postMessage(channel="C0MIGRATE", text="x")) == "ratelimited"
        box.clock.advance(20)
        assert (await client.chat_postMessage(channel="C0MIGRATE", text="x"))["ok"]


async def test_metadata_comes_back_only_when_asked_for(client: AsyncWebClient) -> None:
    metadata = {"event_type": "delivery", "event_payload": {"key": "abc"}}
    ts = (await client.chat_postMessage(channel=GENERAL, text="x", metadata=metadata))["ts"]
    await client.chat_postMessage(channel=GENERAL, text="y", thread_ts=ts, metadata=metadata)
    without = await client.conversations_history(channel=GENERAL)
    with_it = await client.conversations_history(channel=GENERAL, include_all_metadata=True)
    assert "metadata" not in without["messages"][0]
    assert with_it["messages"][0]["metadata"] == metadata
    thread = await client.conversations_replies(channel=GENERAL, ts=ts, include_all_metadata=True)
    assert [message["metadata"] for message in thread["messages"]] == [metadata, metadata]
    assert (
        await code(client.chat_postMessage(channel=GENERAL, text="x", metadata={"a": 1}))
        == "invalid_metadata_format"
    )


async def test_the_bot_changes_and_deletes_its_own_message(box: Sandbox, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel=GENERAL, text="first", blocks=[section("a")]))["ts"]
    await client.chat_update(channel=GENERAL, ts=ts, text="second")
    assert [(m["text"], m["edited"], len(m["blocks"])) for m in box.messages(GENERAL)] == [
        ("second", True, 1)
    ]
    await client.chat_update(channel=GENERAL, ts=ts, text="third", blocks=[])
    assert [(m["text"], m["blocks"]) for m in box.messages(GENERAL)] == [("third", [])]
    await client.chat_delete(channel=GENERAL, ts=ts)
    assert box.messages(GENERAL) == []
    assert await code(client.chat_update(channel=GENERAL, ts=ts, text="x")) == "message_not_found"


async def test_a_refused_update_changes_nothing(box: Sandbox, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel=GENERAL, text="first"))["ts"]
    await refusal(client.chat_update(channel=GENERAL, ts=ts, text="x", blocks=[{"type": "nothing"}]))
    assert box.messages(GENERAL)[0]["text"] == "first"


async def test_somebody_elses_message_cannot_be_changed(box: Sandbox, client: AsyncWebClient) -> None:
    theirs = await box.message(NEPAL, GENERAL, "mine")
    assert theirs.ts is not None
    assert await code(client.chat_update(channel=GENERAL, ts=theirs.ts, text="x")) == "cant_update_message"
    assert await code(client.chat_delete(channel=GENERAL, ts=theirs.ts)) == "cant_delete_message"


async def test_an_ephemeral_message_is_for_one_person_and_never_in_history(
    box: Sandbox, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postEphemeral(channel=GENERAL, user=NEPAL, text="psst"))["message_ts"]
    assert [m["text"] for m in box.messages(GENERAL, NEPAL)] == ["psst"]
    assert box.messages(GENERAL, MEMBER) == []
    assert (await client.conversations_history(channel=GENERAL))["messages"] == []
    assert await code(client.conversations_replies(channel=GENERAL, ts=ts)) == "thread_not_found"
    assert await code(client.chat_update(channel=GENERAL, ts=ts, text="x")) == "message_not_found"
    assert await code(client.chat_delete(channel=GENERAL, ts=ts)) == "message_not_found"
    assert (
        await code(client.chat_postEphemeral(channel=EDITORS, user=NEPAL, text="x")) == "user_not_in_channel"
    )


async def test_guests_see_only_their_channels(box: Sandbox, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel=GENERAL, text="for all")
    await client.chat_postMessage(channel="C0PATHFND", text="for some")
    assert box.messages(GENERAL, GUEST) == []
    assert [m["text"] for m in box.messages("C0PATHFND", GUEST)] == ["for some"]
    assert {room["id"] for room in box.state(GUEST)["channels"]} == {"C0PATHFND"}


async def test_a_thread_needs_a_first_message(client: AsyncWebClient) -> None:
    said = await refusal(client.chat_postMessage(channel=GENERAL, text="x", thread_ts="1.000001"))
    assert said["error"] == "thread_not_found"


async def test_a_permalink_leads_to_the_sandbox(box: Sandbox, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel=GENERAL, text="x"))["ts"]
    link = (await client.chat_getPermalink(channel=GENERAL, message_ts=ts))["permalink"]
    assert link == f"{box.url}/archives/{GENERAL}/p{ts.replace('.', '')}"
    assert await code(client.chat_getPermalink(channel=GENERAL, message_ts="1.1")) == "message_not_found"


PINGING: list[tuple[dict[str, Any], list[str]]] = [
    ({"text": "<!channel> hello"}, ["!channel"]),
    ({"text": "&lt;!channel&gt; hello"}, []),
    ({"text": "x", "blocks": [section("<!here> and <@U0NEPALFP>")]}, ["!here", "@U0NEPALFP"]),
    (
        {"text": "x", "blocks": [{"type": "section", "fields": [{"type": "mrkdwn", "text": "<!everyone>"}]}]},
        ["!everyone"],
    ),
    ({"text": "x", "blocks": [{"type": "header", "text": plain("<!channel>")}]}, []),
    ({"text": "@channel"}, []),
    ({"text": "@channel", "link_names": True}, ["!channel"]),
    ({"text": "<!channel>", "mrkdwn": False}, []),
    ({"text": "<!subteam^S0TEAM|@team>"}, ["!subteam^S0TEAM"]),
    ({"text": "<!date^1^{date}|x> <#C0GENERAL>"}, []),
]


@pytest.mark.parametrize(("said", "pinged"), PINGING)
async def test_whom_a_message_pings_is_recorded(
    said: dict[str, Any], pinged: list[str], box: Sandbox, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel=GENERAL, **said)
    assert box.messages(GENERAL)[0]["pings"] == pinged


async def test_the_composer_escapes_what_a_person_types_but_not_real_mentions(box: Sandbox) -> None:
    await box.message(NEWCOMER, GENERAL, "a < b & <@U0NEPALFP> <@U0NOBODYX> <b>")
    assert box.messages(GENERAL)[0]["text"] == ("a &lt; b &amp; <@U0NEPALFP> &lt;@U0NOBODYX&gt; &lt;b&gt;")
    assert box.messages(GENERAL)[0]["pings"] == ["@U0NEPALFP"]
