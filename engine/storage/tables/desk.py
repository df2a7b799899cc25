"""Acts of staff on many tasks at once, with a line for each task, from which they are undone."""

from __future__ import annotations

from sqlalchemy import Column, Date, Table

from engine.storage.tables.metadata import METADATA, case_id, json, key, moment, reference, word

BULK_ACTS = Table(
    "bulk_acts",
    METADATA,
    key(),
    reference("person_id", "people.id", nullable=False),
    word("kind"),
    reference("to_person_id", "people.id", index=False),
    Column("follow_up_on", Date),
    moment("made_at", nullable=False),
    moment("undo_ends_at", nullable=False),
)

BULK_LINES = Table(
    "bulk_lines",
    METADATA,
    key(),
    reference("act_id", "bulk_acts.id", nullable=False),
    case_id(),
    reference("task_id", "user_tasks.id", nullable=False, index=False),
    word("state"),
    word("reason", nullable=True),
    json("before", nullable=True),
    json("after", nullable=True),
    moment("done_at"),
)
"""`before` and `after` hold what the act has changed of the task: ids, states and moments."""
