"""Days that people write down: the act that each tells of, and the days of its neighbours in the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from engine.casework.appeals import REFLECTION
from engine.casework.appeals_beside import ARRIVALS
from engine.casework.contact_channels import POSTED
from engine.casework.dated_questions import written_days
from engine.casework.overtaken_decisions import overtaken_on
from engine.casework.paper_readers import request_behind
from engine.casework.withdrawals import unnotified_since, withdrawn_on
from engine.clock import day_of, moment_of, noon_of
from engine.domain.acts import Act
from engine.domain.ages import birth_date_of
from engine.domain.applications import CHILD_FORM
from engine.domain.cases import Case
from engine.domain.chronology import SPOKEN_EARLY, Dated, DatesRejected, Explanation, acts_beside, explained
from engine.domain.corrections import EXPLANATION
from engine.domain.parties import Ground
from engine.domain.tasks import UserTask
from engine.errors import Invalid
from engine.executor.engine import Work
from engine.feel.values import from_json
from engine.storage.resolutions import Delivery
from engine.storage.timeline import CaseEvent

SUBMISSION: Final = "submission"
CERTIFICATE: Final = "service_certificate"
HOUR: Final = "told_hour"
_TELLS_OF: Final[Mapping[str, tuple[Act, str | None]]] = {
    "reflection_told": (Act.PERIOD_SIGNATURE, REFLECTION),
    "send_correction_notice": (Act.NOTICE_MADE, None),
}
"""Forms of tasks that tell of a decision: the act of its signature, and its kind where the task is of one kind only."""


def check_days(
    work: Work,
    case: Case,
    written: Mapping[str, Dated],
    reasons: Mapping[str, str],
    *,
    business_key: str | None = None,
    beside: Mapping[Act, date] | None = None,
) -> tuple[Explanation, ...]:
    """Return the reversals that have a reason. Raise DatesRejected for others.

    `beside`: days that the caller knows and the record does not, or not so.
    """
    if not written:
        return ()
    days = _as_of_a_child(work, case, written)
    known = known_days(work, case, frozenset(each.act for each in days.values()), business_key)
    return explained(days, {**known, **(beside or {})}, work.today, reasons)


def days_behind(work: Work, case: Case, task: UserTask) -> Mapping[Act, date]:
    """Return the day of what the task tells of: a decision signed before the task began, or an oral one that was denied."""
    if task.form_key == "tell_denied":
        denied = [each.denied_at for each in work.stores.oral_decisions.denied_of_case(case.id)]
        return {Act.ORAL_DENIAL: day_of(max(denied))} if denied else {}
    if task.form_key is None or task.form_key not in _TELLS_OF:
        return {}
    act, kind = _TELLS_OF[task.form_key]
    signed = [
        each.signed_at
        for each in work.stores.resolutions.of_case(case.id)
        if kind in (None, each.kind) and each.signed_at is not None and each.signed_at <= task.created_at
    ]
    return {act: day_of(max(signed))} if signed else {}


def check_hour(
    case: Case, form_key: str, answers: Mapping[str, object], reasons: Mapping[str, str]
) -> tuple[Explanation, ...]:
    """Compare the hour of an oral decision with that at which the case arrived, where both are of one day: the days alone
    do not show which came first. What arrived at an hour that nobody knows arrived at noon, and is not compared."""
    given_on, hour = answers.get("told_on"), answers.get(HOUR)
    arrived_at = case.received_at.replace(second=0, microsecond=0)
    if form_key != "oral_decision" or not isinstance(given_on, date) or not isinstance(hour, str):
        return ()
    is_same_day = given_on == day_of(arrived_at) and arrived_at != noon_of(given_on)
    if not is_same_day or moment_of(given_on, hour) >= arrived_at:
        return ()
    if not reasons.get(HOUR, "").strip():
        raise DatesRejected({HOUR: SPOKEN_EARLY})
    return (Explanation(HOUR, SPOKEN_EARLY, given_on, reasons[HOUR].strip()),)


def check_opening(form_key: str, answers: Mapping[str, object], received_on: date) -> None:
    """Check the days of a form that opens a case. Its writer is asked for no reasons: only what cannot be is refused."""
    explained(written_days(form_key, answers), {Act.ARRIVAL: received_on}, received_on, {})


def problems_of_birth(work: Work, case: Case, kind: str, born_on: object) -> dict[str, Invalid]:
    """Return the problem of a party's birth date beside their parent's, their children's and the case's arrival."""
    act = {"applicant": Act.BIRTH, "child": Act.CHILD_BIRTH}.get(kind)
    if act is None or not isinstance(born_on, str) or not born_on:
        return {}
    try:
        check_days(work, case, {"born_on": Dated(act, date.fromisoformat(born_on))}, {})
    except DatesRejected as refused:
        return {"born_on": Invalid(refused.message)}
    return {}


def keep_explanations(
    work: Work, case: Case, submission_id: UUID, explanations: tuple[Explanation, ...]
) -> None:
    """Put the reasons beside the record, as clarifications are: sealed, and read by the signer."""
    for path in dict.fromkeys(each.path for each in explanations):
        own = [each for each in explanations if each.path == path]
        work.stores.corrections.add(
            case.id,
            SUBMISSION,
            submission_id,
            EXPLANATION,
            ground=Ground("registration", None, own[0].reason),
            changes={"narrative": {path: (None, [each.order.name for each in own])}},
            actor=work.actor,
            moment=work.now,
        )
        work.record(case.id, "days_explained", path.rpartition(".")[2])


def known_days(work: Work, case: Case, acts: frozenset[Act], business_key: str | None) -> dict[Act, date]:
    """Return the days in the record beside which a day of these acts must fit."""
    known = ((act, _KNOWN[act](work, case, business_key)) for act in acts_beside(acts) if act in _KNOWN)
    return {act: day for act, day in known if day is not None}


def _as_of_a_child(work: Work, case: Case, written: Mapping[str, Dated]) -> Mapping[str, Dated]:
    """In a child's case the person is the child, and the children beside them are siblings, of any age."""
    if not any(each.act is Act.BIRTH for each in written.values()) or not _is_of_a_child(work, case):
        return written
    return {
        path: Dated(Act.CHILD_BIRTH, each.day) if each.act is Act.BIRTH else each
        for path, each in written.items()
    }


