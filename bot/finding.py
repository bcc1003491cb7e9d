"""Looking for a message that may stand in Slack already, by the mark in its metadata."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

LOOK_BACK = timedelta(minutes=5)
"""Between the clocks of this machine and of Slack."""


async def found(
    client: AsyncWebClient, channel: str, mark: str, since: datetime, thread: str | None = None
) -> tuple[str | None, str | None, int]:
    """Where a message with a mark stands, posted since an aware moment, and in which version.

    `channel` is a channel's id or a member's, `thread` the first message of the thread in which it is to
    stand; nothing and version 0 if it stands nowhere.
    """
    room = channel
    if room.startswith(("U", "W")):
        room = (await client.conversations_open(users=room))["channel"]["id"]
    oldest = (since - LOOK_BACK).timestamp()
    cursor = ""
    while True:
        # Not "from then on": where our clock ran ahead of Slack's, that would be too late.
        which: dict[str, Any] = {"channel": room, "limit": 200, "cursor": cursor or None}
        if thread:
            page = await client.conversations_replies(ts=thread, include_all_metadata=True, **which)
        else:
            page = await client.conversations_history(include_all_metadata=True, **which)
        for message in page["messages"]:
            told = (message.get("metadata") or {}).get("event_payload") or {}
            if told.get("key") == mark:
                return room, message["ts"], int(told.get("version") or 0)
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        # A page may be empty and not the last: of what a plan or a rule of Slack hides nothing stands there.
        # A channel's come newest first, a thread's oldest first.
        is_past = not thread and page["messages"] and float(page["messages"][-1]["ts"]) < oldest
        if not cursor or is_past:
            return None, None, 0
