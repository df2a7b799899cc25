"""Cases that ended and decisions that were signed in a half-year are found without reading those of all years."""

from __future__ import annotations

from alembic import op

revision = "2026_12_03_figures"
down_revision = "2026_12_01_tasks_by_target"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_cases_closed_at", "cases", ["closed_at"])
    op.create_index("ix_resolutions_signed_at", "resolutions", ["signed_at"])


def downgrade() -> None:
    op.drop_index("ix_resolutions_signed_at", table_name="resolutions")
    op.drop_index("ix_cases_closed_at", table_name="cases")
