"""The case and what people sent to it: parties, consents, submissions, documents, events, deadlines."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy import text as sql

from engine.storage.tables.metadata import METADATA, case_id, json, key, moment, reference, sealed, text, word

CASES = Table(
    "cases",
    METADATA,
    key(),
    word("reference"),
    word("channel"),
    word("state"),
    word("case_class", nullable=True),
    word("outcome", nullable=True),
    word("team", nullable=True),
    word("language"),
    moment("received_at", nullable=False, index=True),
    moment("pending_at"),
    moment("closed_at", index=True),
    reference("deployment_id", "deployments.id", nullable=False),
    reference("parent_id", "cases.id"),
    reference("caseworker_id", "people.id"),
    Column("is_restricted", Boolean, nullable=False, server_default=false()),
    Column("is_stalled", Boolean, nullable=False, server_default=false()),
    moment("content_sealed_at"),
    moment("changed_at"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("keyed_by", Integer, nullable=False, server_default="0", index=True),
    UniqueConstraint("reference"),
    Index("ix_cases_changed_at_id", "changed_at", "id"),
    Index(
        "ix_cases_open",
        "caseworker_id",
        "id",
        sqlite_where=sql("state <> 'closed'"),
        postgresql_where=sql("state <> 'closed'"),
    ),
    Index(
        "ix_cases_open_deployment",
        "deployment_id",
        sqlite_where=sql("state <> 'closed'"),
        postgresql_where=sql("state <> 'closed'"),
    ),
    Index("ix_cases_stalled", "id", sqlite_where=sql("is_stalled"), postgresql_where=sql("is_stalled")),
)
"""`changed_at` is the moment of the version; none yet where the program before this one made the case."""

DISQUALIFICATIONS = Table(
    "disqualifications",
    METADATA,
    case_id(primary_key=True),
    Column("person_id", CASES.c.id.type, primary_key=True),
    text("reason"),
    moment("recorded_at", nullable=False),
)

RESTRICTIONS = Table(
    "restrictions",
    METADATA,
    key(),
    case_id(),
    Column("is_restricted", Boolean, nullable=False),
    sealed("reason", nullable=False),
    reference("made_by", "people.id", index=False),
    moment("made_at", nullable=False),
)
"""Each time a case was restricted or opened again, and why. Append-only."""

EMERGENCIES = Table(
    "emergencies",
    METADATA,
    key(),
    case_id(),
    reference("person_id", "people.id", nullable=False),
    word("ground"),
    sealed("reason", nullable=False),
    moment("opened_at", nullable=False, index=True),
    moment("ends_at", nullable=False),
    moment("closed_at"),
    Column("review_due_on", Date, nullable=False),
    moment("escalated_at"),
    word("verdict", nullable=True),
    reference("reviewed_by", "people.id", index=False),
    moment("reviewed_at"),
)
"""Openings of cases in an emergency, each reviewed by a second person."""

BLIND_INDEXES = Table(
    "blind_indexes",
    METADATA,
    key(),
    case_id(),
    word("kind"),
    word("digest"),
    Index("ix_blind_indexes_kind_digest", "kind", "digest"),
)
"""Written by the version before this one, which may run beside it. `search_keys` holds what finds a case."""

APPLICATIONS = Table(
    "applications",
    METADATA,
    key(),
    case_id(),
    word("form_key"),
    Column("code_hash", Text, nullable=True),
    Column("referrer_code_hash", Text, nullable=True),
    Column("idempotency_key", Text, nullable=True),
    reference("submission_id", "submissions.id", index=False),
    moment("received_at", nullable=False),
    UniqueConstraint("code_hash"),
    UniqueConstraint("referrer_code_hash"),
    UniqueConstraint("idempotency_key"),
)

SUBMISSIONS = Table(
    "submissions",
    METADATA,
    key(),
    case_id(),
    word("form_key"),
    reference("deployment_id", "deployments.id", nullable=False, index=False),
    Column("task_id", CASES.c.id.type, nullable=True),
    word("business_key", nullable=True),
    reference("sent_by", "people.id", index=False),
    word("sent_by_role", nullable=True),
    moment("sent_at", nullable=False),
    moment("corrected_at"),
    sealed("identity"),
    sealed("contact"),
    sealed("narrative"),
    sealed("decision"),
)
"""Answers as accepted, each sealing class under its own key so that one can be destroyed without the others."""

PUBLIC_DRAFTS = Table(
    "public_drafts",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column("code_hash", Text, nullable=True, index=True),
    word("form_key"),
    sealed("typed"),
    moment("created_at", nullable=False),
    moment("expires_at", nullable=False, index=True),
)

URGENT_CALLS = Table(
    "urgent_calls",
    METADATA,
    key(),
    reference("person_id", "people.id", nullable=False, index=False),
    moment("started_at", nullable=False),
    moment("saved_at", nullable=False, index=True),
)
"""Calls that somebody is writing down. Nothing of the caller stands here."""

INTAKE_DRAFTS = Table(
    "intake_drafts",
    METADATA,
    key(),
    reference("person_id", "people.id", nullable=False, index=False),
    word("form_key"),
    moment("started_at", nullable=False),
    moment("saved_at", nullable=False),
    moment("ended_at"),
)
"""Applications that staff are writing down. Nothing of the person stands here."""

PAGE_ADDRESSES = Table(
    "page_addresses",
    METADATA,
    Column("address_hash", Text, primary_key=True),
    Column("holder_hash", Text, nullable=False, index=True),
    sealed("held", nullable=False),
    moment("closes_at", nullable=False),
    moment("expires_at", nullable=False, index=True),
)
"""Addresses of public pages that a form led to. A page is sealed with the digest of its address as its place."""

CALL_WISHES = Table(
    "call_wishes",
    METADATA,
    key(),
    case_id(),
    moment("asked_at", nullable=False),
    moment("due_at", nullable=False),
    moment("called_at"),
    Index(
        "ix_call_wishes_waiting",
        "due_at",
        "case_id",
        sqlite_where=sql("called_at is null"),
        postgresql_where=sql("called_at is null"),
    ),
)
"""A call that a person asked for by their code. No number stands here: it is the one they called safe."""

ENQUIRIES = Table(
    "enquiries",
    METADATA,
    key(),
    word("reference"),
    word("channel"),
    word("language"),
    sealed("content"),
    word("state"),
    moment("received_at", nullable=False),
    moment("answered_at"),
    reference("answered_by", "people.id", index=False),
    sealed("answer"),
    moment("erased_at"),
    reference("notice_case_id", "cases.id"),
    Column("code_hash", Text, nullable=True),
    Column("idempotency_key", Text, nullable=True),
    UniqueConstraint("reference"),
    UniqueConstraint("code_hash"),
    UniqueConstraint("idempotency_key"),
    Index("ix_enquiries_state_received", "state", "received_at"),
    Index(
        "ix_enquiries_answered",
        "answered_at",
        sqlite_where=sql("erased_at is null"),
        postgresql_where=sql("erased_at is null"),
    ),
)
"""`notice_case_id`: the first case of notices to authorities that the enquiry gave reason for, as the version before reads it."""

ENQUIRY_NOTICE_CASES = Table(
    "enquiry_notice_cases",
    METADATA,
    case_id(primary_key=True),
    reference("enquiry_id", "enquiries.id", nullable=False),
)
"""The cases of the notices that an enquiry gave reason for. A worker who may not see one begins in another."""

PARTIES = Table(
    "parties",
    METADATA,
    key(),
    case_id(),
    word("kind"),
    Column("is_unsafe", Boolean, nullable=False, server_default=false()),
    Column("is_minor", Boolean, nullable=False, server_default=false()),
    Column("is_recipient", Boolean, nullable=False, server_default=false()),
    Column("is_protected", Boolean, nullable=False, server_default=false()),
    json("powers"),
    Column("authorised_on", Date),
    sealed("identity"),
    sealed("contact"),
    moment("added_at", nullable=False),
    moment("held_at"),
    moment("removed_at"),
    Column("version", Integer, nullable=False, server_default="1"),
)
"""A party as they are today; what they were before stands in `corrections`."""

CORRECTIONS = Table(
    "corrections",
    METADATA,
    key(),
    case_id(),
    word("subject"),
    Column("subject_id", CASES.c.id.type, nullable=False, index=True),
    word("kind"),
    word("source"),
    Column("source_on", Date),
    reference("corrects", "corrections.id", index=False),
    reference("made_by", "people.id", index=False),
    word("made_by_name"),
    moment("made_at", nullable=False),
    sealed("reason"),
    sealed("identity"),
    sealed("contact"),
    sealed("narrative"),
    sealed("decision"),
)
"""Changes of what was recorded: before and after, each class sealed under the key of what it changes. Append-only."""

CONSENTS = Table(
    "consents",
    METADATA,
    key(),
    case_id(),
    word("purpose"),
    word("recipient"),
    word("state"),
    word("text_version"),
    word("language", nullable=True),
    word("given_how", nullable=True),
    Column("given_on", Date),
    word("interpreter", nullable=True),
    word("recorded_by_role"),
    reference("recorded_by", "people.id", index=False),
    moment("recorded_at", nullable=False),
    moment("withdrawn_at"),
    reference("withdraws", "consents.id", index=False),
    sealed("note"),
)
"""The consent ledger, append-only: a withdrawal is an entry of its own that names the one it takes back."""

DOCUMENTS = Table(
    "documents",
    METADATA,
    key(),
    case_id(),
    word("kind"),
    word("title"),
    word("media_type"),
    word("direction"),
    word("secrecy"),
    word("sealing_class"),
    word("sha256"),
    Column("size", Integer, nullable=False),
    reference("author_id", "people.id", index=False),
    moment("created_at", nullable=False),
    sealed("content"),
)

CASE_EVENTS = Table(
    "case_events",
    METADATA,
    key(of_case=True),
    case_id(index=False),
    word("kind"),
    word("subject", nullable=True),
    json("facts"),
    reference("actor_id", "people.id", index=False),
    word("actor_name"),
    moment("at", nullable=False),
    PrimaryKeyConstraint("case_id", "at", "id"),
)
"""The timeline: what happened, append-only. Facts are dates, numbers and enumerated words, never people's text."""

