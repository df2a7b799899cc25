"""Try-outs of models: how each began, and its steps. Everything else is computed again from them."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Uuid

from engine.storage.tables.metadata import METADATA, key, moment, reference, sealed, word

TRY_OUTS = Table(
    "try_outs",
    METADATA,
    key(),
    Column("source_id", Uuid, nullable=False, index=True),
    word("start"),
    word("scenario", nullable=True),
    sealed("steps", nullable=False),
    Column("version", Integer, nullable=False),
    reference("started_by", "people.id"),
    moment("begins_at", nullable=False),
    moment("changed_at", nullable=False),
    moment("expires_at", nullable=False, index=True),
)
"""`source_id` is a draft's or a deployment's. Sealed, because somebody may type what they should not."""
