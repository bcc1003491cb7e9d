"""Text made safe for Slack's mrkdwn. Everything is escaped unless it is `Markup` made here on purpose."""

from __future__ import annotations

import html
import re

from markupsafe import Markup

JOINER = "\u2060"
"""WORD JOINER: invisible, and no boundary, so that the sign beside it does not open bold, italics or code."""

_SIGNS = re.compile(r"[*_~`]")
_ADDRESS = re.compile(r"(https?://|mailto:)[^\s<>|]+$")
_JSON_SIGN = re.compile(r"\\u[0-9a-f]{4}|\\?.", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def escape(text: object) -> Markup:
    """Any text as mrkdwn that shows as it was typed and pings nobody.

    Slack asks for `&`, `<` and `>` (docs.slack.dev/messaging/formatting-message-text). Formatting signs have
    no escape there, so that each gets a word joiner on both sides; controls and direction overrides go.
    """
    if hasattr(text, "__html__"):
        return Markup(text)  # noqa: S704 - made safe by whoever made it Markup
    clean = _CONTROL.sub("", str(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markup(_SIGNS.sub(lambda sign: JOINER + sign[0] + JOINER, clean))  # noqa: S704 - escaped just now


def json_code(text: str, most: int) -> list[Markup]:
    """JSON as code, in parts of at most `most` characters: copied one after the other they are that JSON.

    Nothing in code is formatting but its end, so that there is no joiner in it; backticks, controls and
    direction overrides stand as JSON writes them in ASCII.
    """
    hidden = _CONTROL.sub(_in_ascii, text.replace("`", "\\u0060"))
    fence, parts = "```", [""]
    for one in _JSON_SIGN.findall(hidden):
        shown = html.escape(one, quote=False)
        if len(parts[-1]) + len(shown) + 2 * len(fence) > most:
            parts.append("")
        parts[-1] += shown
    return [Markup(f"{fence}{part}{fence}") for part in parts]  # noqa: S704 - escaped just now


def _in_ascii(sign: re.Match[str]) -> str:
    return f"\\u{ord(sign[0]):04x}"


def plain(text: str) -> str:
    """Escaped mrkdwn as plain text again, for headers and buttons, which Slack does not parse."""
    return html.unescape(text.replace(JOINER, ""))


def link(url: str, label: str) -> Markup:
    """A link; only http, https and mailto addresses pass, anything else is shown as its label."""
    if not _ADDRESS.match(url):
        return escape(label)
    return Markup("<%s|%s>") % (Markup(url.replace("&", "&amp;")), escape(label))  # noqa: S704 - checked


def address(url: str) -> Markup:
    """A web address that is shown in full, so that it can be copied. Signs in it are no formatting."""
    if not _ADDRESS.match(url):
        return escape(url)
    return Markup("<%s>") % Markup(url.replace("&", "&amp;"))  # noqa: S704 - checked


def mention(slack_id: str) -> Markup:
    """A person by their Slack id. It pings only where the message reaches them."""
    if not re.fullmatch(r"[UW][A-Z0-9]+", slack_id):
        return escape(slack_id)
    return Markup(f"<@{slack_id}>")  # noqa: S704 - letters and digits only


def channel_link(slack_id: str) -> Markup:
    """A channel by its Slack id."""
    if not re.fullmatch(r"[CG][A-Z0-9]+", slack_id):
        return escape(slack_id)
    return Markup(f"<#{slack_id}>")  # noqa: S704 - letters and digits only