DEADLINES = Table(
    "deadlines",
    METADATA,
    key(),
    case_id(index=False),
    word("name"),
    word("business_key", nullable=True),
    word("counting"),
    word("ending"),
    moment("due_at"),
    word("state"),
    moment("started_at", nullable=False),
    Index("ix_deadlines_state_due", "state", "due_at"),
    Index("ix_deadlines_case_name", "case_id", "name"),
)
"""`due_at` and `state` are computed from the clock entries and kept here only to be sorted by."""

CLOCK_ENTRIES = Table(
    "clock_entries",
    METADATA,
    key(),
    case_id(),
    reference("deadline_id", "deadlines.id", nullable=False),
    word("kind"),
    text("cause"),
    text("rule"),
    Column("days", Integer),
    Column("until", Date),
    Column("seq", Integer, nullable=False),
    reference("actor_id", "people.id", index=False),
    word("actor_name"),
    moment("at", nullable=False),
)

GIVEN_COPIES = Table(
    "given_copies",
    METADATA,
    key(),
    case_id(),
    reference("prepared_by", "people.id", index=False),
    word("prepared_by_name"),
    moment("prepared_at", nullable=False),
    moment("made_at"),
    reference("document_id", "documents.id", index=False),
    moment("ended_at"),
    Column("given_on", Date),
    Column("version", Integer, nullable=False, server_default="1"),
    sealed("content", nullable=False),
)
"""A copy of the file given out: its details and what was withheld are sealed with the narrative."""
