"""The log: one JSON line an event on standard error, without personal data or message text."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog


def set_up_logging(stream: TextIO | None = None, *, to_people: bool = False) -> None:
    """Log as JSON to `stream` or standard error, or readable `to_people` at a terminal.

    Tracebacks come without local variables: those may hold what somebody typed. Libraries' own chatter stays
    at warnings.
    """
    shown: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if to_people else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            shown,
        ],
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
