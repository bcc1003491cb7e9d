"""Reminders: which kinds each does not want, from when on one is useless, steps by the day they are due."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("useless_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminders_off", JSON, nullable=False, server_default="[]"))

    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_updates_next_due"), ["next_due"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_updates_next_due"))

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_column("reminders_off")

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_column("useless_at")
