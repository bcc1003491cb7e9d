"""Members of the workspace, and the channels the bot speaks in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time

from sqlalchemy import ForeignKey, String, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Json, Term
from storage.vocabulary import Constituency

FORMER = "former"
"""In the place of a Slack id: that of the one row which stands for everybody who was erased."""


class Member(Base):
    """A Slack user. What they chose goes before what their Slack profile says; no name is stored.

    `is_stopped` says that the secretariat stopped them from posting. `expertise` are themes. Between
    `quiet_from` and `quiet_until`, in their own zone, nothing is sent to them. `is_findable` is their own
    choice. `principles_version` is the version of the common principles that they accepted, and
    `welcome_steps` the steps of the welcome that they finished. `reminders_off` are the kinds of reminder
    that they do not want, `reminder_hours` how many hours before an event they are reminded of it (None: as
    everybody). `calendar_version` is part of the address of their own calendar: raised, the old one is void.
    `left_at` is when Slack first said that they left; `own_data_at` is part of the address of what is stored
    about them, which is good for a while from then on.
    """

    __tablename__ = "members"

    id: Mapped[int] = mapped_column(primary_key=True)
    slack_id: Mapped[str] = mapped_column(String(20), unique=True)
    language: Mapped[str | None] = mapped_column(String(8))
    zone: Mapped[str | None] = mapped_column(String(64))
    slack_locale: Mapped[str | None] = mapped_column(String(16))
    slack_zone: Mapped[str | None] = mapped_column(String(64))
    is_guest: Mapped[bool] = mapped_column(default=False)
    is_bot: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    is_stopped: Mapped[bool] = mapped_column(default=False)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id", use_alter=True))
    constituency: Mapped[Constituency | None] = mapped_column(Term(Constituency))
    expertise: Mapped[list[str]] = mapped_column(default=list)
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    is_findable: Mapped[bool] = mapped_column(default=False)
    principles_version: Mapped[str | None] = mapped_column(String(20))
    principles_at: Mapped[datetime | None]
    welcome_steps: Mapped[list[str]] = mapped_column(default=list)
    reminders_off: Mapped[list[str]] = mapped_column(default=list)
    reminder_hours: Mapped[list[int] | None] = mapped_column(Json)
    calendar_version: Mapped[int] = mapped_column(default=0)
    left_at: Mapped[datetime | None]
    own_data_at: Mapped[datetime | None]


class ChannelSetting(Base):
    """The language in which the bot posts in a channel; without a row it is the installation's default."""

    __tablename__ = "channel_settings"

    slack_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    language: Mapped[str] = mapped_column(String(8))


class Claim(Base):
    """Something that may have one effect only, such as an event that Slack repeats: the first one counts."""

    __tablename__ = "claims"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    at: Mapped[datetime]


_OF_SLACK_ID = select(Member).where(Member.slack_id == bindparam("who"))


async def member_by_slack_id(session: AsyncSession, slack_id: str) -> Member | None:
    """The member of a Slack user id, or None for somebody not met yet."""
    return (await session.scalars(_OF_SLACK_ID, {"who": slack_id})).one_or_none()


async def members_by_slack_ids(session: AsyncSession, slack_ids: Collection[str]) -> list[Member]:
    """The members of many Slack user ids; those not met yet are missing."""
    return list(await session.scalars(select(Member).where(Member.slack_id.in_(slack_ids))))
