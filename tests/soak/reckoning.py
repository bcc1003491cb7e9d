"""After the storm: is everything that was promised there, once, and was every error one that was caused?

An error in a replica's log is caused if its exception is one that a failing Slack or a failing database
raises, and such a failure was on when it was written. Anything else is unhandled: another exception, a
traceback of a library, a task whose end nobody saw, a process that ended by itself. One may do that at its
start only, when Slack or the database fails, or when it is stopped before it can see to that.
"""

from __future__ import annotations

import json
import re
import signal
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.worker import mark_of
from sandbox import Sandbox
from sandbox.record import Exchange
from storage.database import Database
from storage.tables import Answer, AuditEntry, Delivery, Question, Update
from storage.vocabulary import DeliveryState
from tests.soak.crowd import Told
from tests.soak.fleet import PAUSED_LONG, STARVED, End, Trouble

OF_SLACK = frozenset(
    {
        "SlackApiError", "SlackClientError", "ClientError", "ClientConnectionError", "ClientOSError",
        "ClientConnectorError", "ClientPayloadError", "ServerDisconnectedError", "ServerTimeoutError",
        "ConnectionTimeoutError", "SocketTimeoutError", "ClientConnectionResetError", "TimeoutError",
        "WSServerHandshakeError", "ConnectionResetError",
    }
)  # fmt: skip
OF_THE_DATABASE = frozenset(
    {"DBAPIError", "OperationalError", "InterfaceError", "InternalError", "ConnectionRefusedError",
     "CannotConnectNowError", "ObjectNotInPrerequisiteStateError", "ConnectionDoesNotExistError",
     "TimeoutError", "ConnectionResetError", "BrokenPipeError", "DatabaseUnusable"}
)  # fmt: skip
FAILURES_OF_SLACK, FAILURES_OF_THE_DATABASE = ("fault", "socket_cut"), ("database", STARVED)
STOPS = ("stopped",)
"""What the storm did that such errors, and such ends of a process, come of: kinds of `Trouble`."""
WAITING = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.UNKNOWN)
"""The states in which a delivery has not come to its end."""
CAUSED_WITHIN = 30.0
"""Seconds after a failure in which it may show as an error."""
STARTS_WITHIN = 60.0
"""Seconds after which a process has started: what Slack or the database does then ends it no more."""
NO_FAULT = frozenset({"too_late", "user_disabled"})
"""Reasons for which a delivery is not made that are no loss."""


@dataclass
class Reckoning:
    """What came of it; `good` if nothing is `lost`, `twice` or an unhandled error, and no answer is missing.

    `letters_again` are repeated ones, as e-mail may be; `other_ids` letters under another Message-ID.
    """

    promised: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    letters: int = 0
    letters_again: int = 0
    other_ids: int = 0
    caused: Counter[str] = field(default_factory=Counter)
    unhandled: list[str] = field(default_factory=list)
    no_answer: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    unanswered_mentions: int = 0

    @property
    def good(self) -> bool:
        """Whether the promise was kept."""
        return not (self.lost or self.twice or self.other_ids or self.unhandled or self.no_answer)


async def reckon(
    database: Database, box: Sandbox, letters: Sequence[tuple[str, str]], told: Told
) -> Reckoning:
    """Hold what people were told, and what was promised, against what is stored and what stands in Slack."""
    found = Reckoning(no_answer=list(told.wrong))
    messages = [message for room in box.state()["messages"].values() for message in room]
    async with database.reading() as session:
        rows = list((await session.scalars(select(Delivery))).all())
        headlines = Counter(await session.scalars(select(Update.headline)))
        asked = Counter("".join(one.values()) for one in await session.scalars(select(Question.text)))
        replied = Counter("".join(one.values()) for one in await session.scalars(select(Answer.text)))
        published = await session.execute(select(AuditEntry.action, AuditEntry.subject))
        acts = Counter(f"{action} {subject}" for action, subject in published if action in ONCE)
    _deliveries(found, rows, messages, box)
    _letters(found, rows, letters)
    stored = headlines + asked + replied
    for words in told.tried:
        if stored[words] > 1:
            found.twice.append(f"stored twice: {words}")
        elif words in told.done and not stored[words]:
            found.lost.append(f"said to be done: {words}")
    found.twice += [f"done twice: {what}" for what, count in acts.items() if count > 1]
    threads = Counter(one["thread_ts"] for one in messages if one["by_bot"] and one["thread_ts"])
    found.unanswered_mentions = sum(threads[ts] == 0 for ts in told.mentions)
    found.twice += [f"a mention answered {threads[ts]} times" for ts in told.mentions if threads[ts] > 1]
    return found


OWN_WAY = re.compile(r"(WARNING|ERROR|CRITICAL)[: ]")
RAISED = re.compile(r"^(?:\w+\.)*(\w+)(?:: .*)?$", re.MULTILINE)
ONCE = ("update_posted", "update_published", "update_withdrawn", "question_asked")
"""What is done once to a thing, and written in the audit with it."""


