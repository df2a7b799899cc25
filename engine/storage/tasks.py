"""User tasks as rows and values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, Text, bindparam, cast, exists, func, select, update

from engine.domain.cases import Case
from engine.domain.people import Actor, Role
from engine.domain.policy import Relation
from engine.domain.tasks import OPEN, TaskState, UserTask
from engine.domain.waiting import OpenTask
from engine.storage.cases import NOBODY, columns_with_prefix
from engine.storage.open_rows import TASK_IS_OPEN, open_tasks
from engine.storage.rows import row_of, value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.cases import CASES, DISQUALIFICATIONS
from engine.storage.tables.processes import TASK_DRAFTS, USER_TASKS
from engine.storage.unit_of_work import UnitOfWork

NO_DUE = datetime(9999, 1, 1, tzinfo=UTC)
"""Sort key of tasks without a due moment."""


_OWN_TASKS = USER_TASKS.alias()
_OWN = _OWN_TASKS.c
_PERSON = bindparam("person", type_=USER_TASKS.c.assignee_id.type)
_IN_CASE = (
    select(
        *USER_TASKS.c,
        *columns_with_prefix("case__"),
        exists()
        .where(_OWN.case_id == USER_TASKS.c.case_id, _OWN.assignee_id == _PERSON, open_tasks(_OWN_TASKS))
        .label("is_assigned"),
        exists()
        .where(DISQUALIFICATIONS.c.case_id == USER_TASKS.c.case_id, DISQUALIFICATIONS.c.person_id == _PERSON)
        .label("is_disqualified"),
        exists()
        .where(TASK_DRAFTS.c.task_id == USER_TASKS.c.id, TASK_DRAFTS.c.person_id == _PERSON)
        .label("has_draft"),
    )
    .join_from(USER_TASKS, CASES, USER_TASKS.c.case_id == CASES.c.id)
    .where(USER_TASKS.c.id == bindparam("task"))
)


@dataclass(frozen=True, slots=True)
class TaskInCase:
    """A task, its case, and what decides what one person may do with both."""

    case: Case
    task: UserTask
    is_assigned: bool
    is_disqualified: bool
    has_draft: bool

    def relation_of(self, actor: Actor) -> Relation:
        """Return how the actor, for whom it was read, stands to the case."""
        return self.case.relation_to(actor, assigned=self.is_assigned, disqualified=self.is_disqualified)


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody has had a task before them: who, and when last."""

    person_id: UUID
    at: datetime


