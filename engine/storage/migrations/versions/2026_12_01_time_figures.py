"""The manager's figures of waits and phases, counted by the worker: they were counted over all ended runs for each page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_12_01_time_figures"
down_revision = "2026_12_01_hidden_documents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "time_figures",
        sa.Column("counted_at", Instant(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("elements", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("phases", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_time_figures_deployment_id")
        ),
        sa.PrimaryKeyConstraint("counted_at", name=op.f("pk_time_figures")),
    )


def downgrade() -> None:
    op.drop_table("time_figures")
