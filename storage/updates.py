"""Updates that members post: what moved, on which group or country, and what became of each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, Text, UniqueConstraint, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Json, Term
from storage.groups import Group
from storage.members import Member
from storage.pathfinders import Place
from storage.vocabulary import Theme, UpdateState, Visibility

REST = (
    "group_id", "place_id", "theme", "language", "link", "visibility", "files", "next_step", "next_owner",
    "next_due", "is_flagged", "corrected_at",
)  # fmt: skip
"""The columns that a correction may change, beside the headline and the body."""
_STEP = text("next_step IS NOT NULL")
"""Of all that was ever posted a card shows the latest, and what is still to be done: each has an index."""


class Update(Base):
    """One update on a group or a place. Every change raises `revision`; `UpdateRevision` has the earlier.

    `published_at` is when it was first published, `released_at` when it last became so: a corrected one that
    had to be reviewed is news from then on for whoever had not had it yet.
    `decided_at` is when an editor last decided on it; empty for what was decided before this was noted.
    `files` are what Slack keeps, by `id`, `name` and `url`. `is_flagged`: it looked like a person's details
    or a case, and so an editor decides.
    """

    __tablename__ = "updates"
    __table_args__ = (
        Index("ix_updates_latest", "published_at"),
        Index("ix_updates_latest_on_group", "group_id", "published_at"),
        Index("ix_updates_latest_on_place", "place_id", "published_at"),
        Index("ix_updates_steps", "group_id", "place_id", postgresql_where=_STEP, sqlite_where=_STEP),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    theme: Mapped[Theme | None] = mapped_column(Term(Theme))
    language: Mapped[str] = mapped_column(String(8))
    headline: Mapped[str] = mapped_column(String(150))
    body: Mapped[str] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(String(500))
    visibility: Mapped[Visibility] = mapped_column(Term(Visibility))
    state: Mapped[UpdateState] = mapped_column(Term(UpdateState), index=True)
    revision: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str | None] = mapped_column(String(500))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    next_step: Mapped[str | None] = mapped_column(String(300))
    next_owner: Mapped[str | None] = mapped_column(String(150))
    next_due: Mapped[date | None] = mapped_column(index=True)
    files: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    is_flagged: Mapped[bool] = mapped_column(default=False)
    posted_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None] = mapped_column(index=True)
    corrected_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    author: Mapped[Member] = relationship(lazy="joined", foreign_keys=[author_id])
    decided_by: Mapped[Member | None] = relationship(lazy="selectin", foreign_keys=[decided_by_id])
    group: Mapped[Group | None] = relationship(lazy="joined")
    place: Mapped[Place | None] = relationship(lazy="joined")
    translations: Mapped[list[UpdateTranslation]] = relationship(
        lazy="selectin", order_by="UpdateTranslation.language"
    )


class UpdateRevision(Base):
    """How an update read before it was changed.

    `rest` is all else of a text that was published (`REST`, as `columns_of` has it), by which it comes back
    if the correction is declined; empty for what was not published, and for what is older than this column.
    """

    __tablename__ = "update_revisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(ForeignKey("updates.id"), index=True)
    revision: Mapped[int]
    headline: Mapped[str] = mapped_column(String(150))
    body: Mapped[str] = mapped_column(Text)
    rest: Mapped[dict[str, Any] | None] = mapped_column(Json)
    at: Mapped[datetime]


class UpdateTranslation(Base):
    """An update in another language; of an earlier `revision` it may lag behind."""

    __tablename__ = "update_translations"
    __table_args__ = (UniqueConstraint("update_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(ForeignKey("updates.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    revision: Mapped[int]
    headline: Mapped[str] = mapped_column(String(150))
    body: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]
    by: Mapped[Member] = relationship(lazy="joined")


async def change_state(
    session: AsyncSession, number: int, seen: int, before: tuple[UpdateState, ...], **values: Any
) -> bool:
    """Change an update only if it is still in the revision `seen`, and in a state of `before`.

    False means that somebody was faster.
    """
    guarded = (
        update(Update)
        .where(Update.id == number, Update.revision == seen, Update.state.in_(before))
        .values(**values)
        .returning(Update.id)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(guarded)).first() is not None


async def last_published(session: AsyncSession, number: int) -> UpdateRevision | None:
    """How an update that was changed since read when it was last published; None where that was not kept."""
    query = select(UpdateRevision).where(UpdateRevision.update_id == number, UpdateRevision.rest.is_not(None))
    return (await session.scalars(query.order_by(UpdateRevision.revision.desc()).limit(1))).first()


async def blank_updates(session: AsyncSession, numbers: Collection[int]) -> None:
    """Take away for good what updates said, in every revision and language; their rows stay, withdrawn."""
    for other in (UpdateRevision, UpdateTranslation):
        await session.execute(delete(other).where(other.update_id.in_(numbers)))
    nothing: dict[str, Any] = {
        "headline": "", "body": "", "link": None, "files": [], "reason": None, "next_step": None,
        "next_owner": None, "next_due": None, "state": UpdateState.WITHDRAWN,
    }  # fmt: skip
    blank = update(Update).where(Update.id.in_(numbers)).values(revision=Update.revision + 1, **nothing)
    await session.execute(blank.execution_options(synchronize_session=False))


async def updates_in(session: AsyncSession, state: UpdateState) -> list[Update]:
    """Every update in a state, the one that waits longest first."""
    return await _all(
        session, select(Update).where(Update.state == state).order_by(Update.posted_at, Update.id)
    )


async def updates_by(session: AsyncSession, author_id: int, most: int) -> list[Update]:
    """A member's own updates, newest first."""
    query = select(Update).where(Update.author_id == author_id)
    return await _all(session, query.order_by(Update.id.desc()).limit(most))


