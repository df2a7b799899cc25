"""Appeals and finality as the record knows them: periods that run, appeals under way, recipients not served."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from engine.casework.appeals_beside import signed_beside
from engine.casework.changed_recipients import added_unreached, past_recipients
from engine.casework.decision_corrections import (
    CORRECTED,
    CORRECTION_NEEDED,
    REMOVAL_PREFIX,
    in_service,
    instructed,
    lapse_reason_of,
    newest_copy,
)
from engine.casework.examinations import EXAMINATION_OWED, examined_last, register_facts
from engine.casework.kept_decisions import is_waited_for
from engine.casework.posting import serves_again_beside, serves_removal_again
from engine.domain.cases import Case
from engine.domain.deadline_kinds import APPEAL_PERIOD
from engine.domain.deadlines import Deadline
from engine.domain.decision_corrections import Letter
from engine.executor.engine import Work
from engine.models.gate import MESSAGES, START_VARIABLES
from engine.storage.resolutions import Delivery, Resolution
from engine.storage.timeline import CaseEvent

APPEAL_RECEIVED: Final = "appeal_received"
"""Starts an instance of its own: an appeal arrives at any time, also late."""
COURT_NOTICE: Final = "court_notice_needed"
"""Starts an instance of its own: the court that has an appeal hears of a correction."""
MAIL_RETURNED: Final = "mail_returned"
SERVICE_UNDONE: Final = "service_undone"
"""Begins an instance of its own: post came back after nothing waited for it any more (434/2003 59 §)."""
FINALITY_CHANGED: Final = "service_changed"
"""Wakes the part of the case that waits for service and finality."""
REMOVAL_CHANGED: Final = "removal_service_changed"
"""Wakes the removal that waits for service and finality."""
COURT_DECIDED: Final = "court_decided"
"""Ends the wait for finality of what a court sent back."""
SENT_BACK: Final = frozenset({"annulled", "returned"})
OWN_BEGUN: Final = "own_appeal_begun"
OWN_SENT: Final = "own_appeal_sent"
OWN_DROPPED: Final = "own_appeal_dropped"
"""The authority's own appeal was not sent after all."""
OWN_ENDED: Final = "own_appeal_ended"
RESTORED: Final = "restored"
"""Result of an own appeal: what the administrative court had decided binds no more."""
TRANSFERRED: Final = "transferred"
_OF_SENDING_BACK: Final = (
    TRANSFERRED,
    "resolution_signed",
    "resolution_recalled",
    "appeal_ended",
    OWN_ENDED,
)
"""Events from which it follows if a decision is sent back."""
_HELD: Final = "new_fact"
"""Message that a signed decision waits for before it leaves."""
ADMISSION: Final = "admission"
REMOVAL: Final = "removal"
REFLECTION: Final = "reflection_period"

RETURNED_TO_COURT: Final = "returned_to_court"
"""Result of the supreme court: the administrative court decides the appeal again. Nothing is examined here."""
STANDS: Final = frozenset({"upheld", "dismissed", "discontinued", "leave_refused", RETURNED_TO_COURT})
"""Results after which the decision stays as it was: an appeal is dismissed when it was late, say."""


def begins_with(work: Work, case: Case, message: str = APPEAL_RECEIVED) -> Mapping[str, Any]:
    """Return the variables with which an instance of its own begins: what the case knew when it was examined last, also if
    that has ended, and what the case says of itself."""
    known = examined_last(work, case)
    given: dict[str, Any] = {name: known.get(name) for name in (*START_VARIABLES, *MESSAGES[message])}
    given["outcome"] = case.outcome.value if case.outcome else known.get("outcome")
    if message == APPEAL_RECEIVED:
        given["removal_signed"] = is_removal_signed(work, case)
        given["others_signed"] = bool(signed_beside(work, case))
    if "lapse_reason" in given:
        given["lapse_reason"] = lapse_reason_of(work, case)
    return {**given, **register_facts(case, known)}


def is_removal_signed(work: Work, case: Case) -> bool:
    signed = (each for each in work.stores.resolutions.of_case(case.id) if each.signed_at)
    return any(each.kind == REMOVAL for each in signed)


