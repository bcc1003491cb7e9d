"""What must not stand in the log is kept out of it: what people wrote, who they are, and secrets.

Our own lines name no person and quote nobody; this is for libraries, whose messages quote what they were
given, and against a slip of ours.
"""

from __future__ import annotations

import linecache
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from functools import lru_cache
from types import FrameType
from typing import Any

import structlog

CHAIN = 10
"""Errors of which one came of the other that are told."""
AROUND = 8
"""Lines of source around the place of a message in which its words are looked for."""
_PRIVATE = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+"  # tokens of Slack
    r"|[\w.+-]+@[\w-]+\.[\w.-]+|://[^/\s@]+@"  # addresses; a user and a password in one
    r"|\b[UW](?=[A-Z]*\d)[A-Z0-9]{7,12}\b"  # people by their Slack id
)
_FILLED = re.compile(r"[%({:'\"<\n]")
"""Where the words of a message may end and what was put in begins."""


def scrubbed(_logger: Any, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """The same line without tokens, addresses and ids of people."""
    for name, value in line.items():
        if isinstance(value, str) and name not in ("timestamp", "level"):
            line[name] = _PRIVATE.sub("…", value)
    return line


def told(exc_info: Any) -> str:
    """An error and what it came of, the last first: the places in the code, and each one's name.

    Its own words stay out: "invalid literal", "key already exists" and the like quote what was given. Codes
    that say as much stay: `errno` of the operating system's errors, `sqlstate` of the database's.
    """
    error: BaseException | None = exc_info[1]
    errors: list[str] = []
    while error is not None and len(errors) < CHAIN:
        origin = getattr(error, "orig", None)
        cause = getattr(origin, "__cause__", None)  # SQLAlchemy wraps what its drivers raise
        codes = [getattr(error, "errno", None), getattr(origin, "sqlstate", None)]
        codes += [getattr(one, "sqlite_errorname", None) for one in (origin, cause)]
        name = " ".join(str(part) for part in (type(error).__name__, *codes) if part is not None)
        places = (f"{at.f_code.co_filename}:{line} {at.f_code.co_name}" for at, line in _places(error))
        errors.append("\n".join([*places, name]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(errors)


def _places(error: BaseException) -> Iterator[tuple[FrameType, int]]:
    """Where it came through. `extract_tb` would keep the text of every file on the way: 6 MB in an hour."""
    return traceback.walk_tb(error.__traceback__)


class Libraries(logging.Handler):
    """Takes what libraries log into our own log: whose it is, where in the code, and its fixed words."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log one message. An error that it names in its words alone is the one being handled just now."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None and record.levelno >= logging.ERROR:
            error = sys.exception()
        where = f"{record.module}:{record.lineno} {record.funcName}"
        structlog.get_logger().log(
            record.levelno, "library", logger=record.name, where=where, words=fixed_words(record),
            **({"error": type(error).__name__, "exc_info": error} if error else {}),
        )  # fmt: skip


def fixed_words(record: logging.LogRecord) -> str:
    """The beginning of a message as far as it stands in the library's own source, without what was put in."""
    words = _FILLED.split(str(record.msg), maxsplit=1)[0].split()
    source = _around(record.pathname, record.lineno)
    while words and " ".join(words) not in source:
        words.pop()
    return " ".join(words)


@lru_cache(maxsize=256)
def _around(path: str, line: int) -> str:
    """The source around a line; of the rest of the file nothing is kept."""
    lines = linecache.getlines(path)[max(0, line - AROUND) : line + AROUND]
    linecache.clearcache()
    return "".join(lines)
