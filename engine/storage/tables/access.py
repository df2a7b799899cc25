"""The access log: who read what, chained per case and per account; its checkpoints and verifications."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint, Uuid

from engine.storage.tables.metadata import METADATA, json, key, moment, word

ACCESS_ENTRIES = Table(
    "access_entries",
    METADATA,
    key(),
    Column("chain_id", Uuid, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("case_id", Uuid, nullable=True),
    Column("person_id", Uuid, nullable=True),
    word("actor_name"),
    json("roles"),
    word("session", nullable=True),
    word("action"),
    word("purpose", nullable=True),
    json("subjects"),
    moment("at", nullable=False),
    word("previous"),
    word("digest"),
    UniqueConstraint("chain_id", "seq"),
    Index("ix_access_entries_case_at", "case_id", "at"),
    Index("ix_access_entries_person_at", "person_id", "at"),
    Index("ix_access_entries_at", "at"),
)
"""`chain_id` is the case for a read of one case, the reader for a list. Of two who want the same `seq` at once the
second waits for the first to commit and takes the next, so no entry is ever overwritten."""

ACCESS_CHECKPOINTS = Table(
    "access_checkpoints",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    word("digest"),
    moment("signed_at", nullable=False),
)
"""The database's note of each signed checkpoint, so that its file can neither be shortened nor exchanged unnoticed."""

LOG_VERIFICATIONS = Table(
    "log_verifications",
    METADATA,
    key(),
    moment("asked_at", nullable=False),
    word("asked_by"),
    moment("done_at", index=True),
    Column("entries", Integer, nullable=False, server_default="0"),
    Column("checkpoints", Integer, nullable=False, server_default="0"),
    Column("faults", Integer, nullable=False, server_default="0"),
    json("found"),
)
"""A verification of the whole log, asked for by an auditor or by the night. Due until it is done."""
