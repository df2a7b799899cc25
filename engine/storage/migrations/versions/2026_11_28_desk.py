"""Wishes for more time, and a day on which every open task without a due day is looked at, so that none sorts last for ever."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_desk"
down_revision = "2026_11_28_worker_beats"
branch_labels = None
depends_on = None

LOOK_WITHIN = timedelta(days=3)
TASKS = sa.table(
    "user_tasks",
    sa.column("id", sa.Uuid()),
    sa.column("state", sa.String()),
    sa.column("created_at", Instant()),
    sa.column("due_at", Instant()),
    sa.column("follow_up_at", Instant()),
    sa.column("sort_at", Instant()),
)


def upgrade() -> None:
    op.add_column("information_requests", sa.Column("more_time_until", sa.Date(), nullable=True))
    connection = op.get_bind()
    without_day = (
        TASKS.c.state.in_(("created", "claimed")),
        TASKS.c.due_at.is_(None),
        TASKS.c.follow_up_at.is_(None),
    )
    rows = connection.execute(sa.select(TASKS.c.id, TASKS.c.created_at).where(*without_day)).all()
    for row in rows:
        look_at = row.created_at + LOOK_WITHIN
        connection.execute(
            TASKS.update().where(TASKS.c.id == row.id).values(follow_up_at=look_at, sort_at=look_at)
        )


def downgrade() -> None:
    # The follow-up days stay: a program before this one writes them and reads none.
    op.drop_column("information_requests", "more_time_until")
