"""Urgent calls that are being written down; who wrote down an oral decision for the one who gave it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_urgent_calls"
down_revision = "2026_11_28_text_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "urgent_calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_urgent_calls_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urgent_calls")),
    )
    op.create_index(op.f("ix_urgent_calls_saved_at"), "urgent_calls", ["saved_at"], unique=False)
    with op.batch_alter_table("oral_decisions") as table:
        table.add_column(sa.Column("recorded_by", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("confirmed_at", Instant(), nullable=True))
        table.add_column(sa.Column("denied_at", Instant(), nullable=True))
        table.create_foreign_key(op.f("fk_oral_decisions_recorded_by"), "people", ["recorded_by"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("oral_decisions") as table:
        table.drop_constraint(op.f("fk_oral_decisions_recorded_by"), type_="foreignkey")
        table.drop_column("denied_at")
        table.drop_column("confirmed_at")
        table.drop_column("recorded_by")
    op.drop_index(op.f("ix_urgent_calls_saved_at"), table_name="urgent_calls")
    op.drop_table("urgent_calls")
