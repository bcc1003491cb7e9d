"""What went over the wire, and what came of an act: the two things a test looks at."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Settled = Literal["idle", "gone", "timeout", "quiet"]


@dataclass(frozen=True)
class Exchange:
    """One question and its answer. ``to_bot``: the workspace asked; ``from_bot``: the bot did.

    ``kind`` is a Web API method, ``response_url``, ``upload``, or the payload's: ``command``, an
    interaction's type, ``event:`` and its type. ``warnings`` name what Slack would silently ignore.
    """

    number: int
    at: float
    direction: Literal["to_bot", "from_bot"]
    kind: str
    request: Any
    response: Any
    status: int | None
    seconds: float
    act: int | None = None
    failed: str | None = None
    fault: str | None = None
    warnings: tuple[str, ...] = ()

    def json(self) -> Json:
        """As JSON."""
        return asdict(self)


class Record:
    """The list of exchanges, in the order in which they ended."""

    def __init__(self, now: Callable[[], float], changed: Callable[[], None]) -> None:
        self._now, self._changed = now, changed
        self.exchanges: list[Exchange] = []
        self._count = 0

    def reset(self) -> None:
        """Forget all."""
        self.exchanges.clear()

    def add(self, **what: Any) -> Exchange:
        """Write one more down."""
        self._count += 1
        exchange = Exchange(number=self._count, at=self._now(), **what)
        self.exchanges.append(exchange)
        self._changed()
        return exchange


@dataclass(frozen=True)
class Outcome:
    """What the bot did in answer to one act, as the person who acted could see it.

    ``failed`` is None or what Slack would show: ``operation_timeout`` (no acknowledgement in time),
    ``dispatch_failed`` (the bot is not connected or answered with an error), a code such as
    ``invalid_blocks`` (the acknowledgement's body is refused). ``errors`` are those under the fields
    of a form, whether Slack's own window found them or the bot.
    """

    settled: Settled
    ack: Any = None
    replies: list[Json] = field(default_factory=list)
    updated: list[Json] = field(default_factory=list)
    deleted: list[Json] = field(default_factory=list)
    views: list[Json] = field(default_factory=list)
    calls: list[Exchange] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    failed: str | None = None
    ts: str | None = None

    def json(self) -> Json:
        """As JSON."""
        return asdict(self)
