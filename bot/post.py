"""The mail worker: it hands to the mail server, at least once, what was promised by e-mail.

| what the server says                               | what becomes of the letter                            |
|----------------------------------------------------|-------------------------------------------------------|
| it took it                                         | sent                                                  |
| not now (4xx), for this address or this letter     | waits, longer each time                               |
| there is no such mailbox (550, 551, 553; x.1.x)    | failed; the address is marked, and tried no more      |
| no, for another reason: its policy, a full mailbox | waits as with 4xx: somebody may mend it               |
| no such login, no such sender                      | all wait: somebody has to mend the installation       |
| nothing: refused, a late greeting, a cut at first  | all wait                                              |
| it dies in the middle of a letter                  | that one waits; the next begins a new connection      |
| nothing after the whole letter                     | unknown: sent again under the same Message-ID         |
| too many tries                                     | failed: gave_up                                       |

Nobody can tell whether a letter arrived whose acceptance was cut off: e-mail is at least once. What a reader
does not want any more, or is refused by now, is called off. No address and no text stands in any log.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from bot.envelope import packed
from bot.mail_server import Server, hang_up
from bot.rounds import Rounds
from community import mail
from handlers.letters import Envelope, Stopped
from handlers.slack.busy import Busy
from storage.database import Database
from storage.vocabulary import DeliveryState
from storage.worklist import claim_due, is_any_due, settle

AT_ONCE = 10
"""Letters of one claim, which go one after the other."""
LEASE = timedelta(minutes=5)
"""How long a claim holds: longer than a batch and its last letter may take."""
BATCH_SECONDS = 120.0
PACE_SECONDS = 0.1
"""Between two letters: ten a second, which a small mail server bears."""
REST = timedelta(minutes=1)
"""How long a server is left alone that does not answer."""
REST_LOCKED_OUT = timedelta(minutes=5)
PATIENCE, LONGEST_PATIENCE = timedelta(minutes=5), timedelta(hours=6)
MOST_ATTEMPTS = 24
"""With that patience nearly five days, as RFC 5321, 4.5.4.1, wants."""
NO_MAILBOX = frozenset({550, 551, 553})
"""RFC 5321, 4.2.3, for a server without the more exact codes of RFC 3463."""
_ENHANCED = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
BROKEN = (SMTPException, OSError, TimeoutError)
"""What a server that is away, or goes away, comes to."""

Compose = Callable[[int], Awaitable[Envelope | None]]
"""From a delivery's id to its envelope, as `handlers.letters.envelope`."""


@dataclass(frozen=True)
class Job:
    """A delivery as it was claimed. `uncertain`: it may have arrived already."""

    id: int
    token: str
    uncertain: bool
    attempts: int
    reader: int


class Away(Exception):
    """Nobody's letter can be sent now; the text is the reason's code."""

    def __init__(self, reason: str, rest: timedelta = REST) -> None:
        super().__init__(reason)
        self.reason, self.rest = reason, rest


