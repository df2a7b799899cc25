"""Legal holds, certificates of destruction, the day of an enquiry, and sealed inputs of decision tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_erasure"
down_revision = "2026_11_28_rings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("held_until", sa.Date(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=True),
        sa.Column("placed_at", Instant(), nullable=False),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.Column("lift_reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_legal_holds_case_id")),
        sa.ForeignKeyConstraint(["placed_by"], ["people.id"], name=op.f("fk_legal_holds_placed_by")),
        sa.ForeignKeyConstraint(["lifted_by"], ["people.id"], name=op.f("fk_legal_holds_lifted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
    )
    op.create_index(op.f("ix_legal_holds_case_id"), "legal_holds", ["case_id"], unique=False)
    op.create_table(
        "destruction_certificates",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("run_by", sa.String(length=200), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("digest", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_destruction_certificates")),
    )
    op.create_table(
        "destroyed_keys",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("sealing_class", sa.String(length=200), nullable=False),
        sa.Column("certificate", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("owner_id", "sealing_class", name=op.f("pk_destroyed_keys")),
    )
    op.create_index(op.f("ix_destroyed_keys_certificate"), "destroyed_keys", ["certificate"], unique=False)
    op.add_column("enquiries", sa.Column("erased_at", Instant(), nullable=True))
    op.add_column("decision_evaluations", sa.Column("content", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("decision_evaluations", "content")
    op.drop_column("enquiries", "erased_at")
    op.drop_index(op.f("ix_destroyed_keys_certificate"), table_name="destroyed_keys")
    op.drop_table("destroyed_keys")
    op.drop_table("destruction_certificates")
    op.drop_index(op.f("ix_legal_holds_case_id"), table_name="legal_holds")
    op.drop_table("legal_holds")
