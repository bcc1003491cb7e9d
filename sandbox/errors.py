"""The one way in which the sandbox says no.

Slack answers a refused call with HTTP 200 and ``{"ok": false, "error": code}``
(https://docs.slack.dev/apis/web-api/#responses); only a rate limit has a status of its own.
"""

from typing import Any


class SlackError(Exception):
    """A refusal with Slack's own error code, and what goes with it."""

    def __init__(
        self,
        code: str,
        *,
        details: tuple[str, ...] = (),
        status: int = 200,
        retry_after: int | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
        self.status = status
        self.retry_after = retry_after
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The answer as Slack words it: ``errors`` and ``response_metadata.messages`` name the place."""
        body: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.details:
            body["errors"] = list(self.details)
            body["response_metadata"] = {"messages": [f"[ERROR] {detail}" for detail in self.details]}
        return body


class BadRequest(Exception):
    """A test or the page asked the sandbox for something that no person could do in Slack."""
