"""Cases that move from one caseworker to another: why, and for how long it can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

MOST_AT_ONCE: Final = 50
UNDONE_WITHIN: Final = timedelta(hours=24)


class Why(StrEnum):
    """Reasons to choose from. No words of one's own: why a colleague is away stands in no case."""

    ABSENCE = "absence"
    WORKLOAD = "workload"
    KNOWN = "known"
    """The new caseworker knows the person or the family."""
    LANGUAGE = "language"
    TOGETHER = "together"
    """It is handled together with another case (434/2003 25 §)."""
    RETURNED = "returned"
    """Back to who had it."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reassignment:
    """One case that moved."""

    id: UUID
    group_id: UUID
    """Of the cases that moved at once."""
    case_id: UUID
    former_id: UUID | None
    """The caseworker until then; None if it had none."""
    caseworker_id: UUID
    why: Why
    tasks: tuple[tuple[str, str | None], ...]
    """Ids of the tasks that moved along, each with its assignee until then."""
    made_by: UUID | None
    made_at: datetime
    undone_at: datetime | None

    def may_be_undone(self, moment: datetime) -> bool:
        return self.undone_at is None and moment < self.made_at + UNDONE_WITHIN