class Post(Rounds):
    """Hands over what is due, and whatever is promised while it runs.

    `seen` hears what became of each letter: "sent", "waiting" or "refused". `pace` is in seconds.
    """

    def __init__(
        self,
        server: Server,
        compose: Compose,
        database: Database,
        clock: Callable[[], datetime],
        busy: Busy,
        *,
        pace: float = PACE_SECONDS,
        seen: Callable[[str], None] = lambda what: None,
    ) -> None:
        super().__init__(busy)
        self._server, self._compose, self._database, self._clock = server, compose, database, clock
        self._pace, self._seen = pace, seen
        self._client: SMTP | None = None
        self._rests_until: datetime | None = None
        self.away = ""
        """Why the server is left alone just now; "" if it is not."""

    async def drain(self) -> None:
        """Hand over everything that is due now, on as few connections as there may be."""
        try:
            while not self._stopping and not self._rests():
                jobs = await self._claimed()
                if not jobs:
                    return
                async with self._busy:
                    await self._deliver(jobs)
        finally:
            await self._close()

    def _rests(self) -> bool:
        return self._rests_until is not None and self._clock() < self._rests_until

    async def _claimed(self) -> list[Job]:
        now, token = self._clock(), secrets.token_hex(8)
        async with self._database.reading() as session:
            if not await is_any_due(session, now, by_mail=True):
                return []
        async with self._database.writing() as session:
            taken = await claim_due(session, now, token, LEASE, AT_ONCE, by_mail=True)
            return [
                Job(row.id, token, uncertain, row.attempts, int(row.channel.rpartition(":")[2]))
                for row, uncertain in taken
            ]

    async def _deliver(self, jobs: Sequence[Job]) -> None:
        """One after the other. What cannot be begun any more is given back, for whoever comes next."""
        begun = time.monotonic()
        for number, job in enumerate(jobs):
            if self._stopping or time.monotonic() - begun > BATCH_SECONDS:
                await self._give_back(jobs[number:], self._clock())
                return
            try:
                values = await self._sent(job)
            except Away as away:
                await self._leave_alone(away, jobs[number:])
                return
            await self._note(job, values)
            self.turned()
            await asyncio.sleep(self._pace)

    async def _sent(self, job: Job) -> dict[str, Any]:
        """What the row is to hold from now on. Raises `Away` when it is nobody's turn."""
        try:
            envelope = await self._compose(job.id)
            if envelope is None:
                return {"state": DeliveryState.CANCELLED, "reason": "not_wanted"}
            message = packed(envelope, self._server.sender, self._clock())
        except Stopped as stopped:
            raise Away("") from stopped
        except Exception as error:  # a fault of ours, in this letter: the others are sent
            structlog.get_logger().error("letter_broke", delivery=job.id, error=type(error).__name__)
            return self._later(job, "broken")
        client = await self._begun()
        try:
            await client.rcpt(envelope.to)
        except BROKEN as error:
            return await self._refused(job, error)
        try:
            await client.data(message)
        except SMTPDataError as error:
            return await self._refused(job, error)
        except BROKEN as error:  # the letter was under way: whether it was taken, nobody can tell
            await self._close()
            return self._later(replace(job, uncertain=True), type(error).__name__)
        now = self._clock()
        return {"state": DeliveryState.SENT, "sent_at": now, "shown": 1, "reason": None}

    async def _begun(self) -> SMTP:
        """A connection on which our sender was taken. One that was used before may have ended meanwhile."""
        used = self._client is not None
        try:
            if self._client is None:
                self._client = await self._server.connected()
            await self._client.mail(self._server.sender)
        except BROKEN as error:
            await self._close()
            if used:
                return await self._begun()
            raise _away(error) from error
        self._rests_until, self.away = None, ""
        return self._client

    async def _refused(self, job: Job, error: Exception) -> dict[str, Any]:
        """What becomes of a letter that was not taken; the next goes on, on a new connection if need be."""
        if not isinstance(error, SMTPResponseException):
            await self._close()
            return self._later(job, type(error).__name__)
        await self._again()
        code, exact = error.code, _exact(error.message)
        reason = f"{code} {exact}".strip()
        if isinstance(error, SMTPRecipientRefused | SMTPDataError) and _no_mailbox(code, exact):
            return {"state": DeliveryState.FAILED, "reason": reason}
        return self._later(job, reason)

    async def _again(self) -> None:
        """Forget the letter that was begun; a server that cannot is left."""
        try:
            if self._client is not None:
                await self._client.rset()
        except BROKEN:
            await self._close()

    def _later(self, job: Job, reason: str) -> dict[str, Any]:
        """It waits, longer each time, and is given up in the end."""
        if job.attempts >= MOST_ATTEMPTS:
            return {"state": DeliveryState.FAILED, "reason": "gave_up"}
        patience = min(PATIENCE * 2 ** min(job.attempts - 1, 10), LONGEST_PATIENCE)
        state = DeliveryState.UNKNOWN if job.uncertain else DeliveryState.PENDING
        return {"state": state, "due_at": self._clock() + patience, "reason": reason[:60]}

    async def _note(self, job: Job, values: dict[str, Any]) -> None:
        """Write down what came of it. If that cannot be written, its lease ends in time."""
        state, reason = values["state"], values["reason"]
        gone = state is DeliveryState.FAILED and reason != "gave_up"
        if state is not DeliveryState.SENT:
            structlog.get_logger().warning("letter_not_sent", delivery=job.id, state=state, reason=reason)
        try:
            async with self._database.writing() as session:
                mine = await settle(session, job.id, job.token, **values)
                if gone and mine:
                    await mail.refuse(session, job.reader, str(reason), self._clock())
        except Exception as error:
            structlog.get_logger().error("delivery_not_noted", delivery=job.id, error=type(error).__name__)
        self._seen(_SEEN.get(state, "waiting"))

    async def _leave_alone(self, away: Away, jobs: Sequence[Job]) -> None:
        """Nothing can be sent now: all wait, and none is the worse for it."""
        now = self._clock()
        if away.reason:
            structlog.get_logger().warning("mail_server_away", reason=away.reason)
            self._rests_until, self.away = now + away.rest, away.reason
        await self._give_back(jobs, now)

    async def _give_back(self, jobs: Sequence[Job], due: datetime) -> None:
        async with self._database.writing() as session:
            for job in jobs:
                state = DeliveryState.UNKNOWN if job.uncertain else DeliveryState.PENDING
                await settle(session, job.id, job.token, state=state, due_at=due, attempts=job.attempts - 1)

    async def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await hang_up(client)


_SEEN = {DeliveryState.SENT: "sent", DeliveryState.FAILED: "refused", DeliveryState.CANCELLED: "refused"}


def _away(error: Exception) -> Away:
    """Why nobody's letter can be sent, by a word or a code of the server's; never its text."""
    if isinstance(error, SMTPResponseException) and error.code >= 500:
        return Away(f"{error.code} {_exact(error.message)}".strip(), REST_LOCKED_OUT)
    return Away(str(error.code) if isinstance(error, SMTPResponseException) else type(error).__name__)


def _exact(text: str) -> str:
    """The enhanced status code of a reply (RFC 3463), such as 5.1.1; "" if it has none."""
    found = _ENHANCED.match(text)
    return ".".join(found.groups()) if found else ""


def _no_mailbox(code: int, exact: str) -> bool:
    """Whether a reply says for good that nobody reads at the address.

    5.1.7 and 5.1.8 speak of the sender; 5.2.1 is a mailbox that was closed; what else has an exact code, such
    as 5.7.1 for a policy, says nothing about the mailbox.
    """
    if exact:
        return exact == "5.2.1" or (exact.startswith("5.1.") and exact not in ("5.1.7", "5.1.8"))
    return code in NO_MAILBOX
