"""What goes by e-mail: who reads there, and the letters that were frozen for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, and_, delete, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from storage.base import Base
from storage.deliveries import OVER, ROWS_AT_ONCE, Delivery
from storage.members import Member
from storage.vocabulary import DeliveryState


class MailReader(Base):
    """An e-mail address, folded to lower case, and what it gets: nothing before it was confirmed.

    `newsletter_since` is from when on it gets the newsletter; None if it does not. A member's own digests go
    there while `digests_since` is set. `asked_at` is when the last letter went out that asks to confirm it.
    `refused_at` and `reason` stand where a mail server refused it for good: it is tried no more. Links to it
    are good for its `version` only.
    """

    __tablename__ = "mail_readers"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), unique=True)
    language: Mapped[str] = mapped_column(String(8))
    version: Mapped[int] = mapped_column(default=1)
    asked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    newsletter_since: Mapped[datetime | None]
    digests_since: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(60))
    member: Mapped[Member | None] = relationship(lazy="selectin")


class Letter(Base):
    """A rendered e-mail, as it is sent to everybody who gets it; only the links that are theirs differ."""

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    language: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)


async def mail_reader(session: AsyncSession, number: int) -> MailReader | None:
    """A reader by id as they stand now, locked until the end of the transaction where the database can."""
    query = select(MailReader).where(MailReader.id == number).with_for_update(of=MailReader)
    return (await session.scalars(query.execution_options(populate_existing=True))).unique().one_or_none()


async def mail_reader_at(session: AsyncSession, address: str, language: str) -> MailReader:
    """The reader at an address, locked, made if need be; two at once make one."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    made = insert(MailReader).values(address=address, language=language, version=1)
    await session.execute(made.on_conflict_do_nothing(index_elements=[MailReader.address]))
    query = select(MailReader).where(MailReader.address == address).with_for_update(of=MailReader)
    return (await session.scalars(query.execution_options(populate_existing=True))).unique().one()


async def mail_reader_of(session: AsyncSession, member_id: int) -> MailReader | None:
    """The address that is a member's own."""
    query = select(MailReader).where(MailReader.member_id == member_id)
    return (await session.scalars(query)).unique().one_or_none()


async def newsletter_readers(session: AsyncSession) -> list[MailReader]:
    """Who gets the newsletter: confirmed, and not refused by their server."""
    query = select(MailReader).where(
        MailReader.confirmed_at.is_not(None),
        MailReader.newsletter_since.is_not(None),
        MailReader.refused_at.is_(None),
    )
    return list((await session.scalars(query.order_by(MailReader.id))).unique())


async def count_unconfirmed(session: AsyncSession, since: datetime) -> int:
    """How many addresses were asked since then, and have not confirmed since they were."""
    unconfirmed = or_(MailReader.confirmed_at.is_(None), MailReader.confirmed_at < MailReader.asked_at)
    query = select(func.count(MailReader.id)).where(MailReader.asked_at > since, unconfirmed)
    return await session.scalar(query) or 0


async def same_inbox(session: AsyncSession, address: str) -> list[MailReader]:
    """The readers whose letters come where those to an address do: behind a plus sign stands but a mark."""
    local, _, domain = address.rpartition("@")
    base = local.partition("+")[0]
    marked = and_(
        MailReader.address.startswith(f"{base}+", autoescape=True),
        MailReader.address.endswith(f"@{domain}", autoescape=True),
    )
    query = select(MailReader).where(or_(MailReader.address == f"{base}@{domain}", marked))
    return list((await session.scalars(query)).unique())


async def count_asked(session: AsyncSession, numbers: Collection[int], since: datetime) -> int:
    """How many letters to confirm went to these readers since then: they alone are about a reader."""
    about = Delivery.about.in_([f"mail:{number}" for number in numbers])
    return await session.scalar(select(func.count(Delivery.id)).where(about, Delivery.due_at > since)) or 0


async def forget_mail_readers(session: AsyncSession, before: datetime, refused_before: datetime) -> None:
    """Drop the addresses that were last asked before then, and never confirmed or want nothing any more.

    So too those that their server refused for good before `refused_before`. Those that are a member's own
    stay while they are.
    """
    wants = MailReader.newsletter_since.is_not(None), MailReader.digests_since.is_not(None)
    over = and_(or_(~or_(*wants), MailReader.refused_at < refused_before), MailReader.member_id.is_(None))
    unused = or_(MailReader.confirmed_at.is_(None), over)
    gone = delete(MailReader).where(unused, MailReader.asked_at < before).returning(MailReader.id)
    await forget_asking(session, (await session.scalars(gone)).all())


async def forget_asking(session: AsyncSession, numbers: Sequence[int]) -> None:
    """Drop what is kept of the letters to confirm that went to readers who go."""
    about = [f"mail:{number}" for number in numbers]
    for first in range(0, len(about), ROWS_AT_ONCE):
        await session.execute(delete(Delivery).where(Delivery.about.in_(about[first : first + ROWS_AT_ONCE])))


async def forget_asking_for(session: AsyncSession, member_id: int) -> None:
    """Drop what is kept of the letters to confirm that a member asked for, to whatever address."""
    named = Delivery.payload["ticket"][5].as_integer() == member_id
    await session.execute(delete(Delivery).where(Delivery.about.startswith("mail:"), named))


async def keep_letter(
    session: AsyncSession, key: str, language: str, *, subject: str, text: str, html: str
) -> int:
    """Store a letter, or write the one of that key anew; its id."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    words = {"subject": subject, "text": text, "html": html}
    made = insert(Letter).values(key=key, language=language, **words)
    made = made.on_conflict_do_update(index_elements=[Letter.key], set_=words)
    return (await session.execute(made.returning(Letter.id))).scalar_one()


async def not_mailed(session: AsyncSession, kind: str, since: datetime) -> list[str]:
    """What deliveries of a kind were about that came to nothing by e-mail, and that Slack has not either."""
    in_slack = aliased(Delivery)
    query = select(Delivery.about).where(
        OVER,
        Delivery.due_at > since,
        Delivery.kind == kind,
        Delivery.letter_id.is_not(None),
        Delivery.state.in_((DeliveryState.FAILED, DeliveryState.CANCELLED)),
        ~exists().where(in_slack.about == Delivery.about, in_slack.letter_id.is_(None)),
    )
    return list((await session.scalars(query.order_by(Delivery.id))).all())
