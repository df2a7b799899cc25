"""Moves of cases to another version"""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_25_moves"
down_revision = "2026_11_25_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("requester_id", sa.Uuid(), nullable=True),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=True),
        sa.Column("approver_id", sa.Uuid(), nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["approver_id"], ["people.id"], name=op.f("fk_moves_approver_id")),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployments.id"], name=op.f("fk_moves_deployment_id")),
        sa.ForeignKeyConstraint(["requester_id"], ["people.id"], name=op.f("fk_moves_requester_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    with op.batch_alter_table("moves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_moves_deployment_id"), ["deployment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_moves_requested_at"), ["requested_at"], unique=False)

    op.create_table(
        "case_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("from_deployment_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_moves_case_id")),
        sa.ForeignKeyConstraint(
            ["from_deployment_id"], ["deployments.id"], name=op.f("fk_case_moves_from_deployment_id")
        ),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name=op.f("fk_case_moves_move_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_moves")),
        sa.UniqueConstraint("move_id", "case_id", name=op.f("uq_case_moves_move_id_case_id")),
    )
    with op.batch_alter_table("case_moves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_moves_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_moves_due_at"), ["due_at"], unique=False)
        batch_op.create_index("ix_case_moves_state", ["move_id", "state"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("case_moves", schema=None) as batch_op:
        batch_op.drop_index("ix_case_moves_state")
        batch_op.drop_index(batch_op.f("ix_case_moves_due_at"))
        batch_op.drop_index(batch_op.f("ix_case_moves_case_id"))

    op.drop_table("case_moves")
    with op.batch_alter_table("moves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_moves_requested_at"))
        batch_op.drop_index(batch_op.f("ix_moves_deployment_id"))

    op.drop_table("moves")
