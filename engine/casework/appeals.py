"""Appeals and finality as the record knows them: periods that run, appeals under way, recipients not served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.casework.decision_corrections import in_service
from engine.domain.cases import Case
from engine.domain.deadline_kinds import APPEAL_PERIOD
from engine.domain.deadlines import Deadline
from engine.executor.engine import Work
from engine.storage.resolutions import Delivery

APPEAL_RECEIVED: Final = "appeal_received"
"""Starts an instance of its own: an appeal arrives at any time, also late."""
COURT_NOTICE: Final = "court_notice_needed"
"""Starts an instance of its own: the court that has an appeal hears of a correction."""
FINALITY_CHANGED: Final = "service_changed"
"""Wakes the part of the case that waits for service and finality."""


def open_periods(work: Work, case: Case) -> tuple[Deadline, ...]:
    return tuple(
        each for each in work.stores.deadlines.of_case(case.id) if each.name == APPEAL_PERIOD and each.is_open
    )


def is_open(work: Work, case: Case) -> bool:
    """True while a court has an appeal that it has not decided, or we have one that has not gone there."""
    events = work.stores.timeline.of_case(case.id)
    arrived = sum(each.kind == "appeal_registered" for each in events)
    ended = sum(each.kind == "appeal_ended" for each in events)
    being_registered = any(each.form_key == "appeal_arrival" for each in work.stores.tasks.open_in(case.id))
    return arrived > ended or being_registered


def deliveries_of_resolution(work: Work, case: Case) -> Mapping[str, Delivery]:
    """Return the latest attempt on each recipient of what starts appeal periods today, not of a decision before it."""
    resolution = in_service(work, case)
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


def tell_court(work: Work, case: Case, correction_key: str, state: str) -> None:
    """Have the court that has an appeal told of a correction (434/2003 53 §), through a due row; nobody waits for it."""
    if is_open(work, case):
        told = {"correction_key": correction_key, "correction_state": state, "case_class": case.case_class}
        work.stores.starts.add(case.id, COURT_NOTICE, told, work.now)
