"""What each operation returned for which occasion"""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_27_operation_runs"
down_revision = "2026_11_27_fewer_indexes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "operation_runs",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("run_key", sa.Text(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("ran_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_operation_runs_case_id")),
        sa.PrimaryKeyConstraint("case_id", "run_key", name=op.f("pk_operation_runs")),
    )


def downgrade() -> None:
    op.drop_table("operation_runs")
