"""What is to be sent: promised in the transaction of what it tells of, kept by the worker (`bot.worker`).

Composing stands in `community`, rendering with whoever knows templates; here they are stored together, so
that nothing is announced that was rolled back, and nothing that happened stays untold.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage.deliveries import Delivery, add_deliveries, deliveries_about, deliveries_by_key
from storage.members import FORMER
from storage.vocabulary import DeliveryState

PROMISED = "deliveries"
"""The mark of a session in which something was promised: once it is committed, the worker may be woken."""


LATE_FROM = timedelta(hours=1)
"""What arrives so long after its promised hour says that it is late."""


@dataclass(frozen=True)
class Outgoing:
    """A message that is to stand in a channel, or to reach a member (`channel` is then a Slack user id).

    `key` makes it one: the same key put again changes that very message. `about` names what it tells of, such
    as `update:17`; `kind` in which way. `payload` is Slack's text and blocks. `command` draws a card anew.
    `promised` is the hour at which it was to arrive: later, it says so; from `useless` on it is not sent any
    more. By e-mail it has the id of its
    `letter`, no payload, and `mail:17` for its channel.
    """

    key: str
    about: str
    kind: str
    channel: str
    language: str
    payload: Mapping[str, Any]
    command: str | None = None
    promised: datetime | None = None
    letter: int | None = None
    useless: datetime | None = None


async def put(
    session: AsyncSession, message: Outgoing, now: datetime, *, due: datetime | None = None
) -> None:
    """Promise a message, or change one that was promised or stands there already.

    The same payload again changes nothing. What failed for good stays so; what was called off before it was
    sent is promised anew.
    """
    await put_all(session, [(message, due or now)], now)


async def put_all(
    session: AsyncSession, messages: Sequence[tuple[Outgoing, datetime]], now: datetime
) -> None:
    """Promise many messages, each with the moment from which on it may be sent, as `put` does."""
    session.info[PROMISED] = True
    messages = [(one, due) for one, due in messages if one.channel != FORMER]  # whoever was erased
    added = await add_deliveries(
        session,
        [
            {
                "key": one.key, "about": one.about, "kind": one.kind, "channel": one.channel,
                "language": one.language, "command": one.command, "payload": dict(one.payload), "due_at": due,
                "promised_at": one.promised, "letter_id": one.letter, "useless_at": one.useless,
            }
            for one, due in messages
        ],
    )  # fmt: skip
    again = [(one, due) for one, due in messages if one.key not in added]
    rows = await deliveries_by_key(session, [one.key for one, _ in again])
    for one, due in again:
        if row := rows.get(one.key):
            _put_again(row, one, due, now)
    await session.flush()


def _put_again(row: Delivery, message: Outgoing, due: datetime, now: datetime) -> None:
    payload = dict(message.payload)
    if row.state is DeliveryState.FAILED:
        return
    if row.state is DeliveryState.CANCELLED:
        row.state, row.due_at, row.payload = DeliveryState.PENDING, due, payload
        row.tried_at, row.attempts = None, 0
        row.promised_at, row.useless_at = message.promised, message.useless
    elif row.payload != payload:
        _change(row, payload, now)
    if message.letter is not None and row.state is DeliveryState.PENDING:
        # Its reader may read in another language by now.
        row.letter_id, row.language = message.letter, message.language


async def replace(session: AsyncSession, row: Delivery, payload: Mapping[str, Any], now: datetime) -> None:
    """Change what a message says, wherever it stands."""
    session.info[PROMISED] = True
    if row.payload != dict(payload):
        _change(row, dict(payload), now)
    await session.flush()


async def call_off(session: AsyncSession, about: str, kinds: Collection[str]) -> list[Delivery]:
    """Cancel what was not sent yet about something; the rest, which may stand somewhere, is given back."""
    return [row for row in await deliveries_about(session, about, kinds) if not cancelled(row)]


def retry(session: AsyncSession, row: Delivery, now: datetime) -> None:
    """Try once more what failed for good: somebody mended what it failed of.

    Whether a post that was tried stands there may never have been found out: it is looked for first.
    """
    session.info[PROMISED] = True
    is_in_doubt = row.ts is None and row.tried_at is not None
    if row.ts is not None:
        row.tried_at = now
    row.state = DeliveryState.UNKNOWN if is_in_doubt else DeliveryState.PENDING
    row.due_at, row.attempts, row.reported_at = now, 0, None


def cancelled(row: Delivery) -> bool:
    """Cancel one that was not sent yet. False for one that may stand somewhere."""
    if row.state is not DeliveryState.PENDING or row.ts is not None:
        return False
    row.state = DeliveryState.CANCELLED
    return True


async def stands(session: AsyncSession, message: Outgoing, now: datetime, *, room: str, ts: str) -> None:
    """Note a message that stands in a channel already, so that it can be kept current."""
    session.add(
        Delivery(
            key=message.key, about=message.about, kind=message.kind, channel=message.channel,
            language=message.language, command=message.command, payload=dict(message.payload), due_at=now,
            state=DeliveryState.SENT, shown=1, room=room, ts=ts, sent_at=now,
        )
    )  # fmt: skip


def _change(row: Delivery, payload: dict[str, Any], now: datetime) -> None:
    """A new payload. What is claimed or unknown stays so: whoever settles it sees that more is wanted."""
    row.payload, row.is_emptied = payload, False
    row.wanted += 1
    row.attempts = 0
    if row.ts is not None:
        row.tried_at = now  # the patience of its first post is long used up
    if row.state is DeliveryState.SENT:
        row.state, row.due_at = DeliveryState.PENDING, now
