"""Signs that no text has: NUL, which PostgreSQL refuses, and halves of signs, which nothing can write down.

They are taken out of every request before anybody reads it, so that nobody need think of them.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class Cleaning(AsyncMiddleware):
    """Stands behind the check of the signature, before all else."""

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's name
    ) -> BoltResponse | None:
        """Clean the body where it stands."""
        _clean(req.body)
        return await next()


def _clean(value: dict[Any, Any] | list[Any]) -> None:
    """Clean what stands in a JSON value, at any depth; keys are Slack's own."""
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(one, str):
            if _NO_TEXT.search(one):
                value[key] = _NO_TEXT.sub("", one)
        elif isinstance(one, dict | list):
            _clean(one)
