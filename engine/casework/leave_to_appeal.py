"""Leave to appeal against what courts decided: until when it may be asked for (808/2019 13, 93, 107 §)."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.casework.appeals import ADMISSION, SENT_BACK, STANDS
from engine.domain.appeals import last_served_on, leave_ends_on
from engine.domain.cases import Case
from engine.executor.engine import Work
from engine.feel.values import from_json
from engine.storage.submissions import Submission

STANDS_OR_CHANGED: Final = STANDS | {"changed"}


def leave_runs_until(work: Work, case: Case, kind: str = ADMISSION) -> date | None:
    """Return the last day for asking leave to appeal against what courts decided on the decision in force; None if no such
    time was begun. Each of several appeals has its own.

    What a court sent back is examined anew: its own ruling gives no such time, also once the decision is restored.
    """
    decided = (
        work.stores.submissions.latest(case.id, "court_decision", key)
        for key in _upheld_or_changed(work, case, kind)
    )
    return max((day for each in decided if each is not None and (day := _leave_of(each))), default=None)


def _upheld_or_changed(work: Work, case: Case, kind: str) -> list[str]:
    """Return the appeals against the newest decision of this kind that a court has decided and not sent back. One that was
    restored waits for those of its other appeals too, also where a new decision was signed and recalled meanwhile."""
    kinds = ("resolution_signed", "resolution_recalled", "appeal_ended")
    found: list[str] = []
    before: list[str] = []
    for each in work.stores.timeline.of_case(case.id, *kinds):
        of_kind = str(each.facts.get("decision") or ADMISSION) == kind
        if each.kind == "resolution_signed" and each.subject == kind:
            before, found = found, []
        elif each.kind == "resolution_recalled" and of_kind:
            found = [*before, *found]
        elif each.kind == "appeal_ended" and of_kind and each.subject not in SENT_BACK:
            found.append(str(each.facts.get("business_key") or ""))
    return found


def _leave_of(decision: Submission) -> date | None:
    answers = from_json(decision.answers)
    decided_on = answers.get("court_decided_on")
    if answers.get("court_result") not in STANDS_OR_CHANGED or not isinstance(decided_on, date):
        return None
    arrived_on, served_on = answers.get("court_decision_arrived_on"), answers.get("court_decision_served_on")
    last = last_served_on(
        decided_on,
        arrived_on if isinstance(arrived_on, date) else None,
        served_on if isinstance(served_on, date) else None,
    )
    return leave_ends_on(str(answers.get("court") or ""), last)
