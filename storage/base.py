"""What all tables share: the metadata, the column types, and the marks of a sourced, dated row."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, Boolean, Date, DateTime, ForeignKey, MetaData, String, Time, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    composite,
    declared_attr,
    joinedload,
    mapped_column,
    relationship,
    selectinload,
)
from sqlalchemy.orm.interfaces import ORMOption

from storage.partial_dates import Part, PartialDate, Precision, Status

Words = dict[str, str]
"""One text by language code, such as {"en": "...", "fr": "...", "es": "..."}; at least one language."""

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime on every database; SQLite alone would lose the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse naive times: they are the source of every reminder an hour off."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a stored moment needs a time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Give back an aware UTC time."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Term(TypeDecorator[StrEnum]):
    """A word of `storage.vocabulary`, stored as text, so that a new word needs no migration."""

    length = 40
    impl = String(length)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: StrEnum | None, dialect: Any) -> str | None:
        """Store the word itself."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Any) -> StrEnum | None:
        """Give back the word as a member of its enumeration."""
        return None if value is None else self.words(value)


class Base(DeclarativeBase):
    """The one set of tables, on SQLite and PostgreSQL alike."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {dict[str, str]: Json, list[str]: Json, datetime: Moment}


class Keyed:
    """A row with a surrogate id, and the stable key by which files and other rows name it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)


class Dated:
    """A row with a partial date, `when`."""

    @declared_attr
    def when(cls) -> Mapped[PartialDate]:
        """The date as exact as the record has it."""
        return composite(
            PartialDate,
            mapped_column("when_precision", Term(Precision)),
            mapped_column("when_start", Date, index=True, nullable=True),
            mapped_column("when_end", Date, index=True, nullable=True),
            mapped_column("when_status", Term(Status), nullable=True),
            mapped_column("when_part", Term(Part), nullable=True),
            mapped_column("when_starts_at", Time, nullable=True),
            mapped_column("when_ends_at", Time, nullable=True),
            mapped_column("when_zone", String(64), nullable=True),
            mapped_column("when_inferred", Boolean, default=False),
        )


class Source(Keyed, Dated, Base):
    """A document that facts point at; `when` is its as-of date."""

    __tablename__ = "sources"

    title: Mapped[Words]
    note: Mapped[Words | None]
    url: Mapped[str | None]


class Sourced:
    """A row that says where it comes from, and whether the record says it or only implies it.

    It comes from a document, or a member said it, or both: a member confirmed what a document says.
    """

    locator: Mapped[str | None] = mapped_column(String(120))
    derived: Mapped[bool] = mapped_column(default=False)
    note: Mapped[Words | None]
    said_at: Mapped[datetime | None]

    @declared_attr
    def said_by_id(cls) -> Mapped[int | None]:
        """The member who said or confirmed it last; None for what only a document says."""
        return mapped_column(ForeignKey("members.id"))

    @declared_attr
    def said_by(cls) -> Mapped[Any]:
        """That member, fetched after the rows, all at once: few rows have one, and it has many columns."""
        return relationship("Member", lazy="selectin", foreign_keys=f"{cls.__name__}.said_by_id")  # type: ignore[attr-defined]

    @declared_attr
    def source_id(cls) -> Mapped[int | None]:
        """The document; None for what people enter themselves."""
        return mapped_column(ForeignKey("sources.id"))

    @declared_attr
    def source(cls) -> Mapped[Source | None]:
        """The document, fetched together with the row: a fact is never shown without it."""
        return relationship(Source, lazy="joined")


class SourcedApart(Sourced):
    """A sourced row that others name: where it comes from is fetched only `with_source`.

    What a group is called stands in nearly every answer, and brought a document and a member along each time.
    """

    @declared_attr
    def said_by(cls) -> Mapped[Any]:
        """Who said it, as in any sourced row; raises where it was not asked for."""
        return relationship("Member", lazy="raise", foreign_keys=f"{cls.__name__}.said_by_id")  # type: ignore[attr-defined]

    @declared_attr
    def source(cls) -> Mapped[Source | None]:
        """The document, as in any sourced row; raises where it was not asked for."""
        return relationship(Source, lazy="raise")


def with_source(entity: type[SourcedApart]) -> tuple[ORMOption, ...]:
    """The options of a query that fetch where its rows come from."""
    return joinedload(entity.source), selectinload(entity.said_by)
