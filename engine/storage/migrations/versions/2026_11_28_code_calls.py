"""Calls in which the code of a request is read aloud to a professional."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_code_calls"
down_revision = "2026_11_28_program_acts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "code_calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=False),
        sa.Column("shown_by", sa.Uuid(), nullable=True),
        sa.Column("shown_by_name", sa.String(length=200), nullable=False),
        sa.Column("shown_at", Instant(), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_code_calls_case_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["information_requests.id"], name=op.f("fk_code_calls_request_id")
        ),
        sa.ForeignKeyConstraint(["shown_by"], ["people.id"], name=op.f("fk_code_calls_shown_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_calls")),
    )
    op.create_index(op.f("ix_code_calls_case_id"), "code_calls", ["case_id"], unique=False)
    op.create_index(op.f("ix_code_calls_request_id"), "code_calls", ["request_id"], unique=False)


def downgrade() -> None:
    op.drop_table("code_calls")
