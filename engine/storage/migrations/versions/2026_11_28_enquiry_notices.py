"""The case of the notices to authorities that an enquiry gave reason for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_enquiry_notices"
down_revision = "2026_11_28_power_proposals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("enquiries") as table:
        table.add_column(sa.Column("notice_case_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_enquiries_notice_case_id"), "cases", ["notice_case_id"], ["id"])
        table.create_index(op.f("ix_enquiries_notice_case_id"), ["notice_case_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("enquiries") as table:
        table.drop_index(op.f("ix_enquiries_notice_case_id"))
        table.drop_constraint(op.f("fk_enquiries_notice_case_id"), type_="foreignkey")
        table.drop_column("notice_case_id")
