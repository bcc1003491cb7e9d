"""Commands, clicks and shortcuts: what the bot gets, and what people see of its answers."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import BadRequest, Sandbox
from tests.sandbox.helpers import (
    EDITOR,
    EDITORS,
    GENERAL,
    LOUNGE,
    MANIFEST,
    MEMBER,
    NEPAL,
    Bot,
    asked,
    button,
    code,
    on_http,
    on_socket,
    plain,
    section,
    sent,
    slack_client,
)


def go(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "block_id": "b", "elements": list(elements or (button("go"),))}]


async def test_a_command_is_answered_in_its_acknowledgement(box: Sandbox, either: Bot) -> None:
    @either.app.command("/pathfinder")
    async def _(ack: Any, command: dict[str, Any]) -> None:
        await ack(text=f"Card of {command['text']}", blocks=[section("*Nepal*")])

    outcome = await box.command(NEPAL, GENERAL, "/pathfinder  Nepal & <co>")
    assert (outcome.failed, outcome.settled, asked(outcome)) == (None, "quiet", [])
    reply = outcome.replies[0]
    assert (reply["text"], reply["ephemeral"], reply["only_for"]) == ("Card of Nepal & <co>", True, NEPAL)
    assert outcome.ack["blocks"] == [section("*Nepal*")]
    assert box.messages(GENERAL, MEMBER) == []


async def test_a_command_carries_what_slack_sends_and_neither_language_nor_zone(
    box: Sandbox, either: Bot
) -> None:
    @either.app.command("/pathfinder")
    async def _(ack: Any) -> None:
        await ack()

    await box.command(NEPAL, GENERAL, "/pathfinder Nepal")
    await box.command(EDITOR, EDITORS, "/pathfinder")
    await box.command(NEPAL, box.dm(NEPAL), "/pathfinder")
    first, private, direct = either.heard
    assert set(first) == {
        "token",
        "team_id",
        "team_domain",
        "channel_id",
        "channel_name",
        "user_id",
        "user_name",
        "command",
        "text",
        "api_app_id",
        "is_enterprise_install",
        "response_url",
        "trigger_id",
    }
    assert (first["command"], first["text"], first["channel_name"]) == ("/pathfinder", "Nepal", "general")
    assert (private["channel_name"], direct["channel_name"]) == ("privategroup", "directmessage")


async def test_a_command_may_answer_for_the_whole_channel(box: Sandbox, bot: Bot) -> None:
    @bot.app.command("/pathfinder")
    async def _(ack: Any) -> None:
        await ack(text="For all", response_type="in_channel")

    await box.command(NEPAL, LOUNGE, "/pathfinder")
    assert [message["text"] for message in box.messages(LOUNGE, MEMBER)] == ["For all"]


async def test_a_wrong_body_of_an_acknowledgement_is_refused_and_says_where(box: Sandbox, bot: Bot) -> None:
    @bot.app.command("/pathfinder")
    async def _(ack: Any) -> None:
        await ack(text="x", blocks=[section("x" * 3_001)])

    outcome = await box.command(NEPAL, GENERAL, "/pathfinder")
    assert (outcome.failed, outcome.replies) == ("invalid_blocks", [])
    assert "[json-pointer:/blocks/0/text/text]" in str(sent(outcome, "command").failed)


async def test_a_command_that_nobody_registered_never_reaches_the_bot(box: Sandbox, bot: Bot) -> None:
    outcome = await box.command(NEPAL, GENERAL, "/who")
    assert (outcome.failed, outcome.calls, bot.heard) == ("unknown_command", [], [])


async def test_commands_cannot_be_used_in_threads(box: Sandbox, bot: Bot) -> None:
    root = await box.message(NEPAL, "C0LOUNGEX", "root")
    outcome = await box.command(NEPAL, LOUNGE, "/pathfinder", thread_ts=root.ts)
    assert (outcome.failed, bot.heard) == ("not_supported_in_threads", [])


async def test_without_a_bot_a_command_fails_at_once(box: Sandbox) -> None:
    assert (await box.command(NEPAL, GENERAL, "/pathfinder")).failed == "dispatch_failed"
    box.connect_http("http://127.0.0.1:9/slack/events")
    assert (await box.command(NEPAL, GENERAL, "/pathfinder")).failed == "dispatch_failed"


async def test_an_acknowledgement_that_does_not_come_in_time_is_a_time_out() -> None:
    async with Sandbox(MANIFEST, ack_seconds=0.2).serving() as box, on_socket(box, Bot(box)) as bot:

        @bot.app.command("/pathfinder")
        async def _(ack: Any) -> None:
            await asyncio.sleep(0.4)
            await ack("late")

        outcome = await box.command(NEPAL, GENERAL, "/pathfinder")
        assert (outcome.failed, outcome.replies) == ("operation_timeout", [])


async def test_requests_are_signed_with_the_secret_of_the_app(box: Sandbox) -> None:
    async with on_http(box, Bot(box, secret="another")):
        assert (await box.command(NEPAL, GENERAL, "/pathfinder")).failed == "dispatch_failed"


async def test_the_request_url_is_verified_with_a_challenge(box: Sandbox, either: Bot) -> None:
    assert await box.verify_request_url() is True


async def test_response_url_takes_five_posts_and_is_ephemeral_by_default(box: Sandbox, bot: Bot) -> None:
    urls: list[str] = []

    @bot.app.command("/pathfinder")
    async def _(ack: Any, command: dict[str, Any]) -> None:
        await ack()
        urls.append(command["response_url"])

    await box.command(NEPAL, GENERAL, "/pathfinder")
    async with aiohttp.ClientSession() as session:
        for number in range(5):
            answer = await session.post(urls[0], json={"text": str(number)})
            assert (answer.status, await answer.text()) == (200, "ok")
        sixth = await session.post(urls[0], json={"text": "6"})
        assert (sixth.status, (await sixth.json())["error"]) == (404, "used_url")
    assert [m["text"] for m in box.messages(GENERAL, NEPAL)] == ["0", "1", "2", "3", "4"]
    assert box.messages(GENERAL, MEMBER) == []


async def test_response_url_ends_after_30_minutes_of_the_sandboxes_clock(box: Sandbox, bot: Bot) -> None:
    urls: list[str] = []

    @bot.app.command("/pathfinder")
    async def _(ack: Any, command: dict[str, Any]) -> None:
        await ack()
        urls.append(command["response_url"])

    await box.command(NEPAL, GENERAL, "/pathfinder")
    await box.command(NEPAL, GENERAL, "/pathfinder")
    assert len(set(urls)) == 2
    async with aiohttp.ClientSession() as session:
        box.clock.advance(1_790)
        assert (await session.post(urls[0], json={"text": "in time"})).status == 200
        box.clock.advance(20)
        late = await session.post(urls[0], json={"text": "late"})
        assert (late.status, (await late.json())["error"]) == (404, "expired_url")


async def test_response_url_refuses_wrong_blocks_and_a_refused_post_does_not_count(
    box: Sandbox, bot: Bot
) -> None:
    urls: list[str] = []

    @bot.app.command("/pathfinder")
    async def _(ack: Any, command: dict[str, Any]) -> None:
        await ack()
        urls.append(command["response_url"])

    await box.command(NEPAL, GENERAL, "/pathfinder")
    async with aiohttp.ClientSession() as session:
        for body in ({}, {"blocks": [{"type": "nothing"}]}, {"text": "x", "response_type": "shout"}):
            answer = await session.post(urls[0], json=body)
            assert answer.status >= 400
            assert (await answer.json())["ok"] is False
        for _ in range(5):
            assert (await session.post(urls[0], json={"text": "x"})).status == 200


async def test_a_click_replaces_and_deletes_its_ephemeral_message(box: Sandbox, either: Bot) -> None:
    @either.app.command("/pathfinder")
    async def _(ack: Any) -> None:
        await ack(text="card", blocks=go(button("change"), button("drop")))

    @either.app.action("change")
    async def _(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="changed", blocks=go(button("drop")), replace_original=True)

    @either.app.action("drop")
    async def _(ack: Any, respond: Any) -> None:
        await ack()
        await respond(delete_original=True)

    card = (await box.command(NEPAL, GENERAL, "/pathfinder")).replies[0]
    changed = await box.action(NEPAL, card["ts"], action_id="change")
    assert (changed.failed, changed.replies, changed.updated[0]["text"]) == (None, [], "changed")
    assert [m["text"] for m in box.messages(GENERAL, NEPAL)] == ["changed"]
    dropped = await box.action(NEPAL, card["ts"], action_id="drop")
    assert len(dropped.deleted) == 1
    assert box.messages(GENERAL, NEPAL) == []


async def test_response_url_answers_in_channel_or_in_a_thread(
    box: Sandbox, bot: Bot, client: AsyncWebClient
) -> None:
    @bot.app.action("go")
    async def _(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        await ack()
        await respond("for all", response_type="in_channel", replace_original=False)
        await respond("below", thread_ts=body["message"]["ts"], replace_original=False)

    ts = (await client.chat_postMessage(channel=GENERAL, text="x", blocks=go()))["ts"]
    outcome = await box.action(MEMBER, ts, action_id="go")
    assert [(r["text"], r["ephemeral"], r["thread_ts"]) for r in outcome.replies] == [
        ("for all", False, None),
        ("below", True, ts),
    ]


async def test_a_click_carries_what_slack_sends(box: Sandbox, bot: Bot, client: AsyncWebClient) -> None:
    @bot.app.action("go")
    async def _(ack: Any) -> None:
        await ack()

    ts = (await client.chat_postMessage(channel=GENERAL, text="x", blocks=go()))["ts"]
    await box.action(MEMBER, ts, action_id="go")
    hidden = (await client.chat_postEphemeral(channel=GENERAL, user=MEMBER, text="x", blocks=go()))[
        "message_ts"
    ]
    await box.action(MEMBER, hidden, action_id="go")
    open_click, hidden_click = (one for one in bot.heard if one.get("type") == "block_actions")
    assert open_click["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": GENERAL,
        "is_ephemeral": False,
    }
    assert open_click["actions"][0]["value"] == "v"
    assert open_click["actions"][0]["block_id"] == "b"
    assert open_click["message"]["ts"] == ts
    assert {"team", "user", "api_app_id", "channel", "state", "response_url", "trigger_id"} <= set(open_click)
    assert hidden_click["container"]["is_ephemeral"] is True
    assert "message" not in hidden_click


async def test_the_body_of_a_clicks_acknowledgement_is_ignored_with_a_warning(
    box: Sandbox, bot: Bot, client: AsyncWebClient
) -> None:
    @bot.app.action("go")
    async def _(ack: Any) -> None:
        await ack({"text": "never seen"})

    ts = (await client.chat_postMessage(channel=GENERAL, text="x", blocks=go()))["ts"]
    outcome = await box.action(MEMBER, ts, action_id="go")
    assert outcome.replies == []
    assert sent(outcome, "block_actions").warnings == ("Slack ignores the body of this acknowledgement",)


async def test_only_what_one_sees_can_be_clicked(box: Sandbox, bot: Bot, client: AsyncWebClient) -> None:
    hidden = (await client.chat_postEphemeral(channel=GENERAL, user=NEPAL, text="x", blocks=go()))[
        "message_ts"
    ]
    private = (await client.chat_postMessage(channel=EDITORS, text="x", blocks=go()))["ts"]
    for ts in (hidden, private):
        with pytest.raises(BadRequest, match="sees no message"):
            await box.action(MEMBER, ts, action_id="go")
    with pytest.raises(BadRequest, match="nothing called 'other'"):
        await box.action(NEPAL, hidden, action_id="other")
    with pytest.raises(BadRequest, match="another value"):
        await box.action(NEPAL, hidden, action_id="go", value="another")
    assert bot.heard == []


async def test_a_forged_click_reaches_the_bot_when_a_test_wants_it(
    box: Sandbox, bot: Bot, client: AsyncWebClient
) -> None:
    @bot.app.action("secret")
    async def _(ack: Any) -> None:
        await ack()

    ts = (await client.chat_postMessage(channel=GENERAL, text="x"))["ts"]
    await box.action(MEMBER, ts, action_id="secret", value="1", forged=True)
    assert bot.heard[-1]["actions"][0]["value"] == "1"


async def test_menus_and_dates_tell_what_was_chosen(box: Sandbox, bot: Bot, client: AsyncWebClient) -> None:
    @bot.app.action({"block_id": "b"})
    async def _(ack: Any) -> None:
        await ack()

    def choices(*values: str) -> list[dict[str, Any]]:
        return [{"text": plain(value.upper()), "value": value} for value in values]

    elements = (
        {"type": "static_select", "action_id": "one", "options": choices("a", "b")},
        {"type": "multi_static_select", "action_id": "many", "options": choices("c", "d")},
        {"type": "datepicker", "action_id": "day", "initial_date": "2026-06-12"},
        {"type": "overflow", "action_id": "more", "options": choices("e", "f")},
        {"type": "users_select", "action_id": "who"},
    )
    ts = (await client.chat_postMessage(channel=GENERAL, text="x", blocks=go(*elements)))["ts"]
    for action_id, value in (
        ("one", "b"),
        ("many", ["c"]),
        ("day", "2026-07-30"),
        ("more", "f"),
        ("who", NEPAL),
    ):
        assert (await box.action(MEMBER, ts, action_id=action_id, value=value)).failed is None
    told = [one["actions"][0] for one in bot.heard]
    assert told[0]["selected_option"] == {"text": plain("B"), "value": "b"}
    assert [option["value"] for option in told[1]["selected_options"]] == ["c"]
    assert (told[2]["selected_date"], told[3]["selected_option"]["value"]) == ("2026-07-30", "f")
    assert told[4]["selected_user"] == NEPAL
    values = bot.heard[-1]["state"]["values"]["b"]
    assert (values["one"]["selected_option"]["value"], values["day"]["selected_date"]) == ("b", "2026-07-30")
    assert "more" not in values
    with pytest.raises(BadRequest, match="not among the options"):
        await box.action(MEMBER, ts, action_id="one", value="z")


async def test_a_menu_asks_the_bot_for_its_options(box: Sandbox, bot: Bot, client: AsyncWebClient) -> None:
    @bot.app.options("country")
    async def _(ack: Any, payload: dict[str, Any]) -> None:
        await ack(options=[{"text": plain(payload["value"]), "value": "NP"}])

    @bot.app.action("country")
    async def _(ack: Any) -> None:
        await ack()

    menu = {"type": "external_select", "action_id": "country", "min_query_length": 1}
    ts = (await client.chat_postMessage(channel=GENERAL, text="x", blocks=go(menu)))["ts"]
    assert await box.suggest(MEMBER, ts, action_id="country", query="Nep") == [
        {"text": plain("Nep"), "value": "NP"}
    ]
    await box.action(MEMBER, ts, action_id="country", value="NP")
    assert bot.heard[-1]["actions"][0]["selected_option"]["value"] == "NP"


async def test_shortcuts_global_and_on_a_message(box: Sandbox, either: Bot) -> None:
    @either.app.shortcut("ask")
    async def _(ack: Any) -> None:
        await ack()

    @either.app.shortcut("keep")
    async def _(ack: Any, respond: Any, shortcut: dict[str, Any]) -> None:
        await ack()
        await respond(f"Kept: {shortcut['message']['text']}")

    theirs = await box.message(NEPAL, LOUNGE, "worth keeping")
    kept = await box.shortcut(MEMBER, "keep", LOUNGE, theirs.ts)
    assert [reply["text"] for reply in kept.replies] == ["Kept: worth keeping"]
    asked = await box.shortcut(MEMBER, "ask")
    assert asked.failed is None
    payload = either.heard[-1]
    assert payload["type"] == "shortcut"
    assert not {"channel", "response_url", "message"} & set(payload)
    with pytest.raises(BadRequest, match="no global shortcut"):
        await box.shortcut(MEMBER, "keep")


async def test_two_acts_at_once_each_have_their_own_answers(box: Sandbox, bot: Bot) -> None:
    @bot.app.command("/pathfinder")
    async def _(ack: Any, command: dict[str, Any], respond: Any) -> None:
        await ack(text=f"ack {command['text']}")
        await asyncio.sleep(0.02)
        await respond(f"more {command['text']}")

    outcomes = await asyncio.gather(
        *(box.command(NEPAL, GENERAL, f"/pathfinder {number}") for number in range(4))
    )
    for number, outcome in enumerate(outcomes):
        assert [reply["text"] for reply in outcome.replies] == [f"ack {number}", f"more {number}"]


async def test_an_update_of_the_bots_post_by_a_click_is_told_apart_from_a_reply(
    box: Sandbox, bot: Bot, client: AsyncWebClient
) -> None:
    @bot.app.action("go")
    async def _(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await slack_client(box).chat_update(channel=GENERAL, ts=body["message"]["ts"], text="done", blocks=[])

    ts = (await client.chat_postMessage(channel=GENERAL, text="x", blocks=go()))["ts"]
    outcome = await box.action(MEMBER, ts, action_id="go")
    assert (outcome.replies, [one["text"] for one in outcome.updated]) == ([], ["done"])
    assert asked(outcome) == ["chat.update"]
    assert await code(client.chat_update(channel=LOUNGE, ts=ts, text="x")) == "not_in_channel"
