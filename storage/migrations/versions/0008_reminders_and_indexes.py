"""Reminders; which editions left Slack; indexes of what is under way, unreported, leaving, or due soon."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


UNDER_WAY = sa.text("state IN ('pending', 'unknown', 'claimed')")
UNREPORTED = sa.text("state = 'failed' AND reported_at IS NULL")
LEAVES = sa.text("leaves_slack AND ended_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("leaves_slack", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.execute(
        "UPDATE editions SET leaves_slack = schedules.leaves_slack FROM schedules "
        "WHERE schedules.id = editions.schedule_id"
    )
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.create_index(
            "uq_schedules_leaving",
            ["leaves_slack"],
            unique=True,
            postgresql_where=LEAVES,
            sqlite_where=LEAVES,
        )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_due_at"))
        batch_op.create_index(
            "ix_deliveries_under_way", ["due_at"], postgresql_where=UNDER_WAY, sqlite_where=UNDER_WAY
        )
        batch_op.create_index(
            "ix_deliveries_unreported", ["id"], postgresql_where=UNREPORTED, sqlite_where=UNREPORTED
        )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("useless_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminders_off", JSON, nullable=False, server_default="[]"))

    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_updates_next_due"), ["next_due"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_unreported")
        batch_op.drop_index("ix_deliveries_under_way")
        batch_op.create_index(batch_op.f("ix_deliveries_due_at"), ["due_at"], unique=False)
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.drop_index("uq_schedules_leaving")
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.drop_column("leaves_slack")
    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_updates_next_due"))

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_column("reminders_off")

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_column("useless_at")
