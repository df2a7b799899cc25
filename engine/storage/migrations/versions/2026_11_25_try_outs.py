"""Runs of try-outs"""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_25_try_outs"
down_revision = "2026_11_25_links"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "try_outs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("start", sa.String(length=200), nullable=False),
        sa.Column("scenario", sa.String(length=200), nullable=True),
        sa.Column("steps", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("begins_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["started_by"], ["people.id"], name=op.f("fk_try_outs_started_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_try_outs")),
    )
    with op.batch_alter_table("try_outs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_try_outs_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_try_outs_source_id"), ["source_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_try_outs_started_by"), ["started_by"], unique=False)


def downgrade() -> None:
    op.drop_table("try_outs")
