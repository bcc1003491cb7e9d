"""What is being worked on: each request has a reference number, which every line of the log about it carries.

The number that somebody reads in an apology is that same one.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import structlog

OTHER = "other"
"""The name of whatever is none of ours: what somebody sends must not name anything in the figures."""


class Outcome(StrEnum):
    """What came of a request. `REFUSED`: a person was told why not; `FAILED`: somebody was told sorry."""

    ANSWERED = "answered"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass
class Work:
    """One piece of work. `kind` is how it came (command, click, event, ...), `name` which of ours it is.

    `error` is the class of a fault that is ours to mend, empty where there is none. `is_taken`: somebody
    works on it and will say when it `is_over`. `is_kept`: its answer was ready.
    """

    kind: str
    name: str = ""
    reference: str = field(default_factory=lambda: secrets.token_hex(3).upper())
    outcome: Outcome = Outcome.ANSWERED
    error: str = ""
    begun: float = field(default_factory=time.perf_counter)
    is_taken: bool = False
    is_over: bool = False
    is_kept: bool = False


_NOW: ContextVar[Work | None] = ContextVar("work", default=None)


@contextmanager
def working(work: Work) -> Iterator[Work]:
    """Whatever happens inside, in tasks begun there too, is part of this work."""
    token = _NOW.set(work)
    try:
        yield work
    finally:
        _NOW.reset(token)


def current() -> Work | None:
    """What is being worked on just here; None outside of any request."""
    return _NOW.get()


def reference() -> str:
    """The number under which the log tells of what is being worked on."""
    work = _NOW.get()
    return work.reference if work is not None else Work("").reference


class Broke(Protocol):
    """Hears what failed where nothing should, while all else went on, and where. Never raises."""

    def __call__(self, kind: str, error: Exception, **where: str) -> None:
        """`kind` names what failed, in the log and in the alert."""


def log_fault(kind: str, error: Exception, **where: str) -> None:
    """Write down what failed, where nobody else hears of it."""
    structlog.get_logger().error(kind, error=type(error).__name__, exc_info=error, **where)


def told_why_not() -> None:
    """Somebody is told why not."""
    work = _NOW.get()
    if work is not None and work.outcome is Outcome.ANSWERED:
        work.outcome = Outcome.REFUSED


def failed(error: Exception, *, is_ours: bool) -> None:
    """Somebody is told sorry; `is_ours` if it is for us to mend."""
    work = _NOW.get()
    if work is not None:
        work.outcome = Outcome.FAILED
        if is_ours:
            work.error = type(error).__name__
