"""Events: who is told what, and again when it failed; the sockets they travel on."""

import asyncio
from collections import Counter
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import BOT_USER, Fault, Person, Sandbox
from tests.sandbox.helpers import (
    GENERAL,
    LOUNGE,
    MANIFEST,
    NEPAL,
    NEWCOMER,
    Bot,
    on_http,
    on_socket,
    sent,
    slack_client,
)


def listening(bot: Bot) -> None:
    """Take every event there is."""
    for kind in ("message", "team_join", "user_change", "member_joined_channel"):

        @bot.app.event(kind)
        async def _() -> None:
            return None


async def connected(box: Sandbox) -> None:
    """Wait until the bot has come back."""
    async with asyncio.timeout(5):
        while not box.connected:  # noqa: ASYNC110 - the SDK has no event for it
            await asyncio.sleep(0.01)


async def test_a_mention_is_an_event_of_its_own_and_answered_in_its_thread(box: Sandbox, either: Bot) -> None:
    listening(either)

    @either.app.event("app_mention")
    async def _(event: dict[str, Any], say: Any) -> None:
        await say("Here", thread_ts=event["ts"])

    outcome = await box.message(NEPAL, GENERAL, f"<@{BOT_USER}> Nepal?")
    assert [(r["text"], r["thread_ts"], r["ephemeral"]) for r in outcome.replies] == [
        ("Here", outcome.ts, False)
    ]
    mention = either.events("app_mention")[0]
    assert (mention["event"]["text"], mention["event"]["user"]) == (f"<@{BOT_USER}> Nepal?", NEPAL)
    thread = box.messages(GENERAL, NEPAL, thread_ts=outcome.ts)
    assert [message["by_bot"] for message in thread] == [False, True]


async def test_where_the_bot_is_not_it_hears_nothing(box: Sandbox, bot: Bot) -> None:
    outcome = await box.message(NEPAL, LOUNGE, f"<@{BOT_USER}> hello")
    assert (outcome.calls, bot.heard) == ([], [])


async def test_what_the_manifest_does_not_subscribe_to_is_not_sent() -> None:
    settings = {**MANIFEST["settings"], "event_subscriptions": {"bot_events": ["app_mention"]}}
    async with Sandbox({**MANIFEST, "settings": settings}).serving() as box, on_socket(box, Bot(box)) as bot:
        await box.message(NEPAL, GENERAL, "hello")
        await box.open_home(NEPAL)
        assert bot.heard == []


async def test_direct_messages_reach_the_bot(box: Sandbox, bot: Bot) -> None:
    @bot.app.event("message")
    async def _(event: dict[str, Any], say: Any) -> None:
        await say(f"You said {event['text']}")

    outcome = await box.message(NEPAL, BOT_USER, "help")
    assert [reply["text"] for reply in outcome.replies] == ["You said help"]
    assert bot.heard[0]["event"]["channel_type"] == "im"
    assert bot.events("app_mention") == []


async def test_people_who_come_and_change_are_told_with_their_locale(box: Sandbox, bot: Bot) -> None:
    listening(bot)
    newcomer = Person("U0NEWONEX", "lou", "Lou Bay", locale="es-ES", tz="Europe/Madrid")
    await box.join(newcomer)
    await box.change_user("U0NEWONEX", locale="fr-FR", tz="Europe/Paris")
    await box.join("U0NEWONEX", "C0PATHFND")
    joined, changed, entered = bot.heard
    assert (joined["event"]["type"], joined["event"]["user"]["locale"]) == ("team_join", "es-ES")
    assert (changed["event"]["type"], changed["event"]["user"]["tz"]) == ("user_change", "Europe/Paris")
    assert (entered["event"]["type"], entered["event"]["channel"]) == ("member_joined_channel", "C0PATHFND")
    user = await slack_client(box).users_info(user="U0NEWONEX", include_locale=True)
    assert user["user"]["locale"] == "fr-FR"


