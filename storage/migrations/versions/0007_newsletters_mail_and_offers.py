"""Newsletters of several channels and by e-mail, changes of the record as news, offers of translations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


INTRODUCTIONS = {
    "sqlite": (
        "UPDATE editions SET texts = json_object((SELECT language FROM schedules WHERE id = schedule_id), "
        "json_object('introduction', introduction)) WHERE introduction IS NOT NULL"
    ),
    "postgresql": (
        "UPDATE editions SET texts = jsonb_build_object(schedules.language, "
        "jsonb_build_object('introduction', introduction)) FROM schedules "
        "WHERE schedules.id = schedule_id AND introduction IS NOT NULL"
    ),
}
"""What editors wrote had no language of its own: it was read as the channel's."""


def upgrade() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("key", name=op.f("uq_letters_key")),
    )
    op.create_table(
        "mail_readers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("newsletter_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digests_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_mail_readers_member_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_readers")),
        sa.UniqueConstraint("address", name=op.f("uq_mail_readers_address")),
        sa.UniqueConstraint("member_id", name=op.f("uq_mail_readers_member_id")),
    )
    op.create_table(
        "schedule_channels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedules.id"], name=op.f("fk_schedule_channels_schedule_id_schedules")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_channels")),
        sa.UniqueConstraint(
            "schedule_id", "channel", "language", name=op.f("uq_schedule_channels_schedule_id")
        ),
    )
    op.create_table(
        "translation_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("headline", sa.String(length=150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_translation_offers_by_id_members")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["members.id"], name=op.f("fk_translation_offers_decided_by_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["update_id"], ["updates.id"], name=op.f("fk_translation_offers_update_id_updates")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_offers")),
    )
    with op.batch_alter_table("translation_offers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_translation_offers_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_translation_offers_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_translation_offers_update_id"), ["update_id"], unique=False)

    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_changes_at"), ["at"], unique=False)

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("letter_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_deliveries_letter_id"), ["letter_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_deliveries_letter_id_letters"), "letters", ["letter_id"], ["id"]
        )

    with op.batch_alter_table("edition_items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("change_id", sa.Integer(), nullable=True))
        batch_op.alter_column("edition_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.alter_column("update_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_unique_constraint("uq_edition_items_reader_change_id", ["reader", "change_id"])
        batch_op.create_index(batch_op.f("ix_edition_items_change_id"), ["change_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_edition_items_change_id_changes"), "changes", ["change_id"], ["id"]
        )

    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("texts", JSON, nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("hidden", JSON, nullable=False, server_default="[]"))
    op.execute(INTRODUCTIONS[op.get_bind().dialect.name])
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.drop_column("introduction")

    op.execute(
        "INSERT INTO schedule_channels (schedule_id, channel, language) "
        "SELECT id, channel, language FROM schedules"
    )
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.add_column(sa.Column("monthday", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("topics", JSON, nullable=False, server_default="[]"))
        batch_op.add_column(
            sa.Column("leaves_slack", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.drop_constraint(batch_op.f("uq_schedules_channel"), type_="unique")
        batch_op.drop_column("language")
        batch_op.drop_column("channel")

    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_updates_released_at"), ["released_at"], unique=False)
    op.execute("UPDATE updates SET released_at = published_at")


def downgrade() -> None:
    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_updates_released_at"))
        batch_op.drop_column("released_at")

    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel", sa.VARCHAR(length=20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("language", sa.VARCHAR(length=8), nullable=False, server_default="en"))
        batch_op.create_unique_constraint(batch_op.f("uq_schedules_channel"), ["channel"])
        batch_op.drop_column("leaves_slack")
        batch_op.drop_column("topics")
        batch_op.drop_column("monthday")

    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("introduction", sa.TEXT(), nullable=True))
        batch_op.drop_column("hidden")
        batch_op.drop_column("texts")

    with op.batch_alter_table("edition_items", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_edition_items_change_id_changes"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_edition_items_change_id"))
        batch_op.drop_constraint("uq_edition_items_reader_change_id", type_="unique")
        batch_op.alter_column("update_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.alter_column("edition_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("change_id")
        batch_op.drop_column("position")

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_deliveries_letter_id_letters"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_deliveries_letter_id"))
        batch_op.drop_column("letter_id")
        batch_op.drop_column("promised_at")
        batch_op.drop_column("reported_at")

    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_changes_at"))

    with op.batch_alter_table("translation_offers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_translation_offers_update_id"))
        batch_op.drop_index(batch_op.f("ix_translation_offers_state"))
        batch_op.drop_index(batch_op.f("ix_translation_offers_by_id"))

    op.drop_table("translation_offers")
    op.drop_table("schedule_channels")
    op.drop_table("mail_readers")
    op.drop_table("letters")
