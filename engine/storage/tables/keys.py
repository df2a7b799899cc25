"""The master keys that a database is sealed with, by their fingerprints, and the key store with its cases' keys."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Uuid, column, table

from engine.storage.tables.metadata import METADATA, moment, word

MASTER_KEYS = Table(
    "master_keys",
    METADATA,
    Column("version", Integer, primary_key=True),
    word("fingerprint"),
    moment("noted_at", nullable=False),
)
"""The fingerprint is a digest under the key itself: it tells two keys apart and helps nobody to guess one."""

KEY_STORES = Table(
    "key_stores",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("store_id", Uuid, nullable=False),
)
"""One row: the key store of this database. With another one no key would be found, and new ones would be scattered."""

CASE_KEYS = table("case_keys", column("case_id", Uuid), column("sealing_class"), column("wrapped"))
"""The keys of a database of the version before, until `vireille migrate` carries them to the key store."""
