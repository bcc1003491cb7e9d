"""From a template to a message: its blocks `title`, `body`, `small` and `fallback`, and buttons.

Paragraphs of the body become sections; the budgeter pages them; the documents cited close the message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import Environment, Template
from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    HeaderBlock,
    ImageBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from community.paging import Listed
from templates.budget import SECTION_CHARACTERS, cut, label, page_of, whole
from templates.footnotes import Footnotes
from templates.mrkdwn import plain
from templates.validation import check_message
from templates.voice import Voice

MOST_BUTTONS = 25
"""Slack's limit for one row of actions; voice.md asks for five, a choice of names may need more."""
ALT_CHARACTERS, PICTURE_TITLE_CHARACTERS = 1_500, 200
"""What a picture's words may take: Slack would allow 2,000 of each, but they count for the whole message."""


@dataclass(frozen=True)
class Button:
    """A button that does what typing `command` would do; `share` posts that answer in the channel.

    With `opens` it opens that form instead, for what `command` names. `confirm` is asked before it acts.
    """

    label: str
    command: str
    share: bool = False
    first: bool = False
    opens: str = ""
    confirm: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture at an address that Slack can reach, its name, and what it shows in words.

    It stands below what the message says; `first`, right under the title.
    """

    address: str
    title: str
    alt: str
    first: bool = False

    def block(self) -> ImageBlock:
        """The picture as Slack shows it."""
        return ImageBlock(
            image_url=self.address,
            alt_text=cut(self.alt, ALT_CHARACTERS),
            title=cut(self.title, PICTURE_TITLE_CHARACTERS),
        )


@dataclass(frozen=True)
class Message:
    """A finished message, checked against Slack's limits. `personal` is for one reader's eyes only."""

    text: str
    blocks: tuple[dict[str, Any], ...]
    personal: bool = False

    def payload(self) -> dict[str, Any]:
        """What Slack is sent, apart from where to."""
        return {"text": self.text, "blocks": list(self.blocks)}


@dataclass(frozen=True)
class Templates:
    """The templates, and how they become messages."""

    jinja: Environment

    def message(
        self,
        name: str,
        voice: Voice,
        *,
        buttons: Sequence[Button] = (),
        command: str = "",
        page: int = 1,
        personal: bool = False,
        picture: Picture | None = None,
        **values: Any,
    ) -> Message:
        """Render `slack/<name>.j2` as a message. `command` is what pages it by a click; else it has no pages.

        A `picture` stands on the first page only.
        Raises `UnfitMessage` for a message that Slack would refuse, a fault of ours.
        """
        footnotes = Footnotes(voice)
        template = self.jinja.get_template(f"{name}.j2")
        context = {"voice": voice, "footnotes": footnotes, **values}
        entries = _paragraphs(_part(template, "body", context))
        shown = page_of(entries, page) if command else whole(entries)
        title = plain(_part(template, "title", context))
        fallback = " ".join(_part(template, "fallback", context).split()) or title
        blocks: list[Block] = [HeaderBlock(text=cut(title, 150))] if title else []
        image = [picture.block()] if picture and shown.number == 1 else []
        sections: list[Block] = [SectionBlock(text=MarkdownTextObject(text=entry)) for entry in shown.entries]
        blocks += [*image, *sections] if picture and picture.first else [*sections, *image]
        row = [*buttons]
        if shown.of > 1:
            turns = _turning(voice, command, shown.number, shown.of)
            row = [*turns, *(replace(one, first=one.first and not turns[0].first) for one in buttons)]
        if row:
            blocks.append(
                ActionsBlock(elements=[button_element(i, b, voice) for i, b in enumerate(row[:MOST_BUTTONS])])
            )
        small = [_part(template, "small", context)]
        if shown.of > 1:
            small.append(_page_line(voice, shown.number, shown.of, shown.left))
        small.extend(footnotes.documents("".join(shown.entries)))
        small = [cut(line, SECTION_CHARACTERS) for line in small if line.strip()]
        if small:
            blocks.append(
                ContextBlock(elements=[MarkdownTextObject(text=cut("\n".join(small), SECTION_CHARACTERS))])
            )
        message = Message(
            cut(fallback, SECTION_CHARACTERS), tuple(block.to_dict() for block in blocks), personal
        )
        check_message(message.blocks, message.text)
        return message


def turning(voice: Voice, command: str, shown: Listed[Any]) -> list[Button]:
    """The buttons that turn the pages of a list whose entries have buttons of their own."""
    return [replace(button, first=False) for button in _turning(voice, command, shown.number, shown.of)]


def _part(template: Template, name: str, context: dict[str, Any]) -> str:
    """One block of a template; a template need not have all of them."""
    if name not in template.blocks:
        return ""
    return "".join(template.blocks[name](template.new_context(context))).strip()


def _paragraphs(body: str) -> list[str]:
    """Entries are parted by an empty line; lines within one stay together."""
    lines = [line.strip() for line in body.split("\n")]
    return [part.strip("\n") for part in "\n".join(lines).split("\n\n") if part.strip()]


def _turning(voice: Voice, command: str, number: int, of: int) -> list[Button]:
    pages = []
    if number < of:
        pages.append(Button(voice.say("Next page"), f"{command} page {number + 1}", first=True))
    if number > 1:
        pages.append(Button(voice.say("Previous page"), f"{command} page {number - 1}"))
    return pages


def _page_line(voice: Voice, number: int, of: int, left: int) -> str:
    line = voice.say("Page %(number)s of %(of)s", number=number, of=of)
    if left:
        more = voice.say_many("%(n)s more entry follows", "%(n)s more entries follow", left)
        return f"{line} · {more}"
    return line


def button_element(i: int, button: Button, voice: Voice) -> ButtonElement:
    """A button as Slack draws it; `i` tells it from the others of its row."""
    kind = "share" if button.share else "open" if button.opens else "do"
    value = f"{button.opens} {button.command}" if button.opens else button.command
    confirm = ConfirmObject(
        title=voice.say("Are you sure?"),
        text=PlainTextObject(text=cut(button.confirm, 300)),
        confirm=label(button.label, 30),
        deny=voice.say("Leave it as it is"),
    )
    return ButtonElement(
        text=PlainTextObject(text=label(button.label, 75), emoji=False),
        action_id=f"{kind}:{i}",
        value=value[:2_000],
        style="primary" if button.first else None,
        confirm=confirm if button.confirm else None,
    )
