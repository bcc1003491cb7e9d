"""Walks blocks and views against the tables of rules and says everything that is wrong, and where.

``slack_sdk.models`` does not look below the top level (seen: a view with a section of 3,001
characters passes there), Slack does. The place is a JSON pointer, as in Slack's own messages.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.blocks import (
    BLOCKS,
    MODAL,
    MOST_BLOCKS,
    MOST_CHARACTERS,
    MOST_MARKDOWN,
    MOST_TABLES,
    PIECES,
    VIEWS,
)
from sandbox.elements import ELEMENTS, OBJECTS
from sandbox.errors import SlackError
from sandbox.shapes import (
    Flag,
    Like,
    Link,
    Number,
    Object,
    OneOf,
    Part,
    Shape,
    Some,
    Spec,
    Text,
    Words,
)

Problems = Iterator[str]


def check_blocks(blocks: Any, surface: str) -> None:
    """Raise what Slack would answer to these blocks on this surface; say nothing when they are right."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    problems = tuple(_blocks(blocks, surface, "/blocks"))
    if problems:
        raise SlackError("invalid_blocks", details=problems)
    if surface == "message" and characters(blocks) > MOST_CHARACTERS:
        raise SlackError("msg_blocks_too_long")


def check_view(view: Any, *, kind: str | None = None) -> None:
    """Raise what Slack would answer to this view."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", details=("must be a JSON object [json-pointer:/view]",))
    surface = str(view.get("type"))
    if surface not in VIEWS or (kind is not None and surface != kind):
        raise SlackError(
            "invalid_arguments", details=(f"unsupported type: {surface} [json-pointer:/view/type]",)
        )
    blocks = view.get("blocks")
    problems = tuple(_fields(view, VIEWS[surface], "/view"))
    if isinstance(blocks, list):
        problems += tuple(_blocks(blocks, surface, "/view/blocks"))
        if surface == MODAL and "submit" not in view and any(_type(block) == "input" for block in blocks):
            # https://docs.slack.dev/reference/views/modal-views: submit is required with an input block.
            problems += ("missing required field: submit, a view with inputs needs it [json-pointer:/view]",)
    elif "blocks" in view:
        problems += ("must provide an array [json-pointer:/view/blocks]",)
    if problems:
        raise SlackError("invalid_arguments", details=problems)


def check_element(element: Mapping[str, Any]) -> None:
    """Raise when one element is not right."""
    problems = tuple(_fields(element, ELEMENTS[str(element.get("type"))], ""))
    if problems:
        raise SlackError("invalid_options", details=problems)


def characters(value: Any) -> int:
    """How many characters of text stand in these blocks, at any depth."""
    if isinstance(value, dict):
        return sum(
            len(inner) if key == "text" and isinstance(inner, str) else characters(inner)
            for key, inner in value.items()
        )
    return sum(characters(inner) for inner in value) if isinstance(value, list) else 0


def _blocks(blocks: list[Any], surface: str, at: str) -> Problems:
    if len(blocks) > MOST_BLOCKS[surface]:
        yield f"no more than {MOST_BLOCKS[surface]} items allowed [json-pointer:{at}]"
    for index, block in enumerate(blocks):
        yield from _block(block, surface, f"{at}/{index}")
    ids = [str(block["block_id"]) for block in blocks if isinstance(block, dict) and block.get("block_id")]
    for twice in sorted({name for name in ids if ids.count(name) > 1}):
        # https://docs.slack.dev/reference/block-kit/blocks: block_id is unique in a message or view.
        yield f"block_id already exists: {twice} [json-pointer:{at}]"
    markdown = [block for block in blocks if _type(block) == "markdown"]
    if characters(markdown) > MOST_MARKDOWN:
        yield f"markdown blocks hold no more than {MOST_MARKDOWN} characters in all [json-pointer:{at}]"
    if sum(_type(block) == "table" for block in blocks) > MOST_TABLES:
        yield f"only_one_table_allowed [json-pointer:{at}]"


def _block(block: Any, surface: str, at: str) -> Problems:
    kind = _type(block)
    if kind is None or kind not in BLOCKS or surface not in BLOCKS[kind].on:
        yield f"unsupported type: {kind} [json-pointer:{at}/type]"
        return
    yield from _fields(block, BLOCKS[kind], at)
    actions = [str(part["action_id"]) for part in parts_of(block) if part.get("action_id")]
    for twice in sorted({name for name in actions if actions.count(name) > 1}):
        # https://docs.slack.dev/reference/block-kit/block-elements: unique within its block.
        yield f"action_id already exists: {twice} [json-pointer:{at}]"
    if surface != MODAL and any(part.get("response_url_enabled") for part in parts_of(block)):
        yield f"response_url_enabled is for modals only [json-pointer:{at}]"


def parts_of(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The elements of a block, those of blocks within it included."""
    found: list[Any] = [block.get("accessory"), block.get("element")]
    for key in ("elements", "actions", "child_blocks"):
        inner = block.get(key)
        found.extend(inner if isinstance(inner, list) else [])
    parts = [part for part in found if isinstance(part, dict)]
    nested = [inner for part in parts if part.get("type") in BLOCKS for inner in parts_of(part)]
    return [*parts, *nested]


def _type(value: Any) -> str | None:
    kind = value.get("type") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) else None


