"""Alembic's entry: runs on the connection that `storage.migrate` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON

from storage.base import Moment, Term
from storage.tables import metadata


def plainly(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write column types as SQLAlchemy's own: a migration must not change when this code does."""
    if kind == "type" and isinstance(item, Term):
        return f"sa.String({item.length})"
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        return "JSON"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=plainly,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
