"""When a session was used last and its person proved last, and on which browser it began."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_step_up"
down_revision = "2026_11_28_sign_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("used_at", "proved_at"):
        op.add_column("sessions", sa.Column(name, Instant(), nullable=True))
    op.add_column("sessions", sa.Column("browser", sa.String(length=200), server_default="", nullable=False))
    # Sessions of the version before go on, as if used just now: nobody is signed out by an upgrade.
    sessions = sa.table(
        "sessions", *(sa.column(name, Instant()) for name in ("used_at", "proved_at", "created_at"))
    )
    op.execute(sessions.update().values(used_at=datetime.now(UTC), proved_at=sessions.c.created_at))


def downgrade() -> None:
    for name in ("browser", "proved_at", "used_at"):
        op.drop_column("sessions", name)
