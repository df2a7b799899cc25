"""Checkpoints of the access log by number, and its verifications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_log_proofs"
down_revision = "2026_11_28_master_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_checkpoints",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=200), nullable=False),
        sa.Column("signed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_access_checkpoints")),
    )
    op.create_table(
        "log_verifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("entries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("checkpoints", sa.Integer(), server_default="0", nullable=False),
        sa.Column("faults", sa.Integer(), server_default="0", nullable=False),
        sa.Column("found", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_verifications")),
    )
    op.create_index(op.f("ix_log_verifications_done_at"), "log_verifications", ["done_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_log_verifications_done_at"), table_name="log_verifications")
    op.drop_table("log_verifications")
    op.drop_table("access_checkpoints")
