"""What each step of an instance was told and answered"""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_26_step_records"
down_revision = "2026_11_25_try_outs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "step_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", Instant(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_step_records_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_records")),
    )
    with op.batch_alter_table("step_records", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_step_records_case_id"), ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("step_records")
