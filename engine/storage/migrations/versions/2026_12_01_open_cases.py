"""Open cases, and the open tasks of a case, are found without reading those of all years."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_open_cases"
down_revision = "2026_12_01_intake_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_open, is_open_task = sa.text("state <> 'closed'"), sa.text("state in ('created', 'claimed')")
    op.create_index(
        "ix_cases_open", "cases", ["caseworker_id", "id"], sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index(
        "ix_user_tasks_open",
        "user_tasks",
        ["case_id", "due_at", "follow_up_at"],
        sqlite_where=is_open_task,
        postgresql_where=is_open_task,
    )


def downgrade() -> None:
    op.drop_index("ix_user_tasks_open", table_name="user_tasks")
    op.drop_index("ix_cases_open", table_name="cases")
