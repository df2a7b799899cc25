"""A person has several absences, each with its days, its deputy and the cases in which the deputy stands in."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_absences"
down_revision = "2026_11_28_webhooks"
branch_labels = None
depends_on = None

_PEOPLE = sa.table(
    "people",
    sa.column("id", sa.Uuid()),
    sa.column("away_from", sa.Date()),
    sa.column("away_until", sa.Date()),
    sa.column("deputy", sa.String()),
    sa.column("deputy_scope", sa.String()),
)


def upgrade() -> None:
    absences = op.create_table(
        "absences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=False),
        sa.Column("deputy", sa.String(length=200), server_default="", nullable=False),
        sa.Column("deputy_scope", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_absences_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_person_id"), "absences", ["person_id"], unique=False)
    op.create_index(op.f("ix_absences_deputy"), "absences", ["deputy"], unique=False)
    away = op.get_bind().execute(sa.select(_PEOPLE).where(_PEOPLE.c.away_until.is_not(None))).mappings()
    rows = [{**row, "id": uuid4(), "person_id": row["id"]} for row in away]
    if rows:
        op.bulk_insert(absences, rows)
    # Not `away_until`: processes of 0.1 that still serve ask for it.
    for name in ("deputy_scope", "deputy", "away_from"):
        op.drop_column("people", name)


def downgrade() -> None:
    op.add_column("people", sa.Column("away_from", sa.Date(), nullable=True))
    for name in ("deputy", "deputy_scope"):
        op.add_column("people", sa.Column(name, sa.String(length=200), server_default="", nullable=False))
    op.drop_table("absences")
