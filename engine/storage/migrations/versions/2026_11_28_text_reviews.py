"""Reviews of translations: the words that reviewers accepted or bettered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_text_reviews"
down_revision = "2026_11_28_reassignments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "text_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=200), nullable=False),
        sa.Column("finnish", sa.Text(), nullable=False),
        sa.Column("plural", sa.Text(), nullable=False),
        sa.Column("words", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("shipped", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("verdict", sa.String(length=200), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=False),
        sa.Column("reviewed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["reviewed_by"], ["people.id"], name=op.f("fk_text_reviews_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_reviews")),
        sa.UniqueConstraint("number", name=op.f("uq_text_reviews_number")),
    )
    op.create_index(op.f("ix_text_reviews_language"), "text_reviews", ["language"], unique=False)


def downgrade() -> None:
    op.drop_table("text_reviews")