def _fields(value: Mapping[str, Any], shape: Shape, at: str) -> Problems:
    for name in shape.needs:
        if value.get(name) is None:
            yield f"missing required field: {name} [json-pointer:{at}]"
    if shape.one_of and not any(value.get(name) for name in shape.one_of):
        names = " or ".join(f"`{name}`" for name in shape.one_of)
        yield f"must define either {names} [json-pointer:{at}]"
    if shape.only_one and sum(value.get(name) is not None for name in shape.only_one) != 1:
        names = " or ".join(f"`{name}`" for name in shape.only_one)
        yield f"must define exactly one of {names} [json-pointer:{at}]"
    for name, inner in value.items():
        if name == "type":
            continue
        spec = shape.fields.get(name)
        if spec is None:
            yield f"invalid additional property: {name} [json-pointer:{at}]"
        elif inner is not None:
            yield from _value(inner, spec, f"{at}/{name}")
    yield from _initial(value, at)


def _initial(value: Mapping[str, Any], at: str) -> Problems:
    """What is chosen beforehand must be one of the choices (the select, radio and checkbox pages)."""
    options = options_of(value)
    if not options:
        return
    chosen = value.get("initial_options") or [value.get("initial_option")]
    if isinstance(chosen, list):
        for option in chosen:
            if option is not None and option not in options:
                yield f"the initial option is not one of the options [json-pointer:{at}]"


def options_of(element: Mapping[str, Any]) -> list[Any]:
    """All options of a menu, those within groups included."""
    groups = element.get("option_groups")
    listed = groups if isinstance(groups, list) else []
    inner = [group.get("options") for group in listed if isinstance(group, dict)]
    lists = [element.get("options"), *inner]
    return [option for options in lists if isinstance(options, list) for option in options]


def _value(value: Any, spec: Spec, at: str) -> Problems:
    match spec:
        case Text():
            yield from _text(value, spec.least, spec.most, at)
        case Words():
            yield from _words(value, spec, at)
        case Link():
            yield from _link(value, spec, at)
        case Some():
            yield from _list(value, spec, at)
        case Part():
            yield from _part(value, spec, at)
        case Object():
            yield from _object(value, spec, at)
        case _:
            yield from _plain(value, spec, at)


def _plain(value: Any, spec: Spec, at: str) -> Problems:
    if isinstance(spec, OneOf) and value not in spec.words:
        yield f"value must be one of {', '.join(spec.words)} [json-pointer:{at}]"
    if isinstance(spec, Flag) and not isinstance(value, bool):
        yield f"must be a boolean [json-pointer:{at}]"
    if isinstance(spec, Like) and not (isinstance(value, str) and re.fullmatch(spec.pattern, value)):
        yield f"must look like {spec.example} [json-pointer:{at}]"
    if isinstance(spec, Number):
        if not isinstance(value, int) or isinstance(value, bool):
            yield f"must be an integer [json-pointer:{at}]"
        elif spec.least is not None and value < spec.least:
            yield f"must be greater than or equal to {spec.least} [json-pointer:{at}]"
        elif spec.most is not None and value > spec.most:
            yield f"must be less than or equal to {spec.most} [json-pointer:{at}]"


def _text(value: Any, least: int, most: int | None, at: str) -> Problems:
    if not isinstance(value, str):
        yield f"must be a string [json-pointer:{at}]"
    elif len(value) < least:
        yield f"must be more than {least - 1} characters [json-pointer:{at}]"
    elif most is not None and len(value) > most:
        yield f"must be less than {most + 1} characters [json-pointer:{at}]"


_TEXT_FIELDS: Mapping[str, tuple[str, ...]] = {
    "plain_text": ("type", "text", "emoji"),
    "mrkdwn": ("type", "text", "verbatim"),
}


def _words(value: Any, spec: Words, at: str) -> Problems:
    kind = _type(value)
    if kind not in spec.kinds:
        wanted = " or ".join(spec.kinds)
        yield f"must be a text object of type {wanted}, not {kind} [json-pointer:{at}]"
        return
    yield from _text(value.get("text"), spec.least, spec.most, f"{at}/text")
    for name in value:
        if name not in _TEXT_FIELDS[kind]:
            yield f"invalid additional property: {name} [json-pointer:{at}]"


def _link(value: Any, spec: Link, at: str) -> Problems:
    yield from _text(value, 1, spec.most, at)
    schemes = "|".join(spec.schemes)
    if isinstance(value, str) and not re.fullmatch(rf"(?:{schemes})://[^\s<>]+", value):
        yield f"must be a valid URL ({' or '.join(spec.schemes)}) [json-pointer:{at}]"


def _list(value: Any, spec: Some, at: str) -> Problems:
    if not isinstance(value, list):
        yield f"must provide an array [json-pointer:{at}]"
        return
    if len(value) < spec.least:
        yield f"no less than {spec.least} items allowed [json-pointer:{at}]"
    if spec.most is not None and len(value) > spec.most:
        yield f"no more than {spec.most} items allowed [json-pointer:{at}]"
    for index, item in enumerate(value):
        yield from _value(item, spec.of, f"{at}/{index}")


def _part(value: Any, spec: Part, at: str) -> Problems:
    kind = _type(value)
    if kind is None or kind not in spec.types:
        yield f"unsupported type: {kind} [json-pointer:{at}/type]"
    elif kind in {"plain_text", "mrkdwn"}:
        yield from _words(value, Words(3000, kinds=(kind,)), at)
    else:
        for known in (BLOCKS,) if spec.as_block else (ELEMENTS, PIECES, BLOCKS):
            if kind in known:
                yield from _fields(value, known[kind], at)
                return


def _object(value: Any, spec: Object, at: str) -> Problems:
    if not isinstance(value, dict):
        yield f"must be a JSON object [json-pointer:{at}]"
        return
    yield from _fields(value, OBJECTS[spec.name] if spec.name in OBJECTS else PIECES[spec.name], at)
