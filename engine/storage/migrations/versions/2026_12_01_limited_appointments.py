"""An appointment may be limited to some decisions and teams, and one that is proposed may take the place of another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_limited_appointments"
down_revision = "2026_12_01_time_figures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("appointments", "power_proposals"):
        op.add_column(table, sa.Column("decisions", sa.JSON(), nullable=True))
        op.add_column(table, sa.Column("teams", sa.JSON(), nullable=True))
    op.add_column("power_proposals", sa.Column("replaces", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("power_proposals", "replaces")
    for table in ("power_proposals", "appointments"):
        op.drop_column(table, "teams")
        op.drop_column(table, "decisions")
