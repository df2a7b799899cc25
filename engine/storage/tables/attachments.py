"""Files that people sent with a form or that staff added to a case."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid
from sqlalchemy import text as sql

from engine.storage.tables.metadata import METADATA, case_id, key, moment, reference, sealed, word

ATTACHMENTS = Table(
    "attachments",
    METADATA,
    key(),
    case_id(nullable=True),
    Column("draft_hash", Text, nullable=True, index=True),
    word("origin"),
    word("business_key", nullable=True),
    word("state"),
    word("media_type"),
    Column("size", Integer, nullable=False),
    reference("author_id", "people.id", index=False),
    moment("created_at", nullable=False),
    moment("scanned_at"),
    moment("hidden_at"),
    Column("replaces", Uuid, nullable=True),
    sealed("name"),
    sealed("description"),
    sealed("content"),
    Index(
        "ix_attachments_quarantined",
        "id",
        sqlite_where=sql("state = 'quarantined'"),
        postgresql_where=sql("state = 'quarantined'"),
    ),
)
"""`hidden_at`: when it was hidden as registered in error. `replaces`: the earlier version of the same document, in the same case.

Until a case exists a file belongs to a draft and is sealed under that draft's own key; then under the case's."""

DRAFT_KEYS = Table(
    "draft_keys",
    METADATA,
    Column("draft_hash", Text, primary_key=True),
    sealed("wrapped", nullable=False),
    moment("created_at", nullable=False),
)
