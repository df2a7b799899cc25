"""When something is next due, for clocks that jump: walks and demonstrations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engine.executor import Query, Work
from engine.executor.permissions import require_system
from engine.storage.tables.processes import TIMERS


@dataclass(frozen=True)
class NextTimer(Query[datetime | None]):
    """The moment of the next timer of any case; None when no timer waits."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> datetime | None:
        found: datetime | None = work.stores.connection.execute(
            select(func.min(TIMERS.c.next_attempt_at)).where(TIMERS.c.is_suspended.is_(False))
        ).scalar_one_or_none()
        return found
