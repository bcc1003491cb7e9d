"""Updates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "updates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("theme", sa.String(40), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("headline", sa.String(length=150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("visibility", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["members.id"], name=op.f("fk_updates_author_id_members")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["members.id"], name=op.f("fk_updates_decided_by_id_members")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_updates_group_id_groups")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_updates_place_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_updates")),
    )
    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_updates_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_updates_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_updates_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_updates_state"), ["state"], unique=False)

    op.create_table(
        "update_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("headline", sa.String(length=150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["update_id"], ["updates.id"], name=op.f("fk_update_revisions_update_id_updates")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update_revisions")),
    )
    with op.batch_alter_table("update_revisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_update_revisions_update_id"), ["update_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("update_revisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_update_revisions_update_id"))

    op.drop_table("update_revisions")
    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_updates_state"))
        batch_op.drop_index(batch_op.f("ix_updates_place_id"))
        batch_op.drop_index(batch_op.f("ix_updates_group_id"))
        batch_op.drop_index(batch_op.f("ix_updates_author_id"))

    op.drop_table("updates")
