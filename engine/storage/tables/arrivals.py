"""The register of what arrived in a case, and its meetings."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Date, Index, Table
from sqlalchemy import text as sql

from engine.storage.tables.metadata import METADATA, case_id, key, moment, reference, sealed, word

ARRIVALS = Table(
    "arrivals",
    METADATA,
    key(),
    case_id(),
    word("kind"),
    word("way"),
    Column("arrived_on", Date, nullable=False),
    word("calls_for"),
    word("business_key", nullable=True),
    Column("due_on", Date),
    reference("registered_by", "people.id", index=False),
    word("registered_by_name"),
    moment("registered_at", nullable=False),
    moment("settled_at"),
    reference("settled_by", "people.id", index=False),
    reference("attachment_id", "attachments.id", index=False),
    moment("hidden_at"),
    sealed("content", nullable=False),
    Index(
        "ix_arrivals_open",
        "case_id",
        "due_on",
        sqlite_where=sql("settled_at is null"),
        postgresql_where=sql("settled_at is null"),
    ),
)
"""Append-only but for `settled_at` and `settled_by`: when somebody acted on it, the mark in place of one that moved to
another case, and `hidden_at`: when it was hidden as registered in error; `corrections` says by whom and why."""

_BOOKED: Final = sql("state = 'booked'")
_TO_REMIND: Final = sql("state = 'booked' and reminded_at is null and remind_at is not null")

MEETINGS = Table(
    "meetings",
    METADATA,
    key(),
    case_id(),
    word("state"),
    moment("begins_at", nullable=False),
    reference("replaces", "meetings.id", index=False),
    reference("booked_by", "people.id", index=False),
    word("booked_by_name"),
    moment("booked_at", nullable=False),
    reference("worker_id", "people.id", index=False),
    moment("ended_at"),
    reference("ended_by", "people.id", index=False),
    moment("remind_at"),
    moment("reminded_at"),
    word("reminder", nullable=True),
    sealed("content", nullable=False),
    sealed("outcome"),
    Index("ix_meetings_booked", "case_id", sqlite_where=_BOOKED, postgresql_where=_BOOKED),
    Index("ix_meetings_worker", "worker_id", sqlite_where=_BOOKED, postgresql_where=_BOOKED),
    Index("ix_meetings_remind", "remind_at", "id", sqlite_where=_TO_REMIND, postgresql_where=_TO_REMIND),
)
"""A meeting that is moved ends, and another takes its place: `replaces` names the one before. `reminder`: by which way
the person was reminded, or that no way was safe."""
