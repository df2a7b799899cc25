"""Notes of staff in a case, and what staff are notified of."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint, Uuid
from sqlalchemy import text as sql

from engine.storage.tables.metadata import METADATA, case_id, json, key, moment, reference, sealed, word

NOTES = Table(
    "notes",
    METADATA,
    key(),
    case_id(),
    word("kind"),
    reference("refers_to", "notes.id", index=False),
    word("settles", nullable=True),
    Column("follow_up_on", Date),
    moment("followed_up_at"),
    reference("written_by", "people.id", index=False),
    word("written_by_name"),
    moment("written_at", nullable=False),
    sealed("content", nullable=False),
    Index(
        "ix_notes_follow_up",
        "follow_up_on",
        "id",
        sqlite_where=sql("follow_up_on is not null and followed_up_at is null"),
        postgresql_where=sql("follow_up_on is not null and followed_up_at is null"),
    ),
)
"""Append-only but for `followed_up_at`: when a further note took the place of the day."""

NOTE_DRAFTS = Table(
    "note_drafts",
    METADATA,
    case_id(primary_key=True),
    Column("person_id", Uuid, ForeignKey("people.id"), primary_key=True),
    sealed("typed"),
    moment("saved_at", nullable=False),
)

PAGE_DRAFTS = Table(
    "page_drafts",
    METADATA,
    case_id(primary_key=True),
    Column("person_id", Uuid, ForeignKey("people.id"), primary_key=True),
    Column("page", String(200), primary_key=True),
    sealed("typed"),
    moment("saved_at", nullable=False),
)
"""Of the forms of a case that are neither a task's nor a note."""

STAFF_NOTICES = Table(
    "staff_notices",
    METADATA,
    key(),
    # The constraint's index begins with the person.
    reference("person_id", "people.id", nullable=False, index=False),
    word("kind"),
    case_id(),
    Column("subject_id", Uuid, nullable=False),
    moment("created_at", nullable=False),
    moment("read_at"),
    moment("mail_at"),
    UniqueConstraint("person_id", "kind", "subject_id"),
    Index(
        "ix_staff_notices_unread",
        "person_id",
        "created_at",
        sqlite_where=sql("read_at is null"),
        postgresql_where=sql("read_at is null"),
    ),
    Index(
        "ix_staff_notices_mail",
        "mail_at",
        "id",
        sqlite_where=sql("mail_at is not null"),
        postgresql_where=sql("mail_at is not null"),
    ),
)
"""`subject_id` is of the case, task or note. `mail_at` is the moment at which a mail is due; null once it was taken."""

NOTICE_CHOICES = Table(
    "notice_choices",
    METADATA,
    Column("person_id", Uuid, ForeignKey("people.id"), primary_key=True),
    json("ways"),
    Column("digest_hour", Integer, nullable=False),
    Column("quiet_from", Integer, nullable=False),
    Column("quiet_until", Integer, nullable=False),
)
"""How each person wants to be notified, by kind. Without a row, as everyone is at first."""
