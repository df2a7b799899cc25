"""Drafts of the forms of a case that are no task's: corrections, parties, meetings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_12_01_page_drafts"
down_revision = "2026_12_01_interpreters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_drafts",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.String(length=200), nullable=False),
        sa.Column("typed", sa.LargeBinary(), nullable=True),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_page_drafts_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_page_drafts_person_id")),
        sa.PrimaryKeyConstraint("case_id", "person_id", "page", name=op.f("pk_page_drafts")),
    )


def downgrade() -> None:
    op.drop_table("page_drafts")