def is_received(work: Work, case: Case) -> bool:
    """True if the case's version of the procedure registers an appeal in an instance of its own."""
    return APPEAL_RECEIVED in work.instances.models(case.deployment_id).parsed.starts


def kind_of(business_key: str | None) -> str:
    """Return the kind of decision that a recipient's attempt or appeal period belongs to."""
    return REMOVAL if (business_key or "").startswith(REMOVAL_PREFIX) else ADMISSION


def open_periods(work: Work, case: Case, kind: str = ADMISSION) -> tuple[Deadline, ...]:
    return tuple(
        each
        for each in work.stores.deadlines.of_case(case.id)
        if each.name == APPEAL_PERIOD and each.is_open and kind_of(each.business_key) == kind
    )


def is_open(work: Work, case: Case, kind: str | None = None) -> bool:
    """True while a court has an appeal that it has not decided, or we have one that has not gone there, our own too.

    `kind`: only of appeals against this kind of decision.
    """
    kinds = ("appeal_registered", "appeal_ended", OWN_BEGUN, OWN_ENDED, OWN_DROPPED)
    events = work.stores.timeline.of_case(case.id, *kinds)
    if kind is not None:
        against = {
            each.facts.get("business_key"): str(each.facts.get("appealed") or ADMISSION)
            for each in events
            if each.kind == "appeal_registered"
        }
        events = tuple(each for each in events if against.get(each.facts.get("business_key")) == kind)
    own = [each.kind for each in events]
    if own.count(OWN_BEGUN) > own.count(OWN_ENDED) + own.count(OWN_DROPPED):
        return True
    arrived = sum(each.kind == "appeal_registered" for each in events)
    ended = sum(each.kind == "appeal_ended" for each in events)
    being_registered = any(each.form_key == "appeal_arrival" for each in work.stores.tasks.open_in(case.id))
    return arrived > ended or being_registered or work.stores.starts.is_due(case.id, APPEAL_RECEIVED)


def is_decision_coming(work: Work, case: Case) -> bool:
    """True while what a court decided is on its way to what waits for service and finality, or is kept for it."""
    kept = work.stores.inbox_messages.undelivered(case.id, (COURT_DECIDED,))
    return bool(kept) or work.stores.starts.is_due(case.id, COURT_DECIDED)


def deliveries_of_resolution(work: Work, case: Case, kind: str = ADMISSION) -> Mapping[str, Delivery]:
    """Return the latest attempt on each recipient of what starts appeal periods today, and of the decision to which that
    gives new instructions; not of a decision before it."""
    return {key: each for part in _attempts(work, case, kind) for key, each in part.items()}


def _attempts(work: Work, case: Case, kind: str) -> tuple[Mapping[str, Delivery], ...]:
    served = (instructed(work, case, kind), _starting_periods(work, case, kind))
    return tuple(deliveries_of(work, case, each) for each in served)


def deliveries_of(work: Work, case: Case, resolution: Resolution | None) -> Mapping[str, Delivery]:
    """Return the latest attempt on each recipient of a resolution."""
    return {
        each.business_key: each
        for each in work.stores.deliveries.of_case(case.id)
        if resolution is not None and each.resolution_id == resolution.id and each.business_key is not None
    }


def _starting_periods(work: Work, case: Case, kind: str) -> Resolution | None:
    """Return the resolution whose service starts appeal periods today."""
    return in_service(work, case, kind=kind)


def posted_and_served(work: Work, case: Case) -> Mapping[str, Delivery]:
    """Return the attempts that are presumed received by post: what comes back undoes them, whenever it comes.

    A decision that was sent back to be examined again is served on nobody any more.
    """
    found = _presumed(deliveries_of_resolution(work, case))
    if found and is_being_examined(work, case):
        found = {}
    if serves_removal_again(work.instances.models(case.deployment_id)) and not is_removal_void(work, case):
        found |= _presumed(deliveries_of_resolution(work, case, REMOVAL))
    if not serves_again_beside(work.instances.models(case.deployment_id)):
        return found
    beside = [_presumed(deliveries_of(work, case, each)) for each in served_beside(work, case)]
    return {key: each for part in (*beside, found) for key, each in part.items()}