def _is_of_a_child(work: Work, case: Case) -> bool:
    return case.parent_id is not None or is_of_siblings(work, case.id)


def is_of_siblings(work: Work, case_id: UUID) -> bool:
    """True of a case that a child, or somebody for a child, applied to open: no parent's."""
    application = work.stores.applications.of_case(case_id)
    return application is not None and application.form_key == CHILD_FORM


def parents_case_of(work: Work, case: Case) -> UUID | None:
    """Return the parent's case; None also of siblings' cases, which one application opened without a parent."""
    parent_id = case.parent_id
    return None if parent_id is None or is_of_siblings(work, parent_id) else parent_id


def _parents_birth(work: Work, case: Case, _key: str | None) -> date | None:
    parents_case = case.parent_id or case.id
    return None if is_of_siblings(work, parents_case) else _born(work, parents_case, "applicant")


def _persons_birth(work: Work, case: Case, _key: str | None) -> date | None:
    return _born(work, case.id, "applicant")


def _childs_birth(work: Work, case: Case, _key: str | None) -> date | None:
    """The eldest child's: the parent is older than each."""
    return None if _is_of_a_child(work, case) else _born(work, case.id, "child")


def _born(work: Work, case_id: UUID, kind: str) -> date | None:
    born = (
        birth_date_of(each.identity) for each in work.stores.parties.of_case(case_id) if each.kind == kind
    )
    return min(filter(None, born), default=None)


def _arrival(_work: Work, case: Case, _key: str | None) -> date | None:
    return day_of(case.received_at)


def _registration(_work: Work, case: Case, _key: str | None) -> date | None:
    return _day(case.pending_at)


def _assessment(work: Work, case: Case, _key: str | None) -> date | None:
    assessed = work.stores.submissions.of_case(case.id, "assessment")
    return day_of(assessed[0].sent_at) if assessed else None


def _signature(work: Work, case: Case, key: str | None) -> date | None:
    """Of the resolution that the attempt with this key serves; else the first of the case."""
    attempt = _attempt(work, case, key)
    signed = {each.id: each.signed_at for each in work.stores.resolutions.of_case(case.id) if each.signed_at}
    if attempt is not None and attempt.resolution_id is not None:
        return _day(signed.get(attempt.resolution_id))
    return day_of(min(signed.values())) if signed else None


def _dispatch(work: Work, case: Case, key: str | None) -> date | None:
    """None for what was handed over: it was given and received in one moment."""
    attempt = _attempt(work, case, key)
    return None if attempt is None or is_handed_over(attempt) else _day(attempt.dispatched_at)


