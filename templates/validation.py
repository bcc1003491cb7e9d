"""The recursive check that every message passes before it leaves: Slack would refuse it, so we do first.

The SDK's models check the top level only (seen). Numbers: docs.slack.dev/reference/block-kit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from templates.budget import MESSAGE_BLOCKS, MESSAGE_CHARACTERS, SECTION_CHARACTERS

VIEW_BLOCKS = 100
METADATA_CHARACTERS = 3_000

TEXT_LIMITS: Mapping[tuple[str, str], int] = {
    ("header", "text"): 150,
    ("section", "text"): SECTION_CHARACTERS,
    ("context", "elements"): SECTION_CHARACTERS,
    ("section", "fields"): 2_000,
    ("button", "text"): 75,
    ("option", "text"): 75,
    ("static_select", "placeholder"): 150,
    ("input", "label"): 2_000,
    ("input", "hint"): 2_000,
    ("confirm", "title"): 100,
    ("confirm", "text"): 300,
    ("confirm", "confirm"): 30,
    ("confirm", "deny"): 30,
    ("modal", "title"): 24,
    ("modal", "submit"): 24,
    ("modal", "close"): 24,
}
"""Characters of a text object by its owner's type and the field it stands in."""

COUNT_LIMITS: Mapping[tuple[str, str], int] = {
    ("actions", "elements"): 25,
    ("context", "elements"): 10,
    ("section", "fields"): 10,
    ("static_select", "options"): 100,
    ("multi_static_select", "options"): 100,
    ("home", "blocks"): VIEW_BLOCKS,
    ("overflow", "options"): 5,
    ("checkboxes", "options"): 10,
    ("modal", "blocks"): VIEW_BLOCKS,
}
"""How many a list may hold."""

STRING_LIMITS: Mapping[str, int] = {"action_id": 255, "block_id": 255, "value": 2_000, "url": 3_000}

KNOWN = frozenset(
    {
        "header", "section", "context", "divider", "actions", "image", "button", "static_select", "overflow",
        "mrkdwn", "plain_text", "option", "input", "plain_text_input", "users_select", "checkboxes", "modal",
        "confirm", "home", "multi_static_select", "conversations_select", "multi_conversations_select",
        "datepicker", "timepicker", "file_input", "filter", "multi_users_select",
    }
)  # fmt: skip
UNNAMED = {"deny": "confirm", "value": "option", "include": "filter"}
"""Objects that name no type are known by a field of theirs."""
PLAIN_ONLY = frozenset({"header", "button", "option", "static_select", "input", "modal"})


class UnfitMessage(Exception):
    """A message that Slack would refuse: a fault of ours, named by the place in the message."""


def check_message(blocks: Sequence[Mapping[str, Any]], text: str) -> None:
    """Raise `UnfitMessage` with every fault found, unless the message may be posted."""
    faults = list(_faults(blocks, text))
    if faults:
        raise UnfitMessage("; ".join(faults))


def check_view(view: Mapping[str, Any]) -> None:
    """Raise `UnfitMessage` with every fault found, unless the view may be opened."""
    faults = [fault for place, node in _nodes("view", view) for fault in _node_faults(place, node)]
    names = Counter(block.get("block_id") for block in view["blocks"] if "block_id" in block)
    faults += [f"block_id {name!r} stands twice" for name, n in names.items() if n > 1]
    if len(view.get("private_metadata", "")) > METADATA_CHARACTERS:
        faults.append("private_metadata is too long")
    if faults:
        raise UnfitMessage("; ".join(faults))


def _faults(blocks: Sequence[Mapping[str, Any]], text: str) -> Iterator[str]:
    if not text.strip():
        yield "the text that screen readers and notifications read is missing"
    if len(blocks) > MESSAGE_BLOCKS:
        yield f"{len(blocks)} blocks, at most {MESSAGE_BLOCKS}"
    if (size := sum(_size(block) for block in blocks)) > MESSAGE_CHARACTERS:
        yield f"{size} characters, at most {MESSAGE_CHARACTERS}"
    ids: Counter[tuple[str, str]] = Counter()
    for place, node in _nodes("blocks", list(blocks)):
        ids.update((field, node[field]) for field in ("action_id", "block_id") if field in node)
        yield from _node_faults(place, node)
    yield from (f"{field} {value!r} stands twice" for (field, value), n in ids.items() if n > 1)


def _nodes(place: str, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object in the tree with its path."""
    if isinstance(value, Mapping):
        yield place, value
        for field, inner in value.items():
            yield from _nodes(f"{place}.{field}", inner)
    elif isinstance(value, list | tuple):
        for i, inner in enumerate(value):
            yield from _nodes(f"{place}[{i}]", inner)


def _node_faults(place: str, node: Mapping[str, Any]) -> Iterator[str]:
    kind = node.get("type") or next((kind for field, kind in UNNAMED.items() if field in node), "")
    if kind not in KNOWN:
        yield f"{place} has an unknown type {kind!r}"
    for field, inner in node.items():
        if isinstance(inner, list) and not inner:
            yield f"{place}.{field} is empty"
        if isinstance(inner, list) and len(inner) > COUNT_LIMITS.get((kind, field), 1_000):
            yield f"{place}.{field} has {len(inner)} entries"
        if isinstance(inner, str) and len(inner) > STRING_LIMITS.get(field, 1_000_000):
            yield f"{place}.{field} has {len(inner)} characters"
        for text in inner if isinstance(inner, list) else [inner]:
            if isinstance(text, Mapping) and text.get("type") in ("mrkdwn", "plain_text"):
                yield from _text_faults(f"{place}.{field}", kind, field, text)


def _text_faults(place: str, kind: str, field: str, text: Mapping[str, Any]) -> Iterator[str]:
    said = text.get("text", "")
    if not said.strip():
        yield f"{place} is empty"
    if len(said) > TEXT_LIMITS.get((kind, field), SECTION_CHARACTERS):
        yield f"{place} has {len(said)} characters"
    if kind in PLAIN_ONLY and text["type"] != "plain_text":
        yield f"{place} must be plain text"


def _size(value: Any) -> int:
    """Characters of all texts in a block."""
    if isinstance(value, Mapping):
        return sum(_size(inner) for field, inner in value.items() if field != "type")
    if isinstance(value, list | tuple):
        return sum(_size(inner) for inner in value)
    return len(value) if isinstance(value, str) else 0
