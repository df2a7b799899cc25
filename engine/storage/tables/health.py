"""Signs of life of workers, so that somebody notices when there are none."""

from __future__ import annotations

from sqlalchemy import Table

from engine.storage.tables.metadata import METADATA, json, key, moment

WORKER_BEATS = Table(
    "worker_beats",
    METADATA,
    key(),
    moment("began_at", nullable=False),
    moment("beat_at", nullable=False),
    json("loops"),
)
"""One row a worker, written over: when it last beat, and when each of its loops last came to an end."""
