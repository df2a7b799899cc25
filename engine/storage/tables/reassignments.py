"""Cases that were given from one caseworker to another."""

from __future__ import annotations

from sqlalchemy import Column, Table, Uuid

from engine.storage.tables.metadata import METADATA, case_id, json, key, moment, reference, word

REASSIGNMENTS = Table(
    "reassignments",
    METADATA,
    key(),
    Column("group_id", Uuid, nullable=False, index=True),
    case_id(),
    reference("former_id", "people.id", index=False),
    reference("caseworker_id", "people.id", nullable=False, index=False),
    word("why"),
    json("tasks"),
    reference("made_by", "people.id", index=False),
    moment("made_at", nullable=False, index=True),
    reference("undone_by", "people.id", index=False),
    moment("undone_at"),
)
"""A row each case, so that it can be undone by itself. `why` is one of listed reasons. Kept when it is undone."""
