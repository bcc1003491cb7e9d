"""Forms: a modal's fields, its loading and its closing page, and what is said under a field that is wrong."""

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
    UserSelectElement,
)
from slack_sdk.models.blocks.block_elements import FileInputElement

from community.folding import fold
from community.names import HOUSE_LANGUAGES, PlaceName
from templates.budget import cut, fitting
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


def several(choices: Sequence[Choice], *, chosen: Sequence[str] = ()) -> StaticMultiSelectElement:
    """A choice of any number; the values come back with commas between."""
    options = [_option(choice) for choice in choices]
    initial = [option for option in options if option.value in chosen]
    return StaticMultiSelectElement(action_id=VALUE, options=options, initial_options=initial or None)


def person(*, chosen: str = "") -> UserSelectElement:
    """A choice of one member of the workspace."""
    return UserSelectElement(action_id=VALUE, initial_user=chosen or None)


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
    """A form with what somebody had filled in, so that nothing typed is lost. `values` as Slack sent them."""
    blocks = []
    for block in view["blocks"]:
        typed = values.get(block.get("block_id", ""), {}).get(VALUE)
        if block["type"] == "input" and typed is not None:
            element = {
                key: value for key, value in block["element"].items() if not key.startswith("initial_")
            }
            kept = {
                f"initial_{name}": typed[f"selected_{name}"]
                for name in ("option", "options", "user", "conversation", "conversations", "date", "time")
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


def closing(voice: Voice, name: str, message: Message) -> dict[str, Any]:
    """A message of ours as the last page of a form."""
    return page(name, voice.say("Pathfinder"), voice.say("Close"), sentences(message))


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


def field_error(voice: Voice, reason: str) -> str:
    """What is said under a field that is wrong."""
    said = {
        "role_does_not_fit": voice.say(
            "This role does not go with that: chairs and leads are of a group, focal points of a country."
        ),
        "country_unclear": voice.say("I do not know which country this is; its ISO code would be clear."),
        "pathfinder_already": voice.say("This is a pathfinder already: `/pathfinder` and its name show it."),
        "member_already": voice.say("You are a member of this group already."),
        "chaired_already": voice.say("Somebody chairs this group by now."),
        "no_date": voice.say("A date is written as 2027, 2027-03, 2027-03-15 or by 2027-06."),
        "not_yet": voice.say("This day is still to come, so it cannot have been then."),
        "empty": voice.say("Please write something here."),
        "kind_does_not_fit": voice.say("This does not go with it: please choose another kind."),
        "name_needed": voice.say("Please write a name here, with letters or figures."),
        "name_taken": voice.say("Something else is called so already; names have to differ."),
        "entry_unclear": voice.say("I do not know which one this is; please type its whole name."),
        "place_unknown": voice.say(
            "I know no country called so. For a regional body, tick the box that says so."
        ),
        "stage_needed": voice.say("This is on record already; with a stage it becomes a pathfinder."),
        "same_entry": voice.say("These two are the same entry already."),
        "merged_already": voice.say("One of the two went into another one meanwhile."),
        "country_stays": voice.say("A country stays as it is; a regional body can go into another entry."),
        "not_on_record": voice.say("This is not on record yet; please add it first."),
        "not_yourself": voice.say("You cannot stop yourself; somebody else of the secretariat could."),
        "zone_unclear": voice.say(
            "I do not know this time zone. Its name has a region and a city, such as Asia/Kathmandu."
        ),
        "quiet_both": voice.say("Please give two different times, or neither."),
        "tick_needed": voice.say("Please tick the box to go on; you may also come back later."),
        "principles_changed": voice.say("The principles have changed meanwhile; please open them anew."),
        "gone": voice.say("This is not there any more; please choose another."),
        "own_language": voice.say("It is written in this language already; please choose another."),
        "translated_already": voice.say("This is there in this language already; thank you all the same."),
        "offer_waits": voice.say(
            "Somebody’s translation waits for review already. What you typed stays here until you close this."
        ),
        "no_group": voice.say("Only what is about an action group can be for its members alone."),
        "step_gone": voice.say("That step does not stand any more, so there is nothing to be reminded of."),
        "step_missing": voice.say("Please say which step it is."),
        "no_destination": voice.say("Choose a channel, or let it go by e-mail and on the web."),
        "leaves_already": voice.say("Another newsletter goes there already. End it, or untick it there."),
        "no_mail_address": voice.say("This is no e-mail address; one looks like name@example.org."),
        "refused_address": voice.say(
            "The mail server of this address refused it for good. Please give another."
        ),
        "too_many_ask": voice.say("Many people ask for letters just now. Please try again in an hour."),
        "no_address": voice.say("A link begins with https:// or http://."),
        "personal": voice.say(
            "This looks like a person’s details or a case. Nobody’s case belongs here; please leave it out."
        ),
        "not_saved": voice.say(
            "I could not save this just now. All you typed is still here: please send it again."
        ),
    }
    return said.get(reason) or voice.say("This cannot be taken as it is; please look at it again.")


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
    return Option(text=PlainTextObject(text=cut(choice.label, 75)), value=choice.value)
