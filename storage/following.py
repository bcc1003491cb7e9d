"""Who follows what: a member or a channel, a group, a country or a theme, and how often they hear of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Term
from storage.groups import Group
from storage.members import Member
from storage.pathfinders import Place
from storage.vocabulary import Cadence, Theme


class Subscription(Base):
    """One thing that a member, or a channel, follows. `key` says who and what, so that it stands once."""

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
    ended_at: Mapped[datetime | None]
    member: Mapped[Member | None] = relationship(lazy="joined")
    group: Mapped[Group | None] = relationship(lazy="joined")
    place: Mapped[Place | None] = relationship(lazy="joined")
