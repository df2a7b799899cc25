"""Retention: the days on which data are destroyed, holds that stop it, and certificates of what was destroyed."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, PrimaryKeyConstraint, String, Table, Uuid
from sqlalchemy import text as sql

from engine.storage.tables.cases import BLIND_INDEXES
from engine.storage.tables.metadata import METADATA, case_id, key, moment, reference, sealed, word
from engine.storage.tables.searching import SEARCH_KEYS

RETENTION_PLANS = Table(
    "retention_plans",
    METADATA,
    case_id(primary_key=True),
    Column("sealing_class", String(200), primary_key=True),
    word("rule"),
    Column("destroy_on", Date),
    moment("destroyed_at"),
    moment("set_at", nullable=False),
    Index(
        "ix_retention_plans_due",
        "destroy_on",
        "sealing_class",
        sqlite_where=sql("destroyed_at is null"),
        postgresql_where=sql("destroyed_at is null"),
    ),
)

LEGAL_HOLDS = Table(
    "legal_holds",
    METADATA,
    key(),
    case_id(),
    sealed("reason", nullable=False),
    Column("held_until", Date, nullable=False),
    reference("placed_by", "people.id", index=False),
    moment("placed_at", nullable=False),
    reference("lifted_by", "people.id", index=False),
    moment("lifted_at"),
    sealed("lift_reason"),
)
"""Nothing of a held case is destroyed. Append-only but for the lifting."""

DESTRUCTION_CERTIFICATES = Table(
    "destruction_certificates",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    word("run_by"),
    moment("issued_at", nullable=False),
    word("digest"),
)
"""Of each run that destroyed something. The digest stands in the administration log too, so that no line is changed unnoticed."""

DESTROYED_KEYS = Table(
    "destroyed_keys",
    METADATA,
    Column("owner_id", Uuid, nullable=False),
    word("sealing_class"),
    Column("certificate", Integer, nullable=False),
    word("rule"),
    Column("due_on", Date),
    PrimaryKeyConstraint("owner_id", "sealing_class"),
    Index("ix_destroyed_keys_certificate", "certificate"),
)
"""The lines of certificates: names of keys, and the rule by which each was due. No person stands in them."""

IDENTITY_TABLES = (BLIND_INDEXES, SEARCH_KEYS)
"""Tables of class identity beside the sealed columns: their rows are deleted with the class, by `case_id`."""