def is_removal_void(work: Work, case: Case) -> bool:
    """True if a court has not upheld the newest signed removal."""
    decided = [
        each.kind
        for each in work.stores.timeline.of_case(case.id, "removal_sent_back", "resolution_signed")
        if each.kind == "removal_sent_back" or (each.kind == "resolution_signed" and each.subject == REMOVAL)
    ]
    return bool(decided) and decided[-1] == "removal_sent_back"


def _presumed(attempts: Mapping[str, Delivery]) -> dict[str, Delivery]:
    return {
        key: each for key, each in attempts.items() if each.channel == "letter" and each.state == "served"
    }


def served_beside(work: Work, case: Case) -> list[Resolution]:
    """Return what is served and starts no appeal period: decisions on the reflection period, the refusals to correct, and of
    each decision the newest corrected copy."""
    signed = [each for each in work.stores.resolutions.of_case(case.id) if each.state == "signed"]
    return [
        each
        for each in signed
        if each.kind == REFLECTION
        or (each.kind == CORRECTED and each.outcome == Letter.REFUSAL)
        or (each.kind == CORRECTED and each.outcome == Letter.COPY and newest_copy(signed, each) is each)
    ]


def unserved(work: Work, case: Case, kind: str = ADMISSION) -> bool:
    """True while a recipient has the resolution no more, or not yet, and before any has it; one who died is not waited for."""
    resolution = _starting_periods(work, case, kind)
    if resolution is None:
        return False
    attempts = [
        each for each in work.stores.deliveries.of_case(case.id) if each.resolution_id == resolution.id
    ]
    if not attempts or lacking(work, case, kind):
        return True
    return added_unreached(work, case, kind, deliveries_of_resolution(work, case, kind))


def lacking(work: Work, case: Case, kind: str = ADMISSION) -> frozenset[str]:
    """Return the recipients who have the resolution no more, or not yet, of those with an attempt; of new instructions also
    those who lack the decision. Not those who speak for the person no more."""
    person_id = applicant_id(work, case)
    past = past_recipients(work, case, deliveries_of_resolution(work, case, kind))
    return frozenset(
        key
        for part in _attempts(work, case, kind)
        for key, each in part.items()
        if key not in past and is_waited_for(each, part.values(), person_id)
    )


def applicant_id(work: Work, case: Case) -> UUID | None:
    person = work.stores.parties.applicant_of(case.id)
    return person.id if person is not None else None


def is_being_examined(work: Work, case: Case) -> bool:
    """True while the matter is examined, for the first time or again: another examination would decide it twice."""
    starts = work.instances.models(case.deployment_id).parsed.starts
    examining = {starts.get(each) for each in (case.channel.message, EXAMINATION_OWED, CORRECTION_NEEDED)}
    is_running = any(each.process_key in examining for each in work.stores.instances.running_in(case.id))
    if not is_running and not work.stores.starts.is_due(case.id, EXAMINATION_OWED):
        return False
    decided = False
    standing: set[str] = set()
    course = ("resolution_signed", "resolution_recalled", "appeal_ended", OWN_ENDED)
    for each in work.stores.timeline.of_case(case.id, *course):
        if each.kind == "resolution_signed" and each.subject == ADMISSION:
            decided = True
            standing.clear()
        elif each.kind == "resolution_recalled" or _is_sending_back(each):
            decided = decided and each.facts.get("decision") == REMOVAL
            standing |= {_appeal_of(each)} if each.kind == "appeal_ended" else set()
        elif is_restoring(each) and standing:
            standing.discard(_appeal_of(each))
            decided = decided or not standing
    return not decided


def is_sent_back(work: Work, case: Case) -> bool:
    """True from a court's annulling or returning the decision, spoken or written, until the new one is signed or the matter
    is transferred.

    The clienthood runs on, so that no help ends before the new decision; but no admission stands from which to remove,
    and the application can be withdrawn again. Our reading.
    """
    return _is_last_sent_back(work.stores.timeline.of_case(case.id, *_OF_SENDING_BACK))


