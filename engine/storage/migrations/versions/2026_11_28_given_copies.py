"""Copies of case files given out, with what was withheld."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_given_copies"
down_revision = "2026_11_28_code_calls"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "given_copies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=True),
        sa.Column("prepared_by_name", sa.String(length=200), nullable=False),
        sa.Column("prepared_at", Instant(), nullable=False),
        sa.Column("made_at", Instant(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_given_copies_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_given_copies_document_id")),
        sa.ForeignKeyConstraint(["prepared_by"], ["people.id"], name=op.f("fk_given_copies_prepared_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_copies")),
    )
    op.create_index(op.f("ix_given_copies_case_id"), "given_copies", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("given_copies")
