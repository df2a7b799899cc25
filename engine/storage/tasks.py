"""User tasks: rows and values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Update,
    Uuid,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from engine.domain.cases import Case
from engine.domain.people import Role
from engine.domain.tasks import OPEN, TaskState, UserTask
from engine.domain.waiting import OpenTask
from engine.errors import NotFound
from engine.storage.access import AccessLog, head_beside
from engine.storage.cases import case_of, columns_with_prefix
from engine.storage.gathering import Gathered, Gathering
from engine.storage.instances import InstanceRows, columns_beside
from engine.storage.prepared import Found, read_one
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import CASES, DISQUALIFICATIONS
from engine.storage.tables.processes import INSTANCES, TASK_DRAFTS, USER_TASKS

NO_DUE = datetime(9999, 1, 1, tzinfo=UTC)
"""Where tasks without a due moment sort."""


def task_of(row: Found) -> UserTask:
    return UserTask(
        id=row["id"],
        case_id=row["case_id"],
        instance_id=row["instance_id"],
        key=row["task_key"],
        process_id=row["process_id"],
        element_id=row["element_id"],
        path=row["path"],
        name=row["name"],
        form_key=row["form_key"],
        candidate_group=Role(row["candidate_group"]),
        unit=row["unit"],
        business_key=row["business_key"],
        state=TaskState(row["state"]),
        assignee_id=row["assignee_id"],
        not_by=frozenset(row["not_by"]),
        created_at=row["created_at"],
        due_at=row["due_at"],
        due_reason=row["due_reason"],
        follow_up_at=row["follow_up_at"],
        priority=row["priority"],
        completed_at=row["completed_at"],
        completed_by=row["completed_by"],
    )


SAVED = (
    "state",
    "assignee_id",
    "due_at",
    "due_reason",
    "follow_up_at",
    "priority",
    "sort_at",
    "completed_at",
    "completed_by",
)


def is_open(state: ColumnElement[Any]) -> ColumnElement[bool]:
    """Not IN: its text is put together anew at every run, and it takes no list of rows."""
    return or_(*(state == each for each in sorted(OPEN)))


@lru_cache
def _save(nobody_had_it: bool) -> Update:  # noqa: FBT001 - one of two statements
    had = USER_TASKS.c.assignee_id
    return (
        update(USER_TASKS)
        .where(
            USER_TASKS.c.id == bindparam("wanted"),
            USER_TASKS.c.state == bindparam("was"),
            had.is_(None) if nobody_had_it else had == bindparam("had"),
        )
        .values({name: bindparam(name) for name in SAVED})
    )


@lru_cache
def _cancel() -> Update:
    return (
        update(USER_TASKS)
        .where(
            USER_TASKS.c.instance_id == bindparam("instance", type_=Uuid),
            USER_TASKS.c.task_key == bindparam("key"),
            is_open(USER_TASKS.c.state),
        )
        .values(state=TaskState.CANCELLED, completed_at=bindparam("moment"))
    )


@lru_cache
def _prioritise() -> Update:
    return (
        update(USER_TASKS)
        .where(USER_TASKS.c.case_id == bindparam("case", type_=Uuid), is_open(USER_TASKS.c.state))
        .values(priority=bindparam("said"))
    )


@lru_cache
def _in_case() -> Select[Any]:
    """Built once: putting together a statement of forty columns costs more than running it."""
    own = USER_TASKS.alias()
    person = bindparam("person", type_=Uuid)
    assigned = exists().where(
        own.c.case_id == USER_TASKS.c.case_id, own.c.assignee_id == person, is_open(own.c.state)
    )
    disqualified = exists().where(
        DISQUALIFICATIONS.c.case_id == USER_TASKS.c.case_id, DISQUALIFICATIONS.c.person_id == person
    )
    drafted = exists().where(TASK_DRAFTS.c.task_id == USER_TASKS.c.id, TASK_DRAFTS.c.person_id == person)
    return (
        select(
            *USER_TASKS.c,
            *columns_with_prefix("case__").values(),
            *columns_beside(),
            *head_beside(USER_TASKS.c.case_id),
            assigned.label("is_assigned"),
            disqualified.label("is_disqualified"),
            drafted.label("has_draft"),
        )
        .join_from(USER_TASKS, CASES, USER_TASKS.c.case_id == CASES.c.id)
        .join(INSTANCES, USER_TASKS.c.instance_id == INSTANCES.c.id)
        .where(USER_TASKS.c.id == bindparam("task", type_=Uuid))
    )


@dataclass(frozen=True, slots=True)
class TaskInCase:
    """A task, its case, and what of both concerns one person."""

    case: Case
    task: UserTask
    is_assigned: bool
    is_disqualified: bool
    has_draft: bool


class UserTasks(Gathering):
    def __init__(self, gathered: Gathered, instances: InstanceRows, access: AccessLog) -> None:
        super().__init__(gathered, USER_TASKS)
        self._instances = instances
        self._access = access

    def in_case(self, task_id: UUID, person_id: UUID | None) -> TaskInCase:
        """The task with its case and all that decides who may see it, in one statement.

        One, so that no colleague's commit falls between the two; and one, because every page and completion begins here:
        its instance and the end of the case's access log come along, for those who ask for them next.
        """
        given = {"task": task_id, "person": person_id}
        connection = self._gathered.reading(USER_TASKS, CASES, INSTANCES)
        row = read_one(connection, _in_case(), given)
        if row is None:
            raise NotFound
        self._instances.keep(row)
        self._access.keep_head(row["case_id"], row)
        return TaskInCase(
            case_of(row, "case__"),
            task_of(row),
            is_assigned=row["is_assigned"],
            is_disqualified=row["is_disqualified"],
            has_draft=row["has_draft"],
        )

    def open_in(self, case_id: UUID) -> tuple[UserTask, ...]:
        rows = self._connection.execute(
            select(USER_TASKS)
            .where(USER_TASKS.c.case_id == case_id, USER_TASKS.c.state.in_(OPEN))
            .order_by(USER_TASKS.c.sort_at, USER_TASKS.c.id)
        )
        return tuple(task_of(row) for row in rows.mappings())

    def held_by(self, person_id: UUID) -> int:
        """How many open tasks are in their hands."""
        held = select(func.count()).where(USER_TASKS.c.assignee_id == person_id, is_open(USER_TASKS.c.state))
        return self._connection.scalar(held) or 0

    def of_request(self, case_id: UUID, business_key: str) -> tuple[UserTask, ...]:
        return tuple(task for task in self.open_in(case_id) if task.business_key == business_key)

    def save(self, before: UserTask, after: UserTask) -> None:
        """Store a step of the task's life. Outdated, once it is written, when it isn't where it was when read."""
        self._gathered.change_seen(
            _save(before.assignee_id is None),
            {
                "wanted": before.id,
                "was": before.state,
                **({} if before.assignee_id is None else {"had": before.assignee_id}),
                "state": after.state,
                "assignee_id": after.assignee_id,
                "due_at": after.due_at,
                "due_reason": after.due_reason,
                "follow_up_at": after.follow_up_at,
                "priority": after.priority,
                "sort_at": after.due_at or NO_DUE,
                "completed_at": after.completed_at,
                "completed_by": after.completed_by,
            },
        )

    def add(self, tasks: Iterable[UserTask]) -> None:
        self._gathered.add(USER_TASKS, *map(_row, tasks))

    def cancel(self, instance_id: UUID, keys: Iterable[str], moment: datetime) -> None:
        self._gathered.change(
            _cancel(), [{"instance": instance_id, "key": key, "moment": moment} for key in keys]
        )

    def reschedule(
        self, instance_id: UUID, due_by_key: Mapping[str, tuple[datetime | None, str | None]]
    ) -> None:
        for key, (due_at, reason) in due_by_key.items():
            self._connection.execute(
                update(USER_TASKS)
                .where(USER_TASKS.c.instance_id == instance_id, USER_TASKS.c.task_key == key)
                .values(due_at=due_at, due_reason=reason, sort_at=due_at or NO_DUE)
            )

    def redraw(self, instance_id: UUID, tasks: Iterable[OpenTask]) -> None:
        """What another version says of tasks that stay open: name, form, group. Who holds them, and since when, stays."""
        for task in tasks:
            self._connection.execute(
                update(USER_TASKS)
                .where(USER_TASKS.c.instance_id == instance_id, USER_TASKS.c.task_key == task.key)
                .values(
                    name=task.name,
                    form_key=task.form,
                    candidate_group=Role(task.role or Role.CASEWORKER).value,
                    not_by=sorted(task.not_by),
                    due_reason=task.deadline,
                )
            )

    def prioritise(self, case_id: UUID, priority: int) -> None:
        """The class of the case has changed: its open tasks are found by the new one."""
        self._gathered.change(_prioritise(), [{"case": case_id, "said": priority}])

    def move_to_unit(self, case_id: UUID, unit: str | None) -> None:
        self._connection.execute(
            update(USER_TASKS)
            .where(USER_TASKS.c.case_id == case_id, USER_TASKS.c.state.in_(OPEN))
            .values(unit=unit)
        )


def _row(task: UserTask) -> dict[str, Any]:
    return {
        "id": task.id,
        "case_id": task.case_id,
        "instance_id": task.instance_id,
        "task_key": task.key,
        "process_id": task.process_id,
        "element_id": task.element_id,
        "path": task.path,
        "name": task.name,
        "form_key": task.form_key,
        "candidate_group": task.candidate_group.value,
        "unit": task.unit,
        "business_key": task.business_key,
        "state": task.state.value,
        "assignee_id": task.assignee_id,
        "not_by": sorted(task.not_by),
        "priority": task.priority,
        "created_at": task.created_at,
        "due_at": task.due_at,
        "due_reason": task.due_reason,
        "follow_up_at": task.follow_up_at,
        "sort_at": task.due_at or NO_DUE,
        "completed_at": None,
        "completed_by": None,
    }


class TaskDrafts:
    """What someone typed into a task's form and has not handed in, kept exactly as typed."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def save(self, task: UserTask, person_id: UUID, typed: Mapping[str, Any], moment: datetime) -> None:
        self.discard(task.id, person_id)
        self._connection.execute(
            insert(TASK_DRAFTS).values(
                task_id=task.id,
                person_id=person_id,
                case_id=task.case_id,
                typed=self._vault.seal(
                    task.case_id, SealingClass.NARRATIVE, _place(task.id, person_id), orjson.dumps(typed)
                ),
                saved_at=moment,
            )
        )

    def find(self, task: UserTask, person_id: UUID) -> tuple[dict[str, Any], datetime] | None:
        row = self._connection.execute(
            select(TASK_DRAFTS.c.typed, TASK_DRAFTS.c.saved_at).where(
                TASK_DRAFTS.c.task_id == task.id, TASK_DRAFTS.c.person_id == person_id
            )
        ).one_or_none()
        if row is None:
            return None
        opened = self._vault.open(task.case_id, SealingClass.NARRATIVE, _place(task.id, person_id), row.typed)
        return orjson.loads(opened), row.saved_at

    def discard(self, task_id: UUID, person_id: UUID) -> None:
        self._connection.execute(
            delete(TASK_DRAFTS).where(TASK_DRAFTS.c.task_id == task_id, TASK_DRAFTS.c.person_id == person_id)
        )


def _place(task_id: UUID, person_id: UUID) -> str:
    return f"task_drafts.typed/{task_id}/{person_id}"