def sent_back_among(work: Work, cases: Iterable[Case]) -> frozenset[UUID]:
    """Return those of the cases that a court sent back, as `is_sent_back` judges each: their outcome is in force no longer."""
    decided = [each.id for each in cases if each.outcome is not None]
    events = work.stores.timeline.of_cases(decided, _OF_SENDING_BACK) if decided else {}
    return frozenset(case_id for case_id, found in events.items() if _is_last_sent_back(found))


def _is_last_sent_back(events: Iterable[CaseEvent]) -> bool:
    return bool(_sending_back(events))


def rulings_sending_back(work: Work, case: Case) -> frozenset[str]:
    """Return the appeals whose rulings have sent the decision back and bind still: each of several has its own."""
    return _sending_back(work.stores.timeline.of_case(case.id, *_OF_SENDING_BACK))


def _sending_back(events: Iterable[CaseEvent]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    for each in events:
        if each.kind == TRANSFERRED:
            found = before = frozenset()
        elif each.kind == "resolution_signed" and each.subject == ADMISSION:
            before, found = found, frozenset()
        elif each.kind == "resolution_recalled" and each.facts.get("decision") != REMOVAL:
            # A decision that was taken back before it left has decided nothing.
            found |= before
        elif _is_sending_back(each) and each.facts.get("decision") != REMOVAL:
            found |= {_appeal_of(each)}
        elif is_restoring(each):
            found -= {_appeal_of(each)}
    return found


def _is_sending_back(event: CaseEvent) -> bool:
    return event.kind == "appeal_ended" and event.subject in SENT_BACK


def _appeal_of(event: CaseEvent) -> str:
    return str(event.facts.get("business_key") or "")


def own_is_pending(work: Work, case: Case, kind: str) -> bool:
    """True while a court has our own appeal against a ruling on a decision of this kind."""
    events = work.stores.timeline.of_case(case.id, "appeal_registered", OWN_SENT, OWN_ENDED)
    against = {
        each.facts.get("business_key"): str(each.facts.get("appealed") or ADMISSION)
        for each in events
        if each.kind == "appeal_registered"
    }
    ended = {each.facts.get("business_key") for each in events if each.kind == OWN_ENDED}
    sent = {each.facts.get("business_key") for each in events if each.kind == OWN_SENT} - ended
    return any(against.get(each, ADMISSION) == kind for each in sent)


def is_restoring(event: CaseEvent) -> bool:
    """True of the end of an own appeal by which the authority's decision on the case is in force again. A decision made
    meanwhile stays until somebody undoes it."""
    is_of_case = event.facts.get("decision") != REMOVAL and not event.facts.get("decided_anew")
    return event.kind == OWN_ENDED and event.subject == RESTORED and is_of_case


def is_held(work: Work, case: Case) -> bool:
    """True while a signed decision waits to leave, or its recall is decided."""
    if _HELD in work.stores.subscriptions.names_in(case.id):
        return True
    return any(each.form_key == "recall_resolution" for each in work.stores.tasks.open_in(case.id))


def wake_removal(work: Work, case: Case) -> None:
    """Wake a signed removal where a decision on the admission, or a court's ruling on it, bears on it."""
    if REMOVAL_CHANGED in work.stores.subscriptions.names_in(case.id):
        notify_finality(work, case, REMOVAL)


def notify_finality(work: Work, case: Case, kind: str = ADMISSION) -> None:
    """Wake what waits for finality, through a due row; one that is on its way already is enough."""
    message = REMOVAL_CHANGED if kind == REMOVAL else FINALITY_CHANGED
    if not work.stores.inbox_messages.undelivered(case.id, (message,)):
        work.stores.starts.add(case.id, message, {}, work.now)


def notify_own_appeal_over(work: Work, case: Case) -> None:
    """Nothing is final while the authority's own appeal is open: what waits for finality looks again."""
    for kind in (ADMISSION, REMOVAL):
        notify_finality(work, case, kind)


def tell_court(work: Work, case: Case, correction_key: str, state: str, kind: str = ADMISSION) -> None:
    """Notify the court that has an appeal against the decision of its correction (434/2003 53 §), through a due row; nobody
    waits for it."""
    if is_open(work, case, kind):
        variables = {
            "correction_key": correction_key,
            "correction_state": state,
            "case_class": case.case_class,
        }
        work.stores.starts.add(case.id, COURT_NOTICE, variables, work.now)
