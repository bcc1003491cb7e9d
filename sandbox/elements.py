"""Rules for block elements and composition objects: every type, field and limit, with its source.

Numbers: Slack's Block Kit reference, cross-read with the limit registry of ``slackblocks`` 3.0
(``slackblocks/_limits.py``, generated from its ``spec/limits.json``).
"""

from collections.abc import Mapping

from sandbox.shapes import (
    REFERENCE,
    Anything,
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
    table,
)

PLAIN = ("plain_text",)
ACTION_ID = Text(255, 1)
DAY = Like(r"\d{4}-\d{2}-\d{2}", "2026-11-21")
HOUR = Like(r"([01]\d|2[0-3]):[0-5]\d", "09:30")
STYLE = OneOf(("primary", "danger"))
CONFIRM = Object("confirm")
PLACEHOLDER = Words(150, kinds=PLAIN)
PLAIN_OPTIONS = Some(Object("option"), 1, 100)
GROUPS = Some(Object("option_group"), 1, 100)


def _element(page: str, fields: Mapping[str, Spec], *needs: str, only_one: tuple[str, ...] = ()) -> Shape:
    """An interactive element: what all have, and what this one adds."""
    common: dict[str, Spec] = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": Flag()}
    return Shape(f"{REFERENCE}/block-elements/{page}", {**common, **fields}, needs, only_one=only_one)


def _menu(page: str, fields: Mapping[str, Spec], *, only_one: tuple[str, ...] = ()) -> Shape:
    return _element(page, {"placeholder": PLACEHOLDER, **fields}, only_one=only_one)


def _many(fields: Mapping[str, Spec]) -> Mapping[str, Spec]:
    return {"max_selected_items": Number(1), **fields}


def _field(page: str, fields: Mapping[str, Spec], *needs: str) -> Shape:
    typed: dict[str, Spec] = {
        "placeholder": PLACEHOLDER,
        "initial_value": Text(3000),
        "dispatch_action_config": Object("dispatch_action_config"),
    }
    return _element(page, {**typed, **fields}, *needs)


_SELECT = "select-menu-element"
_MULTI = "multi-select-menu-element"
_STATIC: dict[str, Spec] = {"options": PLAIN_OPTIONS, "option_groups": GROUPS}
_OPTIONS_OF_TEN = Some(Object("rich_option"), 1, 10)

ELEMENTS = table(
    {
        "button": _element(
            "button-element",
            {
                "text": Words(75, kinds=PLAIN),
                "url": Link(),
                "value": Text(2000),
                "style": STYLE,
                "accessibility_label": Text(75),
                "agent_prompt": Text(4000),
                "agent_prompt_display": Anything(),
            },
            "text",
        ),
        "workflow_button": _element(
            "workflow-button-element",
            {
                "text": Words(75, kinds=PLAIN),
                "workflow": Anything(),
                "style": STYLE,
                "accessibility_label": Text(75),
            },
            "text",
            "workflow",
        ),
        "icon_button": _element(
            "icon-button-element",
            {
                "icon": Text(255, 1),
                "text": Words(75, kinds=PLAIN),
                "value": Text(2000),
                "accessibility_label": Text(75),
                "visible_to_user_ids": Some(Text(32, 1), 0, 10),
            },
            "icon",
            "text",
        ),
        "feedback_buttons": _element(
            "feedback-buttons-element",
            {"positive_button": Object("feedback_button"), "negative_button": Object("feedback_button")},
            "positive_button",
            "negative_button",
        ),
        "overflow": _element(
            "overflow-menu-element", {"options": Some(Object("overflow_option"), 1, 5)}, "options"
        ),
        "checkboxes": _element(
            "checkboxes-element",
            {"options": _OPTIONS_OF_TEN, "initial_options": _OPTIONS_OF_TEN},
            "options",
        ),
        "radio_buttons": _element(
            "radio-button-group-element",
            {"options": _OPTIONS_OF_TEN, "initial_option": Object("rich_option")},
            "options",
        ),
        "datepicker": _menu("date-picker-element", {"initial_date": DAY}),
        "timepicker": _menu("time-picker-element", {"initial_time": HOUR, "timezone": Text(64, 1)}),
        "datetimepicker": _element(
            "datetime-picker-element", {"initial_date_time": Number(1_000_000_000, 9_999_999_999)}
        ),
        "static_select": _menu(
            _SELECT,
            {**_STATIC, "initial_option": Object("option")},
            only_one=("options", "option_groups"),
        ),
        "external_select": _menu(
            _SELECT, {"initial_option": Object("option"), "min_query_length": Number(0, 255)}
        ),
        "users_select": _menu(_SELECT, {"initial_user": Text(32, 1)}),
        "conversations_select": _menu(
            _SELECT,
            {
                "initial_conversation": Text(32, 1),
                "default_to_current_conversation": Flag(),
                "response_url_enabled": Flag(),
                "filter": Object("filter"),
            },
        ),
        "channels_select": _menu(_SELECT, {"initial_channel": Text(32, 1), "response_url_enabled": Flag()}),
        "multi_static_select": _menu(
            _MULTI,
            _many({**_STATIC, "initial_options": Some(Object("option"), 1, 100)}),
            only_one=("options", "option_groups"),
        ),
        "multi_external_select": _menu(
            _MULTI,
            _many(
                {"initial_options": Some(Object("option"), 1, 100), "min_query_length": Number(0, 255)},
            ),
        ),
        "multi_users_select": _menu(_MULTI, _many({"initial_users": Some(Text(32, 1), 1)})),
        "multi_conversations_select": _menu(
            _MULTI,
            _many(
                {
                    "initial_conversations": Some(Text(32, 1), 1),
                    "default_to_current_conversation": Flag(),
                    "filter": Object("filter"),
                }
            ),
        ),
        "multi_channels_select": _menu(_MULTI, _many({"initial_channels": Some(Text(32, 1), 1)})),
        "plain_text_input": _field(
            "plain-text-input-element",
            {"multiline": Flag(), "min_length": Number(0, 3000), "max_length": Number(1, 3000)},
        ),
        "email_text_input": _field("email-input-element", {}),
        "url_text_input": _field("url-input-element", {}),
        "number_input": _field(
            "number-input-element",
            {"is_decimal_allowed": Flag(), "min_value": Text(32, 1), "max_value": Text(32, 1)},
            "is_decimal_allowed",
        ),
        "rich_text_input": _field(
            "rich-text-input-element",
            {
                "initial_value": Part(("rich_text",)),
                "min_lines": Number(1, 100),
                "max_lines": Number(1, 100),
            },
        ),
        "file_input": _element(
            "file-input-element", {"filetypes": Some(Text(32, 1)), "max_files": Number(1, 10)}
        ),
        "image": Shape(
            f"{REFERENCE}/block-elements/image-element",
            {"image_url": Link(), "slack_file": Object("slack_file"), "alt_text": Text(2000)},
            ("alt_text",),
            only_one=("image_url", "slack_file"),
        ),
        "url": Shape(
            f"{REFERENCE}/block-elements/url-source-element",
            {"url": Link(), "text": Text(2000, 1)},
            ("url", "text"),
        ),
    }
)

