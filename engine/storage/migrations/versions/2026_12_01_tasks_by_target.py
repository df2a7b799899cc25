"""Open tasks that are due with the target, on the day of the ledger: another process may have begun the target anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_12_01_tasks_by_target"
down_revision = "2026_12_01_page_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tasks = sa.table(
        "user_tasks",
        sa.column("case_id", sa.Uuid()),
        sa.column("state", sa.Text()),
        sa.column("due_reason", sa.Text()),
        *(sa.column(name, Instant()) for name in _MOMENTS),
    )
    targets = sa.table(
        "deadlines",
        sa.column("case_id", sa.Uuid()),
        sa.column("name", sa.Text()),
        sa.column("state", sa.Text()),
        sa.column("due_at", Instant()),
    )
    of_case = (
        targets.c.case_id == tasks.c.case_id,
        targets.c.name == "target",
        targets.c.state.in_(("running", "breached")),
        targets.c.due_at.is_not(None),
    )
    # A case has one open target: another class cancels the one before.
    due_at = sa.select(sa.func.max(targets.c.due_at)).where(*of_case).scalar_subquery()
    op.execute(
        tasks.update()
        .where(
            tasks.c.due_reason == "target_on",
            tasks.c.state.in_(("created", "claimed")),
            sa.exists().where(*of_case),
        )
        .values(dict.fromkeys(_MOMENTS, due_at))
    )


_MOMENTS = ("due_at", "follow_up_at", "sort_at")


def downgrade() -> None:
    """The variables of the running models still hold the days that were shown."""
