"""Views of the inbox, their filters, and a person's saved views."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from engine.clock import HELSINKI, day_of
from engine.domain.cases import CaseClass

NO_TEAM = "unknown"
"""Filter value: tasks of cases without a known area."""
WEEK = timedelta(days=7)


class View(StrEnum):
    MINE = "mine"
    TEAM = "team"
    UNASSIGNED = "unassigned"
    STALLED = "stalled"
    THIS_WEEK = "this_week"


class DueWithin(StrEnum):
    LATE = "late"
    TODAY = "today"
    WEEK = "week"

    def moments(self, now: datetime) -> tuple[datetime | None, datetime]:
        """From, inclusive, and until, exclusive. A day is a day in Finland; what is late is not due this week."""
        if self is DueWithin.LATE:
            return None, now
        if self is DueWithin.WEEK:
            return now, now + WEEK
        today = datetime.combine(day_of(now), time(), tzinfo=HELSINKI)
        return today, today + timedelta(days=1)


class Urgency(StrEnum):
    URGENT = "urgent"
    CHILD = "child"

    @property
    def priority(self) -> int:
        return CaseClass(self.value).priority


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Filter of a view. Every part is a key without a person in it: it stands in addresses."""

    form_key: str = ""
    due: DueWithin | None = None
    team: str = ""
    urgency: Urgency | None = None
    waits_for_me: bool = False
    """Assigned to me, or unassigned in a case of mine and not excluded by four eyes."""

    def __bool__(self) -> bool:
        return self != TaskFilter()


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view that a person has named for themselves."""

    id: UUID
    name: str
    view: View
    narrowed: TaskFilter
