"""Opening a case in an emergency: for half an hour, with a reason, reviewed by a second person within a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

LASTS: Final = timedelta(minutes=30)
REVIEWED_IN: Final = timedelta(days=7)
SHORTEST_REASON: Final = 40
LONGEST_REASON: Final = 500


class Ground(StrEnum):
    DANGER = "danger"
    AUTHORITY = "authority"
    CHILD = "child"
    OTHER = "other"


class Verdict(StrEnum):
    JUSTIFIED = "justified"
    UNCLEAR = "unclear"
    UNFOUNDED = "unfounded"


@dataclass(frozen=True, slots=True)
class Emergency:
    """One opening of a case in an emergency."""

    id: UUID
    case_id: UUID
    person_id: UUID
    ground: Ground
    opened_at: datetime
    ends_at: datetime
    closed_at: datetime | None
    review_due_on: date
    escalated_at: datetime | None
    """When the directors were notified that nobody had reviewed it in time."""
    verdict: Verdict | None
    reviewed_by: UUID | None
    reviewed_at: datetime | None

    def is_open(self, moment: datetime) -> bool:
        return self.closed_at is None and moment < self.ends_at
