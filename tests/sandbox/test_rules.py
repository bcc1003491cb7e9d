"""Blocks and views: each limit from both sides, on the surface where it stands."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import SlackError, check_blocks, check_view
from sandbox.blocks import BLOCKS
from sandbox.elements import ELEMENTS, OBJECTS
from tests.sandbox.helpers import GENERAL, NEPAL, button, field, modal, plain, refusal, section

Json = dict[str, Any]


def option(value: str = "v", text: str = "T", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def select(number: int = 1, **more: Any) -> Json:
    options = [option(str(n)) for n in range(number)]
    return {"type": "static_select", "action_id": "s", "options": options, **more}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "A", **more}


def confirm(**more: Any) -> Json:
    return {"title": plain("T"), "text": plain("T"), "confirm": plain("Y"), "deny": plain("N"), **more}


def wide(make: Callable[[str], Json], most: int, part: str) -> tuple[str, Json, Json, str]:
    """A rule about a length: right at ``most``, wrong one above."""
    return part, make("x" * most), make("x" * (most + 1)), f"must be less than {most + 1} characters"


LIMITS: list[tuple[str, Json, Json, str]] = [
    wide(section, 3_000, "section text"),
    wide(lambda x: {"type": "section", "fields": [plain(x)]}, 2_000, "section field"),
    wide(lambda x: {"type": "header", "text": plain(x)}, 150, "header"),
    wide(lambda x: actions(button("a", text=x)), 75, "button text"),
    wide(lambda x: actions(button("a", value=x)), 2_000, "button value"),
    wide(lambda x: actions(button(x)), 255, "action_id"),
    wide(lambda x: section(block_id=x), 255, "block_id"),
    wide(lambda x: actions(select(options=[option(text=x)])), 75, "option text"),
    wide(lambda x: actions(select(options=[option(x)])), 150, "option value"),
    wide(lambda x: actions(select(options=[option(description=plain(x))])), 75, "option description"),
    wide(lambda x: actions(select(placeholder=plain(x))), 150, "placeholder"),
    wide(lambda x: actions({**button("a"), "confirm": confirm(title=plain(x))}), 100, "confirm title"),
    wide(lambda x: actions({**button("a"), "confirm": confirm(text=plain(x))}), 300, "confirm text"),
    wide(lambda x: actions({**button("a"), "confirm": confirm(deny=plain(x))}), 30, "confirm deny"),
    wide(lambda x: image(alt_text=x), 2_000, "image alt_text"),
    wide(lambda x: image(title=plain(x)), 2_000, "image title"),
    wide(lambda x: {"type": "markdown", "text": x}, 12_000, "markdown"),
    (
        "section fields",
        {"type": "section", "fields": [plain("x")] * 10},
        {"type": "section", "fields": [plain("x")] * 11},
        "no more than 10 items allowed",
    ),
    (
        "context elements",
        {"type": "context", "elements": [plain("x")] * 10},
        {"type": "context", "elements": [plain("x")] * 11},
        "no more than 10 items allowed",
    ),
    (
        "actions elements",
        actions(*(button(str(n)) for n in range(25))),
        actions(*(button(str(n)) for n in range(26))),
        "no more than 25 items allowed",
    ),
    ("select options", actions(select(100)), actions(select(101)), "no more than 100 items allowed"),
    (
        "overflow options",
        actions({"type": "overflow", "action_id": "o", "options": [option(str(n)) for n in range(5)]}),
        actions({"type": "overflow", "action_id": "o", "options": [option(str(n)) for n in range(6)]}),
        "no more than 5 items allowed",
    ),
    (
        "checkboxes",
        actions({"type": "checkboxes", "action_id": "o", "options": [option(str(n)) for n in range(10)]}),
        actions({"type": "checkboxes", "action_id": "o", "options": [option(str(n)) for n in range(11)]}),
        "no more than 10 items allowed",
    ),
    (
        "table rows",
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * 100},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * 101},
        "no more than 100 items allowed",
    ),
    (
        "table columns",
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 20]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]},
        "no more than 20 items allowed",
    ),
    (
        "carousel cards",
        {"type": "carousel", "elements": [{"type": "card", "title": plain("x")}] * 10},
        {"type": "carousel", "elements": [{"type": "card", "title": plain("x")}] * 11},
        "no more than 10 items allowed",
    ),
    (
        "container children",
        {"type": "container", "title": plain("x"), "child_blocks": [image(title=plain("x"), block_id="i")]},
        {"type": "container", "title": plain("x"), "child_blocks": [{"type": "markdown", "text": "x"}]},
        "unsupported type: markdown",
    ),
]


@pytest.mark.parametrize(("part", "right", "wrong", "sentence"), LIMITS, ids=[rule[0] for rule in LIMITS])
def test_a_limit_holds_from_both_sides(part: str, right: Json, wrong: Json, sentence: str) -> None:
    assert part
    check_blocks([right], "message")
    with pytest.raises(SlackError) as raised:
        check_blocks([wrong], "message")
    assert raised.value.code == "invalid_blocks"
    assert sentence in raised.value.details[0]
    assert "[json-pointer:/blocks/0" in raised.value.details[0]


CHANNELS = {"type": "channels_select", "response_url_enabled": True}

WRONG: list[tuple[str, Json, str]] = [
    ("an unknown block", {"type": "marquee"}, "unsupported type: marquee"),
    ("no type", {"text": plain("x")}, "unsupported type: None"),
    ("an unknown element", actions({"type": "lever", "action_id": "a"}), "unsupported type: lever"),
    ("an input in actions", actions({"type": "plain_text_input", "action_id": "a"}), "unsupported type"),
    ("a button in context", {"type": "context", "elements": [button("a")]}, "unsupported type: button"),
    ("an empty text", section(""), "must be more than 0 characters"),
    ("an empty section", {"type": "section"}, "must define either `text` or `fields`"),
    ("an unknown field", section(colour="red"), "invalid additional property: colour"),
    ("mrkdwn in a header", {"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "of type plain_text"),
    ("mrkdwn in a button", actions({**button("a"), "text": {"type": "mrkdwn", "text": "x"}}), "plain_text"),
    ("a string for a text", {"type": "header", "text": "x"}, "must be a text object"),
    ("emoji in mrkdwn", section() | {"text": {"type": "mrkdwn", "text": "x", "emoji": True}}, "additional"),
    ("a relative address", image(image_url="/a.png"), "must be a valid URL"),
    ("a javascript address", actions({**button("a"), "url": "javascript:alert(1)"}), "must be a valid URL"),
    ("two sources of an image", image(slack_file={"id": "F1"}), "exactly one of"),
    ("no alternative text", {"type": "image", "image_url": "https://e.org/a.png"}, "field: alt_text"),
    ("no label", {"type": "input", "element": {"type": "datepicker"}}, "missing required field: label"),
    ("a date of another form", actions({"type": "datepicker", "initial_date": "1.2.2026"}), "must look like"),
    ("a style of its own", actions({**button("a"), "style": "loud"}), "value must be one of"),
    ("twice the same action_id", actions(button("a"), button("a")), "action_id already exists: a"),
    ("options and groups", actions(select(option_groups=[])), "exactly one of"),
    ("no options", actions({"type": "static_select", "action_id": "s"}), "exactly one of"),
    ("another initial option", actions(select(initial_option=option("z"))), "not one of the options"),
    ("a list that is none", {"type": "actions", "elements": "x"}, "must provide an array"),
    (
        "response_url in a message",
        actions({"type": "channels_select", "response_url_enabled": True}),
        "modals",
    ),
]


@pytest.mark.parametrize(("_what", "block", "sentence"), WRONG, ids=[rule[0] for rule in WRONG])
def test_what_slack_refuses_is_refused_with_its_place(_what: str, block: Json, sentence: str) -> None:
    with pytest.raises(SlackError) as raised:
        check_blocks([block], "message")
    assert any(sentence in detail for detail in raised.value.details)


def test_a_message_takes_50_blocks_and_a_view_100() -> None:
    check_blocks([section()] * 50, "message")
    with pytest.raises(SlackError):
        check_blocks([section()] * 51, "message")
    check_view(modal(*[section()] * 100))
    with pytest.raises(SlackError):
        check_view(modal(*[section()] * 101))


def test_a_block_id_stands_once() -> None:
    with pytest.raises(SlackError) as raised:
        check_blocks([section(block_id="a"), section(block_id="a")], "message")
    assert raised.value.details == ("block_id already exists: a [json-pointer:/blocks]",)


def test_one_table_a_message_and_markdown_counts_together() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    for blocks in ([table, table], [{"type": "markdown", "text": "x" * 6_001}] * 2):
        with pytest.raises(SlackError):
            check_blocks(blocks, "message")


@pytest.mark.parametrize(
    ("kind", "surface"),
    [("markdown", "modal"), ("table", "modal"), ("file", "home"), ("alert", "message"), ("plan", "home")],
)
def test_some_blocks_stand_only_on_some_surfaces(kind: str, surface: str) -> None:
    assert surface not in BLOCKS[kind].on
    with pytest.raises(SlackError) as raised:
        check_blocks([{"type": kind}], surface)
    assert raised.value.details[0].startswith(f"unsupported type: {kind}")


VIEWS: list[tuple[str, Json, str]] = [
    ("a title of 25", modal(title=plain("x" * 25)), "less than 25 characters"),
    ("a submit of 25", modal(submit=plain("x" * 25)), "less than 25 characters"),
    ("a close of 25", modal(close=plain("x" * 25)), "less than 25 characters"),
    ("private_metadata of 3001", modal(private_metadata="x" * 3_001), "less than 3001 characters"),
    ("callback_id of 256", modal(callback_id="x" * 256), "less than 256 characters"),
    ("external_id of 256", modal(external_id="x" * 256), "less than 256 characters"),
    ("a deep section of 3001", modal(section("x" * 3_001)), "less than 3001 characters"),
    ("no title", {k: v for k, v in modal().items() if k != "title"}, "field: title"),
    ("no blocks", {k: v for k, v in modal().items() if k != "blocks"}, "field: blocks"),
    ("an input without submit", {k: v for k, v in modal().items() if k != "submit"}, "field: submit"),
    ("a type of its own", modal(type="drawer"), "unsupported type: drawer"),
    ("mrkdwn in the title", modal(title={"type": "mrkdwn", "text": "x"}), "plain_text"),
    ("a Home tab with a title", {"type": "home", "title": plain("x"), "blocks": []}, "additional property"),
]


@pytest.mark.parametrize(("_what", "view", "sentence"), VIEWS, ids=[rule[0] for rule in VIEWS])
def test_a_view_that_slack_refuses_is_refused(_what: str, view: Json, sentence: str) -> None:
    with pytest.raises(SlackError) as raised:
        check_view(view)
    assert raised.value.code == "invalid_arguments"
    assert any(sentence in detail for detail in raised.value.details)


def test_a_view_at_its_limits_is_right() -> None:
    long = "x" * 24
    check_view(
        modal(
            field("a" * 255),
            title=plain(long),
            submit=plain(long),
            close=plain(long),
            private_metadata="x" * 3_000,
            callback_id="x" * 255,
        )
    )


async def test_over_the_wire_the_refusal_names_the_place(client: AsyncWebClient) -> None:
    said = await refusal(client.chat_postMessage(channel=GENERAL, text="x", blocks=[section("x" * 3_001)]))
    place = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert said["errors"] == [place]
    assert said["response_metadata"]["messages"] == [f"[ERROR] {place}"]
    said = await refusal(
        client.views_publish(user_id=NEPAL, view={"type": "home", "blocks": [section()] * 101})
    )
    assert said["error"] == "invalid_arguments"


def test_every_rule_names_its_source() -> None:
    for table in (BLOCKS, ELEMENTS, OBJECTS):
        for name, shape in table.items():
            assert shape.source.startswith("https://docs.slack.dev/"), name
