"""What the sandbox needs to know of Slack's text: whom it pings, and what the composer escapes.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Collection
from typing import Any

_PING = re.compile(r"<(!channel|!here|!everyone|!subteam\^[A-Z0-9]+|@[UW][A-Z0-9]+)(?:\|[^>]*)?>")
_NAMED = re.compile(r"(?<![\w<])@(channel|here|everyone)\b")
_TOKEN = re.compile(r"<(?:[@#]([A-Z0-9]+)|!(?:channel|here|everyone))(?:\|[^<>]*)?>")


def pings(text: str, blocks: Any = None, *, parse_names: bool = False) -> tuple[str, ...]:
    """Whom this message notifies, in order, each once: in its text, mrkdwn objects and rich text.

    ``plain_text`` never pings. ``parse_names`` is ``link_names`` or ``parse=full``, where a bare
    "@channel" becomes a mention.
    """
    found = _of_text(text, parse_names=parse_names) + _of_blocks(blocks)
    return tuple(dict.fromkeys(found))


def _of_text(text: str, *, parse_names: bool = False) -> list[str]:
    named = [f"!{word}" for word in _NAMED.findall(text)] if parse_names else []
    return [*_PING.findall(text), *named]


def _of_blocks(value: Any) -> list[str]:
    if isinstance(value, list):
        return [ping for inner in value for ping in _of_blocks(inner)]
    if not isinstance(value, dict):
        return []
    kind, text = value.get("type"), value.get("text")
    if kind in {"mrkdwn", "markdown"} and isinstance(text, str):
        return _of_text(text)
    if kind in {"user", "broadcast", "usergroup"}:
        return [_of_rich(value)]
    return [ping for inner in value.values() for ping in _of_blocks(inner)]


def _of_rich(part: dict[str, Any]) -> str:
    if part["type"] == "broadcast":
        return f"!{part.get('range')}"
    return f"@{part.get('user_id')}" if part["type"] == "user" else f"!subteam^{part.get('usergroup_id')}"


def composed(text: str, known: Collection[str]) -> str:
    """What the composer makes of what a person types: ``&``, ``<``, ``>`` escaped, real mentions kept."""
    out, at = [], 0
    for token in _TOKEN.finditer(text):
        if token.group(1) is None or token.group(1) in known:
            out += [_escape(text[at : token.start()]), token.group(0)]
            at = token.end()
    return "".join([*out, _escape(text[at:])])


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
