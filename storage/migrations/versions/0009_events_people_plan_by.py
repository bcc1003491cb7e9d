"""Events people plan by: agendas, registrations, meetings, commitments, questions, observed days."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("text", JSON, nullable=False),
        sa.Column("answered_by", JSON, nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("is_partial", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("locator", sa.String(length=120), nullable=True),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sa.Column("note", JSON, nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_by_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_answers_by_id_members")),
        sa.ForeignKeyConstraint(["said_by_id"], ["members.id"], name=op.f("fk_answers_said_by_id_members")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_answers_source_id_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("key", name=op.f("uq_answers_key")),
    )
    op.create_table(
        "agenda_items",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("format", sa.String(40), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column("ends_at", sa.Time(), nullable=True),
        sa.Column("is_other_business", sa.Boolean(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("locator", sa.String(length=120), nullable=True),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sa.Column("note", JSON, nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_by_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_agenda_items_event_id_events")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["members.id"], name=op.f("fk_agenda_items_proposed_by_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["said_by_id"], ["members.id"], name=op.f("fk_agenda_items_said_by_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_agenda_items_source_id_sources")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_items")),
        sa.UniqueConstraint("key", name=op.f("uq_agenda_items_key")),
    )
    with op.batch_alter_table("agenda_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_items_event_id"), ["event_id"], unique=False)

    op.create_table(
        "attendances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("constituency", sa.String(40), nullable=True),
        sa.Column("region", sa.String(40), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_attendances_by_id_members")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_attendances_event_id_events")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
    )
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendances_event_id"), ["event_id"], unique=False)

    op.create_table(
        "commitments",
        sa.Column("text", JSON, nullable=False),
        sa.Column("due_words", JSON, nullable=True),
        sa.Column("owner", JSON, nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(40), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("visibility", sa.String(40), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("when_precision", sa.String(40), nullable=False),
        sa.Column("when_start", sa.Date(), nullable=True),
        sa.Column("when_end", sa.Date(), nullable=True),
        sa.Column("when_status", sa.String(40), nullable=True),
        sa.Column("when_part", sa.String(40), nullable=True),
        sa.Column("when_starts_at", sa.Time(), nullable=True),
        sa.Column("when_ends_at", sa.Time(), nullable=True),
        sa.Column("when_zone", sa.String(length=64), nullable=True),
        sa.Column("when_inferred", sa.Boolean(), nullable=False),
        sa.Column("locator", sa.String(length=120), nullable=True),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sa.Column("note", JSON, nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_by_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_commitments_by_id_members")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["members.id"], name=op.f("fk_commitments_ended_by_id_members")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_commitments_event_id_events")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_commitments_group_id_groups")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_commitments_member_id_members")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_commitments_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_commitments_place_id_places")),
        sa.ForeignKeyConstraint(
            ["said_by_id"], ["members.id"], name=op.f("fk_commitments_said_by_id_members")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_commitments_source_id_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
        sa.UniqueConstraint("key", name=op.f("uq_commitments_key")),
    )
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitments_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitments_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitments_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitments_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitments_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitments_outcome"), ["outcome"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitments_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitments_when_end"), ["when_end"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitments_when_start"), ["when_start"], unique=False)

    op.create_table(
        "contributions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("text", JSON, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_contributions_by_id_members")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["members.id"], name=op.f("fk_contributions_decided_by_id_members")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_contributions_event_id_events")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_contributions_member_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_contributions_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_contributions_place_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributions")),
    )
    with op.batch_alter_table("contributions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contributions_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contributions_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contributions_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contributions_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_contributions_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contributions_state"), ["state"], unique=False)

    op.create_table(
        "event_audiences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_audiences_event_id_events")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_event_audiences_group_id_groups")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_event_audiences_place_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_audiences")),
    )
    with op.batch_alter_table("event_audiences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_audiences_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_audiences_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_audiences_place_id"), ["place_id"], unique=False)

    op.create_table(
        "event_feeds_into",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_feeds_into_event_id_events")
        ),
        sa.ForeignKeyConstraint(["into_id"], ["events.id"], name=op.f("fk_event_feeds_into_into_id_events")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_feeds_into")),
        sa.UniqueConstraint("event_id", "into_id", name=op.f("uq_event_feeds_into_event_id")),
    )
    with op.batch_alter_table("event_feeds_into", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_feeds_into_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_feeds_into_into_id"), ["into_id"], unique=False)

    op.create_table(
        "questions",
        sa.Column("text", JSON, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked_by", JSON, nullable=True),
        sa.Column("asker_id", sa.Integer(), nullable=True),
        sa.Column("is_pseudonymous", sa.Boolean(), nullable=False),
        sa.Column("to_role", sa.String(40), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("visibility", sa.String(40), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("locator", sa.String(length=120), nullable=True),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sa.Column("note", JSON, nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_by_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["asker_id"], ["members.id"], name=op.f("fk_questions_asker_id_members")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_questions_event_id_events")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_questions_group_id_groups")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_questions_place_id_places")),
        sa.ForeignKeyConstraint(["said_by_id"], ["members.id"], name=op.f("fk_questions_said_by_id_members")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_questions_source_id_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("key", name=op.f("uq_questions_key")),
    )
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_questions_asker_id"), ["asker_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_questions_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_questions_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_questions_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_questions_state"), ["state"], unique=False)

    op.create_table(
        "registrations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("constituency", sa.String(40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_registrations_event_id_events")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_registrations_member_id_members")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("event_id", "member_id", name=op.f("uq_registrations_event_id")),
    )
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registrations_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_registrations_member_id"), ["member_id"], unique=False)

    op.create_table(
        "reports",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("introduction", JSON, nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_reports_by_id_members")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["members.id"], name=op.f("fk_reports_decided_by_id_members")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_reports_event_id_events")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_reports")),
    )
    op.create_table(
        "askers",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_askers_member_id_members")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_askers_question_id_questions")
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_askers")),
    )
    op.create_table(
        "meeting_notes",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("locator", sa.String(length=120), nullable=True),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sa.Column("note", JSON, nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_by_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_meeting_notes_by_id_members")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_meeting_notes_event_id_events")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_items.id"], name=op.f("fk_meeting_notes_item_id_agenda_items")
        ),
        sa.ForeignKeyConstraint(
            ["said_by_id"], ["members.id"], name=op.f("fk_meeting_notes_said_by_id_members")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_meeting_notes_source_id_sources")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_notes")),
        sa.UniqueConstraint("key", name=op.f("uq_meeting_notes_key")),
    )
    with op.batch_alter_table("meeting_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_notes_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_notes_item_id"), ["item_id"], unique=False)

    op.create_table(
        "question_answers",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_question_answers_answer_id_answers")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_question_answers_question_id_questions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_answers")),
        sa.UniqueConstraint("key", name=op.f("uq_question_answers_key")),
        sa.UniqueConstraint("question_id", "answer_id", name=op.f("uq_question_answers_question_id")),
    )
    with op.batch_alter_table("question_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_answers_answer_id"), ["answer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_answers_question_id"), ["question_id"], unique=False)

    op.create_table(
        "speakers",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("name", JSON, nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_items.id"], name=op.f("fk_speakers_item_id_agenda_items")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_speakers_member_id_members")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_speakers_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["speakers.id"], name=op.f("fk_speakers_replaced_by_id_speakers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speakers")),
        sa.UniqueConstraint("key", name=op.f("uq_speakers_key")),
    )
    with op.batch_alter_table("speakers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_speakers_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_speakers_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_speakers_organisation_id"), ["organisation_id"], unique=False)

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(40), nullable=True))
        batch_op.add_column(sa.Column("visibility", sa.String(40), nullable=True))
        batch_op.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("number", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("zones", JSON, nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("languages", JSON, nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("link", sa.String(length=500), nullable=True))
        batch_op.add_column(
            sa.Column("takes_registrations", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("capacity", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("outcome", JSON, nullable=True))
        batch_op.add_column(sa.Column("was", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("added_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_events_owner_id_members"), "members", ["owner_id"], ["id"])

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminder_hours", JSON, nullable=True))
        batch_op.add_column(sa.Column("calendar_version", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_column("calendar_version")
        batch_op.drop_column("reminder_hours")

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_events_owner_id_members"), type_="foreignkey")
        batch_op.drop_column("changed_at")
        batch_op.drop_column("added_at")
        batch_op.drop_column("revision")
        batch_op.drop_column("was")
        batch_op.drop_column("outcome")
        batch_op.drop_column("capacity")
        batch_op.drop_column("takes_registrations")
        batch_op.drop_column("link")
        batch_op.drop_column("languages")
        batch_op.drop_column("zones")
        batch_op.drop_column("number")
        batch_op.drop_column("owner_id")
        batch_op.drop_column("visibility")
        batch_op.drop_column("state")

    with op.batch_alter_table("speakers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_speakers_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_speakers_member_id"))
        batch_op.drop_index(batch_op.f("ix_speakers_item_id"))

    op.drop_table("speakers")
    with op.batch_alter_table("question_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_answers_question_id"))
        batch_op.drop_index(batch_op.f("ix_question_answers_answer_id"))

    op.drop_table("question_answers")
    with op.batch_alter_table("meeting_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_notes_item_id"))
        batch_op.drop_index(batch_op.f("ix_meeting_notes_event_id"))

    op.drop_table("meeting_notes")
    op.drop_table("askers")
    op.drop_table("reports")
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registrations_member_id"))
        batch_op.drop_index(batch_op.f("ix_registrations_event_id"))

    op.drop_table("registrations")
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_questions_state"))
        batch_op.drop_index(batch_op.f("ix_questions_place_id"))
        batch_op.drop_index(batch_op.f("ix_questions_group_id"))
        batch_op.drop_index(batch_op.f("ix_questions_event_id"))
        batch_op.drop_index(batch_op.f("ix_questions_asker_id"))

    op.drop_table("questions")
    with op.batch_alter_table("event_feeds_into", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_feeds_into_into_id"))
        batch_op.drop_index(batch_op.f("ix_event_feeds_into_event_id"))

    op.drop_table("event_feeds_into")
    with op.batch_alter_table("event_audiences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_audiences_place_id"))
        batch_op.drop_index(batch_op.f("ix_event_audiences_group_id"))
        batch_op.drop_index(batch_op.f("ix_event_audiences_event_id"))

    op.drop_table("event_audiences")
    with op.batch_alter_table("contributions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contributions_state"))
        batch_op.drop_index(batch_op.f("ix_contributions_place_id"))
        batch_op.drop_index(batch_op.f("ix_contributions_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_contributions_member_id"))
        batch_op.drop_index(batch_op.f("ix_contributions_event_id"))
        batch_op.drop_index(batch_op.f("ix_contributions_by_id"))

    op.drop_table("contributions")
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitments_when_start"))
        batch_op.drop_index(batch_op.f("ix_commitments_when_end"))
        batch_op.drop_index(batch_op.f("ix_commitments_place_id"))
        batch_op.drop_index(batch_op.f("ix_commitments_outcome"))
        batch_op.drop_index(batch_op.f("ix_commitments_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_commitments_member_id"))
        batch_op.drop_index(batch_op.f("ix_commitments_group_id"))
        batch_op.drop_index(batch_op.f("ix_commitments_event_id"))
        batch_op.drop_index(batch_op.f("ix_commitments_by_id"))

    op.drop_table("commitments")
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendances_event_id"))

    op.drop_table("attendances")
    with op.batch_alter_table("agenda_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agenda_items_event_id"))

    op.drop_table("agenda_items")
    op.drop_table("answers")
