"""Ended runs of the elements at which cases wait are found by their day, without reading the runs of all years."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_ended_runs"
down_revision = "2026_12_01_open_cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    watched = sa.text("ended_at is not null and kind in ('userTask', 'manualTask', 'callActivity')")
    op.create_index(
        "ix_element_runs_ended", "element_runs", ["ended_at"], sqlite_where=watched, postgresql_where=watched
    )


def downgrade() -> None:
    op.drop_index("ix_element_runs_ended", table_name="element_runs")
