"""Drafts of applications that staff write down: who writes which form, since when. What is typed lies among the drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_12_01_intake_drafts"
down_revision = "2026_12_01_meeting_workers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("form_key", sa.String(length=200), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_intake_drafts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_drafts")),
    )


def downgrade() -> None:
    op.drop_table("intake_drafts")