async def published_lately(session: AsyncSession, most: int) -> list[Update]:
    """What was published last, on whatever, newest first."""
    query = select(Update).where(Update.state == UpdateState.PUBLISHED)
    return await _all(session, query.order_by(Update.published_at.desc(), Update.id.desc()).limit(most))


async def latest_published(
    session: AsyncSession,
    visible: tuple[Visibility, ...],
    most: int,
    *,
    group_id: int | None = None,
    place_id: int | None = None,
) -> list[Update]:
    """What was published last on a group or a place, newest first."""
    query = select(Update).where(
        Update.state == UpdateState.PUBLISHED,
        Update.visibility.in_(visible),
        Update.group_id == group_id,
        Update.place_id == place_id,
    )
    return await _all(session, query.order_by(Update.published_at.desc(), Update.id.desc()).limit(most))


async def steps_on(
    session: AsyncSession, visible: tuple[Visibility, ...], group_id: int | None, place_id: int | None
) -> list[Update]:
    """The published updates on a group or a place that name a next step, oldest first."""
    query = select(Update).where(
        Update.state == UpdateState.PUBLISHED,
        Update.visibility.in_(visible),
        Update.group_id == group_id,
        Update.place_id == place_id,
        Update.next_step.is_not(None),
    )
    return await _all(session, query.order_by(Update.id))


async def steps_due(session: AsyncSession, first: date, last: date) -> list[Update]:
    """The published updates whose next step is due from `first` to `last`, of authors who are still here."""
    query = (
        select(Update)
        .join(Member, Member.id == Update.author_id)
        .where(
            Update.state == UpdateState.PUBLISHED,
            Update.next_step.is_not(None),
            Update.next_due.between(first, last),
            Member.is_active,
            Member.is_bot.is_(False),
        )
    )
    return await _all(session, query.order_by(Update.next_due, Update.id))


async def was_published(session: AsyncSession, number: int) -> bool:
    """Whether there is such an update, and people have seen it."""
    query = select(Update.id).where(Update.id == number, Update.published_at.is_not(None))
    return (await session.scalars(query)).first() is not None


async def recent_on(
    session: AsyncSession, group_id: int | None, place_id: int | None, since: datetime
) -> list[Update]:
    """What was posted on a group or a place since then, and waits or is published, newest first."""
    query = select(Update).where(
        Update.state.in_((UpdateState.IN_REVIEW, UpdateState.PUBLISHED)),
        Update.group_id == group_id,
        Update.place_id == place_id,
        Update.posted_at >= since,
    )
    return await _all(session, query.order_by(Update.id.desc()))


async def translation(session: AsyncSession, number: int, language: str) -> UpdateTranslation | None:
    """An update's translation into a language, locked where the database can."""
    query = select(UpdateTranslation).where(
        UpdateTranslation.update_id == number, UpdateTranslation.language == language
    )
    locked = query.with_for_update(of=UpdateTranslation)
    return (await session.scalars(locked)).unique().one_or_none()


async def _all(session: AsyncSession, query: Select[Any]) -> list[Update]:
    return list((await session.scalars(query.execution_options(populate_existing=True))).unique().all())
