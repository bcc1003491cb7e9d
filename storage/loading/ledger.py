"""The loader's memory of what it wrote itself, so that it never overwrites what somebody edited."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class LoadedRow(Base):
    """A row as a file last left it. A row that differs from its fingerprint was edited by people."""

    __tablename__ = "loaded_rows"

    table: Mapped[str] = mapped_column("table_name", String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(150), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(120))
