"""What workers say of themselves, so that somebody notices when none does."""

from __future__ import annotations

from sqlalchemy import Column, Table, Uuid

from engine.storage.tables.metadata import METADATA, json, moment

WORKER_BEATS = Table(
    "worker_beats",
    METADATA,
    Column("worker_id", Uuid, primary_key=True),
    moment("began_at", nullable=False),
    moment("at", nullable=False),
    json("loops"),
)
"""One row a worker, written over: when it last beat, and when each of its loops last came to an end."""
