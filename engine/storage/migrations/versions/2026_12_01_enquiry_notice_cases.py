"""The notices of an enquiry may stand in several cases: one may be hidden from the worker who begins the next.

`enquiries.notice_case_id` stays, for the version before; a later release drops it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_enquiry_notice_cases"
down_revision = "2026_12_01_due_indexes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enquiry_notice_cases",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_enquiry_notice_cases_case_id")),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiries.id"], name=op.f("fk_enquiry_notice_cases_enquiry_id")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_enquiry_notice_cases")),
    )
    op.create_index(
        op.f("ix_enquiry_notice_cases_enquiry_id"), "enquiry_notice_cases", ["enquiry_id"], unique=False
    )
    op.execute(
        "INSERT INTO enquiry_notice_cases (case_id, enquiry_id) "
        "SELECT notice_case_id, id FROM enquiries WHERE notice_case_id IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("enquiry_notice_cases")
