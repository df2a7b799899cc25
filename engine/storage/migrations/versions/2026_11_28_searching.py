"""Keys for search and likely duplicates, links between cases, and cases that are handled together.

The keys of cases from before are made by the worker, in portions.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_searching"
down_revision = "2026_11_28_notes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("keyed_by", sa.Integer(), server_default="0", nullable=False))
    op.create_index(op.f("ix_cases_keyed_by"), "cases", ["keyed_by"], unique=False)
    op.create_table(
        "search_keys",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_search_keys_case_id")),
        sa.PrimaryKeyConstraint("digest", "case_id", "subject_id", name=op.f("pk_search_keys")),
    )
    op.create_index(op.f("ix_search_keys_case_id"), "search_keys", ["case_id"], unique=False)
    op.create_table(
        "case_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("other_case_id", sa.Uuid(), nullable=False),
        sa.Column("pair_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("undone_reason", sa.LargeBinary(), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.CheckConstraint("case_id <> other_case_id", name=op.f("ck_case_links_two_cases")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_links_case_id")),
        sa.ForeignKeyConstraint(["other_case_id"], ["cases.id"], name=op.f("fk_case_links_other_case_id")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_case_links_made_by")),
        sa.ForeignKeyConstraint(["undone_by"], ["people.id"], name=op.f("fk_case_links_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_links")),
    )
    for column in ("case_id", "other_case_id", "pair_id"):
        op.create_index(op.f(f"ix_case_links_{column}"), "case_links", [column], unique=False)
    op.create_table(
        "joint_handlings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("joined_by", sa.Uuid(), nullable=True),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.Column("parted_reason", sa.LargeBinary(), nullable=True),
        sa.Column("parted_by", sa.Uuid(), nullable=True),
        sa.Column("parted_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_joint_handlings_case_id")),
        sa.ForeignKeyConstraint(["joined_by"], ["people.id"], name=op.f("fk_joint_handlings_joined_by")),
        sa.ForeignKeyConstraint(["parted_by"], ["people.id"], name=op.f("fk_joint_handlings_parted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_handlings")),
    )
    for column in ("case_id", "group_id"):
        op.create_index(op.f(f"ix_joint_handlings_{column}"), "joint_handlings", [column], unique=False)


def downgrade() -> None:
    for table in ("joint_handlings", "case_links", "search_keys"):
        op.drop_table(table)
    op.drop_index(op.f("ix_cases_keyed_by"), table_name="cases")
    op.drop_column("cases", "keyed_by")
