"""Information requests and the links through which they are answered."""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, Table, Text, UniqueConstraint

from engine.storage.tables.metadata import METADATA, case_id, key, moment, reference, sealed, word

INFORMATION_REQUESTS = Table(
    "information_requests",
    METADATA,
    key(),
    case_id(index=False),
    word("reference"),
    word("kind"),
    word("recipient_role"),
    reference("party_id", "parties.id", index=False),
    word("legal_basis"),
    word("language"),
    word("channel"),
    word("state"),
    Column("round", Integer, nullable=False, server_default="1"),
    Column("due_on", Date),
    Column("more_time_until", Date),
    moment("created_at", nullable=False),
    moment("sent_at"),
    moment("reminded_at"),
    moment("followed_up_at"),
    moment("stalled_at"),
    moment("answered_at"),
    moment("closed_at"),
    word("closed_as", nullable=True),
    sealed("recipient"),
    sealed("questions"),
    UniqueConstraint("case_id", "reference"),
)

LINKS = Table(
    "links",
    METADATA,
    key(),
    case_id(),
    word("purpose"),
    reference("request_id", "information_requests.id"),
    Column("token_hash", Text, nullable=False),
    Column("key_hash", Text, nullable=True, index=True, unique=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("created_at", nullable=False),
    moment("expires_at", nullable=False),
    moment("opened_at"),
    moment("used_at"),
    moment("revoked_at"),
    UniqueConstraint("token_hash"),
)
"""`token_hash` stands in the address, until the link is opened; `key_hash` is what the opened page carries in its posts.

A key opens one address: with two it would not be known which of them it answers."""

CODE_CALLS = Table(
    "code_calls",
    METADATA,
    key(),
    case_id(),
    reference("request_id", "information_requests.id", nullable=False),
    word("source"),
    Column("source_on", Date, nullable=False),
    reference("shown_by", "people.id", index=False),
    word("shown_by_name"),
    moment("shown_at", nullable=False),
    word("outcome", nullable=True),
    moment("ended_at"),
    sealed("content", nullable=False),
)
"""Append-only but for the outcome of the call. The code itself stands nowhere."""
