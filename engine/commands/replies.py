"""A reply to an information request, stored: the first, the rest after a part, and one that came too late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.casework.answers import Sent, judge, sealed_by_class
from engine.casework.arrivals import leave_to_read, settle_replies
from engine.casework.contact_reports import report_in_reply
from engine.commands.tasks import finish
from engine.domain.arrivals import ArrivalKind
from engine.domain.cases import Case
from engine.domain.people import Role
from engine.domain.tasks import UserTask
from engine.errors import Invalid, RequestClosed
from engine.executor import Work
from engine.operations.notices import notify_caseworker
from engine.storage.requests import InformationRequest
from forms.definition import FormDefinition
from forms.views import variables

FORM: Final = "information_reply"
ANSWERED_BY: Final = "answered_by"
_SUBSTANCE: Final = ("answer", "attachments_wish", "more_time")


class EmptyReply(Invalid):
    sentence = "Valitse, voitko vastata, tai kirjoita vastaus. Myös se, ettet voi vastata, on vastaus."


def is_part(answers: Mapping[str, Any]) -> bool:
    """Return True if more is to come: a part was answered, or more time is asked for."""
    return answers.get("can_answer") == "partly" or answers.get("more_time") == "yes"


def missing_in(answers: Mapping[str, Any], files: int) -> str:
    """Return the question without whose answer the reply says nothing; empty where it says something."""
    if files or any(answers.get(name) for name in _SUBSTANCE):
        return ""
    if answers.get("can_answer") == "yes":
        return "answer"
    return "" if any(value for key, value in answers.items() if key != ANSWERED_BY) else "can_answer"


def answer(
    work: Work, case: Case, request: InformationRequest, sent: Sent | None, data: Any
) -> Mapping[str, Any]:
    """Accept the answers to a request and run its case on. Return the answers."""
    task = _waiting_task(work, case, request)
    models = work.instances.models(case.deployment_id)
    definition = models.form(task.form_key or FORM)
    answers = judge(work, definition, sent, data)
    store_reply(work, case, request, definition, answers, task)
    work.stores.requests.answered(request, answers, work.now)
    work.record(case.id, "reply_received", request.recipient_role, business_key=request.reference)
    finish(work, case, task, variables(definition, answers))
    report_in_reply(work, work.stores.cases.get(case.id), request, answers)
    return answers


def store_reply(
    work: Work,
    case: Case,
    request: InformationRequest,
    definition: FormDefinition,
    answers: Mapping[str, Any],
    task: UserTask | None = None,
) -> None:
    settle_replies(work, case, request.reference)
    work.stores.submissions.add(
        case_id=case.id,
        form_key=definition.key,
        deployment_id=case.deployment_id,
        by_class=sealed_by_class(definition, answers),
        sent_at=work.now,
        task_id=task.id if task else None,
        business_key=request.reference,
        sent_by=work.actor.person_id,
        sent_by_role=request.recipient_role,
    )


def add_rest(
    work: Work, case: Case, request: InformationRequest, sent: Sent | None, data: Any
) -> Mapping[str, Any]:
    """Store the rest of a reply of which a part came before; no task waits for it, so it is left to be read."""
    models = work.instances.models(case.deployment_id)
    definition = models.form(FORM)
    answers = judge(work, definition, sent, data)
    work.save_case(case)
    store_reply(work, case, request, definition, answers)
    work.stores.requests.answered(request, answers, work.now)
    work.record(case.id, "reply_received", request.recipient_role, business_key=request.reference)
    leave_to_read(work, case, ArrivalKind.REPLY)
    notify_caseworker(work, case, models)
    report_in_reply(work, work.stores.cases.get(case.id), request, answers)
    return answers


def _waiting_task(work: Work, case: Case, request: InformationRequest) -> UserTask:
    outside = {Role.APPLICANT, Role.REFERRER, Role.OUTSIDE_AUTHORITY}
    for task in work.stores.tasks.of_request(case.id, request.reference):
        if task.candidate_group in outside:
            return task
    raise RequestClosed
