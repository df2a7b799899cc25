"""Acts on many tasks at once: one command begins the act, another does each line in a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.casework.bulk_acts import (
    ACTIONS,
    carry_out,
    hindrance,
    hindrance_to_undo,
    new_act,
    put_back,
    seen_of_choice,
)
from engine.domain.bulk_acts import KEPT_FOR, BulkKind, BulkState
from engine.errors import Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import require_action, require_case_staff, require_person


@dataclass(frozen=True)
class BeginBulk(Command[UUID]):
    """Begin an act on the actor's choice of tasks. Return its id. Nothing changes until its lines are done."""

    kind: BulkKind
    task_ids: Sequence[UUID]
    person_id: UUID | None = None
    """To whom the tasks are assigned."""
    on: date | None = None
    """The day of the follow-up."""

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        require_person(work)
        require_action(work, ACTIONS[self.kind])

    def execute(self, work: Work) -> UUID:
        me = require_person(work)
        act = new_act(work, self.kind, self.person_id, self.on)
        tasks = [task for _, task in seen_of_choice(work, self.task_ids)]
        if not tasks:
            raise NotFound
        work.stores.bulk_acts.forget_before(me, work.now - KEPT_FOR)
        work.stores.bulk_acts.add(act, tasks)
        return act.id


@dataclass(frozen=True)
class DoBulkLine(Command[BulkState]):
    """Do one line of the actor's act, or store in it why the task stays as it is. A line that is settled stays so."""

    line_id: UUID

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        require_person(work)

    def execute(self, work: Work) -> BulkState:
        acts = work.stores.bulk_acts
        act, line = acts.of_line(self.line_id, work.actor.person_id)
        require_action(work, ACTIONS[act.kind])
        if line.state is not BulkState.DUE:
            return line.state
        case, task = work.task(line.task_id)
        to = work.stores.people.get(act.to_person_id) if act.to_person_id else None
        found = hindrance(work, act, case, task, to)
        if found is not None:
            acts.settle(line, BulkState.REFUSED, work.now, reason=found)
            return BulkState.REFUSED
        work.open_task(task.id, ACTIONS[act.kind])
        before, after = carry_out(work, act, case, task)
        acts.settle(line, BulkState.DONE, work.now, before=before, after=after)
        return BulkState.DONE


@dataclass(frozen=True)
class UndoBulkLine(Command[BulkState]):
    """Put back one line of the actor's act, or store in it what has happened since. Raise Invalid after the time for it."""

    line_id: UUID

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        require_person(work)

    def execute(self, work: Work) -> BulkState:
        acts = work.stores.bulk_acts
        act, line = acts.of_line(self.line_id, work.actor.person_id)
        require_action(work, ACTIONS[act.kind])
        if line.state is not BulkState.DONE:
            return line.state
        if work.now >= act.undo_ends_at:
            raise Invalid("Peruminen onnistui vain vuorokauden ajan. Muuta tehtäviä yksitellen.")
        case, task = work.task(line.task_id)
        found = hindrance_to_undo(work, line, case, task)
        if found is not None:
            acts.settle(line, BulkState.KEPT, work.now, reason=found)
            return BulkState.KEPT
        work.open_task(task.id, ACTIONS[act.kind])
        put_back(work, act, line, case, task)
        acts.settle(line, BulkState.UNDONE, work.now)
        return BulkState.UNDONE
