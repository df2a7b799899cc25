"""Notices to the on-call workers, repeated until one of them takes what is urgent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_rings"
down_revision = "2026_11_28_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("times", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_rings_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rings")),
    )
    op.create_index(op.f("ix_rings_case_id"), "rings", ["case_id"], unique=False)
    op.create_index(op.f("ix_rings_due_at"), "rings", ["due_at"], unique=False)
    # Urgent tasks that nobody had taken before this table are heard as well.
    op.execute(
        "INSERT INTO rings (id, case_id, kind, due_at) SELECT id, case_id, 'task', created_at FROM user_tasks "
        "WHERE form_key = 'urgent_measures' AND state = 'created'"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_rings_due_at"), table_name="rings")
    op.drop_index(op.f("ix_rings_case_id"), table_name="rings")
    op.drop_table("rings")
