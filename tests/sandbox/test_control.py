"""The control API, the clock, and knowing when the bot is done."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox import Sandbox
from tests.sandbox.helpers import GENERAL, MANIFEST, NEPAL, Bot, button, modal, on_socket, slack_client


class Page:
    """Whoever talks to the control API."""

    def __init__(self, box: Sandbox, session: aiohttp.ClientSession) -> None:
        self._base, self._session = f"{box.url}/sandbox/", session

    async def post(self, what: str, **body: Any) -> tuple[int, Any]:
        async with self._session.post(self._base + what, json=body) as answer:
            return answer.status, await answer.json()

    async def get(self, what: str, **query: str) -> Any:
        async with self._session.get(self._base + what, params=query) as answer:
            return await answer.json()


@pytest.fixture
async def page(box: Sandbox) -> Any:
    async with aiohttp.ClientSession() as session:
        yield Page(box, session)


async def test_a_whole_walk_by_the_control_api(box: Sandbox, bot: Bot, page: Page) -> None:
    @bot.app.command("/pathfinder")
    async def _(ack: Any) -> None:
        await ack(text="card", blocks=[{"type": "actions", "elements": [button("open")]}])

    @bot.app.action("open")
    async def _(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(callback_id="f"))

    @bot.app.view("f")
    async def _(ack: Any) -> None:
        await ack(response_action="errors", errors={"words": "Say more"})

    status, said = await page.post("command", user=NEPAL, channel=GENERAL, text="/pathfinder Nepal")
    assert (status, said["settled"], said["replies"][0]["text"]) == (200, "quiet", "card")
    ts = said["replies"][0]["ts"]
    _, said = await page.post("action", user=NEPAL, message_ts=ts, action_id="open")
    view = said["views"][0]["id"]
    _, said = await page.post("submit", user=NEPAL, view_id=view, values={"words": {"said": "x"}})
    assert said["errors"] == {"words": "Say more"}
    assert (await page.get("state", user=NEPAL))["views"][NEPAL]["id"] == view
    _, said = await page.post("close", user=NEPAL, view_id=view)
    assert said["failed"] is None
    shown = await page.get("messages", channel=GENERAL, user=NEPAL)
    assert [message["text"] for message in shown["messages"]] == ["card"]
    kinds = [call["kind"] for call in (await page.get("calls"))["calls"]]
    assert {"command", "block_actions", "view_submission", "views.open"} <= set(kinds)


@pytest.mark.parametrize(
    ("what", "body", "sentence"),
    [
        ("command", {"channel": GENERAL, "text": "/x"}, "'user' is missing"),
        ("command", {"user": "U0", "channel": GENERAL, "text": "/x"}, "nobody is called 'U0'"),
        ("command", {"user": NEPAL, "channel": "C0", "text": "/x"}, "sees no channel 'C0'"),
        ("command", {"user": NEPAL, "channel": "G0EDITORS", "text": "/x"}, "sees no channel"),
        ("command", {"user": NEPAL, "channel": GENERAL, "text": "hello"}, "begins with a slash"),
        ("submit", {"user": NEPAL, "view_id": "V0", "values": {}}, "does not see the view"),
        ("submit", {"user": NEPAL, "view_id": "V0", "values": {"sure": ["yes"]}}, "an object by action_id"),
        ("submit", {"user": NEPAL, "view_id": "V0", "values": ["yes"]}, "an object by block_id"),
        ("clock", {"at": "yesterday"}, "Invalid isoformat"),
        ("clock", {"at": "2026-06-12T09:00:00"}, "needs a time with a zone"),
        ("faults", {"add": [{"kind": "gremlin"}]}, "no fault is called"),
        ("open-home", {"user": NEPAL, "tab": "about"}, "the tabs are home and messages"),
    ],
)
async def test_a_bad_request_says_what_is_wrong(
    what: str, body: dict[str, Any], sentence: str, page: Page
) -> None:
    status, said = await page.post(what, **body)
    assert status == 400
    assert sentence in said["error"]


async def test_the_clock_is_moved_and_stopped(box: Sandbox, page: Page) -> None:
    await page.post("clock", freeze=True, at="2026-06-12T09:00:00+00:00")
    assert box.clock.now() == datetime(2026, 6, 12, 9, tzinfo=UTC).timestamp()
    await page.post("clock", advance=90)
    state = await page.get("state")
    assert state["clock"] == {"now": datetime(2026, 6, 12, 9, 1, 30, tzinfo=UTC).timestamp(), "frozen": True}
    await page.post("clock", run=True)
    assert box.clock.frozen is False


async def test_a_workspace_may_begin_at_another_time_and_does_so_again_after_a_reset() -> None:
    begins = datetime(2026, 6, 12, 9, tzinfo=UTC)
    async with Sandbox(MANIFEST, begins=begins).serving() as box:
        for _ in range(2):
            assert 0 <= box.clock.now() - begins.timestamp() < 60, "and it runs"
            box.clock.freeze(datetime(2027, 1, 1, tzinfo=UTC))
            await box.areset()
        assert not box.clock.frozen


async def test_faults_are_set_and_shown(page: Page) -> None:
    _, said = await page.post("faults", add=[{"kind": "server_error", "method": "chat.postMessage"}])
    assert said["faults"][0]["kind"] == "server_error"
    assert (await page.post("faults", clear=True))[1] == {"faults": []}


async def test_reset_restores_everything(box: Sandbox, page: Page) -> None:
    before = box.state()
    box.clock.freeze()
    await slack_client(box).chat_postMessage(channel=GENERAL, text="x")
    await slack_client(box).conversations_join(channel="C0LOUNGEX")
    await box.change_user(NEPAL, locale="fr-FR")
    await page.post("faults", add=[{"kind": "server_error"}])
    assert box.state() != before
    await page.post("reset")
    after = box.state()
    for state in (before, after):
        state.pop("clock")
        for person in state["people"]:
            person.pop("updated")
    assert after == before
    assert (box.calls, box.clock.frozen, box.faults.armed()) == ([], False, [])


async def test_the_app_address_is_set_and_verified(page: Page) -> None:
    assert (await page.post("app", request_url="http://127.0.0.1:9/"))[1]["verified"] is False
    assert (await page.post("app", request_url=None))[1] == {"request_url": None, "verified": False}


class Link:
    """A bot that says when it is idle."""

    def __init__(self, box: Sandbox) -> None:
        self.box = box
        self.times: list[dict[str, Any]] = []
        self.asked = 0
        self.idle = asyncio.Event()
        self.idle.set()
        self.open = asyncio.Event()

    async def run(self) -> None:
        async with aiohttp.ClientSession() as session, session.ws_connect(self.box.link_url) as socket:
            self.socket = socket
            async for said in socket:
                told = said.json()
                if told["type"] == "clock":
                    self.times.append(told)
                    self.open.set()
                    continue
                self.asked += 1
                await self.idle.wait()
                await socket.send_json({"type": "settled", "id": told["id"]})


@pytest.fixture
async def link(box: Sandbox) -> Any:
    link = Link(box)
    task = asyncio.create_task(link.run())
    await link.open.wait()
    yield link
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_with_a_link_the_sandbox_waits_until_the_bot_is_idle(
    box: Sandbox, bot: Bot, link: Link
) -> None:
    @bot.app.command("/pathfinder")
    async def _(ack: Any, respond: Any) -> None:
        link.idle.clear()
        await ack()
        await asyncio.sleep(0.3)
        await respond("late but waited for")
        link.idle.set()

    outcome = await box.command(NEPAL, GENERAL, "/pathfinder")
    assert outcome.settled == "idle"
    assert [reply["text"] for reply in outcome.replies] == ["late but waited for"]


async def test_the_link_hears_of_every_change_of_the_clock(box: Sandbox, link: Link) -> None:
    box.clock.freeze(datetime(2026, 6, 12, tzinfo=UTC))
    box.clock.advance(5)
    assert (await box.settle()).settled == "idle"
    start = datetime(2026, 6, 12, tzinfo=UTC).timestamp()
    assert link.times[0]["frozen"] is False
    assert link.times[-1] == {"type": "clock", "now": start + 5, "frozen": True}


async def test_events_caused_by_the_bots_own_posts_are_waited_for(box: Sandbox, bot: Bot, link: Link) -> None:
    @bot.app.command("/pathfinder")
    async def _(ack: Any, client: Any) -> None:
        await client.chat_postMessage(channel=GENERAL, text="x")
        await ack()

    outcome = await box.command(NEPAL, GENERAL, "/pathfinder")
    assert (outcome.settled, [reply["text"] for reply in outcome.replies]) == ("idle", ["x"])
    assert [call.kind for call in outcome.calls if call.direction == "to_bot"].count("event:message") == 1


async def test_a_link_that_closes_during_an_act_is_gone(box: Sandbox, bot: Bot, link: Link) -> None:
    @bot.app.command("/pathfinder")
    async def _(ack: Any) -> None:
        await ack()
        await link.socket.close()

    assert (await box.command(NEPAL, GENERAL, "/pathfinder")).settled == "gone"


async def test_a_bot_that_never_rests_is_a_time_out() -> None:
    async with Sandbox(MANIFEST, settle_seconds=0.3).serving() as box, on_socket(box, Bot(box)) as bot:
        link = Link(box)
        link.idle.clear()
        task = asyncio.create_task(link.run())
        await link.open.wait()

        @bot.app.command("/pathfinder")
        async def _(ack: Any) -> None:
            await ack("here")

        outcome = await box.command(NEPAL, GENERAL, "/pathfinder")
        assert (outcome.settled, outcome.replies[0]["text"]) == ("timeout", "here")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_two_sandboxes_share_nothing() -> None:
    async with Sandbox(MANIFEST).serving() as one, Sandbox(MANIFEST).serving() as other:
        await slack_client(one).chat_postMessage(channel=GENERAL, text="x")
        assert one.url != other.url
        assert (len(one.messages(GENERAL)), other.messages(GENERAL)) == (1, [])


async def test_the_page_and_its_parts_are_served_from_this_machine(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/page/app.js", "/page/style.css", f"/archives/{GENERAL}/p1"):
            answer = await session.get(box.url + path)
            assert answer.status == 200
            assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?https?:""", await answer.text())


async def test_open_pages_are_told_of_changes(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{box.url}/sandbox/live") as stream:
        assert (await stream.content.readline()).strip() == b"data: look"
        await stream.content.readline()
        await slack_client(box).chat_postMessage(channel=GENERAL, text="x")
        async with asyncio.timeout(2):
            assert (await stream.content.readline()).strip() == b"data: look"


def test_the_sandbox_imports_nothing_of_the_bot() -> None:
    ours = ("bot", "handlers", "templates", "community", "storage")
    for file in Path(__file__).parents[2].joinpath("sandbox").rglob("*.py"):
        for line in file.read_text().splitlines():
            assert not line.startswith(
                tuple(f"{way} {room}" for way in ("import", "from") for room in ours)
            ), file
