"""The task that is offered next: the facts that the table `take_next` ranks free tasks by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from engine.domain.cases import CaseClass


class Handler(StrEnum):
    """The caseworker of the case, as the one who asks sees it."""

    OWN = "own"
    OTHER = "other"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class FreeTask:
    """An open task that the one who asks may take: nobody has it, or a colleague who has not begun it."""

    task_id: UUID
    case_id: UUID
    name: str
    form_key: str | None
    reference: str
    case_class: CaseClass | None
    received_at: datetime
    due_at: datetime | None
    sort_at: datetime
    caseworker_id: UUID | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A free task with the table's answer."""

    task: FreeTask
    rank: int
    reason: str
    """A word of the table, such as `urgent`; the page has a sentence for those that are shipped."""
    row: int
    """The row of the table that decided, from 1; 0 if the version has no such table."""
    days_waited: int
    days_left: int | None
    """Until the due day; below zero if it has passed."""


@dataclass(frozen=True, slots=True)
class Offered:
    """The task offered to somebody now."""

    offer: Offer | None
    """None if the table offers nothing."""
    carried: int
    """Open tasks that they have."""
    seen: int
    """Free tasks that were ranked."""
    is_away: bool
    """They are recorded as absent, and nothing is offered."""
