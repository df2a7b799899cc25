"""The ledger of consents says apart from the way if somebody interpreted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_interpreters"
down_revision = "2026_12_01_limited_appointments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consents", sa.Column("interpreter", sa.String(length=200), nullable=True))


def downgrade() -> None:
    op.drop_column("consents", "interpreter")
