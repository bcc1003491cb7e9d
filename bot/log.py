"""The log: one JSON line an event on standard error, without personal data or message text."""

from __future__ import annotations

import logging
import sys
from typing import Any, TextIO

import structlog

from bot.scrubbing import Libraries, scrubbed, told
from handlers.work import current


def set_up_logging(
    stream: TextIO | None = None, *, to_people: bool = False, least: int = logging.NOTSET
) -> None:
    """Log as JSON to `stream` or standard error, or readable `to_people` at a terminal; from `least` on.

    Each line carries the number of the request that it is about. Of an error it tells where and which,
    without its words and without local variables: those may hold what somebody typed. Libraries' own chatter
    stays at warnings, and goes the same way.
    """
    shown: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if to_people else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            _numbered,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(told),
            scrubbed,
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    root.handlers = [one for one in root.handlers if not isinstance(one, Libraries)] + [Libraries()]


def _numbered(_logger: Any, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """The line with the number of what is being worked on."""
    work = current()
    if work is not None:
        line.setdefault("reference", work.reference)
    return line
