"""The log: one JSON line an event on standard error, without personal data or message text."""

from __future__ import annotations

import logging
import sys

import structlog


def set_up_logging(*, to_people: bool = False) -> None:
    """Log as JSON, or readable for somebody at a terminal. Libraries' own chatter stays at warnings."""
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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
