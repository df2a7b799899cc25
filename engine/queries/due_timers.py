"""The next due moments of timers, for simulated clocks: walks, try-outs, demonstrations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from engine.executor import Query, Work
from engine.executor.permissions import require_system
from engine.storage.tables.processes import TIMERS


@dataclass(frozen=True)
class NextTimer(Query[datetime | None]):
    """Return the moment of the next timer of any case; None if no timer waits."""

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> datetime | None:
        found: datetime | None = work.stores.unit.execute(
            select(func.min(TIMERS.c.next_attempt_at)).where(TIMERS.c.is_suspended.is_(False))
        ).scalar_one_or_none()
        return found


@dataclass(frozen=True, slots=True)
class ComingTimer:
    case_id: UUID
    process_id: str
    element_id: str
    name: str
    kind: str
    due_at: datetime


@dataclass(frozen=True)
class ComingTimers(Query[tuple[ComingTimer, ...]]):
    """Return the next timers, soonest first. For a try-out, which has few cases."""

    limit: int = 50

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[ComingTimer, ...]:
        rows = work.stores.unit.execute(
            select(*(TIMERS.c[name] for name in ComingTimer.__dataclass_fields__))
            .where(TIMERS.c.is_suspended.is_(False))
            .order_by(TIMERS.c.due_at, TIMERS.c.element_id)
            .limit(self.limit)
        )
        return tuple(ComingTimer(**row) for row in rows.mappings())
