"""The delivery worker: it makes stand in Slack, once, what `community.deliveries` promised.

| what comes of a call                               | what becomes of the delivery                          |
|----------------------------------------------------|-------------------------------------------------------|
| Slack took it                                      | sent, with its timestamp                              |
| too fast (429)                                     | waits as long as Slack says                           |
| no answer, a cut connection, a 5xx, a dead worker  | unknown: looked for by its key before a second post   |
| none is known of, but a backup was restored        | looked for from the backup's hour on, before the post |
| the channel is gone, the bot not in it, ...        | failed, with Slack's word for why; never tried again  |
| the person left: Slack takes it all the same       | failed, without a call: user_disabled                 |
| it is of no use any more, such as a late reminder  | failed, without a call: too_late                      |
| Slack does not let the bot in, or lacks a scope    | waits: somebody has to mend that, or it passes        |
| a fault of ours                                    | as with no answer; the others are sent                |
| too many tries, for a day                          | failed: gave_up                                       |
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import case

from bot.finding import found
from bot.pace import TOO_FAST, Pace, seconds_of
from bot.rounds import Rounds
from community.deliveries import LATE_FROM
from community.digests import DIGEST
from community.failures import REPORT
from community.issues import PART
from community.questions import RESURFACE
from community.reminding import REMINDER
from handlers.slack.busy import Busy
from handlers.slack.people import UNANSWERED, code_of
from storage.backlog import TOO_LATE
from storage.database import Database
from storage.deliveries import Delivery
from storage.keeping import Restoration, lost_since, restored_lately
from storage.vocabulary import DeliveryState
from storage.worklist import claim_due, is_any_due, settle, who_left

SCOPES = ("chat:write", "im:write", "im:history", "channels:history", "groups:history")
AT_ONCE = 20
"""Messages under way together."""
LEASE = timedelta(minutes=2)
"""How long a claim holds; longer than a call may take, so that no second worker takes a living one's."""
SKEW = timedelta(minutes=1)
"""By how much a clock may be set right without a word."""
LATE = timedelta(seconds=30)
"""How long Slack may still accept a call that it did not answer; before, looking for it proves nothing."""
MOST_ATTEMPTS, LONGEST = 8, timedelta(days=1)
"""After so many tries a message is given up; where it is Slack that does not answer, only after so long."""
UNDECIDED = frozenset({"", "internal_error", "fatal_error", "service_unavailable", "request_timeout"})
AWAY = frozenset({"org_login_required", "team_added_to_org", "accesslimited"})
"""The workspace moves into an organisation, or is closed for a while: that passes by itself."""
LOCKED_OUT = AWAY | frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope"}
)
LEFT = "user_disabled"
"""Slack's word where it refuses somebody who left; a post to them it takes (python-slack-sdk issue 1156)."""
EVENT_TYPE = "pathfinder_delivery"
THREAD = "thread_ts"
"""The part of a payload that says in which thread a message stands."""
OF_THEIR_HOUR = frozenset({DIGEST, PART, REMINDER, RESURFACE, REPORT})
"""The kinds that tell of a day or a week: one found after a restore stays as it stands, for it tells more
than is remembered. Any other is made to say what holds."""


@dataclass(frozen=True)
class Job:
    """A delivery as it was claimed. `uncertain`: it may stand there already, though nobody knows where.

    `vain` is the reason for which it is not even tried, "" if there is none. `lost` is from when on it may
    stand there although nothing is known of it, because a backup was restored. It is ours `until` then.
    """

    id: int
    token: str
    uncertain: bool
    vain: str
    key: str
    channel: str
    room: str | None
    ts: str | None
    payload: Mapping[str, Any]
    wanted: int
    attempts: int
    tried_at: datetime
    language: str
    promised_at: datetime | None
    sent_at: datetime | None
    kind: str
    lost: datetime | None
    until: datetime

    @property
    def mark(self) -> str:
        """The opaque key in the message's metadata, by which it is found again."""
        return mark_of(self.key)


