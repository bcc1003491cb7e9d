"""Answers that make no sense: what a proxy, a cache or a Slack on a bad day may send in place of one."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.responses import RedirectResponse, Response, StreamingResponse

PAGE = "<!doctype html><title>?</title>"
JSON = "application/json"
LARGE = 2_000_000


def _bytes(body: Any) -> bytes:
    return json.dumps(body).encode()


def _turned(what: Any) -> Any:
    """The same with other types in every place."""
    if isinstance(what, dict):
        return {name: None if name == "ts" else _turned(value) for name, value in what.items()}
    return {str: 7, bool: "yes", int: "7", list: "many"}.get(type(what), [])


async def _drips() -> AsyncIterator[bytes]:
    """A body that never ends; whoever asked has to have enough of it."""
    while True:
        yield b" "
        await asyncio.sleep(0.1)


ANSWERS: dict[str, Callable[[Any], Response]] = {
    "page": lambda body: Response(PAGE, media_type=JSON),
    "login": lambda body: Response(PAGE, media_type="text/html"),
    "empty": lambda body: Response(b"", media_type=JSON),
    "cut": lambda body: Response(_bytes(body)[:-10], media_type=JSON),
    "no utf-8": lambda body: Response(b'{"ok": true, "error": "\xff\xfe"}', media_type=JSON),
    "list": lambda body: Response(b"[]", media_type=JSON),
    "number": lambda body: Response(b"200", media_type=JSON),
    "null": lambda body: Response(b"null", media_type=JSON),
    "bare": lambda body: Response(b'{"ok": true}', media_type=JSON),
    "types": lambda body: Response(_bytes(_turned(body)), media_type=JSON),
    "large": lambda body: Response(_bytes([PAGE] * (LARGE // len(PAGE))), media_type=JSON),
    "plain": lambda body: Response(_bytes(body), media_type="text/plain"),
    "elsewhere": lambda body: RedirectResponse("/nowhere", 302),
    "endless": lambda body: StreamingResponse(_drips(), media_type=JSON),
}
"""By name, what comes in place of a body."""
