"""Whether an answer of Slack's makes sense: what does not counts as no answer at all."""

from __future__ import annotations

from collections.abc import Mapping

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

NEEDED: Mapping[str, Mapping[str, type]] = {
    "auth.test": {"user_id": str},
    "apps.connections.open": {"url": str},
    "users.list": {"members": list},
    "users.info": {"user": dict},
    "conversations.open": {"channel": dict},
    "conversations.history": {"messages": list},
    "chat.postMessage": {"channel": str, "ts": str},
    "views.open": {"view": dict},
    "views.push": {"view": dict},
    "files.getUploadURLExternal": {"upload_url": str, "file_id": str},
}
"""What is read of the answers, by method."""
SENSELESS = (AttributeError, TypeError, ValueError, KeyError)
"""What the SDK runs into where the body is JSON, but no object, or no text."""


def sensible(method: str, answer: AsyncSlackResponse) -> AsyncSlackResponse:
    """The answer. Raises `SlackApiError`, with no word of Slack's in it, where it lacks sense."""
    data = answer.data
    if not isinstance(data, dict) or data.get("ok") is not True:
        raise senseless()
    if any(not isinstance(data.get(name), kind) for name, kind in NEEDED.get(method, {}).items()):
        raise senseless()
    return answer


def senseless() -> SlackApiError:
    """An answer that is none."""
    nothing = {"ok": False, "error": ""}  # the SDK reads the word without asking whether there is one
    return SlackApiError("Slack's answer makes no sense", nothing)  # type: ignore[no-untyped-call]
