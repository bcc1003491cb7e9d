"""Places, and the journey of those that are pathfinders."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from storage.base import Base, Dated, Keyed, Sourced, Term, Words
from storage.vocabulary import PlaceKind, Region, Stage


class Place(Keyed, Base):
    """A country (`code` is its ISO 3166-1 alpha-2) or a regional body (no code).

    `names` is needed for a body only: a country's names come from the CLDR, and what stands here
    overrides them. `aliases` are further spellings that answer at once. A place that turned out to be
    another one points at it with `merged_into_id`, and answers to nothing any more.
    """

    __tablename__ = "places"

    kind: Mapped[PlaceKind] = mapped_column(Term(PlaceKind))
    code: Mapped[str | None] = mapped_column(String(2), unique=True)
    region: Mapped[Region | None] = mapped_column(Term(Region))
    names: Mapped[Words | None]
    aliases: Mapped[list[str]] = mapped_column(default=list)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))


class Pathfinder(Keyed, Sourced, Base):
    """A place on its journey as a pathfinder."""

    __tablename__ = "pathfinders"

    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), unique=True)
    place: Mapped[Place] = relationship(lazy="joined")
    stages: Mapped[list[StageChange]] = relationship(
        primaryjoin="and_(StageChange.pathfinder_id == Pathfinder.id, StageChange.ended_at.is_(None))",
        order_by="StageChange.position, StageChange.id",
        lazy="raise",
        viewonly=True,
    )


class StageChange(Keyed, Dated, Sourced, Base):
    """A pathfinder reached a stage; `when` is when it did, as far as the record tells. The last one holds.

    `ended_at` is when it was taken back; the row stays.
    """

    __tablename__ = "stage_changes"

    pathfinder_id: Mapped[int] = mapped_column(ForeignKey("pathfinders.id"), index=True)
    stage: Mapped[Stage] = mapped_column(Term(Stage))
    position: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]


async def named_places(session: AsyncSession) -> list[Place]:
    """Every place with a name or a spelling of its own: regional bodies, and overrides of country names."""
    return list(
        (await session.scalars(select(Place).where(Place.merged_into_id.is_(None)).order_by(Place.id))).all()
    )


async def place_by_key(session: AsyncSession, key: str) -> Place | None:
    """The place of a key, unless it turned out to be another."""
    query = select(Place).where(Place.key == key, Place.merged_into_id.is_(None))
    return (await session.scalars(query)).one_or_none()


async def places_by_ids(session: AsyncSession, ids: Collection[int]) -> list[Place]:
    """The places of these ids, but for those that turned out to be another."""
    query = select(Place).where(Place.id.in_(ids), Place.merged_into_id.is_(None)).order_by(Place.id)
    return list((await session.scalars(query)).all())


async def pathfinder_of(session: AsyncSession, place_id: int) -> Pathfinder | None:
    """The place's journey with all its stages, or None where it is no pathfinder."""
    query = select(Pathfinder).where(Pathfinder.place_id == place_id).options(selectinload(Pathfinder.stages))
    return (await session.scalars(query)).one_or_none()


async def pathfinder_places(session: AsyncSession) -> list[Place]:
    """The places that are pathfinders, in the order of the record."""
    query = select(Place).join(Pathfinder, Pathfinder.place_id == Place.id)
    query = query.where(Place.merged_into_id.is_(None)).order_by(Pathfinder.id)
    return list((await session.scalars(query)).all())


async def all_pathfinders(session: AsyncSession) -> list[Pathfinder]:
    """Every pathfinder with its place and stages, in the order of the record.

    Where two journeys became one, the other stays with the place that went into another, and is left out.
    """
    standing = select(Place.id).where(Place.merged_into_id.is_(None))
    query = select(Pathfinder).where(Pathfinder.place_id.in_(standing))
    query = query.options(selectinload(Pathfinder.stages)).order_by(Pathfinder.id)
    return list((await session.scalars(query)).all())
