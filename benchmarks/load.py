"""A load generator in a process of its own: signed commands over kept-alive connections, timed one by one.

Plain sockets: an HTTP client library would itself be slower than the server it measures.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlencode


def signed_commands(port: int, secret: str) -> Iterator[bytes]:
    """The bytes of signed requests, each another one: a signature is taken once."""
    form = {
        "command": "/pathfinder", "text": "Nepal", "user_id": "U0NEWMEMB", "team_id": "T0ALLIANCE",
        "channel_id": "C0GENERAL", "api_app_id": "A0PATHFND", "response_url": "http://127.0.0.1:9/none",
    }  # fmt: skip
    asked, key = urlencode(form), secret.encode()
    for number in itertools.count(time.time_ns()):
        body, stamp = f"{asked}&trigger_id=1.2.{number}", str(int(time.time()))
        digest = hmac.new(key, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        head = (
            f"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={digest}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        yield (head + body).encode()


async def one_answer(port: int, secret: str) -> tuple[int, str]:
    """The status and the body of the answer to one signed command. Raises `OSError` without one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(next(signed_commands(port, secret)))
        head, body = await _read(reader)
    except (EOFError, asyncio.IncompleteReadError) as error:
        raise ConnectionError from error
    finally:
        writer.close()
    return int(head.split(b" ", 2)[1]), body.decode()


async def _read(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    return head, await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))


async def _one_connection(
    port: int, requests: Iterator[bytes], expected: bytes, until: float, times: list[float]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        request = next(requests)
        began = time.perf_counter()
        writer.write(request)
        head, body = await _read(reader)
        times.append(time.perf_counter() - began)
        if (
            b" 200 " not in head.split(b"\r\n", 1)[0] + b" "
            or expected not in body
            or bool(body) != bool(expected)
        ):
            raise RuntimeError((head + body[:500]).decode())
    writer.close()


async def measure(
    port: int, requests: Iterator[bytes], expected: bytes, connections: int, seconds: float
) -> dict[str, float]:
    """Requests a second, and the median and 99th percentile of their times in milliseconds."""
    times: list[float] = []
    until = time.perf_counter() + seconds
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_one_connection(port, requests, expected, until, times))
    times.sort()
    return {
        "a_second": len(times) / seconds,
        "p50_ms": times[len(times) // 2] * 1_000,
        "p99_ms": times[int(len(times) * 0.99)] * 1_000,
    }


if __name__ == "__main__":
    port, secret, expected, connections, seconds = sys.argv[1:]
    asked = measure(
        int(port), signed_commands(int(port), secret), expected.encode(), int(connections), float(seconds)
    )
    print(json.dumps(asyncio.run(asked)))
