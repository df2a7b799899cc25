"""Acts that programs have named by an idempotency key, with a digest of what they asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_program_acts"
down_revision = "2026_11_28_page_addresses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "program_acts",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("asked", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("done_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_program_acts_case_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_program_acts")),
    )
    op.create_index(op.f("ix_program_acts_case_id"), "program_acts", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("program_acts")
