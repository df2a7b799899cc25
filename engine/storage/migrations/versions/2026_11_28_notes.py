"""Notes of staff in a case, their drafts, and notices to staff."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_notes"
down_revision = "2026_11_28_erasure"
branch_labels = None
depends_on = None

_OPEN = sa.text("follow_up_on is not null and followed_up_at is null")
_UNREAD = sa.text("read_at is null")
_TO_MAIL = sa.text("mail_at is not null")


def upgrade() -> None:
    _notes()
    _notices()


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("refers_to", sa.Uuid(), nullable=True),
        sa.Column("settles", sa.String(length=200), nullable=True),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("followed_up_at", Instant(), nullable=True),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("written_by_name", sa.String(length=200), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notes_case_id")),
        sa.ForeignKeyConstraint(["refers_to"], ["notes.id"], name=op.f("fk_notes_refers_to")),
        sa.ForeignKeyConstraint(["written_by"], ["people.id"], name=op.f("fk_notes_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_case_id"), "notes", ["case_id"], unique=False)
    op.create_index(
        "ix_notes_follow_up",
        "notes",
        ["follow_up_on", "id"],
        unique=False,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "note_drafts",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("typed", sa.LargeBinary(), nullable=True),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_note_drafts_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_note_drafts_person_id")),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_note_drafts")),
    )


def _notices() -> None:
    op.create_table(
        "staff_notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("read_at", Instant(), nullable=True),
        sa.Column("mail_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_staff_notices_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_staff_notices_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_notices")),
        sa.UniqueConstraint(
            "person_id", "kind", "subject_id", name=op.f("uq_staff_notices_person_id_kind_subject_id")
        ),
    )
    op.create_index(op.f("ix_staff_notices_case_id"), "staff_notices", ["case_id"], unique=False)
    op.create_index(
        "ix_staff_notices_unread",
        "staff_notices",
        ["person_id", "created_at"],
        unique=False,
        sqlite_where=_UNREAD,
        postgresql_where=_UNREAD,
    )
    op.create_index(
        "ix_staff_notices_mail",
        "staff_notices",
        ["mail_at", "id"],
        unique=False,
        sqlite_where=_TO_MAIL,
        postgresql_where=_TO_MAIL,
    )
    op.create_table(
        "notice_choices",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("ways", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notice_choices_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_choices")),
    )


def downgrade() -> None:
    for table in ("notice_choices", "staff_notices", "note_drafts", "notes"):
        op.drop_table(table)
