"""Trouble on demand: whether the call was carried out all the same is what a test must know."""

import asyncio
import contextlib
import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Fault, Sandbox
from sandbox.nonsense import ANSWERS
from tests.sandbox.helpers import GENERAL, slack_client


async def test_a_rate_limit_says_when_to_come_again(box: Sandbox, client: AsyncWebClient) -> None:
    box.faults.add(Fault("rate_limited", method="chat.postMessage", retry_after=7))
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=GENERAL, text="x")
    response = raised.value.response
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")
    assert box.messages(GENERAL) == []
    assert (await client.chat_postMessage(channel=GENERAL, text="x"))["ok"]


@pytest.mark.parametrize(
    ("kind", "carried_out"),
    [
        ("server_error", False),
        ("nonsense", True),
        ("cut_before", False),
        ("cut_after", True),
        ("timeout_before", False),
        ("timeout_after", True),
    ],
)
async def test_each_kind_of_trouble_leaves_the_message_or_not(
    kind: Any, carried_out: bool, box: Sandbox
) -> None:
    box.faults.add(Fault(kind, method="chat.postMessage", seconds=20))
    client = slack_client(box, timeout=1) if "timeout" not in kind else None
    if client is None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.1)) as session:
            impatient = AsyncWebClient(
                box.bot_token, base_url=box.api_url, session=session, retry_handlers=[]
            )
            with pytest.raises(asyncio.TimeoutError):
                await impatient.chat_postMessage(channel=GENERAL, text="x")
    else:
        with pytest.raises((SlackApiError, aiohttp.ClientError)) as raised:
            await client.chat_postMessage(channel=GENERAL, text="x")
        assert isinstance(raised.value, aiohttp.ClientError) is kind.startswith("cut")
    assert [message["text"] for message in box.messages(GENERAL)] == (["x"] if carried_out else [])
    assert [call.fault for call in box.calls if call.kind == "chat.postMessage"] == [kind]


async def test_a_fault_aims_at_a_channel_and_at_the_nth_call(box: Sandbox, client: AsyncWebClient) -> None:
    box.faults.add(Fault("server_error", method="chat.postMessage", channel=GENERAL, nth=2, times=2))
    went: list[str] = []
    for channel, text in ((GENERAL, "1"), ("C0MIGRATE", "2"), (GENERAL, "3"), (GENERAL, "4"), (GENERAL, "5")):
        try:
            await client.chat_postMessage(channel=channel, text=text)
            went.append(text)
        except SlackApiError:
            pass
    assert went == ["1", "2", "5"]


async def test_a_fault_without_end_lasts_until_it_is_cleared(box: Sandbox, client: AsyncWebClient) -> None:
    box.faults.add(Fault("server_error", times=None))
    for _ in range(3):
        with pytest.raises(SlackApiError):
            await client.auth_test()
    box.faults.clear()
    assert (await client.auth_test())["ok"]


async def test_a_response_url_can_fail_too(box: Sandbox) -> None:
    box.faults.add(Fault("server_error", method="response_url"))
    async with aiohttp.ClientSession() as session:
        assert (await session.post(f"{box.url}/respond/none", json={"text": "x"})).status == 503


@pytest.mark.parametrize("answer", ANSWERS)
async def test_every_nonsense_is_sent_though_the_call_is_carried_out(answer: str, box: Sandbox) -> None:
    box.faults.add(Fault("nonsense", method="chat.postMessage", answer=answer))
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {box.bot_token}"}) as session:
        given = {"channel": GENERAL, "text": "x"}
        async with session.post(
            f"{box.api_url}chat.postMessage", json=given, allow_redirects=False
        ) as response:
            begun = await response.content.read(200)
    sense = None
    with contextlib.suppress(ValueError):
        sense = json.loads(begun)
    assert not (isinstance(sense, dict) and sense.get("ok") is True and sense.get("ts")) or answer == "plain"
    assert [message["text"] for message in box.messages(GENERAL)] == ["x"]


@pytest.mark.parametrize("said", ["soon", "-1", 10**9, None])
async def test_a_rate_limit_may_make_no_sense(said: Any, box: Sandbox, client: AsyncWebClient) -> None:
    box.faults.add(Fault("rate_limited", method="chat.postMessage", retry_after=said))
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=GENERAL, text="x")
    assert raised.value.response.headers.get("Retry-After") == (None if said is None else str(said))


def test_an_unknown_fault_is_named() -> None:
    with pytest.raises(ValueError, match="no fault is called 'gremlin'"):
        Fault("gremlin")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no nonsense is called 'poem'"):
        Fault("nonsense", answer="poem")
