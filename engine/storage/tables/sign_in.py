"""How people sign in: the devices known by an earlier success."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table, Text, Uuid

from engine.storage.tables.metadata import METADATA, moment

KNOWN_DEVICES = Table(
    "known_devices",
    METADATA,
    Column("device_hash", Text, primary_key=True),
    Column("person_id", Uuid, ForeignKey("people.id"), primary_key=True, index=True),
    moment("known_at", nullable=False),
    moment("used_at", nullable=False, index=True),
)
"""Browsers on which a person has signed in before: guesses made elsewhere shut nobody out there."""