class Worker(Rounds):
    """Sends what is due, and whatever is promised while it runs. `pace` counts seconds between messages.

    `late` makes the block which says, in a language, that a message was due at an earlier moment.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        database: Database,
        clock: Callable[[], datetime],
        busy: Busy,
        *,
        pace: Callable[[], float] = time.monotonic,
        late: Callable[[str, datetime], Mapping[str, Any]] | None = None,
    ) -> None:
        super().__init__(busy)
        self._client, self._database, self._clock = client, database, clock
        self._pace = Pace(pace)
        self._late = late

    async def drain(self) -> None:
        """Send everything that is due now, at the pace; what Slack told to wait is left for later."""
        while not self._stopping:
            resting = self._pace.resting()
            jobs = await self._claimed(resting) if await self._is_any_due(resting) else []
            if jobs:
                async with self._busy:
                    await asyncio.gather(*(self._deliver(job) for job in jobs))
                self.turned()
            elif self._pace.is_soon_free() and await self._is_any_due([]):
                await asyncio.sleep(0.05)
            else:
                return

    async def _is_any_due(self, resting: list[str]) -> bool:
        async with self._database.reading() as session:
            return await is_any_due(session, self._clock(), resting)

    async def _claimed(self, resting: list[str]) -> list[Job]:
        leave, token = min(AT_ONCE, self._pace.leave()), secrets.token_hex(8)
        if not leave:
            return []
        async with self._database.writing() as session:
            taken = await claim_due(session, self._clock(), token, LEASE, leave, resting)
            left = await who_left(session, [row.channel for row, _ in taken])
            now = self._clock()
            restored = await restored_lately(session, now)
            return [_job(row, token, uncertain, _vain(row, left, now), restored) for row, uncertain in taken]

    async def _deliver(self, job: Job) -> None:
        """Send one, and write down what came of it. If that cannot be written, its lease ends in time."""
        values = await self._sent(job)
        self._pace.note(job.channel)
        if values["state"] is DeliveryState.FAILED:
            structlog.get_logger().warning("delivery_failed", delivery=job.id, reason=values["reason"])
        try:
            async with self._database.writing() as session:
                await settle(session, job.id, job.token, **values)
        except Exception as error:
            structlog.get_logger().error("delivery_not_noted", delivery=job.id, error=type(error).__name__)

    async def _sent(self, job: Job) -> dict[str, Any]:
        """What the row is to hold from now on."""
        room, ts, version = job.room, job.ts, 0
        if job.vain:
            return {"state": DeliveryState.FAILED, "reason": job.vain}
        try:
            if job.uncertain or job.lost:
                room, ts, version = await self._found(job)
            if not self._is_ours(job):  # another may have posted it since, or shown something newer
                return {"state": _waiting(job), "due_at": self._clock(), "attempts": job.attempts - 1}
            if ts is None:
                answer = await self._client.chat_postMessage(
                    channel=job.channel,
                    metadata=_metadata(job),
                    unfurl_links=False,
                    unfurl_media=False,
                    **self._envelope(job),
                )
                room, ts = answer["channel"], answer["ts"]
            elif version < job.wanted:
                said = self._envelope(job)
                said.pop(THREAD, None)  # where it stands is no part of a change
                await self._client.chat_update(
                    channel=room or job.channel, ts=ts, metadata=_metadata(job), **said
                )
        except Exception as error:
            return self._gone_wrong(job, error, room, ts)
        more = case((Delivery.wanted > job.wanted, DeliveryState.PENDING), else_=DeliveryState.SENT)
        now = self._clock()
        where = {"room": room, "ts": ts, "shown": job.wanted}
        return {"state": more, "sent_at": job.sent_at or now, "due_at": now, "reason": None, **where}

    def _is_ours(self, job: Job) -> bool:
        """Whether the claim still holds: a machine that stood still, or whose clock jumped, has lost it."""
        return job.until - LEASE - SKEW <= self._clock() < job.until

    def _envelope(self, job: Job) -> dict[str, Any]:
        """What Slack is sent: the payload as it was frozen and, if it comes late, a line that says so."""
        late = job.promised_at and (job.sent_at or self._clock()) - job.promised_at > LATE_FROM
        if job.promised_at is None or not late or self._late is None:
            return dict(job.payload)
        blocks = [*job.payload.get("blocks", ()), self._late(job.language, job.promised_at)]
        return {**job.payload, "blocks": blocks}

    async def _found(self, job: Job) -> tuple[str | None, str | None, int]:
        """Where a message stands of which nothing is known, and in which version; nothing if nowhere."""
        since, thread = job.lost or job.tried_at, job.payload.get(THREAD)
        room, ts, version = await found(self._client, job.channel, job.mark, since, thread)
        return room, ts, 0 if job.lost and job.kind not in OF_THEIR_HOUR else version

    def _gone_wrong(self, job: Job, error: Exception, room: str | None, ts: str | None) -> dict[str, Any]:
        """What becomes of a delivery whose call came to nothing."""
        if ours := not isinstance(error, UNANSWERED):
            structlog.get_logger().error("delivery_broke", error=type(error).__name__, exc_info=error)
        where = {"room": room, "ts": ts}
        waiting = _waiting(job) if ts is None else DeliveryState.PENDING
        # What is no fault of this message counts for nothing.
        free = {"state": waiting, "attempts": job.attempts - 1, **where}
        now, patience = self._clock(), timedelta(seconds=2 ** min(job.attempts, MOST_ATTEMPTS))
        code = code_of(error) if isinstance(error, SlackApiError) else ""
        if isinstance(error, SlackApiError) and code in TOO_FAST:
            wait = seconds_of(error.response.headers.get("Retry-After"))
            self._pace.hold(job.channel, wait)
            return {"due_at": now + timedelta(seconds=wait), **free}
        if code in LOCKED_OUT:
            return {"due_at": now + timedelta(minutes=5), "reason": code, **free}
        if code not in UNDECIDED:
            return {"state": DeliveryState.FAILED, "reason": code[:60], **where}
        if job.attempts >= MOST_ATTEMPTS and (ours or now - job.tried_at >= LONGEST):
            return {"state": DeliveryState.FAILED, "reason": "gave_up", **where}
        if ts is not None:  # changing a message twice does no harm
            return {"state": DeliveryState.PENDING, "due_at": now + patience, **where}
        return {"state": DeliveryState.UNKNOWN, "due_at": now + max(LATE, patience), **where}


def _waiting(job: Job) -> DeliveryState:
    """In which state one waits that was not posted now."""
    return DeliveryState.UNKNOWN if job.uncertain else DeliveryState.PENDING


def mark_of(key: str) -> str:
    """The opaque key that stands in a message's metadata, for the key of its delivery."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _vain(row: Delivery, left: Collection[str], now: datetime) -> str:
    """Why a message is not even tried; "" if it is."""
    if row.channel in left:
        return LEFT
    useless = row.useless_at is not None and row.useless_at <= now
    return TOO_LATE if useless and row.ts is None and row.attempts == 1 else ""


def _job(row: Delivery, token: str, uncertain: bool, vain: str, restored: Sequence[Restoration]) -> Job:
    tried_at, until = row.tried_at, row.leased_until
    assert tried_at is not None and until is not None  # noqa: PT018, S101 - claiming sets them
    return Job(
        row.id, token, uncertain, vain, row.key, row.channel, row.room, row.ts, row.payload, row.wanted,
        row.attempts, tried_at, row.language, row.promised_at, row.sent_at, row.kind,
        lost_since(restored, row.promised_at, tried_at) if row.ts is None else None, until,
    )  # fmt: skip


def _metadata(job: Job) -> dict[str, Any]:
    """docs.slack.dev/messaging/message-metadata: what tells our message from any other."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": job.mark, "version": job.wanted}}
