"""Letters on their way: rendered once a language, promised to each reader, completed when they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from community import deliveries, digests, issues, mail
from community.deliveries import LATE_FROM, Outgoing
from community.digests import DIGEST, Digest
from community.issues import Issue
from community.mail import Ticket, What
from community.members import Reader, reader_of
from handlers.slack.asking import Services
from storage.deliveries import Delivery, deliveries_about
from storage.mail import Letter, MailReader, keep_letter
from storage.switches import sending_stopped
from templates import email
from templates.email import Written
from templates.voice import Voice

NEWSLETTER, CONFIRM = "newsletter", "confirm"
"""Kinds of delivery by e-mail, besides digests; the newsletter's is the same in Slack."""
WANTED_AS = {NEWSLETTER: What.NEWSLETTER, DIGEST: What.DIGESTS}


@dataclass(frozen=True)
class Envelope:
    """A letter to one address, all put in. `stop` is the link by which it comes no more, "" if there is none.

    `kind` is what the letter is one of; `key` is the delivery's, by which a second copy is known.
    """

    key: str
    kind: str
    to: str
    language: str
    written: Written
    stop: str = ""


async def newsletter(services: Services, session: AsyncSession, issue: Issue, now: datetime) -> None:
    """Promise an approved edition to everybody who confirmed; once each, however often it is approved."""
    if not services.by_mail:
        return
    for language, numbers in (await mail.readers(session)).items():
        letter = await _keep_newsletter(services, session, issue, language, now)
        due = max(issue.sends_at, now)
        promised = [
            (_outgoing(issue, NEWSLETTER, number, language, letter, issue.sends_at), due)
            for number in numbers
        ]
        await deliveries.put_all(session, promised, now)


async def joined(services: Services, session: AsyncSession, shown: Ticket, now: datetime) -> None:
    """Promise whoever has just confirmed the newsletter that is approved already, and is the next to come."""
    if shown.what is not What.NEWSLETTER:
        return
    for issue in await issues.leaving(session, now):
        letter = await _keep_newsletter(services, session, issue, shown.language, now)
        outgoing = _outgoing(issue, NEWSLETTER, shown.reader, shown.language, letter, issue.sends_at)
        await deliveries.put(session, outgoing, now, due=issue.sends_at)


async def corrected(services: Services, session: AsyncSession, issue: Issue, now: datetime) -> None:
    """Write the letters of an edition anew: whoever has not got theirs yet gets what it says now."""
    for language in {row.language for row in await _unsent(session, issue.about)}:
        await _keep_newsletter(services, session, issue, language, now)


async def digest(
    services: Services, session: AsyncSession, found: Digest, reader: Reader, now: datetime, due: datetime
) -> bool:
    """Promise a member's digest to their own address; False if theirs come in Slack."""
    if not services.by_mail or reader.member_id is None:
        return False
    number = await mail.digests_of(session, reader.member_id)
    if number is None:
        return False
    letter = await _keep_digest(session, Voice.to(reader, now, services.names), found)
    outgoing = _outgoing(found, DIGEST, number, reader.language, letter, due)
    await deliveries.put(session, outgoing, now, due=due)
    return True


async def corrected_digest(session: AsyncSession, voice: Voice, found: Digest) -> None:
    """Write a member's digest anew, if it was promised by e-mail and is not sent yet."""
    if await _unsent(session, found.about):
        await _keep_digest(session, voice, found)


async def confirm(services: Services, session: AsyncSession, shown: Ticket, now: datetime) -> None:
    """Promise the letter by which whoever reads at an address confirms that they want what was asked for."""
    language = shown.language
    voice = Voice(language, services.default_reader.zone, now, services.names)
    key = f"{CONFIRM}:{shown.what.value}:{language}"
    letter = await _keep(session, key, language, email.confirm(voice, shown.what))
    to = f"mail:{shown.reader}"
    once = f"{CONFIRM}:{shown.reader}:{shown.version}:{int(now.timestamp())}"
    payload = {"ticket": list(shown.parts())}
    outgoing = Outgoing(once, to, CONFIRM, to, language, payload, letter=letter)
    await deliveries.put(session, outgoing, now)


