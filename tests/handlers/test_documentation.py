"""What `docs/` tells people to type: the bot knows it, and every link and picture is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from bot.app import make_desk
from bot.cli import cli
from bot.settings import Settings
from tests.handlers.talk import ENGLISH, FRENCH, SPANISH, Talk

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md")), *sorted(DOCS.glob("??/*.md"))]
FOR_PEOPLE = [
    *(DOCS / f"{name}.md" for name in ("practitioners", "chairs", "editors", "secretariat")),
    *(DOCS / language / f"{name}.md" for language in ("fr", "es") for name in ("practitioners", "chairs")),
]
OF_SLACK = ("/invite",)
COMMANDS = get_command(cli).commands  # type: ignore[attr-defined]
OURS = re.compile(r"(?:(?<=bin/)|(?<![\w@/-]))pathfinder-bot((?: (?:--?[a-z-]+|\"[^\"\n]*\"|[\w./:$-]+))+)")
NOT_FOUND = ("I could not find", "Je n’ai trouvé", "No encontré", "I do not know", "fault is mine")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def code(page: Path) -> list[str]:
    """What stands in backticks, within a line or in a block."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    within = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [*blocks, *re.findall(r"`([^`\n]+)`", within)]


def slash_commands(page: Path) -> list[str]:
    named = {command.name for command in make_desk().commands}
    found = [one for one in code(page) if re.match(r"/[a-z]+(?: |$)", one)]
    unknown = {one.partition(" ")[0] for one in found} - named - set(OF_SLACK)
    assert {one for one in unknown if page in FOR_PEOPLE} == set()
    return [one for one in found if one.partition(" ")[0] in named]


@pytest.mark.parametrize("page", FOR_PEOPLE, ids=name)
async def test_every_command_that_is_told_to_people_is_answered(talk: Talk, page: Path) -> None:
    user = {"fr": FRENCH, "es": SPANISH}.get(page.parent.name, ENGLISH)
    if page.name in ("editors.md", "secretariat.md"):
        user = "U0SECRETA"
    commands = slash_commands(page)
    assert len(commands) > 3
    for command in dict.fromkeys(commands):
        outcome = await talk.box.command(user, "C0GENERAL", command)
        assert outcome.failed is None, command
        assert outcome.replies or outcome.views, command
        shown = str(outcome.replies or outcome.views)
        assert not [words for words in NOT_FOUND if words in shown], (command, shown)


async def test_a_command_that_there_is_not_would_be_noticed(talk: Talk) -> None:
    outcome = await talk.box.command(ENGLISH, "C0GENERAL", "/alliance frobnicate")
    assert [words for words in NOT_FOUND if words in str(outcome.replies)]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_of_the_terminal_exists_with_its_options(page: Path) -> None:
    for text in code(page):
        for found in OURS.findall(text):
            words = shlex.split(found)
            if words[0].startswith("--"):
                continue
            assert words[0] in COMMANDS, (name(page), found)
            options = {option for one in COMMANDS[words[0]].params for option in one.opts}
            assert {word for word in words if word.startswith("--")} <= {*options, "--help"}, found


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_and_picture_is_there_and_every_picture_has_words(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for words, target in re.findall(r"!?\[([^\]]*)\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, part = target.partition("#")
        there = (page.parent / file) if file else page
        assert there.exists(), (name(page), target)
        if part:
            assert part in headings(there), (name(page), target)
        assert words or not target.endswith(".png"), (name(page), target)


def headings(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    found = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", [*FOR_PEOPLE, DOCS / "administrator.md"], ids=name)
def test_a_page_is_short_and_calm(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert len(text.split()) < (1_500 if page.name == "administrator.md" else 700)
    assert "!" not in re.sub(r"!\[", "[", re.sub(r"`[^`]*`", "", text))


def test_settings_that_the_administrator_reads_of_exist() -> None:
    text = (DOCS / "administrator.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\b([A-Z]+(?:_[A-Z0-9]+)+)\b", text))
    assert {one.lower() for one in named} <= set(Settings.model_fields)
