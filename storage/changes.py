"""Changes that people made to the record: what it said before, what it says since, and who took it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, ForeignKey, String, Time, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, Json, Moment, Term
from storage.members import Member


class Change(Base):
    """One change to one row of the record, about a place or a group.

    `row` names it, such as `fact:17`. `before` and `after` are the columns that changed, with their values;
    `before` is None for what was added.
    """

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"), index=True)
    act: Mapped[str] = mapped_column(String(20))
    row: Mapped[str] = mapped_column(String(60), index=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    by: Mapped[Member] = relationship(lazy="joined", foreign_keys=[by_id])


async def changes_of(
    session: AsyncSession, most: int, *, place_id: int | None = None, group_id: int | None = None
) -> list[Change]:
    """The latest changes about a place or a group, newest first."""
    query = select(Change).where(Change.place_id == place_id, Change.group_id == group_id)
    return list((await session.scalars(query.order_by(Change.id.desc()).limit(most))).unique().all())


def columns_of(row: Base) -> dict[str, Any]:
    """Every column of a row but its id and key, as JSON keeps it: moments in UTC, words as stored."""
    found = {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs}
    return {name: _plain(value) for name, value in found.items() if name not in ("id", "key")}


def read_columns(table: type[Base], values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as `columns_of` wrote them, as the table's rows have them again."""
    columns = inspect(table).columns
    return {name: _read(columns[name].type, value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def _read(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Term):
        return kind.words(value)
    for column, python in ((Moment, datetime), (Date, date), (Time, time)):
        if isinstance(kind, column):
            return python.fromisoformat(value)
    return value
