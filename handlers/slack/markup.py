"""A message's own text as people read it: Slack sends it as mrkdwn, with ids for names."""

from __future__ import annotations

import html
import re

_LINK = re.compile(r"<(https?://[^|>]+)(\|[^>]*)?>")
_MAIL = re.compile(r"<mailto:([^|>]+)(\|[^>]*)?>")
_CHANNEL = re.compile(r"<#[A-Z0-9]+\|([^>]*)>")
_ID = re.compile(r"<[@#!][^>]*>")


def plain(text: str) -> str:
    """The text without Slack's markup: addresses stay, whoever is mentioned goes, for they did not ask.

    docs.slack.dev/messaging/formatting-message-text: `&`, `<` and `>` of the text itself come escaped.
    """
    for pattern, shown in ((_LINK, r"\1"), (_MAIL, r"\1"), (_CHANNEL, r"#\1"), (_ID, "")):
        text = pattern.sub(shown, text)
    return html.unescape(text).strip()
