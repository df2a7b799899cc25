"""Found without reading those of all years: what ended or was signed in a half-year, open cases of a version of the models,
keys without a day by class, calls by the day on which they are owed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_12_03_figures"
down_revision = "2026_12_01_tasks_by_target"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_cases_closed_at", "cases", ["closed_at"])
    op.create_index("ix_resolutions_signed_at", "resolutions", ["signed_at"])
    _create("ix_cases_open_deployment", "cases", ["deployment_id"], "state <> 'closed'")
    _change(
        "ix_retention_plans_due", "retention_plans", ["destroy_on", "sealing_class"], "destroyed_at is null"
    )
    _change("ix_call_wishes_waiting", "call_wishes", ["due_at", "case_id"], "called_at is null")


def downgrade() -> None:
    _change("ix_call_wishes_waiting", "call_wishes", ["case_id", "due_at"], "called_at is null")
    _change("ix_retention_plans_due", "retention_plans", ["destroy_on"], "destroyed_at is null")
    op.drop_index("ix_cases_open_deployment", table_name="cases")
    op.drop_index("ix_resolutions_signed_at", table_name="resolutions")
    op.drop_index("ix_cases_closed_at", table_name="cases")


def _change(name: str, table: str, columns: list[str], of: str) -> None:
    op.drop_index(name, table_name=table)
    _create(name, table, columns, of)


def _create(name: str, table: str, columns: list[str], of: str) -> None:
    some = sa.text(of)
    op.create_index(name, table, columns, sqlite_where=some, postgresql_where=some)
