"""Forms: a modal's fields, its loading and its closing page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from babel import Locale
from slack_sdk.models.blocks import (
    CheckboxesElement,
    ConversationFilter,
    ConversationMultiSelectElement,
    ConversationSelectElement,
    DatePickerElement,
    InputBlock,
    InputInteractiveElement,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticMultiSelectElement,
    StaticSelectElement,
    TimePickerElement,
    UserMultiSelectElement,
    UserSelectElement,
)
from slack_sdk.models.blocks.block_elements import FileInputElement

from community.folding import fold
from community.names import HOUSE_LANGUAGES, PlaceName
from templates.budget import cut, fitting, label
from templates.messages import Message
from templates.mrkdwn import escape
from templates.validation import check_view
from templates.voice import Voice

TITLE_CHARACTERS = 24
"""docs.slack.dev/reference/views: title, submit and close."""
VALUE = "value"
"""The action id of a field, or its beginning: its block id is the field's name."""


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


def languages(further: str = "") -> list[Choice]:
    """The house's languages, each by its own name, and a `further` one that something is written in."""
    return [
        Choice((Locale.parse(code).get_display_name(code) or code).capitalize(), code)
        for code in dict.fromkeys((*HOUSE_LANGUAGES, *filter(None, (further,))))
    ]


def places(voice: Voice, names: Sequence[PlaceName]) -> list[Choice]:
    """Pathfinders to choose from, by their names in the alphabet."""
    choices = [Choice(voice.country(one), f"place:{one.key}") for one in names]
    return sorted(choices, key=lambda choice: fold(choice.label))


def text(
    *, initial: str = "", lines: bool = False, most: int = 3_000, drawn: str = ""
) -> PlainTextInputElement:
    """A field to type in, on one line or several.

    In a form that comes again, Slack shows what stood in a field before, whatever is `initial` now, unless
    the field's ids differ (github.com/slackapi/bolt-js/issues/290): another `drawn` makes them so.
    """
    action_id = f"{VALUE}:{drawn}" if drawn else VALUE
    return PlainTextInputElement(
        action_id=action_id, multiline=lines, max_length=most, initial_value=initial or None
    )


def select(choices: Sequence[Choice], *, chosen: str = "") -> StaticSelectElement:
    """A choice of one."""
    options = [_option(choice) for choice in choices]
    initial = next((option for option in options if option.value == chosen), None)
    return StaticSelectElement(action_id=VALUE, options=options, initial_option=initial)


def several(choices: Sequence[Choice], *, chosen: Sequence[str] = ()) -> StaticMultiSelectElement:
    """A choice of any number; the values come back with commas between."""
    options = [_option(choice) for choice in choices]
    initial = [option for option in options if option.value in chosen]
    return StaticMultiSelectElement(action_id=VALUE, options=options, initial_options=initial or None)


def person(*, chosen: str = "") -> UserSelectElement:
    """A choice of one member of the workspace."""
    return UserSelectElement(action_id=VALUE, initial_user=chosen or None)


def people(*, chosen: Sequence[str] = (), most: int) -> UserMultiSelectElement:
    """A choice of at most so many members; their Slack ids come back with commas between."""
    return UserMultiSelectElement(
        action_id=VALUE, initial_users=list(chosen) or None, max_selected_items=most
    )


def channel(*, chosen: str = "") -> ConversationSelectElement:
    """A choice of one channel, public or private, that the person sees."""
    return ConversationSelectElement(
        action_id=VALUE,
        initial_conversation=chosen or None,
        filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
    )


def channels(*, chosen: Sequence[str] = ()) -> ConversationMultiSelectElement:
    """A choice of any number of channels; their ids come back with commas between."""
    return ConversationMultiSelectElement(
        action_id=VALUE,
        initial_conversations=list(chosen) or None,
        filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
    )


def day(*, chosen: date | None = None) -> DatePickerElement:
    """A choice of a day; it comes back as `2026-11-21`."""
    return DatePickerElement(action_id=VALUE, initial_date=chosen.isoformat() if chosen else None)


def hour(*, chosen: time | None = None) -> TimePickerElement:
    """A choice of a time of day; it comes back as `21:30`."""
    return TimePickerElement(action_id=VALUE, initial_time=f"{chosen:%H:%M}" if chosen else None)