def _cover(work: Work, case: Case, key: str | None) -> date | None:
    """The day on which the letter of this attempt was made; None of what is handed over or opened online."""
    attempt = _attempt(work, case, key)
    if attempt is None or attempt.channel not in POSTED:
        return None
    papers = work.stores.documents.of_case(case.id)
    return next((day_of(each.created_at) for each in papers if each.id == attempt.document_id), None)


def _certificate(work: Work, case: Case, key: str | None) -> date | None:
    """The day on which the certificate of the hand-over that is under way was made; None of a letter."""
    attempt = _attempt(work, case, key)
    if attempt is None or not is_handed_over(attempt) or attempt.served_on is not None:
        return None
    papers = (each for each in work.stores.documents.of_case(case.id) if each.id == attempt.document_id)
    return next((day_of(each.created_at) for each in papers if each.kind == CERTIFICATE), None)


def is_handed_over(attempt: Delivery) -> bool:
    return attempt.channel not in POSTED | {"electronic"}


def _service(work: Work, case: Case, key: str | None) -> date | None:
    attempt = _attempt(work, case, key)
    if attempt is not None:
        return attempt.served_on if attempt.state == "served" else None
    served = [
        each.served_on
        for each in work.stores.deliveries.of_case(case.id)
        if each.state == "served" and each.served_on is not None
    ]
    return min(served, default=None)


def _overtaken(work: Work, case: Case, key: str | None) -> date | None:
    """Of the decision that the attempt with this key serves."""
    attempt = _attempt(work, case, key)
    return overtaken_on(work, case, attempt.resolution_id) if attempt is not None else None


def _appeal(work: Work, case: Case, key: str | None) -> date | None:
    arrived = work.stores.timeline.of_case(case.id, *ARRIVALS)
    return next(
        (arrived_on(work, case, each) for each in arrived if each.facts.get("business_key") == key), None
    )


def registered_with(work: Work, case: Case, arrival: CaseEvent | None) -> Mapping[str, Any]:
    """Return the answers with which an appeal was registered: the form that was handed in before it was recorded."""
    forms = work.stores.submissions.of_case(case.id, "appeal_arrival") if arrival else ()
    before = [each for each in forms if arrival is not None and each.sent_at <= arrival.at]
    return from_json(dict(before[-1].answers)) if before else {}


def arrived_on(work: Work, case: Case, arrival: CaseEvent | None) -> date | None:
    """Return the day on which an appeal came, as its form has it today: the event keeps the day that was written first."""
    written = registered_with(work, case, arrival).get("appeal_received_on")
    known = arrival.facts.get("received_on") if arrival else None
    first = date.fromisoformat(known) if isinstance(known, str) else None
    return written if isinstance(written, date) else first


def _hearing_sent(work: Work, case: Case, key: str | None) -> date | None:
    request = work.stores.requests.find(case.id, key) if key else None
    return None if request is None else _day(request.sent_at)


def _attempt(work: Work, case: Case, key: str | None) -> Delivery | None:
    return work.stores.deliveries.latest(case.id, key) if key else None


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else day_of(moment)


def _withdrawal_of_request(work: Work, case: Case, key: str | None) -> date | None:
    """The day on which the consent behind a letter was withdrawn; a notice's is known to its task (`withdrawals.py`)."""
    request = request_behind(work, case, key)
    return withdrawn_on(work, case, request) if request else unnotified_since(work, case, key or "")


_KNOWN: Final[Mapping[Act, Callable[[Work, Case, str | None], date | None]]] = {
    Act.BIRTH: _parents_birth,
    Act.PERSON_BIRTH: _persons_birth,
    Act.CHILD_BIRTH: _childs_birth,
    Act.ARRIVAL: _arrival,
    Act.REGISTRATION: _registration,
    Act.ASSESSMENT: _assessment,
    Act.SIGNATURE: _signature,
    Act.COVER: _cover,
    Act.DISPATCH: _dispatch,
    Act.CERTIFICATE: _certificate,
    Act.OVERTAKEN: _overtaken,
    Act.RECORDING: lambda work, _case, _key: work.today,
    Act.SERVICE: _service,
    Act.APPEAL: _appeal,
    Act.HEARING_SENT: _hearing_sent,
    Act.CONSENT_WITHDRAWAL: _withdrawal_of_request,
}
"""The record's own day of each act; of a recipient, a request or an appeal where the task has its key."""