def _deliveries(
    found: Reckoning, rows: Sequence[Delivery], messages: Sequence[Mapping[str, Any]], box: Sandbox
) -> None:
    marks = Counter(
        ((message["metadata"] or {}).get("event_payload") or {}).get("key", "") for message in messages
    )
    for row in rows:
        if row.letter_id is not None or not row.attempts:
            continue
        found.promised += 1
        found.kinds[row.kind] += 1
        mark = mark_of(row.key)
        stands = marks[mark]
        if stands > 1:
            found.twice.append(f"{row.kind} {row.id} stands {stands} times: {_story(box, row, mark)}")
        if row.state is DeliveryState.SENT and not stands:
            found.lost.append(f"{row.kind} {row.id} was sent, and is not there")
        if row.state is DeliveryState.FAILED and row.reason not in NO_FAULT:
            found.lost.append(f"{row.kind} {row.id} failed: {row.reason}")
    now = datetime.fromtimestamp(box.clock.now(), UTC)
    stuck = [row for row in rows if is_unsettled(row, now)]
    found.lost += [f"{row.kind} {row.id} is {row.state}, due {row.due_at}: {row.reason}" for row in stuck]


def is_unsettled(row: Delivery, now: datetime) -> bool:
    """Whether a delivery that was due at an aware moment, or tried before, has not come to its end.

    What is promised for later, as a reminder is a day ahead, is not missing yet.
    """
    return row.state in WAITING and (row.due_at <= now or row.tried_at is not None)


def _story(box: Sandbox, row: Delivery, mark: str) -> str:
    """What was asked of Slack about one delivery, and what is stored of it."""
    calls = [
        f"{one.number} {one.kind} at {one.at:.3f} fault {one.fault} failed {one.failed}"
        for one in box.calls
        if one.direction == "from_bot" and (mark in str(one.request) or _looks(one, row))
    ]
    stored = (
        f"tried {row.tried_at} sent {row.sent_at} ts {row.ts} attempts {row.attempts} wanted {row.wanted}"
    )
    return "\n".join([stored, *calls])


def _looks(call: Exchange, row: Delivery) -> bool:
    return call.kind == "conversations.history" and call.request.get("channel") in (row.room, row.channel)


def _letters(found: Reckoning, rows: Sequence[Delivery], letters: Sequence[tuple[str, str]]) -> None:
    got = Counter(letters)
    found.letters_again = sum(count - 1 for count in got.values())
    sent = [row for row in rows if row.letter_id is not None and row.state is DeliveryState.SENT]
    found.letters = len(sent)
    failed = [row for row in rows if row.letter_id is not None and row.state is DeliveryState.FAILED]
    found.lost += [f"letter {row.id} failed: {row.reason}" for row in failed]
    if len(got) < len(sent):
        found.lost += [f"{len(sent) - len(got)} letters are nowhere"]
    found.other_ids = max(0, len(got) - len(sent) - len(failed))


def read_log(found: Reckoning, log: Path, trouble: Trouble, since: tuple[float, datetime]) -> None:
    """Sort the errors of one replica's log. `since` is one moment by both clocks, the monotonic one first."""
    for entry in _entries(log):
        if entry.get("level") in ("debug", "info", "warning", None):
            continue
        if why := _cause(entry, trouble, since):
            found.caused[f"{entry['event']}: {entry.get('error')} ({why})"] += 1
        else:
            where = " ".join(str(entry[one]) for one in ("logger", "where", "words", "work") if one in entry)
            what = f"{entry['event']} {entry.get('error', '')} {where}\n{entry.get('exception', '')}"
            found.unhandled.append(f"{log.name}: {what}")


def judge_ends(found: Reckoning, name: str, ends: Sequence[End], trouble: Trouble) -> None:
    """Sort the ends of a replica's processes: a start may fail with Slack or the database, and a stop may
    come before the process can see to it. Whatever else ends ended by itself."""
    for end in ends:
        kinds = STOPS if end.status == -signal.SIGTERM else (*FAILURES_OF_SLACK, *FAILURES_OF_THE_DATABASE)
        why = trouble.between(end.at - CAUSED_WITHIN, end.at, kinds)
        if why and end.lived < STARTS_WITHIN:
            found.caused[f"ended with {end.status} ({why})"] += 1
        else:
            found.unhandled.append(f"{name} ended with {end.status} after {end.lived:.0f} s")


def _entries(log: Path) -> Iterator[dict[str, Any]]:
    """The log's entries; what libraries write in their own way is given their shape.

    Its time is that of the entry before, its error the last one that its traceback names.
    """
    own: list[str] = []
    at = ""
    for line in [*log.read_text(errors="replace").splitlines(), "{}"]:
        begins = OWN_WAY.match(line)
        if (begins or line.startswith("{")) and own:
            named = RAISED.findall("\n".join(own))
            what = {
                "level": own[0].split()[0].lower().strip(":"),
                "event": own[0],
                "error": "".join(named[-1:]),
            }
            yield {**what, "timestamp": at, "exception": "\n".join(own[1:])}
            own = []
        if line.startswith("{"):
            with suppress(ValueError):  # the last line of one who was killed in the middle of it
                entry = json.loads(line)
                at = entry.get("timestamp", at)
                yield entry
        elif line.strip():
            own.append(line)


def _cause(entry: Mapping[str, Any], trouble: Trouble, since: tuple[float, datetime]) -> str:
    """What caused an error, "" if nothing is known to have."""
    if not entry.get("timestamp") or entry["event"].startswith("Process "):  # it ended by itself
        return ""
    at = datetime.fromisoformat(entry["timestamp"]).astimezone(UTC)
    moment = since[0] + (at - since[1]).total_seconds()
    error = str(entry.get("error") or "")
    for names, kinds in (
        (OF_SLACK, (*FAILURES_OF_SLACK, *STOPS)),
        (OF_THE_DATABASE, (*FAILURES_OF_THE_DATABASE, PAUSED_LONG)),
    ):
        if error in names and (cause := trouble.between(moment - CAUSED_WITHIN, moment, kinds)):
            return cause
    return ""
