"""Deadlines that follow the due days of tasks: they begin, move and end in the ledger with the tasks that show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from engine.clock import day_of
from engine.domain import deadlines
from engine.domain.deadline_kinds import OF_DUE_REASON, TARGET, TARGET_DAY
from engine.domain.deadlines import ClockEntry, Deadline, EntryKind
from engine.domain.people import SYSTEM, Actor
from engine.domain.waiting import OpenTask, WaitState
from engine.storage.database import new_id
from engine.storage.stores import Stores

DUE_SET: Final = "due_set"
DUE_MOVED: Final = "due_moved"
DONE: Final = "done"
NOT_NEEDED: Final = "not_needed"
_Key = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class TaskDeadlines:
    """The ledger's side of one step of a case."""

    stores: Stores
    actor: Actor
    now: datetime
    case_id: UUID

    def follow(self, before: WaitState, after: WaitState, done: str | None) -> None:
        """Enter what the step changed. `done`: the key of the task that was completed in it."""
        was, is_now = _due(before.tasks), _due(after.tasks)
        if was == is_now:
            return
        ledger = {
            (each.name, each.business_key): each for each in self.stores.deadlines.of_case(self.case_id)
        }
        for key, on in is_now.items():
            self._set(key, on, ledger.get(key), was.get(key))
        met = {key for task in before.tasks if task.task_key == done for key in _met_by(task)}
        for key in was.keys() - is_now.keys():
            known = ledger.get(key)
            if known is None or not known.is_open:
                continue
            if key in met:
                self._save(known, known.met(self._entry(EntryKind.MET, DONE)))
            else:
                self._save(known, known.cancelled(self._entry(EntryKind.CANCELLED, NOT_NEEDED)))

    def _set(self, key: _Key, on: date, known: Deadline | None, was: date | None) -> None:
        if known is None or not known.is_open:
            self._start(key, on)
        elif known.due_on is None:
            # It stands still. The days left count when it goes on.
            return
        elif on > known.due_on:
            self._save(known, known.extended(self._entry(EntryKind.EXTENDED, DUE_MOVED, until=on)))
        elif was is not None and on < was:
            # No entry makes a period shorter: it ends, and another begins.
            self._save(known, known.cancelled(self._entry(EntryKind.CANCELLED, DUE_MOVED)))
            self._start(key, on)

    def _start(self, key: _Key, on: date) -> None:
        name, business_key = key
        begun = deadlines.start(
            id=new_id(),
            case_id=self.case_id,
            name=name,
            entry=self._entry(EntryKind.STARTED, DUE_SET, until=on),
            business_key=business_key,
        )
        self.stores.deadlines.add(begun)

    def _save(self, known: Deadline, after: Deadline) -> None:
        self.stores.deadlines.save(known, after)

    def _entry(self, kind: EntryKind, cause: str, until: date | None = None) -> ClockEntry:
        # Of a task's due day only its end is an act of somebody: the models give the day, and move it.
        actor = self.actor if cause == DONE else SYSTEM
        return ClockEntry(kind, self.now, cause, actor.name, actor.person_id, until=until)


def by_target(stores: Stores, case_id: UUID, tasks: Iterable[OpenTask]) -> tuple[OpenTask, ...]:
    """Return the tasks with the target's day as the ledger has it: another process of the case may have begun the target anew,
    and this one's variable is its old day. While the target has no day, the variable's holds."""
    found = tuple(tasks)
    if all(each.due_reason != TARGET_DAY for each in found):
        return found
    due_at = target_day(stores, case_id)
    if due_at is None:
        return found
    return tuple(replace(each, due_at=due_at) if each.due_reason == TARGET_DAY else each for each in found)


def target_day(stores: Stores, case_id: UUID) -> datetime | None:
    """Return the end of the target's last day in UTC; None for a target that has been met, stands still or never began."""
    target = stores.deadlines.find(case_id, TARGET)
    due_at = target.due_at if target is not None and target.is_open else None
    return None if due_at is None else due_at.astimezone(UTC)


def _due(tasks: Iterable[OpenTask]) -> Mapping[_Key, date]:
    found: dict[_Key, date] = {}
    for task in tasks:
        kind = OF_DUE_REASON.get(task.due_reason or "")
        if kind is not None and task.due_at is not None:
            found[kind.name, task.business_key] = day_of(task.due_at)
    return found


def _met_by(task: OpenTask) -> list[_Key]:
    kind = OF_DUE_REASON.get(task.due_reason or "")
    return [] if kind is None or task.form_key not in kind.met_by else [(kind.name, task.business_key)]
