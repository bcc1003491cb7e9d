"""The commands of whoever looks after an installation: they ask before what cannot be undone, and say what to
type, and as whom."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot import doctor
from bot.cli import cli, main
from bot.doctor.finding import State
from bot.log import set_up_logging
from bot.settings import FileRefused, Settings, read_settings
from community.members import ensure_member, everybody
from handlers.links import Links
from storage.database import open_database
from storage.keeping import Restoration
from storage.program import program, typed
from tests.conftest import Databases

KEY = "s" * 32
TAKEN = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
GONE, STAYS = "U012AB3CD", "U0STAYSHERE"


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A folder without an installation. What a command does to the log is undone."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    yield
    set_up_logging()


@pytest.fixture
async def record(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The address of a record that two people are in, restored from a backup."""
    async for address in databases.lend("sqlite", "migrated"):
        opened = open_database(address)
        async with opened.writing() as session:
            await ensure_member(session, GONE)
            await ensure_member(session, STAYS)
            session.add(Restoration(taken_at=TAKEN, restored_at=TAKEN + timedelta(days=1)))
        await opened.close()
        monkeypatch.setenv("DATABASE_URL", address)
        monkeypatch.setenv("SECRET_KEY", KEY)
        yield address


def run(*words: str, types: str = "") -> Result:
    return CliRunner().invoke(cli, words, input=types)


def there(address: str) -> set[str]:
    async def look() -> set[str]:
        opened = open_database(address)
        async with opened.reading() as session:
            found = set(await everybody(session))
        await opened.close()
        return found

    return asyncio.run(look()) & {GONE, STAYS}


def test_who_is_erased_for_good_is_asked_for_once_more(record: str) -> None:
    asked = run("erase", GONE, types=f"{STAYS}\n")
    assert f"{GONE} will be erased for good, with 1 rows. Type the id again: " in asked.stdout
    assert str(asked.exception) == "that is not the id; nobody was erased"
    assert there(record) == {GONE, STAYS}
    asked = run("erase", GONE, "U0UNKNOWN", types=f"{GONE}\n")
    assert asked.stdout.endswith(f"{GONE}: erased\nU0UNKNOWN: nothing is stored\n")
    assert asked.stdout.count("Type the id again") == 1, "nobody is asked for what is not stored"
    assert there(record) == {STAYS}
    assert run("erase", STAYS, "--yes").stdout == f"{STAYS}: erased\n"
    assert there(record) == set()


def test_a_log_that_tells_of_nobody_is_not_taken_for_one_that_was_worked_through(
    record: str, tmp_path: Path
) -> None:
    log = tmp_path / "since.log"
    assert str(run("erase", "--again", str(log)).exception) == f"there is no file {log}"
    log.write_text("Nov 22 02:31:07 here pathfinder-bot[7]: {}\nperson_erased\n")
    refused = run("erase", "--again", str(log))
    assert refused.exit_code == 1
    assert str(refused.exception).startswith("no line person_erased")
    assert f"stands in {log}: is it the bot's log since" in str(refused.exception)
    marks = [Links("", KEY).mark(one) for one in (GONE, "U0GONELONG")]
    at = (TAKEN + timedelta(hours=1)).isoformat()
    told = (json.dumps({"event": "person_erased", "mark": mark, "timestamp": at}) for mark in marks)
    log.write_text("".join(f"Nov 22 02:31:07 here pathfinder-bot[7]: {line}\n" for line in told))
    since = "since the backup of 21 November 2026, 02:30 UTC"
    assert run("erase", "--again", str(log)).stdout == f"2 found {since}, 1 erased once more\n"
    assert there(record) == {STAYS}


