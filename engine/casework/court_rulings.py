"""Decisions of courts on appeals, as the record knows it: court, days, diary number, and the decision it was about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from engine.casework.appeals import (
    ADMISSION,
    APPEAL_RECEIVED,
    OWN_ENDED,
    REMOVAL,
    RESTORED,
    RETURNED_TO_COURT,
    SENT_BACK,
    begins_with,
    is_sent_back,
    notify_finality,
)
from engine.clock import noon_of
from engine.domain.cases import Case
from engine.executor.engine import Work
from engine.feel.values import from_json, to_json
from engine.storage.resolutions import Resolution
from engine.storage.submissions import Submission
from engine.storage.timeline import CaseEvent

FORM: Final = "court_decision"
OWN_FORM: Final = "own_appeal_result"
"""Form of the ruling on the authority's own appeal."""
OVERRULED: Final = SENT_BACK | {"changed"}


@dataclass(frozen=True, slots=True)
class CourtRuling:
    result: str
    """upheld, dismissed, discontinued, changed, annulled or returned; of the supreme court also leave_refused or
    returned_to_court."""
    kind: str
    """Kind of the resolution that was appealed."""
    recorded_at: datetime
    court: str = ""
    """Empty once it is erased, and for who may not read it; so is the number."""
    decided_on: date | None = None
    diary_number: str = ""
    arrived_on: date | None = None
    """Day on which it reached the authority; None of one recorded before that day was asked."""


def rulings(timeline: Iterable[CaseEvent], submissions: Iterable[Submission]) -> Mapping[str, CourtRuling]:
    """Return the rulings by the key of their appeal, oldest first."""
    written = {
        each.business_key: from_json(dict(each.answers)) for each in submissions if each.form_key == FORM
    }
    found = {}
    for event in timeline:
        if event.kind == "appeal_ended":
            key = str(event.facts.get("business_key") or "")
            found[key] = _ruling(event, written.get(key, {}))
    return found


def own_rulings(
    timeline: Iterable[CaseEvent], submissions: Iterable[Submission]
) -> Mapping[str, CourtRuling]:
    """Return the rulings on the authority's own appeals by the key of the appeal that they follow."""
    written = {
        each.business_key: from_json(dict(each.answers)) for each in submissions if each.form_key == OWN_FORM
    }
    keys = [(str(each.facts.get("business_key") or ""), each) for each in timeline if each.kind == OWN_ENDED]
    return {key: _ruling(event, written.get(key, {})) for key, event in keys}


def _ruling(event: CaseEvent, answers: Mapping[str, Any]) -> CourtRuling:
    decided_on, arrived_on = answers.get("court_decided_on"), answers.get("court_decision_arrived_on")
    return CourtRuling(
        result=event.subject or "",
        kind=str(event.facts.get("decision") or ADMISSION),
        recorded_at=event.at,
        court=str(answers.get("court") or ""),
        decided_on=decided_on if isinstance(decided_on, date) else None,
        diary_number=str(answers.get("court_diary_number") or ""),
        arrived_on=arrived_on if isinstance(arrived_on, date) else None,
    )


def overruled(
    resolutions: Iterable[Resolution], known: Mapping[str, CourtRuling], timeline: Iterable[CaseEvent]
) -> Mapping[UUID, CourtRuling]:
    """Return the rulings that annulled, returned or changed a decision, by that decision: the newest of its kind at the
    ruling. Of several on one decision, the first. Not those that the supreme court has undone since."""
    undone = {
        str(each.facts.get("business_key") or "")
        for each in timeline
        if each.kind == OWN_ENDED and each.subject == RESTORED
    }
    signed = [each for each in resolutions if each.state == "signed"]
    found: dict[UUID, CourtRuling] = {}
    for ruling in (each for key, each in known.items() if key not in undone):
        newest = subject_of(ruling, signed)
        if newest is not None and ruling.result in OVERRULED:
            found.setdefault(newest.id, ruling)
    return found


def subject_of(ruling: CourtRuling, signed: Iterable[Resolution]) -> Resolution | None:
    """Return the newest signed decision of the ruling's kind when it was recorded."""
    before = (
        each
        for each in signed
        if each.kind == ruling.kind and each.signed_at and each.signed_at <= ruling.recorded_at
    )
    return max(before, key=lambda each: (each.signed_at, each.id), default=None)


def came_back_at(work: Work, case: Case) -> datetime | None:
    """Return when what a court sent back reached the authority, until the new decision is signed; None for other matters.

    The target of the new examination counts from then, not from the application.
    """
    if not is_sent_back(work, case):
        return None
    known = rulings(
        work.stores.timeline.of_case(case.id), work.stores.submissions.of_case(case.id, FORM)
    ).values()
    back = [each for each in known if each.result in SENT_BACK and each.kind == ADMISSION]
    if not back:
        return None
    last = back[-1]
    return last.recorded_at if last.arrived_on is None else min(noon_of(last.arrived_on), work.now)


def register_again(work: Work, case: Case, key: str, kind: str) -> None:
    """End an appeal that the supreme court returned to the administrative court, and begin the next: nothing is final
    meanwhile."""
    of = {"decision": REMOVAL} if kind == REMOVAL else {}
    work.record(case.id, "appeal_ended", RETURNED_TO_COURT, business_key=key, **of)
    owe_registration(work, case)
    notify_finality(work, case, kind)


def owe_registration(work: Work, case: Case) -> None:
    """Begin to register an appeal in an instance of its own: the administrative court has it once more."""
    work.record(case.id, "message_received", APPEAL_RECEIVED)
    work.stores.starts.add(case.id, APPEAL_RECEIVED, to_json(dict(begins_with(work, case))), work.now)
