"""Rules for blocks: which surface takes which, what each holds, every count and length.

Sources as in ``elements.py``; the surfaces are those of ``slackblocks/_surfaces.py``.
"""

from collections.abc import Mapping

from sandbox.elements import PLAIN
from sandbox.shapes import (
    REFERENCE,
    Anything,
    Flag,
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

MESSAGE, MODAL, HOME = "message", "modal", "home"
EVERYWHERE = (MESSAGE, MODAL, HOME)

_MENUS = ("static", "external", "users", "conversations", "channels")
SELECTS = tuple(f"{kind}_select" for kind in _MENUS)
MULTI_SELECTS = tuple(f"multi_{kind}_select" for kind in _MENUS)
CLICKABLE = ("button", "checkboxes", "datepicker", "overflow", "radio_buttons", "timepicker")
IN_ACTIONS = (*CLICKABLE, "datetimepicker", "workflow_button", *SELECTS, *MULTI_SELECTS)
IN_SECTION = (*CLICKABLE, "image", "workflow_button", *SELECTS, *MULTI_SELECTS)
IN_INPUT = (
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "rich_text_input",
    "file_input",
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
    "datetimepicker",
    *SELECTS,
    *MULTI_SELECTS,
)
IN_CONTAINER = (
    "actions",
    "context",
    "divider",
    "file",
    "header",
    "image",
    "input",
    "rich_text",
    "section",
    "table",
    "video",
)
_CELL = Part(("raw_text", "raw_number", "rich_text"))


def _block(
    page: str,
    fields: Mapping[str, Spec],
    *needs: str,
    on: tuple[str, ...] = EVERYWHERE,
    one_of: tuple[str, ...] = (),
    only_one: tuple[str, ...] = (),
) -> Shape:
    common: dict[str, Spec] = {"block_id": Text(255)}
    return Shape(
        f"{REFERENCE}/blocks/{page}-block", {**common, **fields}, needs, one_of, only_one, frozenset(on)
    )


_TASK: dict[str, Spec] = {
    "task_id": Text(255, 1),
    "title": Text(None, 1),
    "details": Part(("rich_text",)),
    "output": Part(("rich_text",)),
    "sources": Some(Part(("url",))),
    "status": OneOf(("pending", "in_progress", "complete", "error")),
}

BLOCKS = table(
    {
        "section": _block(
            "section",
            {
                "text": Words(3000),
                "fields": Some(Words(2000), 1, 10),
                "accessory": Part(IN_SECTION),
                "expand": Flag(),
            },
            one_of=("text", "fields"),
        ),
        "header": _block("header", {"text": Words(150, kinds=PLAIN), "level": Number(1, 6)}, "text"),
        "divider": _block("divider", {}),
        "context": _block(
            "context", {"elements": Some(Part(("image", "plain_text", "mrkdwn")), 1, 10)}, "elements"
        ),
        "actions": _block("actions", {"elements": Some(Part(IN_ACTIONS), 1, 25)}, "elements"),
        "input": _block(
            "input",
            {
                "label": Words(2000, kinds=PLAIN),
                "element": Part(IN_INPUT),
                "hint": Words(2000, kinds=PLAIN),
                "dispatch_action": Flag(),
                "optional": Flag(),
            },
            "label",
            "element",
        ),
        "image": _block(
            "image",
            {
                "image_url": Link(),
                "slack_file": Object("slack_file"),
                "alt_text": Text(2000),
                "title": Words(2000, kinds=PLAIN),
            },
            "alt_text",
            only_one=("image_url", "slack_file"),
        ),
        "rich_text": _block("rich-text", {"elements": Some(Anything(), 0)}, "elements"),
        "markdown": _block("markdown", {"text": Text(12_000, 1)}, "text", on=(MESSAGE,)),
        "table": _block(
            "table",
            {"rows": Some(Some(_CELL, 1, 20), 1, 100), "column_settings": Some(Anything(), 0, 20)},
            "rows",
            on=(MESSAGE, HOME),
        ),
        "data_table": _block(
            "data-table",
            {
                "rows": Some(Some(_CELL, 1, 20), 2, 201),
                "caption": Text(None, 1),
                "page_size": Number(1, 100),
                "row_header_column_index": Number(0, 19),
            },
            "rows",
            "caption",
            on=(MESSAGE, HOME),
        ),
        "data_visualization": _block(
            "data-visualization",
            {"title": Text(50, 1), "chart": Anything()},
            "title",
            "chart",
            on=(MESSAGE, HOME),
        ),
        "video": _block(
            "video",
            {
                "alt_text": Text(2000),
                "title": Words(200, kinds=PLAIN),
                "title_url": Link(2000, ("https",)),
                "thumbnail_url": Link(3000),
                "video_url": Link(3000, ("https",)),
                "author_name": Text(50),
                "description": Words(200, kinds=PLAIN),
                "provider_name": Text(50),
                "provider_icon_url": Link(2000),
            },
            "alt_text",
            "title",
            "thumbnail_url",
            "video_url",
        ),
        "file": _block(
            "file",
            {"external_id": Text(255, 1), "source": OneOf(("remote",))},
            "external_id",
            "source",
            on=(MESSAGE,),
        ),
        "context_actions": _block(
            "context-actions",
            {"elements": Some(Part(("feedback_buttons", "icon_button")), 1, 5)},
            "elements",
            on=(MESSAGE,),
        ),
        "alert": _block(
            "alert",
            {"text": Words(200), "level": OneOf(("default", "info", "warning", "error", "success"))},
            "text",
            on=(MODAL,),
        ),
        "card": _block(
            "card",
            {
                "hero_image": Part(("image",)),
                "icon": Part(("image",)),
                "slack_icon": Anything(),
                "title": Words(150),
                "subtitle": Words(150),
                "body": Words(200),
                "subtext": Words(200),
                "actions": Some(Part(("button",)), 1, 3),
            },
            one_of=("hero_image", "title", "actions", "body"),
        ),
        "carousel": _block(
            "carousel",
            {"elements": Some(Part(("card",), as_block=True), 1, 10)},
            "elements",
            on=(MESSAGE, HOME),
        ),
        "container": _block(
            "container",
            {
                "title": Words(150, kinds=PLAIN),
                "rich_text_title": Part(("rich_text",)),
                "subtitle": Words(150),
                "child_blocks": Some(Part(IN_CONTAINER, as_block=True), 1, 10),
                "width": OneOf(("narrow", "standard", "wide", "full")),
                "icon": Part(("image",)),
                "is_collapsible": Flag(),
                "default_collapsed": Flag(),
                "has_header_divider": Flag(),
            },
            "child_blocks",
            one_of=("title", "rich_text_title"),
            on=(MESSAGE, HOME),
        ),
        "plan": _block(
            "plan",
            {"title": Text(None, 1), "tasks": Some(Object("task"), 0, 50)},
            "title",
            "tasks",
            on=(MESSAGE,),
        ),
        "task_card": _block("task-card", _TASK, "task_id", "title", "status", on=(MESSAGE,)),
    }
)

# Parts that are neither block nor interactive element: cells of tables, text in a context, tasks.
PIECES = table(
    {
        "plain_text": Shape(f"{REFERENCE}/composition-objects/text-object", {}),
        "mrkdwn": Shape(f"{REFERENCE}/composition-objects/text-object", {}),
        "raw_text": Shape(f"{REFERENCE}/blocks/table-block", {"text": Text(), "emoji": Flag()}, ("text",)),
        "raw_number": Shape(
            f"{REFERENCE}/blocks/data-table-block", {"value": Anything(), "text": Text()}, ("value",)
        ),
        "task": Shape(f"{REFERENCE}/blocks/plan-block", _TASK, ("task_id", "title", "status")),
    }
)

# How many blocks a surface takes; https://docs.slack.dev/reference/block-kit/blocks
MOST_BLOCKS: Mapping[str, int] = {MESSAGE: 50, MODAL: 100, HOME: 100}
# Seen (reported by many, in no reference page): a message fails above about this many characters.
MOST_CHARACTERS = 13_200
# https://docs.slack.dev/reference/block-kit/blocks/markdown-block: cumulative in a payload.
MOST_MARKDOWN = 12_000
# https://docs.slack.dev/reference/block-kit/blocks/table-block: one table a message.
MOST_TABLES = 1

VIEW_PAGE = "https://docs.slack.dev/reference/views"
VIEWS = table(
    {
        "modal": Shape(
            f"{VIEW_PAGE}/modal-views",
            {
                "title": Words(24, kinds=PLAIN),
                "submit": Words(24, kinds=PLAIN),
                "close": Words(24, kinds=PLAIN),
                "blocks": Anything(),
                "private_metadata": Text(3000),
                "callback_id": Text(255),
                "external_id": Text(255),
                "clear_on_close": Flag(),
                "notify_on_close": Flag(),
                "submit_disabled": Flag(),
            },
            ("title", "blocks"),
        ),
        "home": Shape(
            f"{VIEW_PAGE}/home-tab-views",
            {
                "blocks": Anything(),
                "private_metadata": Text(3000),
                "callback_id": Text(255),
                "external_id": Text(255),
            },
            ("blocks",),
        ),
    }
)
