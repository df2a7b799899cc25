"""The tables of the key store. They lie in another database than all others, so that no backup holds both."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table, Uuid, false
from sqlalchemy import text as sql

from engine.storage.tables.metadata import key, moment, sealed

KEY_STORE = MetaData()

STORES = Table("stores", KEY_STORE, key(), moment("created_at", nullable=False))
"""One row: the id by which a database knows its key store."""

ROOT_KEYS = Table(
    "root_keys",
    KEY_STORE,
    Column("number", Integer, primary_key=True),
    sealed("wrapped", nullable=False),
)
"""One row. The version of the master key that has wrapped it wraps the keys of new cases too."""

DATA_KEYS = Table(
    "data_keys",
    KEY_STORE,
    Column("case_id", Uuid, primary_key=True),
    Column("sealing_class", String(200), primary_key=True),
    sealed("wrapped"),
    moment("created_at", nullable=False),
    Column("is_settled", Boolean, nullable=False, server_default=false()),
    moment("destroyed_at"),
    Index(
        "ix_data_keys_unsettled",
        "created_at",
        sqlite_where=sql("not is_settled"),
        postgresql_where=sql("not is_settled"),
    ),
)
"""A key without `wrapped` is destroyed, and its row stays, so that no repetition creates it anew. A settled key has
data in the database: only one that never had any is ever deleted."""
