"""E-mail: who asked for it, who confirmed it, and who has had enough. Nothing is sent to anybody unasked.

Whoever asks, for themselves or for somebody else, causes one letter that asks to confirm; only a link in it
makes an address a reader. An address stands in its own row alone: never in the audit, a log or a link.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import Invalid, NotFound
from community.names import HOUSE_LANGUAGES
from community.rights import Action, Actor, require
from storage.mail import (
    MailReader,
    count_asked,
    count_unconfirmed,
    forget_asking,
    forget_mail_readers,
    mail_reader,
    mail_reader_at,
    mail_reader_of,
    newsletter_readers,
    same_inbox,
)
from storage.members import Member

ONE_LETTER_A = timedelta(hours=1)
"""An address gets one letter to confirm in this time, however often somebody types it."""
MOST_UNCONFIRMED = 100
"""Letters to confirm in an hour, all together: whoever floods the form fills no more inboxes of strangers."""
MOST_TO_ONE = 3
"""Letters to confirm to one address in a week: a stranger's inbox is nobody's toy."""
KEEP_UNCONFIRMED = timedelta(days=7)
"""An address that nobody confirms is forgotten, and the link in its letter with it. So is an unused one."""
TRY_AGAIN_AFTER = timedelta(days=30)
"""An address that its server refused for good is tried again only if somebody asks, and this much later."""
LONGEST_ADDRESS = 254
"""RFC 5321, 4.5.3.1.3, without the brackets."""


class What(StrEnum):
    """What an address gets: the newsletter, or the digests of the member whose address it is."""

    NEWSLETTER = "newsletter"
    DIGESTS = "digests"


@dataclass(frozen=True)
class Ticket:
    """What a signed link is good for: `what`, for a reader by id in a `version`.

    `stamp` tells the address from any other, should the id be given anew. `language` is that of the letters;
    `member` is whose digests they are, by id, 0 for the newsletter.
    """

    what: What
    reader: int
    version: int
    stamp: str
    language: str
    member: int = 0

    def parts(self) -> tuple[int | str, ...]:
        """What a link carries."""
        return self.what.value, self.reader, self.version, self.stamp, self.language, self.member


@dataclass(frozen=True)
class Mine:
    """A member's own address. `is_on`: their digests go there. `is_refused`: its server did for good."""

    address: str
    is_on: bool
    is_refused: bool


def ticket_of(parts: tuple[int | str, ...]) -> Ticket:
    """What a link carries, as a ticket. Raises `NotFound` for what is none."""
    try:
        what, reader, version, stamp, language, member = parts
        return Ticket(What(str(what)), int(reader), int(version), str(stamp), str(language), int(member))
    except ValueError as error:
        raise NotFound("link", "") from error


def ticket(row: MailReader, what: What, language: str) -> Ticket:
    """What the link in a letter is good for, by which its reader has had enough."""
    return Ticket(what, row.id, row.version, _stamp(row.address), language)


def is_of(row: MailReader, shown: Ticket) -> bool:
    """Whether a link is good for this very address, as it stands now."""
    return (row.id, row.version, _stamp(row.address)) == (shown.reader, shown.version, shown.stamp)


