"""The history of model drafts"""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_25_draft_history"
down_revision = "2026_11_25_first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_draft_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("files", sa.LargeBinary(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["model_drafts.id"], name=op.f("fk_model_draft_events_draft_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_model_draft_events_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_draft_events")),
    )
    with op.batch_alter_table("model_draft_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_model_draft_events_draft_id"), ["draft_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_model_draft_events_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("model_draft_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_model_draft_events_person_id"))
        batch_op.drop_index(batch_op.f("ix_model_draft_events_draft_id"))

    op.drop_table("model_draft_events")
