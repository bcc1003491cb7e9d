"""Slack's Web API as the bot calls it: every call is counted by its method and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.sense import SENSELESS, senseless, sensible
from handlers.slack.people import code_of

LIMITED = ("ratelimited", "rate_limited")


class CountedClient(AsyncWebClient):
    """The SDK's client; `seen` hears each call's method and outcome: ok, refused, limited or unanswered."""

    def __init__(self, *args: Any, seen: Callable[[str, str], None], **options: Any) -> None:
        super().__init__(*args, **options)
        self._seen = seen

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        """Make one call. Raises what the SDK raises; an answer without sense is as good as none."""
        outcome = "unanswered"
        try:
            answer = sensible(api_method, await super().api_call(api_method, **options))
            outcome = "ok"
        except SlackApiError as error:
            code = code_of(error)
            outcome = "limited" if code in LIMITED else "refused" if code else "unanswered"
            raise
        except SENSELESS as error:
            raise senseless() from error
        finally:
            self._seen(api_method, outcome)
        return answer
