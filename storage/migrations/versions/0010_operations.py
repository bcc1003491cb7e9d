"""What running it for years needs."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
LATEST = {
    "ix_updates_latest": ["published_at"],
    "ix_updates_latest_on_group": ["group_id", "published_at"],
    "ix_updates_latest_on_place": ["place_id", "published_at"],
}
STEP = sa.text("next_step IS NOT NULL")
OVER = sa.text("state IN ('sent', 'failed', 'cancelled') AND NOT is_emptied")
OVER_OF_KIND = sa.text("state IN ('sent', 'failed', 'cancelled')")
STANDS = sa.text("ts IS NOT NULL")


def upgrade() -> None:
    op.add_column("members", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("members", sa.Column("own_data_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("subscriptions", sa.Column("waits_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "deliveries", sa.Column("is_emptied", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index("ix_deliveries_over", "deliveries", ["due_at"], postgresql_where=OVER, sqlite_where=OVER)
    name, columns = "ix_deliveries_over_of_kind", ["kind", "due_at"]
    op.create_index(name, "deliveries", columns, postgresql_where=OVER_OF_KIND, sqlite_where=OVER_OF_KIND)
    op.create_index("ix_deliveries_ts", "deliveries", ["ts"], postgresql_where=STANDS, sqlite_where=STANDS)
    op.add_column("updates", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("update_revisions", sa.Column("rest", JSON, nullable=True))
    for name, columns in LATEST.items():
        op.create_index(name, "updates", columns)
    op.create_index(
        "ix_updates_steps", "updates", ["group_id", "place_id"], postgresql_where=STEP, sqlite_where=STEP
    )
    op.create_table(
        "marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks")),
    )
    op.execute("INSERT INTO marks (id, mark) VALUES (1, 'first')")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.alter_column("about", existing_type=sa.String(60), type_=sa.String(150))
    with op.batch_alter_table("roles", schema=None) as batch_op:
        batch_op.alter_column("key", existing_type=sa.String(120), type_=sa.String(150))
    with op.batch_alter_table("loaded_rows", schema=None) as batch_op:
        batch_op.alter_column("key", existing_type=sa.String(120), type_=sa.String(150))
    op.create_table(
        "beats",
        sa.Column("replica", sa.String(length=80), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("replica", "part", name=op.f("pk_beats")),
    )
    op.create_table(
        "backups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backups")),
    )
    op.create_table(
        "restorations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restorations")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _give_no_id_twice()


def _give_no_id_twice() -> None:
    """SQLite gives the id of a deleted row anew, unless a table says AUTOINCREMENT: each is written anew.

    As sqlite.org/lang_altertable.html has it. This comes last, for an Alembic batch would forget it again.
    """
    connection = op.get_bind()
    made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all()
    for name, statement in made:
        alone = re.sub(rf",\s*CONSTRAINT pk_{name} PRIMARY KEY \(id\)", "", statement)
        anew = re.sub(r"(\n\s*id INTEGER NOT NULL)", r"\1 PRIMARY KEY AUTOINCREMENT", alone)
        if alone == statement or anew == alone:
            continue
        query = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?"
        indexes = connection.exec_driver_sql(query, (name,)).scalars().all()
        beside = re.sub(rf'^CREATE TABLE "?{name}"?', f"CREATE TABLE _{name}_anew", anew)
        copied = f"INSERT INTO _{name}_anew SELECT * FROM {name}"  # noqa: S608 - a table of ours
        renamed = f"ALTER TABLE _{name}_anew RENAME TO {name}"
        for one in (beside, copied, f"DROP TABLE {name}", renamed, *indexes):
            connection.exec_driver_sql(one)


def downgrade() -> None:
    # What became longer stays so: what stands there by now may not fit any more.
    op.drop_table("restorations")
    op.drop_table("backups")
    op.drop_table("beats")
    for name in ("ix_deliveries_over", "ix_deliveries_over_of_kind", "ix_deliveries_ts"):
        op.drop_index(name, "deliveries")
    for name in (*LATEST, "ix_updates_steps"):
        op.drop_index(name, "updates")
    op.drop_column("update_revisions", "rest")
    op.drop_column("updates", "decided_at")
    op.drop_column("deliveries", "is_emptied")
    op.drop_column("subscriptions", "waits_from")
    op.drop_column("members", "own_data_at")
    op.drop_column("members", "left_at")
    op.drop_table("marks")
