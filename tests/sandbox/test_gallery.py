"""The page of examples: right by Slack's rules, and complete."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from slackblocks.blocks import BlockType
from slackblocks.elements import ElementType
from slackblocks.objects import TextType
from slackblocks.rich_text.elements import RichTextElementType
from slackblocks.rich_text.objects import RichTextObjectType

from sandbox.blocks import BLOCKS
from sandbox.box import PAGE
from sandbox.elements import ELEMENTS
from sandbox.validate import check_blocks, check_view
from tests.sandbox.helpers import plain

EXAMPLES: dict[str, list[dict[str, Any]]] = json.loads((PAGE / "gallery.json").read_text(encoding="utf-8"))
CASES = [
    pytest.param(surface, one["blocks"], id=f"{surface}-{one['name']}")
    for surface, examples in EXAMPLES.items()
    for one in examples
]
BESIDE = {"date", "broadcast", "color", "raw_text", "raw_number", "icon", "pie", "bar", "area", "line"}
"""What Slack's reference has beside the types that ``slackblocks`` counts up."""
OBJECTS = {
    "accessibility_label", "accessory", "confirm", "customizable_input_parameters", "default_collapsed",
    "description", "dispatch_action_config", "expand", "fields", "filter", "focus_on_load", "hint",
    "initial_conversations", "initial_options", "max_selected_items", "offset", "option_groups",
    "placeholder", "slack_file", "slack_icon", "sources", "style", "timezone", "workflow",
}  # fmt: skip
"""Composition objects and fields that change how something looks; those nobody needs to see are left out."""


def inside(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from inside(one)
    elif isinstance(value, dict):
        yield value
        for one in value.values():
            yield from inside(one)


@pytest.mark.parametrize(("surface", "blocks"), CASES)
def test_slack_would_take_each_example(surface: str, blocks: list[dict[str, Any]]) -> None:
    if surface == "message":
        check_blocks(blocks, "message")
    elif surface == "modal":
        check_view({"type": "modal", "title": plain("Example"), "submit": plain("Send"), "blocks": blocks})
    else:
        check_view({"type": "home", "blocks": blocks})


def test_there_is_an_example_of_every_type_that_slackblocks_knows() -> None:
    seen = {str(one["type"]) for one in inside(EXAMPLES) if "type" in one}
    kinds = (BlockType, ElementType, TextType, RichTextElementType, RichTextObjectType)
    known = {str(one.value) for kind in kinds for one in kind}
    assert sorted((known | BESIDE) - seen) == []
    assert sorted((set(BLOCKS) | set(ELEMENTS)) - seen) == []


def test_there_is_an_example_of_every_object_that_is_seen() -> None:
    assert sorted(OBJECTS - {key for one in inside(EXAMPLES) for key in one}) == []


def test_each_example_has_a_name_of_its_own() -> None:
    names = [one["name"] for examples in EXAMPLES.values() for one in examples]
    assert len(set(names)) == len(names)
