"""No index says what another says, or what nobody asks; what a case went through is keyed by the case"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_fewer_indexes"
down_revision = "2026_11_26_tied_roles"
branch_labels = None
depends_on = None

BEGUN_BY_ANOTHER = {
    "case_events": ["case_id"],
    "decision_evaluations": ["case_id"],
    "deadlines": ["case_id"],
    "information_requests": ["case_id"],
    "message_subscriptions": ["instance_id"],
    "process_definitions": ["deployment_id"],
    "resolutions": ["case_id"],
    "step_records": ["case_id"],
    "timers": ["instance_id"],
    "user_tasks": ["instance_id"],
}
UNUSED = {"submissions": ["task_id"], "user_tasks": ["business_key"]}

KEYED_BY_CASE = {
    "case_events": (["id"], ["case_id", "at", "id"]),
    "decision_evaluations": (["id"], ["case_id", "id"]),
    "element_runs": (["instance_id", "run_key"], ["case_id", "instance_id", "run_key"]),
    "step_records": (["id"], ["case_id", "id"]),
}
"""Only ever looked for with their case: the key before, and after."""

AWAITED = "state = 'ready' and kind in ('userTask', 'manualTask')"
OPEN = "state in ('created', 'claimed')"
NARROWED = {
    "ix_user_tasks_assignee": (["assignee_id", "sort_at", "id"], "assignee_id is not null"),
    "ix_user_tasks_due": (["due_at", "id"], "due_at is not null"),
}


def upgrade() -> None:
    for table, columns in _dropped():
        for column in columns:
            op.drop_index(f"ix_{table}_{column}", table_name=table)
    for name, (columns, also) in NARROWED.items():
        _index_tasks_anew(name, columns, f"{OPEN} and {also}")
    op.drop_index("ix_element_runs_element", table_name="element_runs")
    op.drop_index("ix_element_runs_case_id", table_name="element_runs")
    op.drop_index("ix_case_events_case_at", table_name="case_events")
    for table, (_, columns) in KEYED_BY_CASE.items():
        _key(table, columns)
    awaited = sa.text(AWAITED)
    op.create_index(
        "ix_element_runs_awaited",
        "element_runs",
        ["process_id", "element_id"],
        sqlite_where=awaited,
        postgresql_where=awaited,
    )


def downgrade() -> None:
    op.drop_index("ix_element_runs_awaited", table_name="element_runs")
    for table, (columns, _) in KEYED_BY_CASE.items():
        _key(table, columns)
    op.create_index("ix_case_events_case_at", "case_events", ["case_id", "at", "id"])
    op.create_index("ix_element_runs_case_id", "element_runs", ["case_id"])
    op.create_index("ix_element_runs_element", "element_runs", ["process_id", "element_id", "state"])
    for name, (columns, _) in NARROWED.items():
        _index_tasks_anew(name, columns, OPEN)
    for table, columns in _dropped():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])


def _dropped() -> list[tuple[str, list[str]]]:
    return [*BEGUN_BY_ANOTHER.items(), *UNUSED.items()]


def _index_tasks_anew(name: str, columns: list[str], where: str) -> None:
    op.drop_index(name, table_name="user_tasks")
    condition = sa.text(where)
    op.create_index(name, "user_tasks", columns, sqlite_where=condition, postgresql_where=condition)


def _key(table: str, columns: list[str]) -> None:
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(f"pk_{table}", type_="primary")
        batch_op.create_primary_key(f"pk_{table}", columns)
