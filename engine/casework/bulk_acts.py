"""The lines of an act on many tasks: what hinders one, what is done, and what is put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from engine.casework.signing_in import NO_WAY_IN, without_way_in
from engine.casework.task_holders import (
    as_free,
    assign,
    claim,
    follow_up,
    is_begun,
    may_do,
    release,
    require_follow_up_day,
)
from engine.clock import day_of
from engine.domain.access_reasons import KEPT_OUT
from engine.domain.bulk_acts import MOST, UNDO_WITHIN, BulkKind, BulkState, Hindrance
from engine.domain.calendar import end_of
from engine.domain.cases import Case
from engine.domain.people import Person
from engine.domain.policy import HEADS, Action
from engine.domain.tasks import OPEN, TaskState, UserTask
from engine.errors import Invalid, NotFound
from engine.executor.engine import Work
from engine.executor.permissions import require_person
from engine.storage.bulk_acts import BulkAct, BulkLine
from engine.storage.database import new_id

ACTIONS: Final[Mapping[BulkKind, Action]] = {
    BulkKind.CLAIM: Action.CLAIM_TASK,
    BulkKind.ASSIGN: Action.ASSIGN_TASK,
    BulkKind.FOLLOW_UP: Action.SET_FOLLOW_UP,
}


def chosen(task_ids: Sequence[UUID]) -> list[UUID]:
    """Return each id once. Raise Invalid for none, or for more than one act takes."""
    found = list(dict.fromkeys(task_ids))
    if not found:
        raise Invalid("Valitse ensin ainakin yksi tehtävä.", field="task")
    if len(found) > MOST:
        raise Invalid("Valitse kerralla enintään 50 tehtävää.", field="task")
    return found


def seen_of_choice(work: Work, task_ids: Sequence[UUID]) -> list[tuple[Case, UserTask]]:
    """Return the chosen tasks that the actor sees, each with its case, in the order given. Log each of the others as one
    that they do not see: in the log of its case, or in their own where there is none. Either costs the same."""
    found = []
    for task_id in chosen(task_ids):
        try:
            case, task = work.task(task_id)
        except NotFound:
            work.stores.access.log_list((), work.actor, KEPT_OUT, work.now)
            continue
        if work.may_with_task(task.id, Action.SEE):
            found.append((case, task))
        else:
            work.stores.access.log_case(case.id, work.actor, KEPT_OUT, work.now)
    return found


def new_act(work: Work, kind: BulkKind, person_id: UUID | None, on: date | None) -> BulkAct:
    """Return the act with these wishes. Raise Invalid for somebody who is away or has left, and for a day that is too
    near or far."""
    to = None
    if kind is BulkKind.ASSIGN:
        to = require_present(work, person_id)
    day = require_follow_up_day(work, on) if kind is BulkKind.FOLLOW_UP else None
    return BulkAct(
        new_id(),
        require_person(work),
        kind,
        to.id if to else None,
        day,
        work.now,
        work.now + UNDO_WITHIN,
    )


def require_present(work: Work, person_id: UUID | None) -> Person:
    if person_id is None:
        raise Invalid("Valitse, kenelle tehtävät siirtyvät.", field="person_id")
    person = work.stores.people.get(person_id)
    if not person.is_active or person.is_away(work.today):
        raise Invalid("Henkilö on poissa. Valitse joku, joka on töissä.", field="person_id")
    if person.id in without_way_in(work):
        raise Invalid(NO_WAY_IN, field="person_id")
    return person


def hindrance(work: Work, act: BulkAct, case: Case, task: UserTask, to: Person | None) -> Hindrance | None:
    """Return why the act leaves a task as it is; None if it changes it. The preview and the act itself ask this."""
    if not work.may_with_task(task.id, ACTIONS[act.kind]):
        return Hindrance.GONE
    if task.state not in OPEN:
        return Hindrance.CLOSED
    if act.kind is BulkKind.FOLLOW_UP:
        return _of_follow_up(work, act, task)
    if act.kind is BulkKind.CLAIM:
        return _of_claim(work, case, task)
    return None if to is None else _of_assignment(work, case, task, to)


def _of_claim(work: Work, case: Case, task: UserTask) -> Hindrance | None:
    me = work.actor.person_id
    if task.assignee_id is not None and task.assignee_id == me:
        return Hindrance.SAME
    if as_free(work, case, task).assignee_id is not None:
        return Hindrance.TAKEN
    if str(me) in task.not_by:
        return Hindrance.FOUR_EYES
    return None if task.is_for(work.actor) else Hindrance.OTHER_GROUP


def _of_assignment(work: Work, case: Case, task: UserTask, to: Person) -> Hindrance | None:
    if task.assignee_id == to.id:
        return Hindrance.SAME
    if case.is_restricted:
        return Hindrance.RESTRICTED
    if str(to.id) in task.not_by:
        return Hindrance.FOUR_EYES
    if work.stores.cases.is_disqualified(case.id, to.id):
        return Hindrance.DISQUALIFIED
    return None if to.is_active and may_do(work, task, to) else Hindrance.OTHER_GROUP


def _of_follow_up(work: Work, act: BulkAct, task: UserTask) -> Hindrance | None:
    if task.due_at is not None:
        return Hindrance.HAS_DUE_DAY
    if task.assignee_id not in (None, work.actor.person_id) and not work.actor.has(*HEADS):
        return Hindrance.TAKEN
    if task.assignee_id is None and not (task.is_for(work.actor) or work.actor.has(*HEADS)):
        return Hindrance.OTHER_GROUP
    same = task.follow_up_at is not None and day_of(task.follow_up_at) == act.follow_up_on
    return Hindrance.SAME if same else None


def carry_out(work: Work, act: BulkAct, case: Case, task: UserTask) -> tuple[dict[str, Any], dict[str, Any]]:
    """Do what the act asks for with one task. Return what of it was before, and what is after."""
    before = _standing(task) | {"caseworker": case.caseworker_id is not None}
    if act.kind is BulkKind.CLAIM:
        claim(work, case, task)
        after = replace(task, state=TaskState.CLAIMED, assignee_id=work.actor.person_id)
    elif act.kind is BulkKind.ASSIGN and act.to_person_id is not None:
        assign(work, case, task, act.to_person_id)
        after = replace(task, state=TaskState.CLAIMED, assignee_id=act.to_person_id)
    else:
        on = act.follow_up_on or work.today
        follow_up(work, case, task, on)
        after = replace(task, follow_up_at=end_of(on))
    return before, _standing(after)


def hindrance_to_undo(work: Work, line: BulkLine, case: Case, task: UserTask) -> Hindrance | None:
    """Return what has happened since, so that the line stays as it is; None if it can be put back."""
    if not work.may_with_task(task.id, Action.SEE):
        return Hindrance.GONE
    if task.state not in OPEN or _standing(task) != line.after:
        return Hindrance.MOVED_ON
    former = (line.before or {}).get("assignee")
    if case.is_restricted and former and former != line.after.get("assignee"):
        # It may be restricted because of them, and who has a task in it sees it.
        return Hindrance.RESTRICTED
    drafted = task.assignee_id is not None and work.stores.task_drafts.find(task, task.assignee_id)
    return Hindrance.DRAFTED if drafted else None


def put_back(work: Work, act: BulkAct, line: BulkLine, case: Case, task: UserTask) -> None:
    """Make the task what it was before the act, and notify one who has it again."""
    before = line.before or {}
    if act.kind is BulkKind.FOLLOW_UP:
        look_at = before.get("follow_up_at")
        at = datetime.fromisoformat(look_at) if look_at else None
        work.stores.tasks.save(task, replace(task, follow_up_at=at))
        work.record(case.id, "follow_up_set", task.element_id, on=day_of(at).isoformat() if at else "")
        return
    holder = work.stores.people.get(UUID(before["assignee"])) if before.get("assignee") else None
    if holder is None or not _may_have(work, case, task, holder):
        release(work, case, task)
        is_theirs = case.caseworker_id is not None and case.caseworker_id == work.actor.person_id
        if act.kind is BulkKind.CLAIM and is_theirs and _had_no_caseworker(work, line):
            _leave_case(work, case, task)
    else:
        was_only_given = before.get("state") == TaskState.CREATED
        assign(work, case, task, holder.id, as_from_birth=was_only_given)


def _may_have(work: Work, case: Case, task: UserTask, person: Person) -> bool:
    """Return True if somebody may have a task back. They may have left since, or have been disqualified."""
    is_barred = work.stores.cases.is_disqualified(case.id, person.id)
    return person.is_active and may_do(work, task, person) and not is_barred


def _had_no_caseworker(work: Work, line: BulkLine) -> bool:
    """Return True if the case had no caseworker before the act. Its first claim made the actor one, so only that line
    remembers it, and the line undone last asks."""
    known = [
        each
        for each in work.stores.bulk_acts.lines(line.act_id)
        if each.case_id == line.case_id and (each.id == line.id or each.state is BulkState.UNDONE)
    ]
    return any(not (each.before or {}).get("caseworker", True) for each in known)


def _leave_case(work: Work, case: Case, task: UserTask) -> None:
    """Take the actor off a case that the claim made theirs, with the tasks born since, unless they hold more of it by
    now."""
    me = work.actor.person_id
    held = [
        each for each in work.stores.tasks.open_in(case.id) if each.id != task.id and each.assignee_id == me
    ]
    if case.caseworker_id != me or any(not each.is_only_given or is_begun(work, each) for each in held):
        return
    for each in held:
        work.stores.tasks.save(each, each.released())
    work.change_case(case.id, caseworker_id=None)
    work.save_case(case)


def _standing(task: UserTask) -> dict[str, Any]:
    return {
        "state": task.state.value,
        "assignee": str(task.assignee_id) if task.assignee_id else None,
        "follow_up_at": _written(task.follow_up_at),
        "due_at": _written(task.due_at),
    }


def _written(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
