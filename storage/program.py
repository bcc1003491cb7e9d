"""What people type to call this program, and as whom, for sentences that tell them to."""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import sys
from pathlib import Path

NAME = "pathfinder-bot"


def program() -> str:
    """How this very program is called from the folder in which it runs: `current/bin/pathfinder-bot`.

    Where it is found without a path, as in a container, its name is enough.
    """
    called = Path(sys.argv[0])
    if called.name == "__main__.py" and called.parent.name == "bot":
        return "python -m bot"
    if called.name != NAME or shutil.which(NAME) == str(called.absolute()):
        return NAME
    path = os.path.relpath(called.absolute())
    return str(called.absolute()) if path.startswith("..") else path


def typed() -> str:
    """What was typed to begin this process, with the program as `program` says it."""
    return f"{program()} {shlex.join(sys.argv[1:])}".strip()


def user() -> str:
    """The name of the user as whom this process runs, or their number where they have none."""
    return _name(os.geteuid())


def as_owner(path: Path) -> str:
    """What to do where this user may not use a file or folder: type the same as whom it belongs to."""
    try:
        owner = _name(path.stat().st_uid)
    except OSError:  # not even that may be looked at
        return "type this as the user to whom it belongs: sudo -u USER " + typed()
    if owner == user():
        return f"let it be used there: chmod u+rw {path}; under systemd, ReadWritePaths of the unit"
    if owner == "root":
        return f"give it to who runs the bot: sudo chown {user()} {path}"
    return f"type this as {owner}, to whom it belongs: sudo -u {owner} {typed()}"


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
