"""A document that staff registered in error is hidden, and a file names the earlier version that it replaces."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_hidden_documents"
down_revision = "2026_12_01_owing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not rebuilt: SQLite drops no table to which rows of another one point.
    op.add_column("arrivals", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attachments", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attachments", sa.Column("replaces", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.execute("ALTER TABLE attachments DROP COLUMN replaces")
    op.execute("ALTER TABLE attachments DROP COLUMN hidden_at")
    op.execute("ALTER TABLE arrivals DROP COLUMN hidden_at")
