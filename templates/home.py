"""The Home tab: its sections, each a few messages, one below the other, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    MarkdownTextObject,
    PlainTextObject,
)
from slack_sdk.models.views import View

from templates.messages import Message
from templates.validation import check_view
from templates.voice import Voice

TURN = "home:page:"
"""The beginning of the id of a button that turns the page; the page's number follows."""


@dataclass(frozen=True)
class Part:
    """One section of Home: what of it stands on the page that is shown, and how many pages it has."""

    messages: tuple[Message, ...]
    pages: int = 1


def view(voice: Voice, parts: Sequence[Part], page: int) -> dict[str, Any]:
    """The Home tab's view: these sections, and buttons to turn the page where one of them has several."""
    blocks = [block for part in parts for message in part.messages for block in message.blocks]
    pages = max((part.pages for part in parts), default=1)
    turning = [block.to_dict() for block in _turning(voice, page, pages)]
    made = View(type="home", blocks=[*_numbered(blocks), *turning]).to_dict()
    check_view(made)
    return made


def _numbered(blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks with their buttons numbered through: each message began at nought."""
    numbers = count()
    return [
        {**block, "elements": [_renamed(element, next(numbers)) for element in block["elements"]]}
        if block["type"] == "actions"
        else block
        for block in blocks
    ]


def _renamed(element: dict[str, Any], number: int) -> dict[str, Any]:
    kind = element["action_id"].partition(":")[0]
    return {**element, "action_id": f"{kind}:{number}"}


def _turning(voice: Voice, page: int, pages: int) -> list[Block]:
    if pages == 1:
        return []
    turns = [(voice.say("Next page"), page + 1)] if page < pages else []
    turns += [(voice.say("Previous page"), page - 1)] if page > 1 else []
    buttons = [
        ButtonElement(text=PlainTextObject(text=label, emoji=False), action_id=f"{TURN}{number}")
        for label, number in turns
    ]
    line = voice.say("Page %(number)s of %(of)s", number=page, of=pages)
    return [ActionsBlock(elements=buttons), ContextBlock(elements=[MarkdownTextObject(text=line)])]
