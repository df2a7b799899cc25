"""Recipients of a decision to which new appeal instructions were issued: these replace no words of it (434/2003 49 §)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from engine.casework.appeals import (
    ADMISSION,
    REMOVAL,
    SENT_BACK,
    deliveries_of,
    deliveries_of_resolution,
    lacking,
)
from engine.casework.decision_corrections import REMOVAL_PREFIX, in_service, instructed, prefix_of
from engine.domain.cases import Case
from engine.executor.engine import Work
from engine.storage.timeline import CaseEvent

_ENDING: Final = ("resolution_final", "removal_final", "appeal_ended")


def is_replaced_for(work: Work, case: Case, listed: Collection[str], kind: str = ADMISSION) -> bool:
    """True for those who were served before a correction that starts periods anew: its own process serves them, and waits
    for finality. New instructions replace no words, so whose decision came back is served first; once nothing waits for
    finality with the instructions, who serves them waits for it as well."""
    now = in_service(work, case, kind=kind)
    prefix = prefix_of(now) or (REMOVAL_PREFIX if kind == REMOVAL else "DEL")
    if now is None or not listed or any(each.startswith(f"{prefix}-") for each in listed):
        return False
    decision = instructed(work, case, kind)
    own = deliveries_of(work, case, decision)
    if decision is None or not any(each in own for each in listed):
        return True
    if any(each in listed for each in lacking(work, case, kind)):
        return False
    ending = (each for each in work.stores.timeline.of_case(case.id, *_ENDING) if _ends_the_wait(each, kind))
    return not any(now.signed_at is not None and now.signed_at <= each.at for each in ending)


def is_unreached(work: Work, case: Case, kind: str = ADMISSION) -> bool:
    """True while nobody has the decision in their hands."""
    return not any(each.state == "served" for each in deliveries_of_resolution(work, case, kind).values())


def _ends_the_wait(event: CaseEvent, kind: str) -> bool:
    """True of what ended the process that served the instructions."""
    if kind == REMOVAL:
        return event.kind == "removal_final"
    is_back = (
        event.kind == "appeal_ended" and event.subject in SENT_BACK and event.facts.get("decision") != REMOVAL
    )
    return is_back or event.kind == "resolution_final"