async def test_a_failed_event_comes_again_three_times_with_the_same_event_id(box: Sandbox) -> None:
    box.clock.freeze()
    async with on_http(box, Bot(box, secret="wrong")):
        counts = []
        await box.message(NEPAL, GENERAL, "hello")
        for seconds in (0, 59, 1, 299, 1, 3_600):
            box.clock.advance(seconds)
            await box.settle()
            counts.append(len(box.calls))
    assert counts == [2, 2, 3, 3, 4, 4]
    assert len({call.request["event_id"] for call in box.calls}) == 1
    assert {call.failed for call in box.calls} == {"dispatch_failed"}


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_an_event_that_arrives_at_last_says_that_it_is_a_retry(transport: str, box: Sandbox) -> None:
    box.clock.freeze()
    headers: list[dict[str, Any]] = []
    await box.message(NEPAL, GENERAL, "hello")
    bot = Bot(box)
    listening(bot)

    @bot.app.middleware
    async def _(req: Any, next_: Any) -> None:
        headers.append({name.lower(): values[0] for name, values in req.headers.items()})
        await next_()

    async with (on_socket if transport == "socket" else on_http)(box, bot):
        box.clock.advance(60)
        await box.settle()
    assert len(bot.heard) == 1
    assert headers[0]["x-slack-retry-num"] == "2"
    assert headers[0]["x-slack-retry-reason"] == "connection_failed"


async def test_a_fault_redelivers_an_event(box: Sandbox, bot: Bot) -> None:
    listening(bot)
    box.faults.add(Fault("redeliver", method="event:team_join"))
    await box.join(Person("U0NEWONEX", "lou", "Lou Bay"))
    assert len(bot.heard) == 2
    assert bot.heard[0]["event_id"] == bot.heard[1]["event_id"]


async def test_a_cut_socket_loses_a_command_but_an_event_comes_again(box: Sandbox, bot: Bot) -> None:
    listening(bot)
    box.clock.freeze()
    for kind in ("command", "event:message"):
        box.faults.add(Fault("socket_cut", method=kind))
    assert (await box.command(NEPAL, GENERAL, "/pathfinder")).failed == "dispatch_failed"
    await connected(box)
    await box.message(NEPAL, GENERAL, "hello")
    await connected(box)
    box.clock.advance(60)
    await box.settle()
    assert [body["event"]["text"] for body in bot.heard] == ["hello"]


async def test_each_envelope_goes_to_exactly_one_socket(box: Sandbox) -> None:
    first, second = Bot(box), Bot(box)
    for bot in (first, second):

        @bot.app.command("/pathfinder")
        async def _(ack: Any) -> None:
            await ack()

    async with on_socket(box, first), on_socket(box, second):
        for number in range(4):
            await box.command(NEPAL, GENERAL, f"/pathfinder {number}")
    heard = Counter(body["text"] for body in [*first.heard, *second.heard])
    assert heard == {"0": 1, "1": 1, "2": 1, "3": 1}
    assert (len(first.heard), len(second.heard)) == (2, 2)


async def test_it_works_with_the_websockets_library_too(box: Sandbox) -> None:
    bot = Bot(box)

    @bot.app.command("/pathfinder")
    async def _(ack: Any) -> None:
        await ack("here")

    handler = AsyncSocketModeHandler(bot.app, box.app_token)
    await handler.connect_async()
    try:
        outcome = await box.command(NEPAL, GENERAL, "/pathfinder")
        assert [reply["text"] for reply in outcome.replies] == ["here"]
    finally:
        await handler.close_async()


async def test_a_client_that_is_asked_to_come_back_does(box: Sandbox, bot: Bot) -> None:
    @bot.app.command("/pathfinder")
    async def _(ack: Any) -> None:
        await ack("here again")

    await box.refresh_sockets()
    # The SDK may open two connections in a row, for the word and for the closing; what falls between is lost.
    async with asyncio.timeout(20):
        outcome = await box.command(NEPAL, GENERAL, "/pathfinder")
        while outcome.failed:
            await connected(box)
            outcome = await box.command(NEPAL, GENERAL, "/pathfinder")
    assert [reply["text"] for reply in outcome.replies] == ["here again"]


async def test_ten_sockets_at_most_and_each_with_its_own_ticket(box: Sandbox) -> None:
    opener = AsyncWebClient(base_url=box.api_url)
    async with aiohttp.ClientSession() as session:
        sockets = []
        for _ in range(11):
            url = (await opener.apps_connections_open(app_token=box.app_token))["url"]
            sockets.append(await session.ws_connect(url))
        greetings = [await socket.receive_json() for socket in sockets]
        assert [one["type"] for one in greetings] == ["hello"] * 10 + ["disconnect"]
        assert greetings[9]["num_connections"] == 10
        assert greetings[10]["reason"] == "too_many_websockets"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        for socket in sockets:
            await socket.close()


async def test_an_event_reaches_whoever_came_while_it_was_on_its_way(box: Sandbox, bot: Bot) -> None:
    listening(bot)
    outcome = await box.message(NEWCOMER, GENERAL, "a & b")
    assert sent(outcome, "event:message").request["event"]["text"] == "a &amp; b"
    assert sent(outcome, "event:message").failed is None
