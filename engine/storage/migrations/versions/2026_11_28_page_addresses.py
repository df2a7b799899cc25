"""Addresses under which public pages reached by a form can be gone back to, and calls that people asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_page_addresses"
down_revision = "2026_11_28_searching"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_addresses",
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("holder_hash", sa.Text(), nullable=False),
        sa.Column("held", sa.LargeBinary(), nullable=False),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_page_addresses")),
    )
    op.create_index(op.f("ix_page_addresses_holder_hash"), "page_addresses", ["holder_hash"], unique=False)
    op.create_index(op.f("ix_page_addresses_expires_at"), "page_addresses", ["expires_at"], unique=False)
    op.create_table(
        "call_wishes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("called_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_call_wishes_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_wishes")),
    )
    op.create_index(op.f("ix_call_wishes_case_id"), "call_wishes", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_page_addresses_expires_at"), table_name="page_addresses")
    op.drop_index(op.f("ix_call_wishes_case_id"), table_name="call_wishes")
    op.drop_table("call_wishes")
    op.drop_index(op.f("ix_page_addresses_holder_hash"), table_name="page_addresses")
    op.drop_table("page_addresses")
