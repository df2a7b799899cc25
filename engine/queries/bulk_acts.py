"""Acts on many tasks at once: what one would change, what it has changed, and those of the last days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from engine.casework.bulk_acts import ACTIONS, hindrance, hindrance_to_undo, new_act, seen_of_choice
from engine.casework.signing_in import without_way_in
from engine.domain.bulk_acts import BulkKind, BulkState, Hindrance
from engine.domain.cases import Case
from engine.domain.people import CASE_STAFF, Person
from engine.domain.policy import Action, admits
from engine.domain.tasks import UserTask
from engine.errors import NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_action, require_case_staff, require_person
from engine.storage.bulk_acts import BulkAct

LATEST = 10


@dataclass(frozen=True, slots=True)
class BulkRow:
    """A task of an act, as the reader sees it now."""

    task_id: UUID
    name: str
    reference: str
    assignee: str
    """Name of its present holder; empty if nobody has it."""
    due_at: datetime | None
    follow_up_at: datetime | None
    reason: Hindrance | None
    """Why it stays as it is."""
    state: BulkState = BulkState.DUE
    line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    kind: BulkKind
    rows: tuple[BulkRow, ...]
    to: Person | None
    on: date | None


@dataclass(frozen=True)
class PreviewBulk(Query[Preview]):
    """Return what an act would change of each chosen task, and why it would leave others. Those that the reader does not
    see are left out."""

    kind: BulkKind
    task_ids: Sequence[UUID]
    person_id: UUID | None = None
    on: date | None = None
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        require_person(work)
        require_action(work, ACTIONS[self.kind])

    def execute(self, work: Work) -> Preview:
        act = new_act(work, self.kind, self.person_id, self.on)
        to = work.stores.people.get(act.to_person_id) if act.to_person_id else None
        seen = seen_of_choice(work, self.task_ids)
        names = _Names(work, self.language)
        rows = tuple(
            names.row(case, task, hindrance(work, act, case, task, to), BulkState.DUE) for case, task in seen
        )
        _log(work, seen, "bulk_preview")
        return Preview(self.kind, rows, to, act.follow_up_on)


@dataclass(frozen=True, slots=True)
class OpenedBulk:
    act: BulkAct
    rows: tuple[BulkRow, ...]
    to: Person | None
    can_undo: bool
    """The time for it is not over, and a line is there to be put back."""
    moment: datetime


@dataclass(frozen=True)
class OpenBulk(Query[OpenedBulk]):
    """Return one of the reader's own acts with its lines."""

    act_id: UUID
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        require_person(work)

    def execute(self, work: Work) -> OpenedBulk:
        act = work.stores.bulk_acts.get(self.act_id, work.actor.person_id)
        lines = {line.task_id: line for line in work.stores.bulk_acts.lines(act.id)}
        seen = _seen(work, list(lines))
        names = _Names(work, self.language)
        rows = tuple(
            names.row(case, task, lines[task.id].reason, lines[task.id].state, lines[task.id].id)
            for case, task in seen
        )
        _log(work, seen, "bulk_act")
        can_undo = work.now < act.undo_ends_at and any(
            lines[task.id].state is BulkState.DONE
            and hindrance_to_undo(work, lines[task.id], case, task) is None
            for case, task in seen
        )
        to = work.stores.people.get(act.to_person_id) if act.to_person_id else None
        return OpenedBulk(act, rows, to, can_undo, work.now)


@dataclass(frozen=True, slots=True)
class BulkChoices:
    """The reader's acts of the last days, and the people to whom they may assign tasks."""

    acts: tuple[BulkAct, ...]
    colleagues: tuple[Person, ...] = field(default=())
    """By name; none for those who may not assign."""


@dataclass(frozen=True)
class ReadBulkChoices(Query[BulkChoices]):
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_case_staff(work)

    def execute(self, work: Work) -> BulkChoices:
        acts = work.stores.bulk_acts.latest(work.actor.person_id, LATEST)
        return BulkChoices(acts, _colleagues(work))


class _Names:
    """Words of tasks and people for the rows, read once."""

    def __init__(self, work: Work, language: str) -> None:
        self._names = work.instances.names(language)
        self._people = {person.id: person.name for person in work.stores.people.all()}

    def row(
        self,
        case: Case,
        task: UserTask,
        reason: Hindrance | None,
        state: BulkState,
        line_id: UUID | None = None,
    ) -> BulkRow:
        return BulkRow(
            task.id,
            self._names.of(task.name),
            case.reference,
            self._people.get(task.assignee_id, "") if task.assignee_id else "",
            task.due_at,
            task.follow_up_at,
            reason,
            state,
            line_id,
        )


def _log(work: Work, seen: Sequence[tuple[Case, UserTask]], action: str) -> None:
    work.stores.access.log_list((case.id for case, _ in seen), work.actor, action, work.now)


def _colleagues(work: Work) -> tuple[Person, ...]:
    if not admits(Action.ASSIGN_TASK, work.actor.roles):
        return ()
    shut_out = without_way_in(work)
    present = (
        each
        for each in work.stores.people.all()
        if each.is_active
        and each.id not in shut_out
        and not each.is_away(work.today)
        and not each.roles.isdisjoint(CASE_STAFF)
    )
    return tuple(sorted(present, key=lambda each: each.name))


def _seen(work: Work, task_ids: Sequence[UUID]) -> list[tuple[Case, UserTask]]:
    """Return the tasks, each with its case, that the reader sees, in the order given."""
    found = []
    for task_id in task_ids:
        try:
            case, task = work.task(task_id)
        except NotFound:
            continue
        if work.may_with_task(task.id, Action.SEE):
            found.append((case, task))
    return found
