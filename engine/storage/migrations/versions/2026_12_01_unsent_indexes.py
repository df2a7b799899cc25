"""Messages that are still to be sent, and elements at which cases wait, are found without reading those of all years."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_unsent_indexes"
down_revision = "2026_12_01_enquiry_notice_cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    unsent, waiting = sa.text("sent_at is null and given_up_at is null"), sa.text("ended_at is null")
    for name, column in (
        ("ix_outbox_messages_unsent", "next_attempt_at"),
        ("ix_outbox_messages_late", "send_after"),
    ):
        op.create_index(name, "outbox_messages", [column], sqlite_where=unsent, postgresql_where=unsent)
    op.create_index(
        "ix_element_runs_open",
        "element_runs",
        ["process_id", "element_id", "ready_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.drop_index(op.f("ix_outbox_messages_next_attempt_at"), table_name="outbox_messages")


def downgrade() -> None:
    op.create_index(op.f("ix_outbox_messages_next_attempt_at"), "outbox_messages", ["next_attempt_at"])
    op.drop_index("ix_element_runs_open", table_name="element_runs")
    for name in ("ix_outbox_messages_late", "ix_outbox_messages_unsent"):
        op.drop_index(name, table_name="outbox_messages")
