"""Views of the inbox, their filters and orders, and the views that people save, for themselves or for others too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.clock import HELSINKI, day_of
from engine.domain.cases import CaseClass
from engine.domain.people import Actor
from engine.domain.policy import HEADS

NO_TEAM = "unknown"
"""Filter value: tasks of cases without a known area."""
WEEK = timedelta(days=7)
EVERYONE: Final = "everyone"
"""In place of a team: a view for all staff who handle cases."""
TEAMS: Final = ("south", "west", "east", "north")
"""Teams that the table `team_by_region` gives cases to."""


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


class Order(StrEnum):
    DUE = "due"
    """The next day first, of what is due or looked at."""
    CLASS = "class"
    """Urgent first, then children, then the others; by day within each."""
    OLDEST = "oldest"
    """By the age of the task in the inbox; by that of the case among cases."""


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """The filter and order of a view. They are written into addresses, so no part of it identifies a person."""

    form_key: str = ""
    due: DueWithin | None = None
    team: str = ""
    urgency: Urgency | None = None
    waits_for_me: bool = False
    """Assigned to me, or unassigned in a case of mine and not excluded by four eyes."""
    follow_up: DueWithin | None = None
    """Nothing is due, and the day on which it is looked at comes."""
    language: str = ""
    """In which the person applied."""
    is_stalled: bool = False
    order: Order = Order.DUE

    def __bool__(self) -> bool:
        return self != TaskFilter()


NOT_NARROWED: Final = TaskFilter()


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view that a person has saved under a name. Shared, it shows each reader what they may see, and no more."""

    id: UUID
    name: str
    view: View
    narrowed: TaskFilter
    person_id: UUID
    shared_with: str = ""
    """A team or EVERYONE; empty for the person's own use."""
    shared_by: str = ""
    """Their name, where it is shared."""


def audiences_of(actor: Actor) -> tuple[str, ...]:
    """Return with whom the actor may share a view: their own team; a head, any team and everyone."""
    if actor.has(*HEADS):
        return (EVERYONE, *TEAMS)
    return (actor.team,) if actor.team else ()


def may_remove(actor: Actor, saved: SavedView) -> bool:
    """Return True for the owner, and for those who may share with the same people if a head: owners leave."""
    if saved.person_id == actor.person_id:
        return True
    return bool(saved.shared_with) and actor.has(*HEADS)
