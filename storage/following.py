"""Who follows what: a member or a channel, a group, a country or a theme, and how often they hear of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, String, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Term
from storage.deliveries import ROWS_AT_ONCE, Delivery
from storage.groups import Group
from storage.members import Member
from storage.pathfinders import Place
from storage.vocabulary import Cadence, DeliveryState, Theme

POST = "post"
"""The kind of delivery that tells of an update at once; its key is `update:17:post:U012AB3CD`."""


class Subscription(Base):
    """One thing that a member, or a channel, follows. `key` says who and what, so that it stands once.

    `since` is when it was begun, or last changed how often. `waits_from` is set where something may wait
    from before that change: what was published from then on is looked at again in the next edition.
    """

    __tablename__ = "subscriptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    channel: Mapped[str | None] = mapped_column(String(20), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    theme: Mapped[Theme | None] = mapped_column(Term(Theme))
    cadence: Mapped[Cadence] = mapped_column(Term(Cadence))
    since: Mapped[datetime]
    waits_from: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    member: Mapped[Member | None] = relationship(lazy="selectin")
    group: Mapped[Group | None] = relationship(lazy="joined")
    place: Mapped[Place | None] = relationship(lazy="joined")


async def subscription(session: AsyncSession, key: str) -> Subscription | None:
    """A subscription by its key, ended or not, locked where the database can."""
    query = select(Subscription).where(Subscription.key == key).with_for_update(of=Subscription)
    return (await session.scalars(query)).unique().one_or_none()


async def of_member(session: AsyncSession, member_id: int, *, lock: bool = False) -> list[Subscription]:
    """What a member follows, in the order in which they began; with `lock`, held still where possible."""
    query = select(Subscription).where(Subscription.member_id == member_id, Subscription.ended_at.is_(None))
    if lock:
        query = query.with_for_update(of=Subscription).execution_options(populate_existing=True)
    return list((await session.scalars(query.order_by(Subscription.id))).unique().all())


async def of_channels(session: AsyncSession) -> list[Subscription]:
    """What channels follow."""
    query = select(Subscription).where(Subscription.channel.is_not(None), Subscription.ended_at.is_(None))
    return list((await session.scalars(query.order_by(Subscription.channel, Subscription.id))).unique().all())


async def collecting(session: AsyncSession) -> list[Subscription]:
    """What members of the workspace follow daily, weekly or monthly, or waits for them, reader by reader."""
    query = (
        select(Subscription)
        .join(Member, Member.id == Subscription.member_id)
        .where(
            or_(Subscription.cadence != Cadence.AT_ONCE, Subscription.waits_from.is_not(None)),
            Subscription.ended_at.is_(None),
            Member.is_active,
            Member.is_bot.is_(False),
        )
    )
    return list(
        (await session.scalars(query.order_by(Subscription.member_id, Subscription.id))).unique().all()
    )


async def collected_by(session: AsyncSession, member_id: int, cadence: Cadence) -> list[Subscription]:
    """What a member follows that often, locked; at once only that of which something may wait."""
    return [
        row
        for row in await of_member(session, member_id, lock=True)
        if row.cadence is cadence and (row.waits_from is not None or cadence is not Cadence.AT_ONCE)
    ]


async def told_of(session: AsyncSession, update_ids: Collection[int], to: str) -> set[int]:
    """Of these updates those that a member, by their Slack id, was told of at once, or is being told of."""
    keys = {f"update:{number}:{POST}:{to}": number for number in update_ids}
    found: set[int] = set()
    for first in range(0, len(keys), ROWS_AT_ONCE):
        some = Delivery.key.in_(list(keys)[first : first + ROWS_AT_ONCE])
        query = select(Delivery.key).where(some, Delivery.state != DeliveryState.CANCELLED)
        found |= {keys[key] for key in await session.scalars(query)}
    return found


async def to_tell(
    session: AsyncSession, group_id: int | None, place_id: int | None, theme: Theme | None, cadence: Cadence
) -> list[Subscription]:
    """Who follows a group, a place or a theme that often."""
    wanted = [
        column == value
        for column, value in (
            (Subscription.group_id, group_id), (Subscription.place_id, place_id), (Subscription.theme, theme)
        )
        if value is not None
    ]  # fmt: skip
    query = select(Subscription).where(
        or_(*wanted), Subscription.cadence == cadence, Subscription.ended_at.is_(None)
    )
    return list((await session.scalars(query.order_by(Subscription.id))).unique().all())


async def followers_of_themes(session: AsyncSession, themes: Collection[Theme]) -> list[Member]:
    """The members who follow one of these themes and are still here, each once."""
    followed = select(Subscription.member_id).where(
        Subscription.theme.in_(themes), Subscription.member_id.is_not(None), Subscription.ended_at.is_(None)
    )
    query = select(Member).where(Member.id.in_(followed), Member.is_active, Member.is_bot.is_(False))
    return list((await session.scalars(query.order_by(Member.id))).all())


async def channels_following(session: AsyncSession, themes: Collection[Theme]) -> list[str]:
    """The channels that follow one of these themes, each once."""
    query = select(Subscription.channel).where(
        Subscription.theme.in_(themes), Subscription.channel.is_not(None), Subscription.ended_at.is_(None)
    )
    return sorted({channel for channel in await session.scalars(query) if channel})
