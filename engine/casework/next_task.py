"""The task offered next, by the decision table `take_next`: class of the case, days, load, and whose case it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from engine.casework.appointments import limit_in
from engine.casework.signers import SIGNATURES
from engine.casework.spoken_decisions import ORAL
from engine.clock import day_of
from engine.dmn.model import Decision
from engine.domain.cases import CaseClass
from engine.domain.next_task import FreeTask, Handler, Offer, Offered
from engine.domain.people import Person
from engine.errors import NotFound
from engine.executor.engine import Work
from engine.instances import CompiledModels

TABLE: Final = "take_next"
_CLASSES: Final = {CaseClass.URGENT: 0, CaseClass.CHILD: 1}


def offered(work: Work, language: str = "fi") -> Offered:
    """Return what the actor is offered now, by the version in use. Nothing while they are recorded as absent."""
    me = work.actor.person_id
    person = work.stores.people.get(me) if me else None
    carried = work.stores.tasks.held_by(me) if me else 0
    if person is None or not person.is_active or person.is_away(work.today):
        return Offered(None, carried, 0, is_away=person is not None)
    models = work.instances.models(work.stores.deployments.current().id)
    names, free = work.instances.names(language), work.stores.next_tasks.free_for(work.actor, work.now)
    free = tuple(each for each in free if _is_within_limits(work, person, each))
    found = [offer for task in free if (offer := _ranked(work, models, task, carried)) is not None]
    best = min(found, key=lambda each: (each.rank, each.task.sort_at, each.task.task_id), default=None)
    if best is not None:
        best = replace(best, task=replace(best.task, name=names.of(best.task.name)))
    return Offered(best, carried, len(free), is_away=False)


def _is_within_limits(work: Work, person: Person, offered: FreeTask) -> bool:
    """Return False of a decision outside the limits of their appointments: they could only send it back."""
    if offered.form_key not in (*SIGNATURES, ORAL):
        return True
    case, task = work.task(offered.task_id)
    return limit_in(work, case, task, person) is None


def _ranked(work: Work, models: CompiledModels, task: FreeTask, carried: int) -> Offer | None:
    """Return the task with its rank; None if the table does not offer it to somebody who carries that much."""
    waited = max(0, (work.today - day_of(task.received_at)).days)
    left = None if task.due_at is None else (day_of(task.due_at) - work.today).days
    try:
        table = models.table(TABLE)
    except NotFound:
        # A version of before: urgent first, then children, then by day.
        by_class = _CLASSES.get(task.case_class or CaseClass.NORMAL, 2)
        return Offer(task, by_class, "", 0, waited, left)
    asked: dict[str, Any] = {
        "case_class": task.case_class.value if task.case_class else None,
        "days_waited": waited,
        "days_left": left,
        "carried": carried,
        "handler": _handler(work, task).value,
    }
    found = table.evaluate(TABLE, asked)
    result = found.result if isinstance(found.result, Mapping) else {}
    rank = result.get("rank")
    if rank is None:
        return None
    decision = table.named(TABLE, Decision)
    rules = decision.table.rules if isinstance(decision, Decision) and decision.table else ()
    row = next((number for number, rule in enumerate(rules, 1) if rule.id in found.rules), 0)
    return Offer(task, int(rank), str(result.get("reason") or ""), row, waited, left)


def _handler(work: Work, task: FreeTask) -> Handler:
    if task.caseworker_id is None:
        return Handler.NONE
    return Handler.OWN if task.caseworker_id == work.actor.person_id else Handler.OTHER
