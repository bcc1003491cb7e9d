"""The rules of the house, kept by a test: who imports whom, one name a capability, names left to Slack."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from bot.app import make_desk

ROOT = Path(__file__).parent.parent
FLOORS = {"storage": 0, "community": 1, "templates": 2, "handlers": 3, "bot": 4}
VENDORS = {
    "storage": {"slack_bolt", "slack_sdk", "jinja2", "starlette"},
    "community": {"slack_bolt", "slack_sdk", "jinja2", "starlette", "os", "aiohttp"},
    "templates": {"slack_bolt", "starlette", "os", "sqlalchemy"},
}
"""What a room must not know."""

SLACKS_OWN = frozenset(
    [
        "/active",
        "/apps",
        "/archive",
        "/away",
        "/call",
        "/canvas",
        "/collapse",
        "/dm",
        "/dnd",
        "/expand",
        "/feed",
        "/feedback",
        "/huddle",
        "/invite",
        "/join",
        "/kick",
        "/leave",
        "/me",
        "/msg",
        "/mute",
        "/open",
        "/prefs",
        "/remind",
        "/remove",
        "/rename",
        "/search",
        "/shortcuts",
        "/shrug",
        "/star",
        "/status",
        "/topic",
        "/who",
    ]
)
"""Slack's built-in commands: slack.com/help/articles/201259356 (checked against shared reference notes)."""


@cache
def modules() -> dict[Path, ast.Module]:
    """Each module of ours, as read, by its path from the root."""
    paths = [path for room in (*FLOORS, "sandbox") for path in sorted((ROOT / room).rglob("*.py"))]
    return {path.relative_to(ROOT): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@cache
def imported(path: Path) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(modules()[path]):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.partition(".")[0])
    return frozenset(names)


def test_imports_go_down_only() -> None:
    """The sandbox plays Slack, and knows nothing of ours."""
    wrong: dict[str, set[str]] = {}
    for path in modules():
        room = path.parts[0]
        level = FLOORS.get(room, -1)
        above = {other for other in imported(path) & set(FLOORS) if FLOORS[other] > level}
        if unknown := above | (imported(path) & VENDORS.get(room, set())):
            wrong[str(path)] = unknown
    assert wrong == {}
    assert len(modules()) > 400


def test_only_the_command_line_and_the_tests_know_the_sandbox() -> None:
    knowing = {str(path) for path in modules() if "sandbox" in imported(path)}
    ours = {path for path in knowing if not path.startswith("sandbox/")}
    assert ours == {"bot/trying.py"}


def test_every_module_explains_itself() -> None:
    ours = [(path, tree) for path, tree in modules().items() if "versions" not in path.parts]
    assert [str(path) for path, tree in ours if not ast.get_docstring(tree)] == []


def test_a_capability_has_one_name_in_every_room() -> None:
    for name in (
        "pathfinders",
        "groups",
        "events",
        "alliance",
        "requests",
        "roles",
        "updates",
        "following",
        "questions",
        "meetings",
        "observances",
        "calendars",
        "agendas",
        "registrations",
    ):
        assert (ROOT / "community" / f"{name}.py").exists()
        assert (ROOT / "handlers" / "slack" / f"{name}.py").exists()
        assert (ROOT / "templates" / "slack" / name).is_dir()
        assert (ROOT / "tests" / "handlers" / f"test_{name}.py").exists()
        assert name == "alliance" or (ROOT / "storage" / f"{name}.py").exists()


def test_no_command_takes_a_name_of_slacks_own() -> None:
    names = [command.name for command in make_desk().commands]
    assert not SLACKS_OWN & set(names)
    assert len(names) == len(set(names))


def test_nothing_tracked_names_this_machine_or_an_index() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in lock
    assert "http" not in {line.split("://")[0].strip() for line in lock.splitlines() if "://" in line}
    assert "index-url" not in lock
