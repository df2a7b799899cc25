"""A meeting names who of the staff goes: a colleague's hours are asked for, and the case stands in that colleague's list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_meeting_workers"
down_revision = "2026_12_01_unsent_indexes"
branch_labels = None
depends_on = None


_BOOKED = sa.text("state = 'booked'")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Not rebuilt: SQLite drops no table to which rows of another one, or of its own copy, point.
        op.execute(
            "ALTER TABLE meetings ADD COLUMN worker_id CHAR(32) "
            "CONSTRAINT fk_meetings_worker_id REFERENCES people (id)"
        )
    else:
        op.add_column("meetings", sa.Column("worker_id", sa.Uuid(), nullable=True))
        op.create_foreign_key("fk_meetings_worker_id", "meetings", "people", ["worker_id"], ["id"])
    op.create_index(
        "ix_meetings_worker", "meetings", ["worker_id"], sqlite_where=_BOOKED, postgresql_where=_BOOKED
    )


def downgrade() -> None:
    op.drop_index("ix_meetings_worker", table_name="meetings")
    op.execute(
        "CREATE TEMPORARY TABLE moved_meetings AS SELECT id, replaces FROM meetings WHERE replaces IS NOT NULL"
    )
    op.execute("UPDATE meetings SET replaces = NULL WHERE replaces IS NOT NULL")
    with op.batch_alter_table("meetings") as table:
        if op.get_bind().dialect.name != "sqlite":
            table.drop_constraint(op.f("fk_meetings_worker_id"), type_="foreignkey")
        table.drop_column("worker_id")
    op.execute(
        "UPDATE meetings SET replaces = (SELECT moved_meetings.replaces FROM moved_meetings WHERE moved_meetings.id = meetings.id) "
        "WHERE id IN (SELECT id FROM moved_meetings)"
    )
    op.execute("DROP TABLE moved_meetings")
