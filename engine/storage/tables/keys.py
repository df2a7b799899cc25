"""The master keys that a database is sealed with, by their fingerprints."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from engine.storage.tables.metadata import METADATA, moment, word

MASTER_KEYS = Table(
    "master_keys",
    METADATA,
    Column("version", Integer, primary_key=True),
    word("fingerprint"),
    moment("noted_at", nullable=False),
)
"""The fingerprint is a digest under the key itself: it tells two keys apart and helps nobody to guess one."""
