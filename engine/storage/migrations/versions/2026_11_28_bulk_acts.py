"""Shared views, the inbox by age, acts on many tasks at once, and keys of the list that can be turned off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_bulk_acts"
down_revision = "2026_11_28_given_copies"
branch_labels = None
depends_on = None

OPEN = sa.text("state in ('created', 'claimed')")


def upgrade() -> None:
    op.add_column("saved_views", sa.Column("shared_with", sa.String(200), nullable=True))
    op.add_column(
        "people", sa.Column("has_shortcuts", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.create_index(
        "ix_user_tasks_oldest",
        "user_tasks",
        ["candidate_group", "id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "bulk_acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(200), nullable=False),
        sa.Column("to_person_id", sa.Uuid(), nullable=True),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("undo_ends_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_bulk_acts_person_id")),
        sa.ForeignKeyConstraint(["to_person_id"], ["people.id"], name=op.f("fk_bulk_acts_to_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_acts")),
    )
    op.create_index(op.f("ix_bulk_acts_person_id"), "bulk_acts", ["person_id"], unique=False)
    op.create_table(
        "bulk_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["act_id"], ["bulk_acts.id"], name=op.f("fk_bulk_lines_act_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_bulk_lines_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["user_tasks.id"], name=op.f("fk_bulk_lines_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_lines")),
    )
    op.create_index(op.f("ix_bulk_lines_act_id"), "bulk_lines", ["act_id"], unique=False)
    op.create_index(op.f("ix_bulk_lines_case_id"), "bulk_lines", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("bulk_lines")
    op.drop_table("bulk_acts")
    op.drop_index("ix_user_tasks_oldest", "user_tasks")
    op.drop_column("people", "has_shortcuts")
    op.drop_column("saved_views", "shared_with")
