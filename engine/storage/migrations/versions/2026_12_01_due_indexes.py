"""Indexes of what is looked for by its day: calls that wait, open enquiries, data to be destroyed, entries of a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_due_indexes"
down_revision = "2026_11_30_absences"
branch_labels = None
depends_on = None


def upgrade() -> None:
    waiting, undestroyed = sa.text("called_at is null"), sa.text("destroyed_at is null")
    op.create_index(
        "ix_call_wishes_waiting",
        "call_wishes",
        ["case_id", "due_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index("ix_enquiries_state_received", "enquiries", ["state", "received_at"])
    kept = sa.text("erased_at is null")
    op.create_index(
        "ix_enquiries_answered", "enquiries", ["answered_at"], sqlite_where=kept, postgresql_where=kept
    )
    op.create_index(
        "ix_retention_plans_due",
        "retention_plans",
        ["destroy_on"],
        sqlite_where=undestroyed,
        postgresql_where=undestroyed,
    )
    op.create_index("ix_access_entries_at", "access_entries", ["at"])


def downgrade() -> None:
    for name, table in (
        ("ix_access_entries_at", "access_entries"),
        ("ix_retention_plans_due", "retention_plans"),
        ("ix_enquiries_answered", "enquiries"),
        ("ix_enquiries_state_received", "enquiries"),
        ("ix_call_wishes_waiting", "call_wishes"),
    ):
        op.drop_index(name, table_name=table)
