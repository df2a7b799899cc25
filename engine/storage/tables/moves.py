"""Moves of cases to another version, and the result for each case."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint

from engine.storage.tables.metadata import METADATA, case_id, json, key, moment, reference, sealed, word

MOVES = Table(
    "moves",
    METADATA,
    key(),
    reference("deployment_id", "deployments.id", nullable=False),
    word("state"),
    word("requested_by"),
    reference("requester_id", "people.id", index=False),
    moment("requested_at", nullable=False, index=True),
    word("approved_by", nullable=True),
    reference("approver_id", "people.id", index=False),
    moment("approved_at"),
)
"""`state`: asked, approved or withdrawn. How far it has come is counted from its cases."""

CASE_MOVES = Table(
    "case_moves",
    METADATA,
    key(),
    reference("move_id", "moves.id", nullable=False, index=False),
    case_id(),
    reference("from_deployment_id", "deployments.id", nullable=False, index=False),
    word("state"),
    json("reasons"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("due_at", index=True),
    moment("done_at"),
    sealed("before"),
    UniqueConstraint("move_id", "case_id"),
    Index("ix_case_moves_state", "move_id", "state"),
)
"""`before`: the snapshots as they were, for the way back; emptied when there is none any more."""
