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
        """Return the beginning (inclusive; None: open) and the end (exclusive). Days are those in Finland; late tasks
        are not due this week."""
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
    """The filter of a view. It is written into addresses, so no part of it identifies a person."""

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
    """A view that a person has saved under a name."""

    id: UUID
    name: str
    view: View
    narrowed: TaskFilter
