"""Replicas as an administrator starts them: processes of their own, `pathfinder-bot run`, and their logs."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from sandbox import Sandbox

ROOT = Path(__file__).parents[2]
BOT = ("-m", "bot")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def environment(**settings: str) -> dict[str, str]:
    """What a process is told: our code, and these settings and no other."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings}


def slack_settings(box: Sandbox, api_url: str) -> dict[str, str]:
    """The settings under which a process takes a sandbox for Slack."""
    return {
        "SLACK_BOT_TOKEN": box.bot_token, "SLACK_APP_TOKEN": box.app_token, "SLACK_API_URL": api_url,
        "SECRETARIAT": "U0SECRETA",
    }  # fmt: skip


@dataclass(frozen=True)
class Replica:
    """One process, the port of its web side, and the file of its log."""

    process: Process
    port: int
    log: Path

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What it logged, line by line; a library's own line stands under `text`."""
        found = []
        for line in self.log.read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                found.append({"text": line})
        return found

    @property
    def trouble(self) -> list[dict[str, Any]]:
        """The lines that nobody should have to read."""
        return [
            line for line in self.lines
            if line.get("level") in ("error", "critical") or "exception" in line or "Traceback" in str(line)
        ]  # fmt: skip

    async def says(self, words: str, *, seconds: float = 120) -> None:
        """Wait until its log holds these words."""
        async with asyncio.timeout(seconds):
            while words not in self.log.read_text(encoding="utf-8"):
                assert self.process.returncode is None, self.log.read_text(encoding="utf-8")
                await asyncio.sleep(0.05)

    async def get(self, path: str) -> int:
        """The status of one of its pages; 0 if nobody listens yet."""
        try:
            async with httpx.AsyncClient() as client:
                return (await client.get(f"http://127.0.0.1:{self.port}{path}", timeout=10)).status_code
        except httpx.TransportError:
            return 0

    async def stop(self, *, seconds: float = 30) -> int:
        """Ask it to stop, as systemd and containers do. Its exit status."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), seconds)


async def start(
    folder: Path, name: str, settings: Mapping[str, str], *, program: Sequence[str] = BOT
) -> Replica:
    """Start a replica that logs to a file in `folder`."""
    port, log = free_port(), folder / f"{name}.log"
    with log.open("wb") as written:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *program, "run",
            env=environment(**settings, HTTP_PORT=str(port)), cwd=folder, stdout=written, stderr=written,
        )  # fmt: skip
    return Replica(process, port, log)
