"""Translations that volunteers offer, what waits for one, and who asked for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Select, String, Text, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Term
from storage.groups import Membership
from storage.members import Member
from storage.requests import Request
from storage.updates import Update, UpdateTranslation
from storage.vocabulary import RequestKind, RequestState, UpdateState, Visibility

OPEN = (UpdateState.IN_REVIEW, UpdateState.CHANGE_ASKED)
"""The states in which something is still to become of an offer."""


class TranslationOffer(Base):
    """A translation that a volunteer offers; approved it becomes the update's `UpdateTranslation`.

    `revision` is that of the update which was translated. What is offered never changes: sent once more it is
    another offer, so that nobody approves a text that they did not see.
    """

    __tablename__ = "translation_offers"

    id: Mapped[int] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(ForeignKey("updates.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    revision: Mapped[int]
    headline: Mapped[str] = mapped_column(String(150))
    body: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    state: Mapped[UpdateState] = mapped_column(Term(UpdateState), index=True)
    reason: Mapped[str | None] = mapped_column(String(500))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    at: Mapped[datetime]
    by: Mapped[Member] = relationship(lazy="joined", foreign_keys=[by_id])
    decided_by: Mapped[Member | None] = relationship(lazy="selectin", foreign_keys=[decided_by_id])
    update: Mapped[Update] = relationship(lazy="joined")


async def offer_by_id(session: AsyncSession, number: int) -> TranslationOffer | None:
    """One offer as it stands now."""
    found = await _all(session, select(TranslationOffer).where(TranslationOffer.id == number))
    return found[0] if found else None


async def offers_in(session: AsyncSession, state: UpdateState) -> list[TranslationOffer]:
    """Every offer in a state, the one that waits longest first."""
    return await _all(session, select(TranslationOffer).where(TranslationOffer.state == state))


async def open_offers(session: AsyncSession, updates: Collection[int]) -> list[TranslationOffer]:
    """The offers for these updates of which something is still to become, oldest first."""
    query = select(TranslationOffer).where(
        TranslationOffer.update_id.in_(updates), TranslationOffer.state.in_(OPEN)
    )
    return await _all(session, query)


async def change_offer(
    session: AsyncSession,
    number: int,
    before: Collection[UpdateState],
    *,
    only_current: bool = False,
    **values: Any,
) -> bool:
    """Change an offer only if it is in a state of `before`. False means that somebody was faster.

    With `only_current` also only if the very revision that was translated is the one that is published.
    """
    guarded = update(TranslationOffer).where(
        TranslationOffer.id == number, TranslationOffer.state.in_(before)
    )
    if only_current:
        guarded = guarded.where(
            exists().where(
                Update.id == TranslationOffer.update_id,
                Update.revision == TranslationOffer.revision,
                Update.state == UpdateState.PUBLISHED,
            )
        )
    changed = await session.execute(
        guarded.values(**values).returning(TranslationOffer.id).execution_options(synchronize_session=False)
    )
    return changed.first() is not None


async def follow_revision(session: AsyncSession, number: int, before: int, after: int) -> None:
    """Let what translates a revision of an update translate another one that reads the same."""
    for table in (UpdateTranslation, TranslationOffer):
        same = update(table).where(table.update_id == number, table.revision == before)
        await session.execute(same.values(revision=after).execution_options(synchronize_session=False))


async def lock_update(session: AsyncSession, number: int) -> None:
    """Hold an update until the end of the transaction, where the database can: one act on it at a time."""
    await session.execute(select(Update.id).where(Update.id == number).with_for_update(key_share=True))


async def untranslated(
    session: AsyncSession,
    language: str,
    member_id: int,
    groups: Collection[int],
    day: date,
    *,
    most: int,
    skip: int = 0,
) -> list[tuple[Update, int]]:
    """What a member may see and is not in a language as it now reads; what was asked for first, then newest.

    Each with how many asked for it. `groups` are those where the member holds a role on `day`.
    """
    asked = (
        select(func.count(Request.id))
        .where(*_asked(language), Request.update_id == Update.id)
        .scalar_subquery()
    )
    query = (
        select(Update, asked)
        .where(*_without(language, member_id, groups, day))
        .order_by(asked.desc(), Update.published_at.desc(), Update.id.desc())
        .limit(most)
        .offset(skip)
        .execution_options(populate_existing=True)
    )
    return [(row, number) for row, number in (await session.execute(query)).unique().all()]


async def count_untranslated(
    session: AsyncSession, language: str, member_id: int, groups: Collection[int], day: date
) -> int:
    """How many updates `untranslated` would give."""
    query = select(func.count(Update.id)).where(*_without(language, member_id, groups, day))
    return (await session.scalars(query)).one()


async def asked_for(session: AsyncSession, number: int) -> list[Request]:
    """Who asked for an update in another language, and still waits; the language is what it is `about`."""
    query = select(Request).where(
        Request.kind == RequestKind.TRANSLATION,
        Request.state == RequestState.OPEN,
        Request.update_id == number,
    )
    return list((await session.scalars(query.order_by(Request.id))).unique().all())


def _asked(language: str) -> list[ColumnElement[bool]]:
    return [
        Request.kind == RequestKind.TRANSLATION,
        Request.state == RequestState.OPEN,
        Request.about == language,
    ]


def _without(language: str, member_id: int, groups: Collection[int], day: date) -> list[ColumnElement[bool]]:
    current = exists().where(
        UpdateTranslation.update_id == Update.id,
        UpdateTranslation.language == language,
        UpdateTranslation.revision == Update.revision,
    )
    joined = select(Membership.group_id).where(
        Membership.member_id == member_id, or_(Membership.until.is_(None), Membership.until > day)
    )
    inside = or_(Update.group_id.in_(groups), Update.group_id.in_(joined))
    return [
        Update.state == UpdateState.PUBLISHED,
        Update.language != language,
        ~current,
        or_(Update.visibility != Visibility.GROUP, inside),
    ]


async def _all(session: AsyncSession, query: Select[Any]) -> list[TranslationOffer]:
    ordered = query.order_by(TranslationOffer.id).execution_options(populate_existing=True)
    return list((await session.scalars(ordered)).unique().all())
