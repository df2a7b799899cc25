"""Views of the inbox that people keep, and the order of what narrows one"""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_26_saved_views"
down_revision = "2026_11_26_one_key_one_link"
branch_labels = None
depends_on = None

OPEN = "state in ('created', 'claimed')"
URGENT = f"{OPEN} and priority > 0"
INDEXES = (
    ("ix_user_tasks_kind", ["candidate_group", "unit", "form_key", "sort_at", "id"], OPEN),
    ("ix_user_tasks_kind_country", ["candidate_group", "form_key", "sort_at", "id"], OPEN),
    ("ix_user_tasks_urgent", ["candidate_group", "priority", "sort_at", "id"], URGENT),
)


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("view", sa.String(length=200), nullable=False),
        sa.Column("narrowed", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_saved_views_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_views_person_id_name")),
    )
    # A task kept the priority it was born with; now it follows the class of its case.
    op.execute(
        "update user_tasks set priority = (select case cases.case_class when 'urgent' then 2 when 'child' then 1 else 0 end"
        " from cases where cases.id = user_tasks.case_id) where state in ('created', 'claimed')"
    )
    for name, columns, where in INDEXES:
        op.create_index(
            name, "user_tasks", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )


def downgrade() -> None:
    for name, _, _ in INDEXES:
        op.drop_index(name, "user_tasks")
    op.drop_table("saved_views")