def files(*, most: int = 5) -> FileInputElement:
    """A place to add files; they come back as `Filled.files`."""
    return FileInputElement(action_id=VALUE, max_files=most)


def tick(choice: Choice, *, ticked: bool = False) -> CheckboxesElement:
    """A box to tick."""
    option = _option(choice)
    return CheckboxesElement(action_id=VALUE, options=[option], initial_options=[option] if ticked else None)


def form(
    name: str,
    title: str,
    submit: str,
    close: str,
    fields: Sequence[Field],
    *,
    metadata: str = "",
    notice: str = "",
) -> dict[str, Any]:
    """A form as a view. `metadata` comes back with what was filled in; `notice` is mrkdwn to read first.

    Raises `UnfitMessage` for a view that Slack would refuse, a fault of ours.
    """
    blocks = _sections(notice)
    blocks += [
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


def refilled(view: Mapping[str, Any], values: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A form with what somebody had filled in, so that nothing typed is lost. `values` as Slack sent them.

    A field that is filled in keeps the action id that it had.
    """
    blocks = []
    for block in view["blocks"]:
        action_id, typed = next(iter(values.get(block.get("block_id", ""), {}).items()), ("", None))
        if block["type"] == "input" and typed is not None:
            element = {
                key: value for key, value in block["element"].items() if not key.startswith("initial_")
            }
            element["action_id"] = action_id
            kept = {
                f"initial_{name}": typed[f"selected_{name}"]
                for name in (
                    "option",
                    "options",
                    "user",
                    "users",
                    "conversation",
                    "conversations",
                    "date",
                    "time",
                )
                if typed.get(f"selected_{name}")
            }
            if "initial_options" in kept:  # of what was chosen, what can be chosen still
                there = [option["value"] for option in element["options"]]
                kept["initial_options"] = [one for one in kept["initial_options"] if one["value"] in there]
                kept = {key: value for key, value in kept.items() if value}
            if typed.get("value"):
                kept["initial_value"] = typed["value"]
            block = {**block, "element": {**element, **kept}}
        blocks.append(block)
    return {**view, "blocks": blocks}


def page(name: str, title: str, close: str, said: str) -> dict[str, Any]:
    """A modal that only says something: that it is loading, that it is done, or why it is not."""
    view = {**_frame(name, title, close), "blocks": _sections(said)}
    check_view(view)
    return view


def loading(voice: Voice, name: str) -> dict[str, Any]:
    """What stands there while the form is made."""
    return page(name, voice.say("One moment"), voice.say("Close"), escape(voice.say("One moment please.")))


def closing(voice: Voice, name: str, message: Message, *, typed: str = "") -> dict[str, Any]:
    """A message of ours as the last page of a form; below it the whole of what was `typed` in vain."""
    said = sentences(message)
    if typed.strip():
        back = voice.say("This is what you wrote; nothing of it is lost:")
        said = "\n\n".join((said, escape(back), escape(typed)))
    return page(name, voice.say("Pathfinder"), voice.say("Close"), said)


def sentences(message: Message) -> str:
    """What a message says, as mrkdwn: its title and its sections."""
    return "\n\n".join(
        block["text"]["text"] for block in message.blocks if block["type"] in ("section", "header")
    )


def answer(voice: Voice, message: Message) -> dict[str, Any]:
    """A message of ours, buttons and all, as a modal: where a click comes from no channel."""
    view = {**_frame("answer", voice.say("Pathfinder"), voice.say("Close")), "blocks": list(message.blocks)}
    check_view(view)
    return view


def _sections(said: str) -> list[dict[str, Any]]:
    return [SectionBlock(text=MarkdownTextObject(text=part)).to_dict() for part in fitting(said)]


def _frame(name: str, title: str, close: str) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": name,
        "title": {"type": "plain_text", "text": cut(title, TITLE_CHARACTERS)},
        "close": {"type": "plain_text", "text": cut(close, TITLE_CHARACTERS)},
    }


def _option(choice: Choice) -> Option:
    return Option(text=PlainTextObject(text=label(choice.label, 75)), value=choice.value)
