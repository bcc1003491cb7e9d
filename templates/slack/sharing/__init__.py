"""What is said around a card that somebody shares in a channel."""

from __future__ import annotations

from dataclasses import replace

from slack_sdk.models.blocks import ContextBlock, MarkdownTextObject

from templates.dates import day
from templates.messages import Message, Templates
from templates.mrkdwn import escape
from templates.validation import check_message
from templates.voice import Voice


def as_copy(voice: Voice, message: Message) -> Message:
    """A message for a channel the bot is no member of: dated, for it can never be kept current."""
    line = escape(
        voice.say(
            "Copy of %(date)s. I am not a member of this channel, so it will not be kept current.",
            date=day(voice, voice.today),
        )
    )
    note = ContextBlock(elements=[MarkdownTextObject(text=line)]).to_dict()
    copy = replace(message, blocks=(*message.blocks, note))
    check_message(copy.blocks, copy.text)
    return copy


def done(templates: Templates, voice: Voice) -> Message:
    """For the person who clicked: it stands in the channel now."""
    return templates.message("sharing/done", voice)


def gone(templates: Templates, voice: Voice) -> Message:
    """In the place of a card that may not stand in that channel any more."""
    return templates.message("sharing/gone", voice)


def refused(templates: Templates, voice: Voice) -> Message:
    """For the person who clicked: it is nothing for a channel, or not any more."""
    return templates.message("sharing/refused", voice)


def unsure(templates: Templates, voice: Voice) -> Message:
    """For the person who clicked: Slack did not say whether it stands there."""
    return templates.message("sharing/unsure", voice)
