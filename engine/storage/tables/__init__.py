"""All tables, by subject. Importing this package completes `METADATA`."""

from engine.storage.tables import (
    access,
    attachments,
    cases,
    decisions,
    health,
    keys,
    moves,
    notes,
    people,
    processes,
    readings,
    requests,
    retention,
    searching,
    sign_in,
    try_outs,
    webhooks,
)
from engine.storage.tables.metadata import METADATA

__all__ = [
    "METADATA",
    "access",
    "attachments",
    "cases",
    "decisions",
    "health",
    "keys",
    "moves",
    "notes",
    "people",
    "processes",
    "readings",
    "requests",
    "retention",
    "searching",
    "sign_in",
    "try_outs",
    "webhooks",
]
