"""What people say of the record, deliveries, and taking part. A shared card becomes a delivery: none is lost
by it, for no version with them was ever in use."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("command", sa.String(length=400), nullable=True),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("room", sa.String(length=20), nullable=True),
        sa.Column("ts", sa.String(length=32), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("key", name=op.f("uq_deliveries_key")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deliveries_about"), ["about"], unique=False)
        batch_op.create_index(batch_op.f("ix_deliveries_due_at"), ["due_at"], unique=False)

    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("row", sa.String(length=60), nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_changes_by_id_members")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_changes_group_id_groups")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_changes_place_id_places")),
        sa.ForeignKeyConstraint(
            ["taken_back_by_id"], ["members.id"], name=op.f("fk_changes_taken_back_by_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_changes_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_changes_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_changes_row"), ["row"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_memberships_group_id_groups")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_memberships_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memberships_member_id"), ["member_id"], unique=False)

    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("theme", sa.String(40), nullable=True),
        sa.Column("cadence", sa.String(40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_subscriptions_group_id_groups")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_subscriptions_member_id_members")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_subscriptions_place_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("key", name=op.f("uq_subscriptions_key")),
    )
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subscriptions_channel"), ["channel"], unique=False)
        batch_op.create_index(batch_op.f("ix_subscriptions_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_subscriptions_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_subscriptions_place_id"), ["place_id"], unique=False)

    op.create_table(
        "requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("update_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.String(length=150), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["members.id"], name=op.f("fk_requests_decided_by_id_members")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_requests_group_id_groups")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_requests_member_id_members")),
        sa.ForeignKeyConstraint(["update_id"], ["updates.id"], name=op.f("fk_requests_update_id_updates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requests_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_requests_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_requests_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_requests_update_id"), ["update_id"], unique=False)

    op.create_table(
        "update_translations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("headline", sa.String(length=150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_update_translations_by_id_members")),
        sa.ForeignKeyConstraint(
            ["update_id"], ["updates.id"], name=op.f("fk_update_translations_update_id_updates")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update_translations")),
        sa.UniqueConstraint("update_id", "language", name=op.f("uq_update_translations_update_id")),
    )
    with op.batch_alter_table("update_translations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_update_translations_update_id"), ["update_id"], unique=False)

    op.drop_table("shared_cards")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("said_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("said_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_events_said_by_id_members"), "members", ["said_by_id"], ["id"]
        )

    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("said_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("said_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_facts_said_by_id_members"), "members", ["said_by_id"], ["id"]
        )

    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("policy", sa.String(40), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("said_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("said_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_groups_merged_into_id_groups"), "groups", ["merged_into_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_groups_said_by_id_members"), "members", ["said_by_id"], ["id"]
        )

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("organisation_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("constituency", sa.String(40), nullable=True))
        batch_op.add_column(sa.Column("expertise", JSON, nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("quiet_from", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("quiet_until", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("is_findable", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("principles_version", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("principles_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("welcome_steps", JSON, nullable=False, server_default="[]"))
        batch_op.create_foreign_key(
            batch_op.f("fk_members_organisation_id_organisations"),
            "organisations",
            ["organisation_id"],
            ["id"],
        )

    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("said_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("said_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_organisations_merged_into_id_organisations"),
            "organisations",
            ["merged_into_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_organisations_said_by_id_members"), "members", ["said_by_id"], ["id"]
        )

    with op.batch_alter_table("pathfinders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("said_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("said_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_pathfinders_said_by_id_members"), "members", ["said_by_id"], ["id"]
        )

    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_places_merged_into_id_places"), "places", ["merged_into_id"], ["id"]
        )

    with op.batch_alter_table("roles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("said_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("said_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_roles_said_by_id_members"), "members", ["said_by_id"], ["id"]
        )

    with op.batch_alter_table("stage_changes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("said_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("said_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_stage_changes_said_by_id_members"), "members", ["said_by_id"], ["id"]
        )

    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_step", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("next_owner", sa.String(length=150), nullable=True))
        batch_op.add_column(sa.Column("next_due", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("files", JSON, nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("is_flagged", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("updates", schema=None) as batch_op:
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("corrected_at")
        batch_op.drop_column("is_flagged")
        batch_op.drop_column("files")
        batch_op.drop_column("next_due")
        batch_op.drop_column("next_owner")
        batch_op.drop_column("next_step")

    with op.batch_alter_table("stage_changes", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_stage_changes_said_by_id_members"), type_="foreignkey")
        batch_op.drop_column("said_by_id")
        batch_op.drop_column("said_at")
        batch_op.drop_column("ended_at")

    with op.batch_alter_table("roles", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_roles_said_by_id_members"), type_="foreignkey")
        batch_op.drop_column("said_by_id")
        batch_op.drop_column("said_at")

    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_places_merged_into_id_places"), type_="foreignkey")
        batch_op.drop_column("merged_into_id")

    with op.batch_alter_table("pathfinders", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_pathfinders_said_by_id_members"), type_="foreignkey")
        batch_op.drop_column("said_by_id")
        batch_op.drop_column("said_at")

    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_organisations_said_by_id_members"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("fk_organisations_merged_into_id_organisations"), type_="foreignkey"
        )
        batch_op.drop_column("said_by_id")
        batch_op.drop_column("said_at")
        batch_op.drop_column("merged_into_id")

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_members_organisation_id_organisations"), type_="foreignkey")
        batch_op.drop_column("welcome_steps")
        batch_op.drop_column("principles_at")
        batch_op.drop_column("principles_version")
        batch_op.drop_column("is_findable")
        batch_op.drop_column("quiet_until")
        batch_op.drop_column("quiet_from")
        batch_op.drop_column("expertise")
        batch_op.drop_column("constituency")
        batch_op.drop_column("organisation_id")

    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_groups_said_by_id_members"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_groups_merged_into_id_groups"), type_="foreignkey")
        batch_op.drop_column("said_by_id")
        batch_op.drop_column("said_at")
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("policy")

    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_facts_said_by_id_members"), type_="foreignkey")
        batch_op.drop_column("said_by_id")
        batch_op.drop_column("said_at")
        batch_op.drop_column("ended_at")

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_events_said_by_id_members"), type_="foreignkey")
        batch_op.drop_column("said_by_id")
        batch_op.drop_column("said_at")

    op.create_table(
        "shared_cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("command", sa.String(length=400), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_cards")),
    )
    with op.batch_alter_table("update_translations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_update_translations_update_id"))

    op.drop_table("update_translations")
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_requests_update_id"))
        batch_op.drop_index(batch_op.f("ix_requests_state"))
        batch_op.drop_index(batch_op.f("ix_requests_member_id"))
        batch_op.drop_index(batch_op.f("ix_requests_group_id"))

    op.drop_table("requests")
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscriptions_place_id"))
        batch_op.drop_index(batch_op.f("ix_subscriptions_member_id"))
        batch_op.drop_index(batch_op.f("ix_subscriptions_group_id"))
        batch_op.drop_index(batch_op.f("ix_subscriptions_channel"))

    op.drop_table("subscriptions")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_member_id"))
        batch_op.drop_index(batch_op.f("ix_memberships_group_id"))

    op.drop_table("memberships")
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_changes_row"))
        batch_op.drop_index(batch_op.f("ix_changes_place_id"))
        batch_op.drop_index(batch_op.f("ix_changes_group_id"))

    op.drop_table("changes")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_due_at"))
        batch_op.drop_index(batch_op.f("ix_deliveries_about"))

    op.drop_table("deliveries")
