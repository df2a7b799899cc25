"""Urgent tasks and enquiries that nobody has taken, or that are late, and calls that were left: the on-call workers are
notified of them again and again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, delete, select, update

from engine.domain.tasks import TaskState
from engine.storage.tables.cases import ENQUIRIES, URGENT_CALLS
from engine.storage.tables.processes import RINGS, USER_TASKS
from engine.storage.unit_of_work import UnitOfWork
from engine.storage.urgent_calls import UNTOUCHED

TASK: Final = "task"
ENQUIRY: Final = "enquiry"
"""In which somebody may be in danger."""
LATE_ENQUIRY: Final = "late_enquiry"
"""Whose promised day has come. It rings once a day."""
CALL: Final = "call"
"""That somebody began to write down and left. Its ring ends when they or a colleague go on with it."""
_OPEN: Final = "open"
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ring:
    id: UUID
    """Of the task, the enquiry or the call."""
    case_id: UUID | None
    kind: str
    times: int
    """How many times the on-call workers were notified, this time included; since it was taken late, if it was."""


def is_held(moment: Any) -> ColumnElement[bool]:
    """Nobody was notified of it since somebody took it late, and the next ring is still to come. A new one is due at once."""
    return and_(RINGS.c.kind == TASK, RINGS.c.times == 0, RINGS.c.due_at > moment)


class Rings:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, subject_id: UUID, kind: str, due_at: datetime, case_id: UUID | None = None) -> None:
        self._unit.insert(RINGS, {"id": subject_id, "kind": kind, "due_at": due_at, "case_id": case_id})

    def due(self, moment: datetime, limit: int) -> tuple[UUID, ...]:
        rows = self._unit.execute(
            select(RINGS.c.id)
            .where(RINGS.c.due_at <= moment)
            .order_by(RINGS.c.due_at, RINGS.c.id)
            .limit(limit)
        )
        return tuple(rows.scalars())

    def take(self, subject_id: UUID, moment: datetime, every: timedelta) -> Ring | None:
        """Count a ring, set the next one, and return it. None if it is not due or another worker took it."""
        is_daily = RINGS.c.kind == LATE_ENQUIRY
        row = self._unit.row(
            update(RINGS)
            .where(RINGS.c.id == subject_id, RINGS.c.due_at <= moment)
            .values(times=RINGS.c.times + 1, due_at=case((is_daily, moment + DAY), else_=moment + every))
            .returning(RINGS.c.id, RINGS.c.case_id, RINGS.c.kind, RINGS.c.times)
        )
        return None if row is None else Ring(**row)

    def has_other_rung(self, ring: Ring, since: datetime) -> bool:
        """Return True if another of this kind that rings once a day has rung since then."""
        found = select(RINGS.c.id).where(
            RINGS.c.kind == ring.kind, RINGS.c.id != ring.id, RINGS.c.times > 0, RINGS.c.due_at > since + DAY
        )
        return self._unit.row(found.limit(1)) is not None

    def hold(self, enquiry_id: UUID, until: datetime) -> None:
        """Notify nobody before then of an enquiry in which somebody may be in danger."""
        ringing = RINGS.c.id == enquiry_id, RINGS.c.kind == ENQUIRY
        self._unit.execute(update(RINGS).where(*ringing).values(due_at=until))

    def hold_task(self, task_id: UUID, until: datetime) -> None:
        """Notify nobody before then of a late task that somebody has just taken, and let nobody take it from them."""
        ringing = RINGS.c.id == task_id, RINGS.c.kind == TASK
        self._unit.execute(update(RINGS).where(*ringing).values(times=0, due_at=until))

    def held_until(self, task_id: UUID, moment: datetime) -> datetime | None:
        """Return the moment until which it is left to who has just taken it; None if that has passed."""
        row = self._unit.row(select(RINGS.c.due_at).where(RINGS.c.id == task_id, is_held(moment)))
        return None if row is None else row["due_at"]

    def end(self, subject_id: UUID) -> None:
        self._unit.execute(delete(RINGS).where(RINGS.c.id == subject_id))

    def waits(self, ring: Ring, moment: datetime) -> bool | None:
        """Return True if nobody has taken it, False while somebody holds it and it is not late, None once it is done.

        A task can be given back, or taken and forgotten: then it rings again.
        """
        if ring.kind in (ENQUIRY, LATE_ENQUIRY):
            found = self._unit.row(select(ENQUIRIES.c.state).where(ENQUIRIES.c.id == ring.id))
            return True if found is not None and found["state"] == _OPEN else None
        if ring.kind == CALL:
            left = URGENT_CALLS.c.saved_at <= moment - UNTOUCHED
            found = self._unit.row(select(URGENT_CALLS.c.id).where(URGENT_CALLS.c.id == ring.id, left))
            return None if found is None else True
        columns = (USER_TASKS.c.state, USER_TASKS.c.due_at)
        found = self._unit.row(select(*columns).where(USER_TASKS.c.id == ring.id))
        if found is None:
            return None
        is_late = found["due_at"] is not None and found["due_at"] <= moment
        return {TaskState.CREATED: True, TaskState.CLAIMED: is_late}.get(TaskState(found["state"]))
