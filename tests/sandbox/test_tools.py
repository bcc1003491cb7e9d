"""What the tools beside the workspace ask for: the guide, and exchanges without what opens a door."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Fault, Sandbox
from tests.sandbox.helpers import GENERAL, slack_client


@pytest.fixture
async def web(box: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{box.url}/sandbox/", trust_env=False) as client:
        yield client


async def test_without_a_guide_there_is_none_and_a_guide_is_given_as_it_was_set(
    box: Sandbox, web: httpx.AsyncClient
) -> None:
    assert (await web.get("guide")).json() == {"guide": None}
    box.guide = {"en": {"steps": [], "cope": {}}}
    assert (await web.get("guide")).json() == {"guide": box.guide}


async def test_brief_exchanges_are_the_newest_after_a_number_and_one_is_read_whole(
    box: Sandbox, client: AsyncWebClient, web: httpx.AsyncClient
) -> None:
    for text in ("1", "2", "3"):
        await client.api_test(said=text)
    numbers = [call.number for call in box.calls]
    brief = (await web.get("calls", params={"brief": "1", "after": numbers[0], "limit": 1})).json()["calls"]
    assert [one["number"] for one in brief] == numbers[-1:]
    assert {"request", "response"}.isdisjoint(brief[0])
    assert (brief[0]["kind"], brief[0]["status"]) == ("api.test", 200)
    whole = (await web.get(f"calls/{numbers[1]}")).json()
    assert whole["request"]["said"] == "2"
    assert len((await web.get("calls")).json()["calls"]) == len(numbers)
    assert (await web.get("calls", params={"limit": 0})).json() == {"calls": []}


async def test_an_exchange_that_is_not_there_and_a_number_that_is_none_are_said(
    web: httpx.AsyncClient,
) -> None:
    gone = await web.get("calls/99")
    assert (gone.status_code, gone.json()) == (404, {"error": "there is no exchange 99"})
    bad = await web.get("calls", params={"after": "x"})
    assert (bad.status_code, bad.json()) == (400, {"error": "after and limit are whole numbers"})


async def test_no_token_and_no_ticket_is_shown(
    box: Sandbox, client: AsyncWebClient, web: httpx.AsyncClient
) -> None:
    opened = await slack_client(box, box.app_token).apps_connections_open(app_token=box.app_token)
    ticket = str(opened["url"]).rpartition("ticket=")[2]
    await client.chat_postMessage(channel=GENERAL, text=f"by mistake: {box.bot_token} and {box.app_token}")
    listed = (await web.get("calls")).text
    single = "".join([(await web.get(f"calls/{call.number}")).text for call in box.calls])
    for said in (listed, single):
        assert "ticket=hidden" in said
        assert "by mistake: hidden and hidden" in said
        for secret in (ticket, box.bot_token, box.app_token, box.signing_secret):
            assert secret not in said


async def test_a_slow_answer_is_an_answer_and_its_call_was_carried_out(
    box: Sandbox, client: AsyncWebClient
) -> None:
    box.faults.add(Fault("slow", method="chat.postMessage", seconds=0.3))
    began = time.monotonic()
    assert (await client.chat_postMessage(channel=GENERAL, text="x"))["ok"]
    assert time.monotonic() - began >= 0.3
    assert [message["text"] for message in box.messages(GENERAL)] == ["x"]
    assert [call.fault for call in box.calls if call.kind == "chat.postMessage"] == ["slow"]


async def test_a_fault_aims_at_a_family_of_methods_and_what_is_left_is_counted(
    box: Sandbox, client: AsyncWebClient
) -> None:
    box.faults.add(Fault("server_error", method="chat.*", nth=2, times=2))
    box.faults.add(Fault("nonsense", method="users.info", times=None))
    await client.team_info()
    await client.chat_postMessage(channel=GENERAL, text="1")
    assert [one["left"] for one in box.faults.listed()] == [2, None]
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=GENERAL, text="2")
    assert [one["left"] for one in box.faults.listed()] == [1, None]
    with pytest.raises(SlackApiError):
        await client.chat_getPermalink(channel=GENERAL, message_ts="1.000001")
    assert [one["kind"] for one in box.faults.listed()] == ["nonsense"]


async def test_open_pages_are_told_of_an_exchange_that_changed_nothing(
    box: Sandbox, web: httpx.AsyncClient
) -> None:
    async with web.stream("GET", "live") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == "data: look"
        await anext(lines)
        await slack_client(box).team_info()
        async with asyncio.timeout(2):
            assert await anext(lines) == "data: look"
