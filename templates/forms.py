"""Forms: a modal's fields, its loading and its closing page, and what is said under a field that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    CheckboxesElement,
    InputBlock,
    InputInteractiveElement,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
    UserSelectElement,
)

from templates.budget import SECTION_CHARACTERS, cut
from templates.messages import Message
from templates.mrkdwn import escape
from templates.validation import check_view
from templates.voice import Voice

TITLE_CHARACTERS = 24
"""docs.slack.dev/reference/views: title, submit and close."""
VALUE = "value"
"""The action id of every field: its block id is the field's name."""


@dataclass(frozen=True)
class Choice:
    """One thing to choose, by what it says and what it stands for."""

    label: str
    value: str


@dataclass(frozen=True)
class Field:
    """One field of a form, by the name under which its value comes back."""

    name: str
    label: str
    element: InputInteractiveElement
    optional: bool = False
    hint: str = ""


def text(*, initial: str = "", lines: bool = False, most: int = 3_000) -> PlainTextInputElement:
    """A field to type in, on one line or several."""
    return PlainTextInputElement(
        action_id=VALUE, multiline=lines, max_length=most, initial_value=initial or None
    )


def select(choices: Sequence[Choice], *, chosen: str = "") -> StaticSelectElement:
    """A choice of one."""
    options = [_option(choice) for choice in choices]
    initial = next((option for option in options if option.value == chosen), None)
    return StaticSelectElement(action_id=VALUE, options=options, initial_option=initial)


def person() -> UserSelectElement:
    """A choice of one member of the workspace."""
    return UserSelectElement(action_id=VALUE)


def tick(choice: Choice) -> CheckboxesElement:
    """A box to tick."""
    return CheckboxesElement(action_id=VALUE, options=[_option(choice)])


def form(
    name: str, title: str, submit: str, close: str, fields: Sequence[Field], *, metadata: str = ""
) -> dict[str, Any]:
    """A form as a view. `metadata` comes back with what was filled in.

    Raises `UnfitMessage` for a view that Slack would refuse, a fault of ours.
    """
    blocks = [
        InputBlock(
            block_id=field.name,
            label=PlainTextObject(text=field.label),
            element=field.element,
            optional=field.optional,
            hint=PlainTextObject(text=field.hint) if field.hint else None,
        ).to_dict()
        for field in fields
    ]
    view = {**_frame(name, title, close), "blocks": blocks, "private_metadata": metadata}
    view["submit"] = {"type": "plain_text", "text": cut(submit, TITLE_CHARACTERS)}
    check_view(view)
    return view


def page(name: str, title: str, close: str, sentences: str) -> dict[str, Any]:
    """A modal that only says something: that it is loading, that it is done, or why it is not."""
    section = SectionBlock(text=MarkdownTextObject(text=cut(sentences, SECTION_CHARACTERS)))
    view = {**_frame(name, title, close), "blocks": [section.to_dict()]}
    check_view(view)
    return view


def loading(voice: Voice, name: str) -> dict[str, Any]:
    """What stands there while the form is made."""
    return page(name, voice.say("One moment"), voice.say("Close"), escape(voice.say("One moment please.")))


def closing(voice: Voice, name: str, message: Message) -> dict[str, Any]:
    """A message of ours as the last page of a form."""
    sentences = "\n\n".join(
        block["text"]["text"] for block in message.blocks if block["type"] in ("section", "header")
    )
    return page(name, voice.say("Pathfinder"), voice.say("Close"), sentences)


def field_error(voice: Voice, reason: str) -> str:
    """What is said under a field that is wrong."""
    said = {
        "role_does_not_fit": voice.say(
            "This role does not go with that: chairs and leads are of a group, focal points of a country."
        ),
        "country_unclear": voice.say("I do not know which country this is; its ISO code would be clear."),
        "gone": voice.say("This is not there any more; please choose another."),
        "no_address": voice.say("A link begins with https:// or http://."),
        "not_saved": voice.say(
            "I could not save this just now. All you typed is still here: please send it again."
        ),
    }
    return said.get(reason) or voice.say("This cannot be taken as it is; please look at it again.")


def _frame(name: str, title: str, close: str) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": name,
        "title": {"type": "plain_text", "text": cut(title, TITLE_CHARACTERS)},
        "close": {"type": "plain_text", "text": cut(close, TITLE_CHARACTERS)},
    }


def _option(choice: Choice) -> Option:
    return Option(text=PlainTextObject(text=cut(choice.label, 75)), value=choice.value)
