"""Sending what followers get together, and keeping right what was sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from community import deliveries, digests
from community.deliveries import Outgoing
from community.digests import DIGEST, Digest
from community.members import awake_at, reader_of
from handlers import letters
from handlers.slack import hearing
from handlers.slack.asking import Ask, Services
from storage.deliveries import deliveries_about
from storage.vocabulary import Cadence
from templates.slack import digests as said
from templates.voice import Voice


async def send(services: Services) -> None:
    """Make the editions that are due and promise them, each in a transaction of its own.

    One that cannot be made is told of and tried again at the next tick; it stops nobody else's. What could
    not go by e-mail comes in Slack.
    """
    now = services.clock()
    async with services.database.reading() as session:
        waiting = await digests.due(session, now, services.default_reader)
        returned = await digests.not_mailed(session, now)
    for one in waiting:
        with _guarded(services):
            async with services.database.writing() as session:
                if digest := await digests.compose(session, one, now):
                    await _promise(services, session, digest, now)
    for digest in returned:
        with _guarded(services):
            async with services.database.writing() as session:
                await _promise(services, session, digest, now, by_mail=False)


@contextmanager
def _guarded(services: Services) -> Iterator[None]:
    """One that breaks stops no other."""
    try:
        yield
    except Exception as error:
        services.broke("edition_failed", error)


async def _promise(
    services: Services, session: AsyncSession, digest: Digest, now: datetime, *, by_mail: bool = True
) -> None:
    """Promise an edition where its reader wants it, outside their quiet hours. At once is in Slack."""
    reader = await reader_of(session, digest.to, services.default_reader)
    due = awake_at(reader, now)
    by_mail = by_mail and digest.cadence is not Cadence.AT_ONCE
    if by_mail and await letters.digest(services, session, digest, reader, now, due):
        return
    for message in _parts(services, Voice.to(reader, now, services.names), digest):
        await deliveries.put(session, message, now, due=due)


async def redraw(ask: Ask, update_id: int) -> None:
    """Let every edition that holds an update say what it says now, sent or not."""
    await _shown_anew(ask, await digests.with_update(ask.session, update_id, ask.voice.now))


async def redraw_change(ask: Ask, change_id: int) -> None:
    """The same for a change of the record that was taken back."""
    await _shown_anew(ask, await digests.with_change(ask.session, change_id, ask.voice.now))


async def _shown_anew(ask: Ask, found: Sequence[Digest]) -> None:
    drawn: dict[object, Mapping[str, Mapping[str, Any]]] = {}  # many read the same words
    for digest in found:
        standing = await deliveries_about(ask.session, digest.about, (DIGEST,))
        voice = (await hearing.at(ask, digest.to)).voice
        in_slack = [row for row in standing if row.letter_id is None]
        if len(in_slack) < len(standing):
            await letters.corrected_digest(ask.session, voice, digest)
        if not in_slack:
            continue
        items = tuple(item.id for item in digest.items)
        same = voice.language, voice.zone, digest.cadence, items, digest.gone, digest.advances
        if same not in drawn:
            parts = enumerate(said.parts(ask.services.templates, voice, digest), start=1)
            drawn[same] = {str(number): message.payload() for number, message in parts}
        for row in in_slack:
            if payload := drawn[same].get(row.key.rpartition(":")[2]):
                await deliveries.replace(ask.session, row, payload, ask.voice.now)


def _parts(services: Services, voice: Voice, digest: Digest) -> Iterator[Outgoing]:
    for number, message in enumerate(said.parts(services.templates, voice, digest), start=1):
        yield Outgoing(
            f"{digest.occurrence}:{number}", digest.about, DIGEST, digest.to, voice.language,
            message.payload(),
        )  # fmt: skip
