"""Running instances that owe what a guardrail promises are found without reading the states of all others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_owing"
down_revision = "2026_12_01_ended_runs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_instances_owing",
        "instances",
        ["case_id"],
        sqlite_where=sa.text("""state = 'running' and instr(guardrails, '"owed"') > 0"""),
        postgresql_where=sa.text("""state = 'running' and strpos(cast(guardrails as text), '"owed"') > 0"""),
    )


def downgrade() -> None:
    op.drop_index("ix_instances_owing", table_name="instances")
