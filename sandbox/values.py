"""What a person chose or typed, as Slack puts it in ``actions`` and in ``state.values``.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload and the page of each element.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.errors import BadRequest
from sandbox.validate import options_of, parts_of

Json = dict[str, Any]

# Element type -> (key of the value in a state, key of the value it starts with, several?)
HELD: Mapping[str, tuple[str, str, bool]] = {
    "plain_text_input": ("value", "initial_value", False),
    "email_text_input": ("value", "initial_value", False),
    "url_text_input": ("value", "initial_value", False),
    "number_input": ("value", "initial_value", False),
    "rich_text_input": ("rich_text_value", "initial_value", False),
    "file_input": ("files", "initial_files", True),
    "datepicker": ("selected_date", "initial_date", False),
    "timepicker": ("selected_time", "initial_time", False),
    "datetimepicker": ("selected_date_time", "initial_date_time", False),
    "static_select": ("selected_option", "initial_option", False),
    "external_select": ("selected_option", "initial_option", False),
    "radio_buttons": ("selected_option", "initial_option", False),
    "overflow": ("selected_option", "initial_option", False),
    "users_select": ("selected_user", "initial_user", False),
    "conversations_select": ("selected_conversation", "initial_conversation", False),
    "channels_select": ("selected_channel", "initial_channel", False),
    "checkboxes": ("selected_options", "initial_options", True),
    "multi_static_select": ("selected_options", "initial_options", True),
    "multi_external_select": ("selected_options", "initial_options", True),
    "multi_users_select": ("selected_users", "initial_users", True),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", True),
    "multi_channels_select": ("selected_channels", "initial_channels", True),
}
TYPED = ("plain_text_input", "email_text_input", "url_text_input", "number_input")


def walk(blocks: list[Json]) -> Iterator[tuple[str, Json, Json]]:
    """Every element: its block's id, the block, the element."""
    for block in blocks:
        for element in parts_of(block):
            if "action_id" in element:
                yield block["block_id"], block, element


def start_values(blocks: list[Json], *, channel: str | None = None) -> dict[str, Json]:
    """The state in which a view or message shows first."""
    values: dict[str, Json] = {}
    for block_id, _, element in walk(blocks):
        if element["type"] in HELD and element["type"] != "overflow":
            key, initial, several = HELD[element["type"]]
            start = element.get(initial, [] if several else None)
            if element.get("default_to_current_conversation") and not start and channel:
                start = [channel] if several else channel
            values.setdefault(block_id, {})[element["action_id"]] = {"type": element["type"], key: start}
    return values


def chosen(element: Json, raw: Any, offered: list[Json] | None = None) -> Json:
    """The state object for what a person chose: values of options become the options themselves.

    ``offered`` are the options that an external menu got from the bot; those it began with can be chosen
    as well. What a person could not choose is refused with a sentence.
    """
    kind = element["type"]
    if kind not in HELD:
        raise BadRequest(f"nothing can be chosen in a {kind}")
    key, _, several = HELD[kind]
    if several and raw is not None and not isinstance(raw, list):
        raise BadRequest(f"a {kind} takes a list of values")
    if "option" in key:
        options = [*options_of(element), *(offered or []), *_started(element)]
        picked = [_option(options, value, element) for value in (raw or [] if several else [raw])]
        return {"type": kind, key: picked if several else picked[0]}
    if kind in TYPED and raw is not None and not isinstance(raw, str):
        raw = str(raw)
    if kind in TYPED and raw == "":
        raw = None
    return {"type": kind, key: raw}


def _started(element: Json) -> list[Json]:
    start = element.get(HELD[element["type"]][1]) or []
    return start if isinstance(start, list) else [start]


def _option(options: list[Json], value: Any, element: Json) -> Json | None:
    if value is None:
        return None
    for option in options:
        if value in (option.get("value"), option):
            return option
    raise BadRequest(f"{value!r} is not among the options of {element.get('action_id')!r}")


def wrong_input(block: Json, element: Json, state: Json) -> str | None:
    """What Slack's own window says before anything is sent; None when the input may go."""
    key = HELD[element["type"]][0]
    value = state.get(key)
    if value in (None, [], ""):
        return None if block.get("optional") else "Please complete this required field."
    if element["type"] == "plain_text_input":
        return _wrong_length(element, value)
    if element["type"] == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return "Please enter a valid email address."
    if element["type"] == "url_text_input" and not re.fullmatch(r"https?://\S+", value):
        return "Please enter a valid URL."
    if element["type"] == "number_input":
        return _wrong_number(element, value)
    most = element.get("max_selected_items")
    return f"Please select at most {most}." if most and len(value) > most else None


def _wrong_length(element: Json, value: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Please enter at least {least} characters."
    return f"Please enter at most {most} characters." if len(value) > most else None


def _wrong_number(element: Json, value: str) -> str | None:
    form = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(form, value):
        return "Please enter a number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and float(value) < float(least):
        return f"Please enter a number of at least {least}."
    return f"Please enter a number of at most {most}." if most and float(value) > float(most) else None
