"""Help lines."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "help_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("contact", sa.String(length=300), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["members.id"], name=op.f("fk_help_lines_entered_by_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_lines")),
    )
    with op.batch_alter_table("help_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_lines_country"), ["country"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("help_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_lines_country"))

    op.drop_table("help_lines")