class UserTasks:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def in_case(self, task_id: UUID, person_id: UUID | None) -> TaskInCase:
        """Return the task with its case and all that decides who may see it. Raise NotFound if there is none.

        One statement, so that no colleague's commit falls between the two.
        """
        row = self._unit.one(_IN_CASE, task=task_id, person=person_id or NOBODY)
        return value_of(TaskInCase, row, case=value_of(Case, row, "case__"), task=_task(row))

    def opened_by_others(
        self, task: UserTask, but: UUID | None, action: str, since: datetime
    ) -> tuple[Seen, ...]:
        """Return who else has opened the task by this action since then and when they last did, the latest first."""
        entry = ACCESS_ENTRIES.c
        rows = self._unit.rows(
            select(entry.person_id, func.max(entry.at).label("at"))
            .where(
                entry.case_id == task.case_id,
                entry.at >= since,
                entry.action == action,
                entry.person_id.is_not(None),
                cast(entry.subjects, Text).contains(str(task.id)),
            )
            .group_by(entry.person_id)
            .order_by(func.max(entry.at).desc())
        )
        return tuple(Seen(row["person_id"], row["at"]) for row in rows if row["person_id"] != but)

    def open_in(self, case_id: UUID) -> tuple[UserTask, ...]:
        rows = self._unit.rows(
            select(USER_TASKS)
            .where(USER_TASKS.c.case_id == case_id, TASK_IS_OPEN)
            .order_by(USER_TASKS.c.sort_at, USER_TASKS.c.id)
        )
        return tuple(_task(row) for row in rows)

    def of_case(self, case_id: UUID) -> tuple[UserTask, ...]:
        """Oldest first, done and cancelled ones too."""
        rows = self._unit.rows(
            select(USER_TASKS)
            .where(USER_TASKS.c.case_id == case_id)
            .order_by(USER_TASKS.c.created_at, USER_TASKS.c.id)
        )
        return tuple(_task(row) for row in rows)

    def held_by(self, person_id: UUID) -> int:
        """Return the number of open tasks assigned to a person."""
        held = select(func.count()).where(USER_TASKS.c.assignee_id == person_id, TASK_IS_OPEN)
        return int(self._unit.execute(held).scalar_one())

    def of_request(self, case_id: UUID, business_key: str) -> tuple[UserTask, ...]:
        return tuple(task for task in self.open_in(case_id) if task.business_key == business_key)

    def save(self, before: UserTask, after: UserTask) -> None:
        """Store a change of the task's state. The flush raises Outdated if the task has changed since it was read."""
        self._unit.update_one(
            USER_TASKS,
            {"id": before.id, "state": before.state, "assignee_id": before.assignee_id},
            {
                "state": after.state,
                "assignee_id": after.assignee_id,
                "due_at": after.due_at,
                "due_reason": after.due_reason,
                "follow_up_at": after.follow_up_at,
                "priority": after.priority,
                "sort_at": after.due_at or after.follow_up_at or NO_DUE,
                "completed_at": after.completed_at,
                "completed_by": after.completed_by,
            },
        )

    def add(self, tasks: Iterable[UserTask]) -> None:
        for task in tasks:
            self._unit.insert(
                USER_TASKS,
                row_of(
                    USER_TASKS,
                    task,
                    not_by=sorted(task.not_by),
                    sort_at=task.due_at or task.follow_up_at or NO_DUE,
                ),
            )

    def cancel(self, instance_id: UUID, keys: Collection[str], moment: datetime) -> None:
        if keys:
            self._unit.execute(
                update(USER_TASKS)
                .where(
                    USER_TASKS.c.instance_id == instance_id,
                    USER_TASKS.c.task_key.in_(keys),
                    TASK_IS_OPEN,
                )
                .values(state=TaskState.CANCELLED, completed_at=moment)
            )

    def reschedule(
        self,
        instance_id: UUID,
        due_by_key: Mapping[str, tuple[datetime | None, str | None]],
        follow_up_at: datetime,
    ) -> None:
        """Store other due days. A task that has none any more is looked at until `follow_up_at`."""
        for key, (due_at, reason) in due_by_key.items():
            look_at = due_at or follow_up_at
            self._unit.update(
                USER_TASKS,
                {"instance_id": instance_id, "task_key": key},
                {"due_at": due_at, "due_reason": reason, "follow_up_at": look_at, "sort_at": look_at},
            )

    def retarget(self, case_id: UUID, due_reason: str, due_at: datetime) -> None:
        """Set the due moment of the case's open tasks that are due for this reason, in whichever process they stand."""
        due = {"due_at": due_at, "follow_up_at": due_at, "sort_at": due_at}
        for state in OPEN:
            self._unit.update(USER_TASKS, {"case_id": case_id, "due_reason": due_reason, "state": state}, due)

    def redraw(self, instance_id: UUID, tasks: Iterable[OpenTask]) -> None:
        """Store process, name, form and group from another version for tasks that stay open. Assignees and times stay."""
        for task in tasks:
            self._unit.update(
                USER_TASKS,
                {"instance_id": instance_id, "task_key": task.task_key},
                {
                    "process_id": task.process_id,
                    "name": task.name,
                    "form_key": task.form_key,
                    "candidate_group": Role(task.candidate_group or Role.CASEWORKER).value,
                    "not_by": sorted(task.not_by),
                    "due_reason": task.due_reason,
                },
            )

    def prioritise(self, case_id: UUID, priority: int) -> None:
        """Set the priority of the case's open tasks, after the class of the case has changed."""
        for state in OPEN:
            self._unit.update(USER_TASKS, {"case_id": case_id, "state": state}, {"priority": priority})

    def move_to_team(self, case_id: UUID, team: str | None) -> None:
        """Set the team of the case's open tasks, after the team of the case has changed: lists find tasks by it."""
        for state in OPEN:
            self._unit.update(USER_TASKS, {"case_id": case_id, "state": state}, {"team": team})


