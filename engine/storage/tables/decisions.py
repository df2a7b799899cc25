"""Oral decisions, resolutions, deliveries, evaluations of decision tables."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Integer, PrimaryKeyConstraint, Table, UniqueConstraint, false

from engine.storage.tables.metadata import METADATA, case_id, json, key, moment, reference, sealed, word

ORAL_DECISIONS = Table(
    "oral_decisions",
    METADATA,
    key(),
    case_id(),
    word("outcome"),
    reference("given_by", "people.id", index=False),
    moment("given_at", nullable=False),
    moment("recorded_at", nullable=False),
    reference("recorded_by", "people.id", index=False),
    moment("confirmed_at"),
    moment("denied_at"),
    sealed("reasons"),
)

RESOLUTIONS = Table(
    "resolutions",
    METADATA,
    key(),
    case_id(index=False),
    word("number"),
    word("kind"),
    word("outcome"),
    word("language"),
    word("state"),
    Column("round", Integer, nullable=False),
    reference("prepared_by", "people.id", index=False),
    moment("prepared_at", nullable=False),
    word("content_sha256"),
    reference("signed_by", "people.id", index=False),
    moment("signed_at", index=True),
    moment("recalled_at"),
    reference("document_id", "documents.id", index=False),
    sealed("content"),
    sealed("return_reason"),
    UniqueConstraint("case_id", "number", "round"),
)

DELIVERIES = Table(
    "deliveries",
    METADATA,
    key(),
    case_id(),
    reference("resolution_id", "resolutions.id"),
    reference("document_id", "documents.id", index=False),
    reference("party_id", "parties.id", index=False),
    word("business_key", nullable=True),
    word("channel"),
    word("state"),
    Column("attempt", Integer, nullable=False),
    moment("dispatched_at"),
    Column("presumed_on", Date),
    Column("served_on", Date),
    word("proof", nullable=True),
    Column("is_presumed", Boolean, nullable=False, server_default=false()),
    moment("returned_at"),
)

DECISION_EVALUATIONS = Table(
    "decision_evaluations",
    METADATA,
    key(of_case=True),
    case_id(index=False),
    word("decision"),
    reference("deployment_id", "deployments.id", index=False),
    json("inputs"),
    json("result", nullable=True),
    json("rules"),
    sealed("content"),
    moment("at", nullable=False),
    PrimaryKeyConstraint("case_id", "id"),
)
"""`content`: inputs, result and the rules that fired, of the class of the engine's state. The three columns before it are
the version before's, which wrote them in clear; they are empty."""
