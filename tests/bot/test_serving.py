"""The web side's end: what is under way is finished, and nobody holds it up."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from bot import serving
from bot.serving import served

BIG = b"x" * 16_000_000
"""More than the buffers of a connection hold."""


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    monkeypatch.setattr(serving, "STOP_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


async def site(scope: Scope, _receive: Receive, send: Send) -> None:
    if scope["path"] == "/never":
        await asyncio.Event().wait()
    await asyncio.sleep(0.2 if scope["path"] == "/soon" else 0)
    start: Message = {"type": "http.response.start", "status": 200, "headers": []}
    await send(start)
    await send({"type": "http.response.body", "body": BIG if scope["path"] == "/big" else b"done"})


@pytest.mark.parametrize("path", ["/big", "/never"])
async def test_whoever_reads_nothing_or_hangs_keeps_no_replica_from_its_end(
    listener: socket.socket, path: str
) -> None:
    async with served(site, listener):
        _, writer = await asyncio.open_connection(*listener.getsockname(), limit=1_000)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 2)
        await asyncio.sleep(0.2)
        began = time.monotonic()
    assert time.monotonic() - began < 3
    writer.close()


async def test_who_is_being_answered_is_answered_to_the_end(listener: socket.socket) -> None:
    host, port = listener.getsockname()
    async with httpx.AsyncClient() as client:
        async with served(site, listener):
            asked = asyncio.create_task(client.get(f"http://{host}:{port}/soon"))
            await asyncio.sleep(0.1)
        assert (await asked).text == "done"
