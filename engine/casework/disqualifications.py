"""Keeping an official away from a case from which they are disqualified (434/2003 27-30 §)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from engine.domain.cases import Case
from engine.domain.tasks import TaskState, UserTask
from engine.executor.engine import Work


def keep_away(work: Work, case: Case, person_id: UUID, ground: str) -> None:
    """Record the disqualification, once a case."""
    if not work.stores.cases.is_disqualified(case.id, person_id):
        work.stores.cases.disqualify(case.id, person_id, ground, work.now)
        work.record(case.id, "staff_disqualified", str(person_id))


def take_tasks_from(work: Work, case: Case, person_id: UUID, *, but: UserTask | None = None) -> None:
    """Give the person's open tasks back to their groups: they wait for another."""
    for task in work.stores.tasks.open_in(case.id):
        if task.assignee_id == person_id and (but is None or task.id != but.id):
            work.stores.tasks.save(task, replace(task, state=TaskState.CREATED, assignee_id=None))
