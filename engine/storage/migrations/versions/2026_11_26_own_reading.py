"""People read their own matter after identifying themselves"""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_26_own_reading"
down_revision = "2026_11_26_saved_views"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identifications",
        sa.Column("state_hash", sa.Text(), nullable=False),
        sa.Column("browser_hash", sa.Text(), nullable=False),
        sa.Column("held", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("taken_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_identifications")),
    )
    op.create_index(op.f("ix_identifications_expires_at"), "identifications", ["expires_at"])
    op.create_table(
        "readings",
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_readings_case_id")),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_readings")),
    )
    op.create_index(op.f("ix_readings_case_id"), "readings", ["case_id"])
    op.create_index(op.f("ix_readings_expires_at"), "readings", ["expires_at"])
    op.create_table(
        "reading_choices",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("chosen_by", sa.Uuid(), nullable=True),
        sa.Column("chosen_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reading_choices_case_id")),
        sa.ForeignKeyConstraint(["chosen_by"], ["people.id"], name=op.f("fk_reading_choices_chosen_by")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_reading_choices")),
    )
    op.create_index(op.f("ix_reading_choices_chosen_by"), "reading_choices", ["chosen_by"])


def downgrade() -> None:
    op.drop_table("reading_choices")
    op.drop_table("readings")
    op.drop_table("identifications")
