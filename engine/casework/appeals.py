"""Appeals and finality as the record knows them: periods that run, appeals under way, recipients not served."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from engine.domain.appeals import NAME, leave_ends_on
from engine.domain.cases import Case
from engine.domain.deadlines import Deadline
from engine.executor.engine import Work
from engine.feel.values import from_json
from engine.models.gate import MESSAGES, START_VARIABLES
from engine.storage.resolutions import Delivery

APPEAL_RECEIVED: Final = "appeal_received"
"""Starts an instance of its own: an appeal arrives at any time, also late."""
FINALITY_CHANGED: Final = "service_changed"
"""Wakes the part of the case that waits for service and finality."""

UPHELD_OR_CHANGED: Final = frozenset({"upheld", "changed"})


def begins_with(work: Work, case: Case) -> Mapping[str, Any]:
    """Return the variables with which an appeal's own instance begins: those of the case as it stands."""
    known = work.instances.variables(case)
    given = {name: known.get(name) for name in (*START_VARIABLES, *MESSAGES[APPEAL_RECEIVED])}
    return given | {"outcome": case.outcome.value if case.outcome else known.get("outcome")}


def is_received(work: Work, case: Case) -> bool:
    """True if the case's version of the procedure registers an appeal in an instance of its own."""
    return APPEAL_RECEIVED in work.instances.models(case.deployment_id).parsed.starts


def open_periods(work: Work, case: Case) -> tuple[Deadline, ...]:
    return tuple(
        each for each in work.stores.deadlines.of_case(case.id) if each.name == NAME and each.is_open
    )


def is_open(work: Work, case: Case) -> bool:
    """True while a court has an appeal that it has not decided, or we have one that has not gone there."""
    events = work.stores.timeline.of_case(case.id)
    arrived = sum(each.kind == "appeal_registered" for each in events)
    ended = sum(each.kind == "appeal_ended" for each in events)
    being_registered = any(each.form_key == "appeal_arrival" for each in work.stores.tasks.open_in(case.id))
    return arrived > ended or being_registered or work.stores.starts.is_due(case.id, APPEAL_RECEIVED)


def leave_runs_until(work: Work, case: Case) -> date | None:
    """Return the last day for asking leave to appeal against what a court decided; None if no such time was begun.

    What a court sent back is examined anew and waits for no leave.
    """
    decision = work.stores.submissions.latest(case.id, "court_decision")
    answers = from_json(decision.answers) if decision is not None else {}
    decided_on = answers.get("court_decided_on")
    if answers.get("court_result") not in UPHELD_OR_CHANGED or not isinstance(decided_on, date):
        return None
    return leave_ends_on(str(answers.get("court") or ""), decided_on)


def deliveries_of_resolution(work: Work, case: Case) -> Mapping[str, Delivery]:
    """Return the latest attempt on each recipient of the case's newest resolution, not of one before it."""
    resolution = work.stores.resolutions.latest(case.id, "admission")
    return {
        each.business_key: each
        for each in work.stores.deliveries.of_case(case.id)
        if resolution is not None and each.resolution_id == resolution.id and each.business_key is not None
    }


def is_dead(delivery: Delivery) -> bool:
    return delivery.state == "kept" and delivery.proof == "dead"


def unserved(work: Work, case: Case) -> bool:
    """True while a recipient has the resolution no more, or not yet; one who died is not waited for."""
    return any(
        each.state != "served" and not is_dead(each) for each in deliveries_of_resolution(work, case).values()
    )


def notify_finality(work: Work, case: Case) -> None:
    """Wake what waits for finality, through a due row; one that is on its way already is enough."""
    if not work.stores.inbox_messages.undelivered(case.id, (FINALITY_CHANGED,)):
        work.stores.starts.add(case.id, FINALITY_CHANGED, {}, work.now)
