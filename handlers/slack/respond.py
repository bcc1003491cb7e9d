"""Answering through the address that came with a command or a click."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncRespond
from slack_sdk.webhook import WebhookResponse


class Respond(AsyncRespond):
    """Bolt's own; but nobody reads what Slack says to an answer, and bytes that are no text are no fault."""

    async def __call__(self, *given: Any, **named: Any) -> WebhookResponse:
        """Send it. Raises what a call raises that came to nothing (`handlers.slack.people.UNANSWERED`)."""
        try:
            return await super().__call__(*given, **named)
        except UnicodeDecodeError:
            return WebhookResponse(url=self.response_url or "", status_code=200, body="", headers={})
