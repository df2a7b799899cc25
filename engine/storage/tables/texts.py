"""Reviews of the translations that people outside read. Nothing here is about a person outside."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, UniqueConstraint

from engine.storage.tables.metadata import METADATA, json, key, moment, reference, text, word

TEXT_REVIEWS = Table(
    "text_reviews",
    METADATA,
    key(),
    Column("number", Integer, nullable=False),
    word("language", index=True),
    text("finnish", nullable=False),
    text("plural", nullable=False),
    json("words"),
    json("shipped"),
    word("verdict"),
    reference("reviewed_by", "people.id", nullable=False, index=False),
    moment("reviewed_at", nullable=False),
    UniqueConstraint("number"),
)
"""Each review of a translation, in the order of `number`. The last of a text holds; those before it are its history.
`shipped` are the words that came with the program then: when it brings others, somebody looks again."""
