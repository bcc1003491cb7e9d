"""Modals and Home tabs: triggers, stacks, hashes, forms."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import BadRequest, Sandbox
from tests.sandbox.helpers import (
    GENERAL,
    MANIFEST,
    MEMBER,
    NEPAL,
    Bot,
    button,
    code,
    field,
    modal,
    plain,
    section,
    slack_client,
)


@pytest.fixture
async def triggers(box: Sandbox, bot: Bot) -> list[str]:
    """Triggers of commands, as the bot gets them."""
    found: list[str] = []

    @bot.app.command("/update")
    async def _(ack: Any, command: dict[str, Any]) -> None:
        await ack()
        found.append(command["trigger_id"])

    box.clock.freeze()
    await box.command(NEPAL, GENERAL, "/update")
    return found


async def test_a_trigger_works_once(triggers: list[str], client: AsyncWebClient) -> None:
    await client.views_open(trigger_id=triggers[0], view=modal())
    assert await code(client.views_open(trigger_id=triggers[0], view=modal())) == "exchanged_trigger_id"
    assert await code(client.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"


async def test_a_trigger_works_within_3_seconds_of_the_sandboxes_clock(
    box: Sandbox, triggers: list[str], client: AsyncWebClient
) -> None:
    await box.command(NEPAL, GENERAL, "/update")
    box.clock.advance(2.9)
    assert (await client.views_open(trigger_id=triggers[0], view=modal()))["ok"]
    box.clock.advance(0.2)
    assert await code(client.views_open(trigger_id=triggers[1], view=modal())) == "expired_trigger_id"


async def test_a_refused_view_does_not_use_the_trigger_up(
    triggers: list[str], client: AsyncWebClient
) -> None:
    wrong = modal(title=plain("x" * 25))
    assert await code(client.views_open(trigger_id=triggers[0], view=wrong)) == "invalid_arguments"
    assert (await client.views_open(trigger_id=triggers[0], view=modal()))["ok"]


async def test_only_the_person_who_acted_sees_the_modal(
    box: Sandbox, triggers: list[str], client: AsyncWebClient
) -> None:
    view = (await client.views_open(trigger_id=triggers[0], view=modal(callback_id="c")))["view"]
    shown = box.view_of(NEPAL)
    assert shown is not None
    assert (shown["id"], shown["callback_id"], shown["state"]["values"]) == (
        view["id"],
        "c",
        {"words": {"said": {"type": "plain_text_input", "value": None}}},
    )
    assert box.view_of(MEMBER) is None
    with pytest.raises(BadRequest):
        await box.submit(MEMBER, view["id"], {})


@pytest.fixture
async def stacking(box: Sandbox, bot: Bot) -> list[str]:
    """A bot that stacks a view at each click and writes down what it was refused."""
    refused: list[str] = []
    deeper = {"type": "actions", "block_id": "b", "elements": [button("deeper")]}

    @bot.app.command("/pathfinder")
    async def _(ack: Any, command: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=modal(deeper))

    @bot.app.action("deeper")
    async def _(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        try:
            await client.views_push(trigger_id=body["trigger_id"], view=modal(deeper))
        except SlackApiError as error:
            refused.append(str(error))

    await box.command(NEPAL, GENERAL, "/pathfinder")
    return refused


async def test_a_fourth_stacked_view_is_refused(box: Sandbox, stacking: list[str]) -> None:
    seen = []
    for _ in range(3):
        view = box.view_of(NEPAL)
        assert view is not None
        seen.append(view["id"])
        await box.action(NEPAL, view["id"], action_id="deeper")
    assert len(set(seen)) == 3
    assert len(stacking) == 1
    assert "push_limit_reached" in stacking[0]
    top = box.view_of(NEPAL)
    assert top is not None
    assert (top["root_view_id"], top["previous_view_id"]) == (seen[0], seen[1])


async def test_a_stale_hash_is_refused(triggers: list[str], client: AsyncWebClient) -> None:
    view = (await client.views_open(trigger_id=triggers[0], view=modal()))["view"]
    fresh = (await client.views_update(view_id=view["id"], hash=view["hash"], view=modal()))["view"]
    stale = client.views_update(view_id=view["id"], hash=view["hash"], view=modal())
    assert await code(stale) == "hash_conflict"
    assert fresh["hash"] != view["hash"]
    assert await code(client.views_update(view_id="V0NOTHING", view=modal())) == "not_found"


async def test_an_external_id_names_one_view(triggers: list[str], client: AsyncWebClient) -> None:
    await client.views_open(trigger_id=triggers[0], view=modal(external_id="mine"))
    assert (await client.views_update(external_id="mine", view=modal(external_id="mine")))["ok"]
    home = {"type": "home", "external_id": "mine", "blocks": []}
    assert await code(client.views_publish(user_id=MEMBER, view=home)) == "duplicate_external_id"


@pytest.fixture
async def form(box: Sandbox, triggers: list[str], client: AsyncWebClient) -> str:
    """An open form with two fields."""
    blocks = (field("title", max_length=10), field("body", multiline=True) | {"optional": True})
    view = (await client.views_open(trigger_id=triggers[0], view=modal(*blocks, callback_id="form")))["view"]
    return str(view["id"])


async def test_slacks_own_window_refuses_what_is_missing_or_too_long(
    box: Sandbox, bot: Bot, form: str
) -> None:
    before = len(bot.heard)
    missing = await box.submit(NEPAL, form, {"body": {"said": "kept"}})
    assert missing.errors == {"title": "Please complete this required field."}
    long = await box.submit(NEPAL, form, {"title": {"said": "x" * 11}})
    assert long.errors == {"title": "Please enter at most 10 characters."}
    assert len(bot.heard) == before
    shown = box.view_of(NEPAL)
    assert shown is not None
    assert shown["state"]["values"]["body"]["said"]["value"] == "kept"


async def test_a_form_that_is_sent_closes(box: Sandbox, bot: Bot, form: str) -> None:
    @bot.app.view("form")
    async def _(ack: Any) -> None:
        await ack()

    outcome = await box.submit(NEPAL, form, {"title": {"said": "T"}, "body": {"said": "B"}})
    assert (outcome.failed, outcome.errors, box.view_of(NEPAL)) == (None, {}, None)
    values = bot.heard[-1]["view"]["state"]["values"]
    assert (values["title"]["said"]["value"], values["body"]["said"]["value"]) == ("T", "B")
    assert not {"channel", "response_url"} & set(bot.heard[-1])


async def test_two_errors_stand_under_their_blocks_and_the_form_stays(
    box: Sandbox, bot: Bot, form: str
) -> None:
    @bot.app.view("form")
    async def _(ack: Any) -> None:
        await ack(response_action="errors", errors={"title": "Too short", "body": "Too long"})

    outcome = await box.submit(NEPAL, form, {"title": {"said": "T"}, "body": {"said": "B"}})
    assert outcome.errors == {"title": "Too short", "body": "Too long"}
    shown = box.view_of(NEPAL)
    assert shown is not None
    assert shown["state"]["values"]["title"]["said"]["value"] == "T"


async def test_an_error_for_a_block_that_is_not_there_is_refused(box: Sandbox, bot: Bot, form: str) -> None:
    @bot.app.view("form")
    async def _(ack: Any) -> None:
        await ack(response_action="errors", errors={"nowhere": "x"})

    outcome = await box.submit(NEPAL, form, {"title": {"said": "T"}})
    assert (outcome.failed, outcome.errors) == ("invalid_arguments", {})


@pytest.mark.parametrize("action", ["update", "push", "clear"])
async def test_a_form_may_change_stack_or_clear(action: str, box: Sandbox, bot: Bot, form: str) -> None:
    @bot.app.view("form")
    async def _(ack: Any) -> None:
        if action == "clear":
            await ack(response_action="clear")
        else:
            await ack(response_action=action, view=modal(section("next"), callback_id="next"))

    outcome = await box.submit(NEPAL, form, {"title": {"said": "T"}})
    shown = box.view_of(NEPAL)
    assert outcome.failed is None
    if action == "clear":
        assert shown is None
    else:
        assert shown is not None
        assert (shown["callback_id"], shown["id"] == form) == ("next", action == "update")
        assert outcome.views[0]["id"] == shown["id"]


async def test_a_wrong_view_in_a_forms_acknowledgement_is_refused(box: Sandbox, bot: Bot, form: str) -> None:
    @bot.app.view("form")
    async def _(ack: Any) -> None:
        await ack(response_action="update", view=modal(title=plain("x" * 25)))

    outcome = await box.submit(NEPAL, form, {"title": {"said": "T"}})
    assert outcome.failed == "invalid_arguments"


async def test_what_was_typed_survives_an_update_of_the_view(
    box: Sandbox, bot: Bot, form: str, client: AsyncWebClient
) -> None:
    await box.submit(NEPAL, form, {"body": {"said": "kept"}})
    await client.views_update(view_id=form, view=modal(section("new"), field("body")))
    shown = box.view_of(NEPAL)
    assert shown is not None
    assert shown["state"]["values"] == {"body": {"said": {"type": "plain_text_input", "value": "kept"}}}


async def test_closing_tells_the_bot_when_it_asked(
    box: Sandbox, bot: Bot, triggers: list[str], client: AsyncWebClient
) -> None:
    @bot.app.view_closed("c")
    async def _(ack: Any) -> None:
        await ack()

    view = modal(callback_id="c", notify_on_close=True)
    view_id = (await client.views_open(trigger_id=triggers[0], view=view))["view"]["id"]
    outcome = await box.close_view(NEPAL, view_id)
    assert (outcome.failed, box.view_of(NEPAL)) == (None, None)
    assert (bot.heard[-1]["type"], bot.heard[-1]["is_cleared"]) == ("view_closed", False)


async def test_a_home_tab_is_each_persons_own(box: Sandbox, bot: Bot, client: AsyncWebClient) -> None:
    @bot.app.event("app_home_opened")
    async def _(event: dict[str, Any], client: AsyncWebClient) -> None:
        if event["tab"] == "home":
            await client.views_publish(
                user_id=event["user"], view={"type": "home", "blocks": [section(event["user"])]}
            )

    quiet = await box.open_home(NEPAL, "messages")
    assert quiet.views == []
    outcome = await box.open_home(NEPAL)
    assert outcome.views[0]["blocks"][0]["text"]["text"] == NEPAL
    assert box.home_of(MEMBER) is None
    again = await box.open_home(NEPAL)
    assert bot.events("app_home_opened")[-1]["event"]["view"]["id"] == again.views[0]["id"]
    published = await client.views_publish(user_id=MEMBER, view={"type": "home", "blocks": []}, hash=None)
    newer = await client.views_publish(user_id=MEMBER, view={"type": "home", "blocks": []})
    assert newer["view"]["id"] == published["view"]["id"]
    stale = client.views_publish(
        user_id=MEMBER, hash=published["view"]["hash"], view={"type": "home", "blocks": []}
    )
    assert await code(stale) == "hash_conflict"


async def test_a_click_on_the_home_tab_has_no_response_url(
    box: Sandbox, bot: Bot, client: AsyncWebClient
) -> None:
    @bot.app.action("go")
    async def _(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal())

    blocks = [{"type": "actions", "elements": [button("go")]}]
    home = await client.views_publish(user_id=NEPAL, view={"type": "home", "blocks": blocks})
    await box.action(NEPAL, home["view"]["id"], action_id="go")
    assert not {"response_url", "channel"} & set(bot.heard[-1])
    assert box.view_of(NEPAL) is not None


async def test_a_view_that_takes_files_needs_its_scope(box: Sandbox, client: AsyncWebClient) -> None:
    block = {
        "type": "input",
        "label": plain("Files"),
        "element": {"type": "file_input", "action_id": "value"},
    }
    view = {**modal(), "blocks": [block], "submit": plain("Send")}
    assert await code(client.views_open(trigger_id="nosuch", view=view)) != "missing_scope"
    scopes = [one for one in MANIFEST["oauth_config"]["scopes"]["bot"] if one != "files:read"]
    async with Sandbox({**MANIFEST, "oauth_config": {"scopes": {"bot": scopes}}}).serving() as other:
        refused = slack_client(other).views_open(trigger_id="nosuch", view=view)
        assert await code(refused) == "missing_scope"


async def test_what_an_external_menu_began_with_and_each_offer_can_be_chosen(
    box: Sandbox, bot: Bot, client: AsyncWebClient
) -> None:
    submitted: list[Any] = []

    @bot.app.options("countries")
    async def _(ack: Any, payload: dict[str, Any]) -> None:
        await ack(options=[{"text": plain(payload["value"]), "value": payload["value"]}])

    @bot.app.view("pick")
    async def _(ack: Any, view: dict[str, Any]) -> None:
        submitted.append(view["state"]["values"]["menu"]["countries"]["selected_options"])
        await ack()

    @bot.app.command("/update")
    async def _(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        start = {"text": plain("Nepal"), "value": "nepal"}
        menu = {"type": "multi_external_select", "action_id": "countries", "initial_options": [start]}
        block = {"type": "input", "block_id": "menu", "label": plain("Countries"), "element": menu}
        await client.views_open(trigger_id=body["trigger_id"], view=modal(block, callback_id="pick"))

    await box.command(MEMBER, GENERAL, "/update")
    view = box.view_of(MEMBER)
    assert view is not None
    for query in ("peru", "fiji"):
        await box.suggest(MEMBER, view["id"], action_id="countries", query=query)
    with pytest.raises(BadRequest, match="not among the options"):
        await box.submit(MEMBER, view["id"], {"menu": {"countries": ["chad"]}})
    fiji = {"text": plain("fiji"), "value": "fiji"}
    await box.submit(MEMBER, view["id"], {"menu": {"countries": ["nepal", "peru", fiji]}})
    assert [one["value"] for one in submitted[0]] == ["nepal", "peru", "fiji"]
