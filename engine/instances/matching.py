"""Makes the rows of tasks, timers and subscriptions equal to an instance's wait state. No other module creates or ends them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.bpmn import Execution
from engine.domain.cases import Case, CaseClass
from engine.domain.people import Actor, Role
from engine.domain.tasks import RINGING_FORM, TaskState, UserTask, look_after
from engine.domain.waiting import OpenTask, OpenTimer, WaitState
from engine.instances.takers import Takers
from engine.instances.task_deadlines import by_target
from engine.storage.database import new_id
from engine.storage.rings import TASK
from engine.storage.stores import Stores

TRIAGE: Final = "triage"
"""The table that proposes a class."""


class Matching:
    def __init__(self, stores: Stores, actor: Actor, now: datetime) -> None:
        self._stores = stores
        self._actor = actor
        self._now = now

    def match(
        self,
        case: Case,
        instance_id: UUID,
        execution: Execution,
        before: WaitState,
        after: WaitState,
        done: str | None,
    ) -> None:
        """Store the difference of two wait states: new rows are added, gone ones cancelled, moved dates changed.

        `done`: the key of the task that was completed; its row says so already.
        """
        self._match_tasks(case, instance_id, before, after, done)
        self._match_timers(case.id, instance_id, before, after)
        known = {message.key for message in before.messages}
        waiting = {message.key for message in after.messages}
        self._stores.subscriptions.remove(instance_id, known - waiting)
        self._stores.subscriptions.add(
            case.id, instance_id, (m for m in after.messages if m.key not in known)
        )
        self._stores.element_runs.record(case.id, instance_id, execution.element_runs())
        for milestone in execution.milestones():
            self._stores.timeline.record(
                case.id,
                "milestone_reached",
                self._actor,
                self._now,
                milestone.name,
                element=milestone.element_id,
                business_key=milestone.business_key,
            )

    def _match_tasks(
        self, case: Case, instance_id: UUID, before: WaitState, after: WaitState, done: str | None
    ) -> None:
        known = {task.task_key: task for task in before.tasks}
        waiting = {task.task_key: task for task in by_target(self._stores, case.id, after.tasks)}
        self._stores.tasks.cancel(instance_id, known.keys() - waiting.keys() - {done}, self._now)
        takers = Takers(
            self._stores, self._actor, case, instance_id, known.get(done) if done else None, self._now
        )
        new = [
            takers.given(self._born(case, instance_id, task))
            for key, task in waiting.items()
            if key not in known
        ]
        self._stores.tasks.add(new)
        for task in new:
            if task.form_key == RINGING_FORM:
                self._stores.rings.add(task.id, TASK, self._now, case.id)
        moved = {
            key: (task.due_at, task.due_reason)
            for key, task in waiting.items()
            if key in known and known[key].due_at != task.due_at
        }
        self._stores.tasks.reschedule(instance_id, moved, look_after(self._now, case.case_class))

    def _match_timers(self, case_id: UUID, instance_id: UUID, before: WaitState, after: WaitState) -> None:
        known: dict[str, OpenTimer] = {timer.key: timer for timer in before.timers}
        waiting = {timer.key for timer in after.timers}
        self._stores.timers.remove(instance_id, known.keys() - waiting)
        self._stores.timers.add(case_id, instance_id, (t for t in after.timers if t.key not in known))
        for timer in after.timers:
            if timer.key in known and timer.due_at != known[timer.key].due_at:
                self._stores.timers.reschedule(instance_id, timer)

    def _born(self, case: Case, instance_id: UUID, task: OpenTask) -> UserTask:
        return UserTask(
            id=new_id(),
            case_id=case.id,
            instance_id=instance_id,
            task_key=task.task_key,
            process_id=task.process_id,
            element_id=task.element_id,
            path=task.path,
            name=task.name,
            form_key=task.form_key,
            candidate_group=Role(task.candidate_group or Role.CASEWORKER),
            team=case.team,
            business_key=task.business_key,
            state=TaskState.CREATED,
            assignee_id=None,
            not_by=task.not_by,
            created_at=self._now,
            due_at=task.due_at,
            due_reason=task.due_reason,
            follow_up_at=look_after(self._now, case.case_class) if task.due_at is None else task.due_at,
            priority=self._priority(case),
            completed_at=None,
            completed_by=None,
        )

    def _priority(self, case: Case) -> int:
        """Return the priority by the class of the case; before somebody confirms one by the class that was proposed: who
        is in danger does not wait as last for that."""
        known = case.case_class
        if known is None:
            proposed = self._stores.evaluations.latest(case.id, TRIAGE)
            result = proposed.result if proposed is not None else None
            word = result.get("case_class") if isinstance(result, Mapping) else None
            known = next((each for each in CaseClass if each == word), None)
        return known.priority if known else 0
