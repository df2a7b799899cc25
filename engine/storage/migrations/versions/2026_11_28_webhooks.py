"""Receivers of webhooks, the events that go to them, and the address that waits for a second person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_webhooks"
down_revision = "2026_11_28_case_changes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("power_proposals", sa.Column("address", sa.String(length=200), nullable=True))
    op.create_table(
        "webhook_receivers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_account_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("events", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("signing_key", sa.LargeBinary(), nullable=True),
        sa.Column("former_key", sa.LargeBinary(), nullable=True),
        sa.Column("former_ends_at", Instant(), nullable=True),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", Instant(), nullable=False),
        sa.Column("heard_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_account_id"],
            ["service_accounts.id"],
            name=op.f("fk_webhook_receivers_service_account_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_receivers")),
        sa.UniqueConstraint("service_account_id", name=op.f("uq_webhook_receivers_service_account_id")),
    )
    op.create_table(
        "webhook_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("happened_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("given_up_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["webhook_receivers.id"], name=op.f("fk_webhook_messages_receiver_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_webhook_messages_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_messages")),
    )
    op.create_index(op.f("ix_webhook_messages_case_id"), "webhook_messages", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_webhook_messages_happened_at"), "webhook_messages", ["happened_at"], unique=False
    )
    unsent = sa.text("sent_at IS NULL AND given_up_at IS NULL")
    op.create_index(
        "ix_webhook_messages_unsent",
        "webhook_messages",
        ["receiver_id", "id"],
        unique=False,
        sqlite_where=unsent,
        postgresql_where=unsent,
    )


def downgrade() -> None:
    op.drop_table("webhook_messages")
    op.drop_table("webhook_receivers")
    op.drop_column("power_proposals", "address")