# The composition objects: parts of elements that carry no type.
_OPTION: dict[str, Spec] = {"value": Text(150, 1), "description": Words(75, kinds=PLAIN)}
_OPTION_PAGE = f"{REFERENCE}/composition-objects/option-object"

OBJECTS = table(
    {
        "option": Shape(_OPTION_PAGE, {"text": Words(75, kinds=PLAIN), **_OPTION}, ("text", "value")),
        "rich_option": Shape(
            _OPTION_PAGE,
            {"text": Words(75), "value": Text(150, 1), "description": Words(75)},
            ("text", "value"),
        ),
        "overflow_option": Shape(
            _OPTION_PAGE, {"text": Words(75, kinds=PLAIN), **_OPTION, "url": Link()}, ("text", "value")
        ),
        "option_group": Shape(
            f"{REFERENCE}/composition-objects/option-group-object",
            {"label": Words(75, kinds=PLAIN), "options": PLAIN_OPTIONS},
            ("label", "options"),
        ),
        "confirm": Shape(
            f"{REFERENCE}/composition-objects/confirmation-dialog-object",
            {
                "title": Words(100, kinds=PLAIN),
                "text": Words(300),
                "confirm": Words(30, kinds=PLAIN),
                "deny": Words(30, kinds=PLAIN),
                "style": STYLE,
            },
            ("title", "text", "confirm", "deny"),
        ),
        "feedback_button": Shape(
            f"{REFERENCE}/block-elements/feedback-buttons-element",
            {
                "text": Words(75, kinds=PLAIN),
                "value": Text(2000),
                "accessibility_label": Text(75),
            },
            ("text", "value"),
        ),
        "dispatch_action_config": Shape(
            f"{REFERENCE}/composition-objects/dispatch-action-configuration-object",
            {"trigger_actions_on": Some(OneOf(("on_enter_pressed", "on_character_entered")), 1, 2)},
        ),
        "filter": Shape(
            f"{REFERENCE}/composition-objects/conversation-filter-object",
            {
                "include": Some(OneOf(("im", "mpim", "private", "public")), 1),
                "exclude_external_shared_channels": Flag(),
                "exclude_bot_users": Flag(),
            },
        ),
        "slack_file": Shape(
            f"{REFERENCE}/composition-objects/slack-file-object",
            {"url": Link(), "id": Text(32, 1)},
            only_one=("url", "id"),
        ),
    }
)