def _task(row: RowMapping) -> UserTask:
    return value_of(UserTask, row)


@dataclass(frozen=True, slots=True)
class Writing:
    """Somebody has typed in a task: who, and when. No word of it."""

    person_id: UUID
    at: datetime


PAGE_MARK: Final = "draft_page"
"""Stands among what was typed, sealed with it. No question has this key."""


class TaskDrafts:
    """Drafts of tasks' forms, kept exactly as typed."""

    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def save(
        self, task: UserTask, person_id: UUID, typed: Mapping[str, Any], moment: datetime, page: str = ""
    ) -> None:
        """Save the draft over any earlier one, with the mark of the page that sent it."""
        place, marked = _place(task.id, person_id), {**typed, PAGE_MARK: page}
        self._unit.upsert(
            TASK_DRAFTS,
            {
                "task_id": task.id,
                "person_id": person_id,
                "case_id": task.case_id,
                "typed": self._vault.seal_json(task.case_id, SealingClass.NARRATIVE, place, marked),
                "saved_at": moment,
            },
            change=("typed", "saved_at"),
        )

    def find(self, task: UserTask, person_id: UUID) -> tuple[dict[str, Any], datetime] | None:
        found = self.find_marked(task, person_id)
        return found[:2] if found else None

    def find_marked(self, task: UserTask, person_id: UUID) -> tuple[dict[str, Any], datetime, str] | None:
        """Return also the mark of the page that sent it; empty if a button saved it."""
        row = self._unit.row(
            select(TASK_DRAFTS).where(TASK_DRAFTS.c.task_id == task.id, TASK_DRAFTS.c.person_id == person_id)
        )
        if row is None:
            return None
        place = _place(task.id, person_id)
        typed = self._vault.open_json(task.case_id, SealingClass.NARRATIVE, place, row["typed"])
        # With the narrative the draft is erased too.
        return None if typed is None else (typed, row["saved_at"], typed.pop(PAGE_MARK, ""))

    def is_kept(self, task_id: UUID, person_id: UUID) -> bool:
        """Return True if the person has begun to write, without opening what they wrote."""
        return self.saved_at(task_id, person_id) is not None

    def saved_at(self, task_id: UUID, person_id: UUID) -> datetime | None:
        theirs = TASK_DRAFTS.c.task_id == task_id, TASK_DRAFTS.c.person_id == person_id
        return self._unit.execute(select(TASK_DRAFTS.c.saved_at).where(*theirs)).scalar_one_or_none()

    def of_others(self, task: UserTask, but: UUID | None) -> tuple[Writing, ...]:
        """Return who else has typed in the task and when, the latest first."""
        rows = self._unit.rows(
            select(TASK_DRAFTS.c.person_id, TASK_DRAFTS.c.saved_at)
            .where(TASK_DRAFTS.c.task_id == task.id)
            .order_by(TASK_DRAFTS.c.saved_at.desc())
        )
        return tuple(Writing(row["person_id"], row["saved_at"]) for row in rows if row["person_id"] != but)

    def discard(self, task_id: UUID, person_id: UUID) -> None:
        self._unit.delete(TASK_DRAFTS, {"task_id": task_id, "person_id": person_id})


def _place(task_id: UUID, person_id: UUID) -> str:
    return f"task_drafts.typed/{task_id}/{person_id}"