async def envelope(services: Services, number: int) -> Envelope | None:
    """A promised letter as it is sent now; None if its reader wants it no more.

    Raises `Stopped` while all sending is stopped.
    """
    async with services.database.reading() as session:
        if await sending_stopped(session) is not None:
            raise Stopped
        row = await session.get_one(Delivery, number)
        letter = await session.get_one(Letter, row.letter_id)
        reader = await session.get(MailReader, int(row.channel.rpartition(":")[2]))
        link, now = _link(services, row, reader), services.clock()
        if reader is None or link is None:
            return None
        written = Written(letter.subject, letter.text, letter.html)
        if row.kind == DIGEST:
            own = await _own_digest(services, session, row.about, reader, now)
            if own is None:
                return None
            written = own or written
    late = ""
    if row.promised_at is not None and now - row.promised_at > LATE_FROM:
        late = email.late(Voice(row.language, "UTC", now, services.names), row.promised_at)
    written = email.addressed(written, link, late)
    stop = link if row.kind in WANTED_AS else ""
    return Envelope(row.key, row.kind, reader.address, row.language, written, stop)


async def _own_digest(
    services: Services, session: AsyncSession, about: str, reader: MailReader, now: datetime
) -> Written | Literal[False] | None:
    """A digest as its member may see it now, False if that is as it was written.

    None if it goes there no more: they left the workspace since, or the address is somebody else's own.
    """
    found = await digests.as_it_is(session, about, now)
    if found is None or reader.member is None or reader.member.slack_id != found.to:
        return None
    if not reader.member.is_active:
        return None
    own = await reader_of(session, found.to, services.default_reader)
    return email.digest(Voice.to(own, now, services.names), found) if found.gone else False


class Stopped(Exception):
    """All sending is stopped."""


def _link(services: Services, row: Delivery, reader: MailReader | None) -> str | None:
    """The reader's own link in a letter; None if the letter is not to be sent."""
    if reader is None:
        return None
    if what := WANTED_AS.get(row.kind):
        shown = mail.ticket(reader, what, row.language)
        return services.links.signed("mail/stop", *shown.parts()) if mail.wants(reader, what) else None
    shown = mail.ticket_of(tuple(row.payload["ticket"]))
    return services.links.signed("mail/confirm", *shown.parts()) if mail.is_of(reader, shown) else None


def _outgoing(
    one: Issue | Digest, kind: str, number: int, language: str, letter: int, promised: datetime
) -> Outgoing:
    to, key = f"mail:{number}", f"{one.occurrence}:mail:{number}"
    return Outgoing(key, one.about, kind, to, language, {}, promised=promised, letter=letter)


async def _unsent(session: AsyncSession, about: str) -> list[Delivery]:
    rows = await deliveries_about(session, about, tuple(WANTED_AS))
    return [row for row in rows if row.letter_id is not None and row.sent_at is None]


async def _keep_newsletter(
    services: Services, session: AsyncSession, issue: Issue, language: str, now: datetime
) -> int:
    voice = Voice(language, issue.plan.zone, now, services.names)
    outlook = await issues.outlook(session, issue, issue.plan.zone)
    written = email.newsletter(voice, issue, outlook, services.links.newsletter(language, issue.id))
    return await _keep(session, f"{issue.about}:{language}", language, written)


async def _keep_digest(session: AsyncSession, voice: Voice, found: Digest) -> int:
    return await _keep(session, found.about, voice.language, email.digest(voice, found))


async def _keep(session: AsyncSession, key: str, language: str, written: Written) -> int:
    words: Mapping[str, str] = {"subject": written.subject, "text": written.text, "html": written.html}
    return await keep_letter(session, key, language, **words)