def folded(typed: str) -> str:
    """An address as it is stored, in lower case; no name server is asked. Raises `Invalid`."""
    try:
        found = validate_email(typed.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise Invalid("address", "no_mail_address") from error
    address = (found.ascii_email or found.normalized).lower()
    if len(address) > LONGEST_ADDRESS:
        raise Invalid("address", "no_mail_address")
    return address


async def ask(
    session: AsyncSession,
    typed: str,
    language: str,
    now: datetime,
    *,
    what: What = What.NEWSLETTER,
    member: int = 0,
) -> Ticket | None:
    """Somebody asks for letters at an address. What the letter to confirm it is good for; None: no letter.

    Whether the address is known makes no difference to whoever asks. Raises `Invalid` for what is no address,
    for a language the bot has not, and while too many ask.
    """
    address = folded(typed)
    if language not in HOUSE_LANGUAGES:
        raise Invalid("language", "not_spoken", language)
    if await count_unconfirmed(session, now - ONE_LETTER_A) >= MOST_UNCONFIRMED:
        raise Invalid("address", "too_many_ask")
    if await _had_letters(session, address, now):
        return None
    row = await mail_reader_at(session, address, language)
    refused_lately = row.refused_at is not None and row.refused_at > now - TRY_AGAIN_AFTER
    if _asked_lately(row, now) or refused_lately:
        return None
    row.asked_at = now
    note(session, None, "mail_asked", f"mail:{row.id}", now)
    return Ticket(what, row.id, row.version, _stamp(address), language, member)


async def confirm(session: AsyncSession, shown: Ticket, now: datetime) -> None:
    """Whoever reads at an address wants what they were asked about; again changes nothing.

    Raises `NotFound` if the link is not good any more: they have had enough since, or it was forgotten.
    """
    row = await check(session, shown)
    if shown.what is What.DIGESTS:
        await _give(session, row, shown.member, now)
    else:
        row.newsletter_since, row.language = row.newsletter_since or now, shown.language
    row.confirmed_at, row.refused_at, row.reason = now, None, None
    note(session, None, "mail_confirmed", f"mail:{row.id}", now)


async def check(session: AsyncSession, shown: Ticket, *, is_old: bool = False) -> MailReader:
    """The address that a link is for. Raises `NotFound` if it is not good any more.

    With `is_old` that of any letter which ever reached the address is good: whoever has had enough may have
    kept an old one.
    """
    row = await mail_reader(session, shown.reader)
    if row is None or _stamp(row.address) != shown.stamp or row.version < shown.version:
        raise NotFound("link", "")
    if row.version > shown.version and not is_old:
        raise NotFound("link", "")
    return row


async def stop(session: AsyncSession, shown: Ticket, now: datetime) -> None:
    """Send it there no more; again changes nothing, though the address be forgotten since.

    No link of before makes it a reader again. Raises `NotFound` for one that was never in a letter to it.
    """
    if await mail_reader(session, shown.reader) is None:
        return
    row = await check(session, shown, is_old=True)
    if shown.what is What.DIGESTS and row.digests_since is not None:
        row.digests_since = None
    elif shown.what is What.NEWSLETTER and row.newsletter_since is not None:
        row.newsletter_since = None
    else:
        return
    row.version += 1
    note(session, None, "mail_stopped", f"mail:{row.id}", now)


async def refuse(session: AsyncSession, number: int, reason: str, now: datetime) -> None:
    """Its server refuses an address for good: it is tried no more. `reason` is the reply's code alone."""
    row = await mail_reader(session, number)
    if row is not None:
        row.refused_at, row.reason = now, reason[:60]
        note(session, None, "mail_refused", f"mail:{number}", now)


async def readers(session: AsyncSession) -> Mapping[str, tuple[int, ...]]:
    """Who gets the newsletter, by language: the ids of addresses that confirmed and were not refused."""
    found: dict[str, tuple[int, ...]] = defaultdict(tuple)
    for row in await newsletter_readers(session):
        found[row.language] = (*found[row.language], row.id)
    return found


async def of_member(session: AsyncSession, actor: Actor) -> Mine | None:
    """A member's own address, once they confirmed it; None if they have none."""
    row = await mail_reader_of(session, actor.member_id) if actor.member_id is not None else None
    if row is None:
        return None
    return Mine(row.address, row.digests_since is not None, row.refused_at is not None)


async def digests_of(session: AsyncSession, member_id: int) -> int | None:
    """The reader to whom a member's digests go; None if they go to Slack."""
    row = await mail_reader_of(session, member_id)
    return row.id if row is not None and wants(row, What.DIGESTS) else None


async def choose_mail(
    session: AsyncSession, actor: Actor, typed: str | None, language: str, now: datetime
) -> Ticket | None:
    """A member wants their digests at an address, or (None) in Slack again.

    What the letter to confirm it is good for; None if none is needed, or one went there within the hour.
    Until it is confirmed, digests go to where they went. Raises `Invalid`, or `NotAllowed`.
    """
    require(actor, Action.FOLLOW)
    if actor.member_id is None:
        raise Invalid("address", "not_met_yet")
    own = await mail_reader_of(session, actor.member_id)
    if typed is None:
        if own is not None and own.digests_since is not None:
            own.digests_since, own.version = None, own.version + 1
            note(session, actor, "digests_to_slack", f"mail:{own.id}", now)
        return None
    if own is not None and own.address == folded(typed):
        if own.refused_at is None:
            if own.digests_since is None:
                own.digests_since = now
                note(session, actor, "digests_by_mail", f"mail:{own.id}", now)
            return None
        if own.refused_at > now - TRY_AGAIN_AFTER:
            raise Invalid("address", "refused_address")
    return await ask(session, typed, language, now, what=What.DIGESTS, member=actor.member_id)


async def forget_unused(session: AsyncSession, now: datetime) -> None:
    """Forget the addresses that nobody confirmed in time, and those to which nothing is sent any more.

    One that its server refused is remembered for as long as nobody may ask for it again.
    """
    await forget_mail_readers(session, now - KEEP_UNCONFIRMED, now - TRY_AGAIN_AFTER)


def wants(row: MailReader, what: What) -> bool:
    """Whether what is promised to an address may be sent there still."""
    since = row.newsletter_since if what is What.NEWSLETTER else row.digests_since
    return row.confirmed_at is not None and row.refused_at is None and since is not None


async def _had_letters(session: AsyncSession, address: str, now: datetime) -> bool:
    """Whether enough letters to confirm went into an inbox lately; then not even a row is made."""
    inbox = await same_inbox(session, address)
    asked = await count_asked(session, [one.id for one in inbox], now - KEEP_UNCONFIRMED)
    return asked >= MOST_TO_ONE or any(_asked_lately(one, now) for one in inbox)


def _asked_lately(row: MailReader, now: datetime) -> bool:
    return row.asked_at is not None and row.asked_at > now - ONE_LETTER_A


async def _give(session: AsyncSession, row: MailReader, member: int, now: datetime) -> None:
    """The address becomes a member's own, in the place of the one they had."""
    found = await session.get(Member, member)
    if found is None or not found.is_active:
        raise NotFound("link", "")
    own = await mail_reader_of(session, member)
    if own is not None and own.id != row.id:
        own.member_id = own.digests_since = None
        await session.flush()
        if own.newsletter_since is None:
            await session.delete(own)
            await forget_asking(session, [own.id])
    row.member_id, row.digests_since = member, row.digests_since or now


def _stamp(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:16]
