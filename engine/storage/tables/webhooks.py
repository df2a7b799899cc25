"""Receivers of webhooks, and the events that go to them. No event holds anything of its case but the case's id."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, UniqueConstraint
from sqlalchemy import text as sql

from engine.storage.tables.metadata import METADATA, case_id, json, key, moment, reference, sealed, word

WEBHOOK_RECEIVERS = Table(
    "webhook_receivers",
    METADATA,
    key(),
    # The constraint's index begins with the account.
    reference("service_account_id", "service_accounts.id", nullable=False, index=False),
    word("address"),
    json("events"),
    sealed("signing_key"),
    sealed("former_key"),
    moment("former_ends_at"),
    moment("added_at", nullable=False),
    moment("ended_at"),
    Column("failures", Integer, nullable=False, server_default="0"),
    moment("next_attempt_at", nullable=False),
    moment("heard_at"),
    UniqueConstraint("service_account_id"),
)
"""One a program. `failures` counts those in a row; `heard_at` is the last time that it took an event."""

_UNSENT = sql("sent_at IS NULL AND given_up_at IS NULL")
WEBHOOK_MESSAGES = Table(
    "webhook_messages",
    METADATA,
    key(),
    reference("receiver_id", "webhook_receivers.id", nullable=False, index=False),
    case_id(),
    word("kind"),
    moment("happened_at", nullable=False, index=True),
    moment("sent_at"),
    moment("given_up_at"),
    Index("ix_webhook_messages_unsent", "receiver_id", "id", sqlite_where=_UNSENT, postgresql_where=_UNSENT),
)
"""An event for one receiver, in the order in which they happened. Deleted after a month."""

PROGRAM_ACTS = Table(
    "program_acts",
    METADATA,
    Column("name", String(200), primary_key=True),
    case_id(),
    word("asked"),
    json("answer", nullable=True),
    moment("done_at", nullable=False, index=True),
)
"""Calls that a program has named by a key of its own: keyed digests of the key and of the call, and the answer, which holds nothing of a person.
Deleted after `KEPT_FOR`, and with the narrative of its case."""
