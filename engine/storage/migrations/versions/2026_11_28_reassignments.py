"""Cases that were given from one caseworker to another, and in which cases a deputy stands in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_reassignments"
down_revision = "2026_11_28_bulk_acts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "people", sa.Column("deputy_scope", sa.String(length=200), server_default="", nullable=False)
    )
    op.create_table(
        "reassignments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("former_id", sa.Uuid(), nullable=True),
        sa.Column("caseworker_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("tasks", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reassignments_case_id")),
        sa.ForeignKeyConstraint(["former_id"], ["people.id"], name=op.f("fk_reassignments_former_id")),
        sa.ForeignKeyConstraint(
            ["caseworker_id"], ["people.id"], name=op.f("fk_reassignments_caseworker_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_reassignments_made_by")),
        sa.ForeignKeyConstraint(["undone_by"], ["people.id"], name=op.f("fk_reassignments_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reassignments")),
    )
    for column in ("case_id", "group_id", "made_at"):
        op.create_index(op.f(f"ix_reassignments_{column}"), "reassignments", [column], unique=False)


def downgrade() -> None:
    op.drop_table("reassignments")
    op.drop_column("people", "deputy_scope")
