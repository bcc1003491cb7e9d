"""Looking for a message that may stand in Slack already, by the mark in its metadata."""

from __future__ import annotations

from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

LOOK_BACK = timedelta(minutes=5)
"""Between the clocks of this machine and of Slack."""


async def found(
    client: AsyncWebClient, channel: str, mark: str, since: datetime
) -> tuple[str | None, str | None, int]:
    """Where a message with a mark stands, posted since an aware moment, and in which version.

    `channel` is a channel's id or a member's; nothing and version 0 if it stands nowhere.
    """
    room = channel
    if room.startswith(("U", "W")):
        room = (await client.conversations_open(users=room))["channel"]["id"]
    oldest = (since - LOOK_BACK).timestamp()
    cursor = ""
    while True:
        # Newest first, and not "from then on": where our clock ran ahead of Slack's, that would be too late.
        page = await client.conversations_history(
            channel=room, include_all_metadata=True, limit=200, cursor=cursor or None
        )
        for message in page["messages"]:
            told = (message.get("metadata") or {}).get("event_payload") or {}
            if told.get("key") == mark:
                return room, message["ts"], int(told.get("version") or 0)
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        # A page may be empty and not the last: of what a plan or a rule of Slack hides nothing stands there.
        if not cursor or (page["messages"] and float(page["messages"][-1]["ts"]) < oldest):
            return None, None, 0
