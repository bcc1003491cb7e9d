"""What watches the bot at work: each request leaves a line in the log and a figure, each fault a trace."""

from __future__ import annotations

import time
from datetime import datetime

import structlog

from bot.beat import Pulse
from bot.figures import Figures
from handlers.slack import watching
from handlers.slack.answering import is_ours
from handlers.slack.asking import Services
from handlers.work import Work, failed, reference


class Watch:
    """The figures, the pulse, and the faults of ours that nobody was told of yet."""

    def __init__(self, version: str, schema: str) -> None:
        self.pulse = Pulse()
        self.figures = Figures(self.pulse, version, schema)
        self._troubles: dict[str, str] = {}

    def done(self, work: Work) -> None:
        """A request is over: once, whoever says so. What was ready beforehand is counted, without a line."""
        if work.is_over:
            return
        work.is_over = True
        if work.error:
            self._note("answer_failed", work.reference)
        self.figures.done(work)
        if work.is_kept:
            return
        took = round((time.perf_counter() - work.begun) * 1000, 1)
        structlog.get_logger().info(
            "request", kind=work.kind, name=work.name, outcome=work.outcome.value, ms=took
        )

    def broke(self, kind: str, error: Exception, **where: str) -> None:
        """Something failed where nothing should: say so in the log; if the fault is ours, people are told."""
        structlog.get_logger().error(kind, error=type(error).__name__, exc_info=error, **where)
        failed(error, is_ours=False)  # it is noted here, under its own name
        if is_ours(error):
            self._note(kind, reference())

    async def tell(self, services: Services, now: datetime) -> None:
        """Tell the secretariat what they should know, at a real moment. What could not be told stays."""
        found = dict(self._troubles)
        await watching.tell(services, now, found)
        self._troubles = {kind: it for kind, it in self._troubles.items() if found.get(kind) != it}

    def _note(self, kind: str, number: str) -> None:
        self._troubles[kind] = number
        self.figures.broke(kind)