def test_with_another_key_it_says_what_to_do_and_is_no_success(record: str, tmp_path: Path) -> None:
    log, other = tmp_path / "since.log", Links("", "t" * 32)
    told = {"event": "person_erased", "mark": other.mark(GONE), "of_key": other.fingerprint}
    log.write_text(json.dumps({**told, "timestamp": (TAKEN + timedelta(hours=1)).isoformat()}) + "\n")
    done = run("erase", "--again", str(log))
    assert (done.exit_code, "1 found since" in done.stdout) == (1, True)
    assert str(done.exception).startswith("1 of them cannot be told, and may be stored still")
    assert f"SECRET_KEY=THE-OLDER-ONE {program()} erase --again {log}" in str(done.exception)
    assert there(record) == {GONE, STAYS}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("restore", "nowhere.zip"), "there is no file nowhere.zip"),
        (("restore", "nowhere.zip", "--replace"), "there is no file nowhere.zip"),
        (("backup", "/nowhere/x.zip"), "there is no folder /nowhere"),
        (("export", "/dev/null/x"), "/dev/null/x: Not a directory"),
    ],
)
def test_what_is_not_there_is_said_in_words(
    record: str, words: tuple[str, ...], says: str, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    monkeypatch.setattr(sys, "argv", ["/opt/x/current/bin/pathfinder-bot", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capfd.readouterr().err == f"pathfinder-bot: {says}\n"


def test_a_database_that_is_busy_is_said_in_one_line(
    record: str, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    monkeypatch.setattr("storage.database.LOCK_SECONDS", 0.1)
    monkeypatch.setattr(sys, "argv", ["pathfinder-bot", "erase", "--yes", GONE])
    with closing(sqlite3.connect(record.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SystemExit):
            main()
    assert "the database could not do it (database is locked); try again" in capfd.readouterr().err
    assert there(record) == {GONE, STAYS}


def test_what_to_type_is_how_this_program_was_called(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    called = tmp_path / "versions" / "1" / "bin" / "pathfinder-bot"
    called.parent.mkdir(parents=True)
    called.touch(mode=0o755)
    (tmp_path / "current").symlink_to("versions/1")
    for given in ("current/bin/pathfinder-bot", f"{tmp_path}/current/bin/pathfinder-bot"):
        monkeypatch.setattr(sys, "argv", [given, "backup", "a file.zip"])
        assert program() == "current/bin/pathfinder-bot", "not the version to which it leads today"
        assert typed() == "current/bin/pathfinder-bot backup 'a file.zip'"
    monkeypatch.chdir(called.parent)
    assert program() == f"{tmp_path}/current/bin/pathfinder-bot"
    monkeypatch.setenv("PATH", str(called.parent), prepend=":")
    monkeypatch.setattr(sys, "argv", [str(called)])
    assert program() == "pathfinder-bot", "as in a container"
    monkeypatch.setattr(sys, "argv", ["/src/bot/__main__.py"])
    assert program() == "python -m bot"


@contextmanager
def somebody_else() -> Iterator[str]:
    """For a moment, a user to whom nothing here belongs; their name. Only root may be another."""
    if os.geteuid() != 0:
        pytest.skip("only root may become somebody else")
    nobody = pwd.getpwnam("nobody")
    os.seteuid(nobody.pw_uid)
    try:
        yield nobody.pw_name
    finally:
        os.seteuid(0)


@pytest.fixture
def locked() -> Iterator[Path]:
    """A .env of the user `daemon` that nobody else may read. pytest's own folders are root's alone."""
    folder = Path(tempfile.mkdtemp(prefix="pathfinder-env-"))
    folder.chmod(0o755)
    file = folder / ".env"
    file.write_text("SLACK_BOT_TOKEN=xoxb-1")
    file.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(file, pwd.getpwnam("daemon").pw_uid, -1)
    yield file
    shutil.rmtree(folder)


async def test_the_settings_of_another_user_are_not_to_be_written_anew(
    locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(locked.parent)
    monkeypatch.setattr(sys, "argv", ["current/bin/pathfinder-bot", "doctor"])
    as_owner = "type this as daemon, to whom it belongs: sudo -u daemon current/bin/pathfinder-bot doctor"
    with somebody_else() as name:
        with pytest.raises(FileRefused) as refused:
            read_settings()
        findings = await doctor.examine()
    assert str(refused.value) == f".env cannot be read by this user ({name}); {as_owner}"
    [found] = findings
    assert (found.name, found.state, found.mend) == (".env", State.MEND, as_owner)
    os.chown(locked, 0, -1)
    with somebody_else() as name, pytest.raises(FileRefused, match=f"sudo chown {name} "):
        read_settings()
