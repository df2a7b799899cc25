"""Corrections, the consent ledger, and parties that change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_27_corrections"
down_revision = "2026_11_27_first"
branch_labels = None
depends_on = None

_RECIPIENTS = {
    "referral": "assistance_system",
    "tell_referrer_outcome": "referrer",
    "information_request": "outside_authority",
    "crime_report": "police",
    "hand_over": "service_organiser",
}
"""To whom a consent was given that was recorded before the ledger asked it, by its purpose."""
_GIVEN_BEFORE = """
update consents set withdraws = (
    select given.id from consents as given
    where given.case_id = consents.case_id and given.purpose = consents.purpose and given.state = 'given'
        and given.recorded_at <= consents.recorded_at
    order by given.recorded_at desc, given.id desc limit 1
) where state = 'withdrawn'
"""


def upgrade() -> None:
    _corrections()
    _consents()
    for column in (
        sa.Column("is_protected", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("powers", sa.JSON(none_as_null=True), server_default="[]", nullable=False),
        sa.Column("authorised_on", sa.Date(), nullable=True),
        sa.Column("held_at", Instant(), nullable=True),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    ):
        op.add_column("parties", column)
    op.add_column("outbox_messages", sa.Column("withheld_at", Instant(), nullable=True))
    op.add_column("submissions", sa.Column("corrected_at", Instant(), nullable=True))


def _consents() -> None:
    op.add_column("consents", sa.Column("recipient", sa.String(length=200), nullable=True))
    consents = sa.table("consents", sa.column("purpose"), sa.column("recipient"))
    recipient = sa.case(_RECIPIENTS, value=consents.c.purpose, else_="other")
    op.execute(consents.update().values(recipient=recipient))
    with op.batch_alter_table("consents") as table:
        table.alter_column("recipient", existing_type=sa.String(length=200), nullable=False)
        table.add_column(sa.Column("withdraws", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_consents_withdraws"), "consents", ["withdraws"], ["id"])
    op.execute(_GIVEN_BEFORE)


def _corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=True),
        sa.Column("corrects", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_by_name", sa.String(length=200), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("identity", sa.LargeBinary(), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("narrative", sa.LargeBinary(), nullable=True),
        sa.Column("decision", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_corrections_case_id")),
        sa.ForeignKeyConstraint(["corrects"], ["corrections.id"], name=op.f("fk_corrections_corrects")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_corrections_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_case_id"), "corrections", ["case_id"], unique=False)
    op.create_index(op.f("ix_corrections_subject_id"), "corrections", ["subject_id"], unique=False)


def downgrade() -> None:
    op.drop_column("submissions", "corrected_at")
    op.drop_column("outbox_messages", "withheld_at")
    for name in ("version", "removed_at", "held_at", "authorised_on", "powers", "is_protected"):
        op.drop_column("parties", name)
    with op.batch_alter_table("consents") as table:
        table.drop_constraint(op.f("fk_consents_withdraws"), type_="foreignkey")
        table.drop_column("withdraws")
        table.drop_column("recipient")
    op.drop_index(op.f("ix_corrections_subject_id"), table_name="corrections")
    op.drop_index(op.f("ix_corrections_case_id"), table_name="corrections")
    op.drop_table("corrections")
