"""The register of what arrives in a case, and its meetings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_registry"
down_revision = "2026_11_28_urgent_calls"
branch_labels = None
depends_on = None

_OPEN = sa.text("settled_at is null")
_BOOKED = sa.text("state = 'booked'")
_TO_REMIND = sa.text("state = 'booked' and reminded_at is null and remind_at is not null")


def upgrade() -> None:
    _arrivals()
    _meetings()


def _arrivals() -> None:
    op.create_table(
        "arrivals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("way", sa.String(length=200), nullable=False),
        sa.Column("arrived_on", sa.Date(), nullable=False),
        sa.Column("calls_for", sa.String(length=200), nullable=False),
        sa.Column("business_key", sa.String(length=200), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("registered_by", sa.Uuid(), nullable=True),
        sa.Column("registered_by_name", sa.String(length=200), nullable=False),
        sa.Column("registered_at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("attachment_id", sa.Uuid(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f("fk_arrivals_attachment_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_arrivals_case_id")),
        sa.ForeignKeyConstraint(["registered_by"], ["people.id"], name=op.f("fk_arrivals_registered_by")),
        sa.ForeignKeyConstraint(["settled_by"], ["people.id"], name=op.f("fk_arrivals_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrivals")),
    )
    op.create_index(op.f("ix_arrivals_case_id"), "arrivals", ["case_id"], unique=False)
    op.create_index(
        "ix_arrivals_open",
        "arrivals",
        ["case_id", "due_on"],
        unique=False,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def _meetings() -> None:
    op.create_table(
        "meetings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("begins_at", Instant(), nullable=False),
        sa.Column("replaces", sa.Uuid(), nullable=True),
        sa.Column("booked_by", sa.Uuid(), nullable=True),
        sa.Column("booked_by_name", sa.String(length=200), nullable=False),
        sa.Column("booked_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("remind_at", Instant(), nullable=True),
        sa.Column("reminded_at", Instant(), nullable=True),
        sa.Column("reminder", sa.String(length=200), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["booked_by"], ["people.id"], name=op.f("fk_meetings_booked_by")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_meetings_case_id")),
        sa.ForeignKeyConstraint(["ended_by"], ["people.id"], name=op.f("fk_meetings_ended_by")),
        sa.ForeignKeyConstraint(["replaces"], ["meetings.id"], name=op.f("fk_meetings_replaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    op.create_index(op.f("ix_meetings_case_id"), "meetings", ["case_id"], unique=False)
    op.create_index(
        "ix_meetings_booked",
        "meetings",
        ["case_id"],
        unique=False,
        sqlite_where=_BOOKED,
        postgresql_where=_BOOKED,
    )
    op.create_index(
        "ix_meetings_remind",
        "meetings",
        ["remind_at", "id"],
        unique=False,
        sqlite_where=_TO_REMIND,
        postgresql_where=_TO_REMIND,
    )


def downgrade() -> None:
    for table in ("meetings", "arrivals"):
        op.drop_table(table)
