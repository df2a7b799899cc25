"""The moment of each case's version, by which programs follow cases; and the days of programs' named acts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_case_changes"
down_revision = "2026_11_28_registry"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Null for cases of the program before, which may run beside this one: the worker dates them by portions.
    op.add_column("cases", sa.Column("changed_at", Instant(), nullable=True))
    op.create_index("ix_cases_changed_at_id", "cases", ["changed_at", "id"], unique=False)
    op.create_index(op.f("ix_program_acts_done_at"), "program_acts", ["done_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_program_acts_done_at"), table_name="program_acts")
    op.drop_index("ix_cases_changed_at_id", table_name="cases")
    op.drop_column("cases", "changed_at")
