"""`docs/administrator.md`, followed word for word in an empty folder, ends with a good `doctor`.

Every block marked `sh` is run in its order, by a shell, as it stands. What the reader fills in is filled in:
the values at the top, the folder again on the day of an upgrade, the lines of `.env`. Five things stand in
for what this machine has not: a sandbox for Slack (SLACK_API_URL in `.env`), a database made beforehand for
`createuser` and `createdb`, this very environment for what `deploy/install` would download (a stand-in for
`python3 -m venv`; the true one was followed by hand), the first replica for the web server (PUBLIC_URL), and
this very user for the user `pathfinder` (a stand-in for `sudo -u`).
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import make_desk
from bot.manifest import make_manifest
from bot.settings import Settings
from sandbox import Sandbox
from tests.bot.replicas import ROOT, free_port

pytestmark = pytest.mark.long
GUIDE = ROOT / "docs" / "administrator.md"
BLOCK = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STAND_IN = """#!/bin/sh
if [ "$1" != -m ]; then exec "{python}" "$@"; fi
mkdir -p "$3/bin"
ln -s /bin/true "$3/bin/pip"
ln -s "{scripts}/pathfinder-bot" "$3/bin/pathfinder-bot"
"""
SUDO = """#!/bin/sh
[ "$1 $2" = "-u pathfinder" ] && shift 2 && exec "$@"
"""
OF_ONE_DAY = ("Install", "Connect Slack", "The web server", "Start")


def blocks() -> list[tuple[str, str, str, str]]:
    """Section, language, mark and text of each fenced block of the guide."""
    text = GUIDE.read_text(encoding="utf-8")
    headings = [(one.start(), one[1]) for one in re.finditer(r"^## (.+)$", text, re.MULTILINE)]
    return [
        ([name for at, name in headings if at < one.start()][-1], one[1], one[2] or "", one[3])
        for one in BLOCK.finditer(text)
    ]


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="pathfinder-install-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


class Reader:
    """Somebody with a shell who does what the guide says."""

    def __init__(self, folder: Path, values: dict[str, str]) -> None:
        self.values, self.home = values, Path(values["BOT"])
        self._said = folder / "said.txt"
        self._groups: list[int] = []
        stand_in = folder / "python"
        stand_in.write_text(STAND_IN.format(python=sys.executable, scripts=Path(sys.executable).parent))
        stand_in.chmod(0o755)
        sudo = folder / "bin" / "sudo"
        sudo.parent.mkdir()
        sudo.write_text(SUDO)
        sudo.chmod(0o755)
        self._environment = {"PATH": f"{sudo.parent}:{os.environ['PATH']}", "PYTHON": str(stand_in)}

    async def run(self, commands: str, *, section: str = "Start") -> str:
        """Type commands; what they said. Fails where one of them fails.

        What was exported at the top stands until the end of that day's sections.
        """
        known = self._environment | (self.values if section in OF_ONE_DAY else {})
        commands = re.sub(r"^export BOT=/opt/pathfinder-bot ", f"export BOT={self.home} ", commands)
        where = ROOT if "deploy/install" in commands else self.home
        with self._said.open("wb") as said:
            shell = await asyncio.create_subprocess_exec(
                "bash", "-euo", "pipefail", "-c", commands,
                cwd=where, env=known, stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip
            self._groups.append(shell.pid)
            status = await asyncio.wait_for(shell.wait(), 240)
        text = self._said.read_text(encoding="utf-8")
        assert status == 0, f"{commands}\n{text}"
        return text

    def fill_in(self, lines: str, **values: str) -> None:
        """Write the lines that the guide names into `.env`; `values` are what this reader has."""
        named = [line.partition("=")[0] for line in lines.splitlines()]
        assert {name.lower() for name in named} <= set(Settings.model_fields)
        file = self.home / ".env"
        text = file.read_text(encoding="utf-8")
        for name in (*named, "SLACK_API_URL"):
            text, count = re.subn(rf"^{name}=.*$", f"{name}={values.pop(name)}", text, flags=re.MULTILINE)
            assert count == 1, name
        assert not values
        file.write_text(text, encoding="utf-8")

    def go_home(self, number: int) -> None:
        """End whatever was started in the background."""
        for group in self._groups:
            with suppress(ProcessLookupError):
                os.killpg(group, number)


async def test_following_the_guide_ends_with_two_replicas_and_a_good_doctor(
    folder: Path, databases: Any
) -> None:
    box, port, ports = Sandbox(make_manifest(make_desk())), free_port(), (free_port(), free_port())
    address = await databases.fresh("postgresql", "bare")
    values = {
        "BOT": str(folder / "bot"), "FIRST": str(ports[0]), "SECOND": str(ports[1]), "CHANNEL": "C0GENERAL",
    }  # fmt: skip
    reader, done = Reader(folder, values), []
    async with box.serving(port=port):
        try:
            for section, language, mark, text in blocks():
                if language == "ini":
                    reader.fill_in(
                        text,
                        SLACK_API_URL=f"http://127.0.0.1:{port}/api/",
                        SLACK_BOT_TOKEN=box.bot_token,
                        SLACK_APP_TOKEN=box.app_token,
                        DATABASE_URL=address,
                        SECRETARIAT="U0SECRETA",
                        SECRETARIAT_CHANNEL="C0GENERAL",
                        EDITORS_CHANNEL="G0EDITORS",
                        PUBLIC_URL=f"http://127.0.0.1:{ports[0]}/",
                        SECRET_KEY=secrets.token_hex(32),
                    )
                elif language == "sh" and mark == "values":
                    assert set(re.findall(r"\b([A-Z]+)=", text)) == set(values)
                elif language == "sh" and mark != "database":
                    done.append(await reader.run(text, section=section))
            assert json.loads((reader.home / "manifest.json").read_text())["settings"]["socket_mode_enabled"]
            assert (reader.home / ".env").stat().st_mode & 0o077 == 0, "nobody else reads the settings"
            assert "NOT" not in done[2]
            assert "all right" in done[2], "the doctor at the end of the installation"
            outcome = await box.command("U0NEWMEMB", "C0GENERAL", "/pathfinder Nepal")
            assert outcome.replies[0]["text"].startswith("Nepal")
            assert box.state()["connected"]
            async with httpx.AsyncClient() as client:
                for one in ports:
                    assert (await client.get(f"http://127.0.0.1:{one}/en")).status_code == 200
            await reader.run(f"HTTP_PORT={ports[0]} {health_check()}")
            assert {one.name for one in reader.home.iterdir()} == {
                ".env", "backups", "current", "deploy", "manifest.json", "versions",
            }, "it writes nowhere else"  # fmt: skip
            assert [one.stat().st_mode & 0o077 for one in (reader.home / "backups").iterdir()] == [0, 0]
        finally:
            reader.go_home(signal.SIGTERM)
            await _closed(ports)
            reader.go_home(signal.SIGKILL)
    await databases.drop(address)


def health_check() -> str:
    """What the container's HEALTHCHECK runs."""
    text = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    words = json.loads(re.search(r"HEALTHCHECK.*?CMD (\[.*?\])\n", text, re.DOTALL)[1])  # type: ignore[index]
    return shlex.join(words)


async def _closed(ports: tuple[int, ...]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(30), httpx.AsyncClient() as client:
            for port in ports:
                with suppress(httpx.TransportError):
                    for _ in range(300):
                        await client.get(f"http://127.0.0.1:{port}/healthz")
                        await asyncio.sleep(0.1)
