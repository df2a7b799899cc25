"""Powers that one person gives and another confirms; the last day and the last use of service accounts;
absences with a first day and a deputy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_power_proposals"
down_revision = "2026_11_28_step_up"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "power_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("scopes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("team", sa.String(length=200), nullable=True),
        sa.Column("power", sa.String(length=200), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("is_confirmed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_power_proposals_proposed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_power_proposals_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_power_proposals")),
    )
    op.add_column("service_accounts", sa.Column("valid_until", sa.Date(), nullable=True))
    op.add_column("service_accounts", sa.Column("used_on", sa.Date(), nullable=True))
    op.add_column("people", sa.Column("away_from", sa.Date(), nullable=True))
    op.add_column("people", sa.Column("deputy", sa.String(length=200), server_default="", nullable=False))
    op.create_index(op.f("ix_power_proposals_about"), "power_proposals", ["about"], unique=False)


def downgrade() -> None:
    op.drop_column("people", "deputy")
    op.drop_column("people", "away_from")
    op.drop_column("service_accounts", "used_on")
    op.drop_column("service_accounts", "valid_until")
    op.drop_table("power_proposals")
