"""People outside who read their own matter: begun identifications, and reading sessions."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Table, Text

from engine.storage.tables.metadata import METADATA, case_id, moment, reference, sealed

IDENTIFICATIONS = Table(
    "identifications",
    METADATA,
    Column("state_hash", Text, primary_key=True),
    Column("browser_hash", Text, nullable=False),
    sealed("held", nullable=False),
    moment("created_at", nullable=False),
    moment("expires_at", nullable=False, index=True),
    moment("taken_at"),
)
"""Somebody on the way to the identification service. Which case it is about is sealed with the secrets of the way."""

READINGS = Table(
    "readings",
    METADATA,
    Column("key_hash", Text, primary_key=True),
    case_id(),
    moment("opened_at", nullable=False),
    moment("expires_at", nullable=False, index=True),
)
"""Of one case by its person. `key_hash` is of what the page carries in its posts; the row goes when they leave."""

READING_CHOICES = Table(
    "reading_choices",
    METADATA,
    case_id(primary_key=True),
    Column("is_open", Boolean, nullable=False),
    reference("chosen_by", "people.id"),
    moment("chosen_at", nullable=False),
)
"""The last word on whether the person may read online; without `chosen_by` it was the person's own."""
